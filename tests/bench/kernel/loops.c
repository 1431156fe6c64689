/* SPDX-License-Identifier: BSD-2-Clause */
/* What the measuring threads run. Each loop has a name of its own, so that a trace can tell at
 * which of them the kernel was entered and to which it returned. */
#include "tests/bench/kernel/bench.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE void pad(const struct side *side)
{
    __asm__ volatile("cbz %w0, 1f\n\tnop\n1:" : : "r"(side->pad));
}

/* One system call between two stamps. */
ALWAYS_INLINE void stamped_call(struct side *side, seL4_Word number, unsigned i, bool stamp)
{
    register seL4_Word x0 __asm__("x0") = side->x0;
    register seL4_Word x1 __asm__("x1") = side->x1;
    register seL4_Word x2 __asm__("x2") = side->x2;
    register seL4_Word x3 __asm__("x3") = side->x3;
    register seL4_Word x4 __asm__("x4") = side->x4;
    register seL4_Word x5 __asm__("x5") = 0;
    register seL4_Word x6 __asm__("x6") = side->x6;
    register seL4_Word x7 __asm__("x7") = number;
    uint64_t before = 0, after = 0;

    if (!stamp)
        __asm__ volatile("svc #0"
                         : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                         : "r"(x6), "r"(x7)
                         : "memory");
    else if (side->fpu)
        __asm__ volatile("mrs %6, cntvct_el0\n\tsvc #0\n\tfmov d0, %9\n\tmrs %7, cntvct_el0"
                         : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5),
                           "=&r"(before), "=&r"(after)
                         : "r"(x6), "r"(x7)
                         : "memory");
    else
        __asm__ volatile("mrs %6, cntvct_el0\n\tsvc #0\n\tmrs %7, cntvct_el0"
                         : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5),
                           "=&r"(before), "=&r"(after)
                         : "r"(x6), "r"(x7)
                         : "memory");
    side->before[i] = before;
    side->after[i] = after;
}

ALWAYS_INLINE void call_loop(struct side *side, bool stamp)
{
    unsigned first = 0;

    if (side->start != 0)
        stamped_call(side, side->start, first++, stamp);
    for (unsigned i = first; i < side->count + first; i++) {
        pad(side);
        if (side->between != NULL)
            side->between(side);
        stamped_call(side, side->number, i, stamp);
    }
}

static void finish(const struct side *side)
{
    if (side->done != seL4_CapNull)
        seL4_Signal(side->done);
}

/* Loops of the same text would become one, if nothing told them apart. */
#define DISTINCT(name) __asm__ volatile("// " #name)

void client_loop(void *argument)
{
    DISTINCT(client);
    call_loop(argument, true);
    finish(argument);
}

void server_loop(void *argument)
{
    DISTINCT(server);
    call_loop(argument, true);
    finish(argument);
}

void server_quiet_loop(void *argument)
{
    call_loop(argument, false);
    finish(argument);
}

void fault_loop(void *argument)
{
    struct side *side = argument;

    for (unsigned i = 0; i < side->count; i++) {
        pad(side);
        side->between(side);
        __asm__ volatile("mrs %0, cntvct_el0\n\tldr xzr, [%2]\n\tmrs %1, cntvct_el0"
                         : "=&r"(side->before[i]), "=&r"(side->after[i])
                         : "r"(side->target[0])
                         : "memory");
    }
    finish(side);
}

/* The interrupt comes at once: the store is the last instruction before it. */
void interrupt_loop(void *argument)
{
    struct side *side = argument;

    for (unsigned i = 0; i < side->count; i++) {
        pad(side);
        __asm__ volatile("mrs %0, cntvct_el0\n\tstr %w3, [%2]\n\tmrs %1, cntvct_el0"
                         : "=&r"(side->before[i]), "=&r"(side->after[i])
                         : "r"(side->target[0]), "r"(side->target[1])
                         : "memory");
    }
    finish(side);
}

/* Runs at EL1: no system calls. Its VMM steps it over the SMC, and ends it. */
void guest_loop(void *argument)
{
    struct side *side = argument;

    for (unsigned i = 0;; i++) {
        pad(side);
        __asm__ volatile("mrs %0, cntvct_el0\n\tsmc #0\n\tmrs %1, cntvct_el0"
                         : "=&r"(side->before[i]), "=&r"(side->after[i])
                         :
                         : "memory");
    }
}

/* The same, with a load from where nothing is: target[0]. */
void guest_load_loop(void *argument)
{
    struct side *side = argument;
    uint64_t value;

    for (unsigned i = 0;; i++) {
        pad(side);
        __asm__ volatile("mrs %0, cntvct_el0\n\tldr %2, [%3]\n\tmrs %1, cntvct_el0"
                         : "=&r"(side->before[i]), "=&r"(side->after[i]), "=&r"(value)
                         : "r"(side->target[0])
                         : "memory");
    }
}

/* A VMM that gets the pc in the message and gives it back in the answer, 4 higher: nothing else
 * happens between two exits. `pc` is where the message has it, x2 or x3; of two words in the answer
 * the second is what was loaded. */
#define RICH_LOOP(pc, length)                                                                \
    struct side *side = argument;                                                            \
    register seL4_Word x0 __asm__("x0") = side->x0;                                          \
    register seL4_Word x1 __asm__("x1") = 0;                                                 \
    register seL4_Word x2 __asm__("x2") = 0;                                                 \
    register seL4_Word x3 __asm__("x3") = 0;                                                 \
    register seL4_Word x4 __asm__("x4") = 0;                                                 \
    register seL4_Word x5 __asm__("x5") = 0;                                                 \
    register seL4_Word x6 __asm__("x6") = side->x6;                                          \
    register seL4_Word x7 __asm__("x7") = side->start;                                       \
    __asm__ volatile("svc #0"                                                                \
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)            \
                     : "r"(x6), "r"(x7)                                                      \
                     : "memory");                                                            \
    x7 = side->number;                                                                       \
    for (unsigned i = 1; i < side->count; i++)                                               \
        __asm__ volatile("add x2, " pc ", #4\n\tmov x0, %7\n\tmov x1, #" length "\n\tsvc #0" \
                         : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)        \
                         : "r"(x6), "r"(side->x0), "r"(x7)                                   \
                         : "memory");                                                        \
    finish(side)

void rich_abort_loop(void *argument)
{
    RICH_LOOP("x2", "2");
}

void rich_trap_loop(void *argument)
{
    RICH_LOOP("x3", "1");
}
