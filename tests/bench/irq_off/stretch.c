/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stretches without a look for interrupts (tests/bench/irq_off/stretch.h).
 *
 * The linker puts the functions __wrap_NAME() here in the place of NAME (--wrap), so each of the
 * kernel's entries goes through one of them. Some entries call others: then the first one counts.
 */
#include "tests/bench/irq_off/stretch.h"
#include "abi/sel4/invocations.h"
#include "abi/sel4/syscalls.h"
#include "hw/sysreg.h"
#include "kernel/cap/cap.h"
#include "kernel/cap/lookup.h"
#include "kernel/dev/timer.h"
#include "kernel/entry/entry.h"
#include "kernel/entry/fast.h"
#include "kernel/ipc/message.h"
#include "kernel/lib/print.h"

#define TICK            16 /* instructions, in QEMU with -icount shift=0 */
#define VECTORS         64 /* what vectors.S executes before and after these functions, at most */
#define REG_NUMBER      7
#define PSCI_SYSTEM_OFF 0x84000008UL

/* Kinds as indices: what it is, and two numbers that tell which. */
enum way { WAY_INVOCATION, WAY_SYSCALL, WAY_EXCEPTION, WAY_INTERRUPT, WAY_SERROR, WAY_COUNT };

static const char *const way_names[WAY_COUNT] = {"invocation", "syscall", "exception", "interrupt",
                                                 "serror"};

#define FIRSTS  32 /* of cap types */
#define SECONDS 64 /* of labels, system calls, exception classes */

static uint64_t longest[WAY_COUNT][FIRSTS][SECONDS];
static uint64_t *kind; /* of this stretch; NULL outside the kernel */
static uint64_t start;

static void begin(enum way way, unsigned first, uint64_t second)
{
    if (kind == NULL) {
        kind = &longest[way][first][second < SECONDS ? second : SECONDS - 1];
        start = timer_now();
    }
}

static void note(void)
{
    uint64_t ticks = timer_now() - start + 1;
    if (kind != NULL && ticks > *kind) {
        *kind = ticks;
    }
}

void stretch_look(void)
{
    note();
    start = timer_now();
}

void stretch_end(void)
{
    note();
    kind = NULL;
}

void stretch_begin_interrupt(void)
{
    begin(WAY_INTERRUPT, 0, 0);
}

static void print_all(void)
{
    for (unsigned i = 0; i < WAY_COUNT * FIRSTS * SECONDS; i++) {
        unsigned way = i / (FIRSTS * SECONDS), first = i / SECONDS % FIRSTS, second = i % SECONDS;
        uint64_t ticks = longest[way][first][second];
        if (ticks != 0) {
            print("stretch %lu %s %u %u\n", ticks * TICK + VECTORS, way_names[way], first, second);
        }
    }
}

/* ---- what a system call is for ---- */

static bool is_send(int64_t number)
{
    return number == seL4_SysCall || number == seL4_SysSend || number == seL4_SysNBSend;
}

static bool is_message(enum cap_type type)
{
    return type == CAP_NULL || type == CAP_ENDPOINT || type == CAP_NOTIFICATION ||
           type == CAP_REPLY;
}

static void begin_syscall(struct thread *thread)
{
    const uint64_t *x = thread->registers.x;
    int64_t number = (int64_t)x[REG_NUMBER];
    struct lookup_failure failure;
    struct slot *slot;
    enum cap_type type = CAP_NULL;
    if (kind != NULL) {
        return;
    }
    if (lookup_pointer(thread, x[MESSAGE_REG_BADGE], &slot, &failure)) {
        type = cap_type(slot->cap);
    }
    if (!is_send(number) || is_message(type)) {
        begin(WAY_SYSCALL, type, (uint64_t)-number);
        return;
    }
    if (type == CAP_SMC && x[MESSAGE_REG_FIRST] == PSCI_SYSTEM_OFF) {
        print_all();
    }
    begin(WAY_INVOCATION, type, seL4_MessageInfo_get_label(message_info(thread)));
}

static void begin_exception(struct thread *thread, uint64_t esr)
{
    if (esr >> ESR_EC_SHIFT == ESR_EC_HVC64) {
        begin_syscall(thread);
    } else {
        begin(WAY_EXCEPTION, 0, esr >> ESR_EC_SHIFT);
    }
}

/* ---- the kernel's entries ---- */

typedef struct thread *entry_function(uint64_t x0, uint64_t x1, struct thread *thread,
                                      struct core *core);

/* Named by the linker. */
entry_function __real_fast_call, __real_fast_reply_recv, __real_fast_send, __real_fast_wait,
    __real_fast_exception, __real_entry_syscall, __real_entry_exception, __real_entry_interrupt,
    __real_entry_serror;
entry_function __wrap_fast_call, __wrap_fast_reply_recv, __wrap_fast_send, __wrap_fast_wait,
    __wrap_fast_exception, __wrap_entry_syscall, __wrap_entry_exception, __wrap_entry_interrupt,
    __wrap_entry_serror;

#define WRAP(name, begin)                                                         \
    struct thread *__wrap_##name(uint64_t x0, uint64_t x1, struct thread *thread, \
                                 struct core *core)                               \
    {                                                                             \
        begin;                                                                    \
        struct thread *next = __real_##name(x0, x1, thread, core);                \
        stretch_end();                                                            \
        return next;                                                              \
    }

WRAP(fast_call, begin_syscall(thread))
WRAP(fast_reply_recv, begin_syscall(thread))
WRAP(fast_send, begin_syscall(thread))
WRAP(fast_wait, begin_syscall(thread))
WRAP(entry_syscall, begin_syscall(thread))
WRAP(fast_exception, begin_exception(thread, x0))
WRAP(entry_exception, begin_exception(thread, x0))
WRAP(entry_interrupt, stretch_begin_interrupt())
WRAP(entry_serror, begin(WAY_SERROR, 0, 0))
