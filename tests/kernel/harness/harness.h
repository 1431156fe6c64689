/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A root task that tests the kernel: its cases, what they claim, and the objects they use.
 *
 * A group of tests is one program. Each TEST() in its files is a case; main() runs them in order,
 * prints a line for each, then "N passed, N failed", and switches the board off. What a case gets
 * from the new_*() calls is given back when it ends, newest first, also when it failed; afterwards
 * memory, slots and address ranges in use must be what they were.
 *
 * The case runs at priority 255, so that threads it starts run only when it waits; settle() lets
 * them all run until none can. A case therefore never has to wait for something that may not come:
 * it settles, then asks without blocking.
 */
#pragma once

#include <stdio.h>
#include <string.h>

#include "libs/alloc/thread.h"
#include "libs/console/console.h"
#include "libs/rt/rt.h"

struct test_case {
    const char *name;
    void (*run)(void);
    struct test_case *next;
};

#define TEST(name)                                                      \
    static void test_##name(void);                                      \
    static struct test_case case_##name = {#name, test_##name, NULL};   \
    __attribute__((constructor)) static void test_register_##name(void) \
    {                                                                   \
        test_register(&case_##name);                                    \
    }                                                                   \
    static void test_##name(void)

void test_register(struct test_case *test);

/* Which case runs: for what its helpers make once in each. */
extern unsigned test_number;

/* ---- claims: EXPECT goes on after a failure, REQUIRE ends the program ---- */

#define EXPECT(condition) test_expect((condition), #condition, __FILE__, __LINE__)
#define EXPECT_EQ(actual, wanted) \
    test_expect_equal((seL4_Word)(actual), (seL4_Word)(wanted), #actual, __FILE__, __LINE__)
#define EXPECT_OK(call) EXPECT_EQ(call, seL4_NoError)
/* The call answers `error`; what follows is what its message registers must hold. */
#define EXPECT_ERROR(call, error, ...)                                                       \
    test_expect_error((call), (error), (const seL4_Word[]){0, ##__VA_ARGS__},                \
                      sizeof((const seL4_Word[]){0, ##__VA_ARGS__}) / sizeof(seL4_Word) - 1, \
                      #call, __FILE__, __LINE__)
#define REQUIRE(condition)                                          \
    do {                                                            \
        if (!(condition))                                           \
            test_require_failed(#condition, 0, __FILE__, __LINE__); \
    } while (0)
#define REQUIRE_OK(call)                                                 \
    do {                                                                 \
        seL4_Word test_result = (seL4_Word)(call);                       \
        if (test_result != 0)                                            \
            test_require_failed(#call, test_result, __FILE__, __LINE__); \
    } while (0)

bool test_expect(bool holds, const char *what, const char *file, int line);
bool test_expect_equal(seL4_Word actual, seL4_Word wanted, const char *what, const char *file,
                       int line);
bool test_expect_error(seL4_Error actual, seL4_Error wanted, const seL4_Word *words, size_t count,
                       const char *what, const char *file, int line);
_Noreturn void test_require_failed(const char *what, seL4_Word result, const char *file, int line);

/* ---- objects of the case ---- */

extern struct alloc test_alloc;
extern struct console test_console;

#define ROOT  seL4_CapInitThreadCNode
#define SELF  seL4_CapInitThreadTCB
#define DEPTH 64

seL4_CPtr new_slot(void);
seL4_CPtr new_slots(size_t count); /* neighbours */
seL4_CPtr new_object(seL4_Word type, seL4_Word size_bits);
seL4_CPtr new_object_at(seL4_Word type, seL4_Word size_bits, uint64_t paddr);
seL4_CPtr new_copy(seL4_CPtr source, seL4_CapRights_t rights);
seL4_CPtr new_badged(seL4_CPtr source, seL4_CapRights_t rights, seL4_Word badge);
seL4_CPtr new_endpoint(void);
seL4_CPtr new_notification(void);
seL4_CPtr new_reply(void);
/* A configured scheduling context on core 0. */
seL4_CPtr new_sched_context(seL4_Time budget, seL4_Time period, seL4_Word extra_refills,
                            seL4_Word badge);
/* An address space of its own, with an ASID; page tables made by alloc_map_in() go with it. */
struct alloc_vspace *new_vspace(void);
/* Mapped, zeroed pages of the test's own address space. */
struct alloc_area *new_memory(size_t size);
/* 2^bits bytes of addresses with nothing mapped. */
uintptr_t new_addresses(size_t size, size_t align);

/* A thread of this program. `arguments` are what C code wants to know. */
struct alloc_thread *new_thread(rt_thread_entry *entry, void *argument, seL4_Word priority);
struct alloc_thread *new_thread_with(const struct alloc_thread_options *options);
/* The same, suspended, to be given registers: start it with bare_start(). */
struct alloc_thread *new_bare_thread(seL4_Word priority, seL4_CPtr fault_ep);
/* x0 and x1 as given, stack as the thread has it, the rest 0. */
void bare_start(const struct alloc_thread *thread, const void *code, seL4_Word x0, seL4_Word x1);
/* Stops the thread where it is and tells its registers. */
seL4_UserContext thread_registers(const struct alloc_thread *thread);

/* ---- waiting ---- */

/* Lets all other threads run until none of them can. */
void settle(void);
uint64_t test_now(void); /* microseconds */
void test_spin_until(uint64_t time);
/* Between two looks at what another core will change. An emulator that runs one core after the
 * other goes on with the next one here, and otherwise only when a timer is due. */
static inline void test_pause(void)
{
    __asm__ volatile("yield" ::: "memory");
}

/* ---- what others leave ---- */

#define REST_SPAN 30000 /* microseconds */

/* Starts a thread of priority 10 that counts all the time it has. settle() is of no use afterwards:
 * the thread always wants to run. */
void rest_start(void);
/* How much of a span all other threads left to it; the case's own sleeps meanwhile. */
seL4_Word rest_percent(void);

/* ---- messages ---- */

#define MESSAGE_WORDS 16

struct message {
    bool came;
    seL4_Word badge, label, length, extra_caps, unwrapped;
    seL4_Word words[MESSAGE_WORDS];
};

/* How long message_take() waits besides, in microseconds: for senders on other cores. Each case
 * begins with 0. */
extern uint64_t test_patience;

/* Settles, then takes what waits at the endpoint, if anything does. For faults and plain IPC.
 * `message.came` tells; the badge or the label or the length of what comes must not be 0. */
struct message message_take(seL4_CPtr endpoint, seL4_CPtr reply);
/* Claims that a fault of this label and length came. */
struct message fault_take(seL4_CPtr endpoint, seL4_CPtr reply, seL4_Word label, seL4_Word length);

/* Whether a notification is signalled, and takes the signal: the badge, or 0. */
seL4_Word poll(seL4_CPtr notification);

/* An invocation as registers show it. Extra capabilities 0 to 2 are `caps`. */
struct answer {
    seL4_Word badge, label, length;
    seL4_Word words[seL4_FastMessageRegisters];
};

struct answer call_raw(seL4_CPtr service, seL4_Word label, unsigned caps, unsigned length,
                       const seL4_Word *words);

/* What a slot holds, in debug builds; -1 in release builds, where nobody can say. */
int cap_kind(seL4_CPtr slot);
#define EXPECT_KIND(slot, kind)              \
    do {                                     \
        if (BUILD_DEBUG)                     \
            EXPECT_EQ(cap_kind(slot), kind); \
    } while (0)
/* True if the slot is empty, in any build. */
bool slot_is_empty(seL4_CPtr slot);
