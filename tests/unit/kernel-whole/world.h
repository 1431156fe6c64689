/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A little system on the whole kernel: one thread, the driver, with everything the first thread of
 * a board has, and a hand on the machine (tests/unit/kernel-whole/machine.h).
 *
 * A test plays user level: it fills the current thread's registers and enters the kernel. Who is
 * current afterwards is the kernel's choice; if it is nobody, the core is idle, until an interrupt.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "abi/sel4/errors.h"
#include "abi/sel4/invocations.h"
#include "abi/sel4/messages.h"
#include "abi/sel4/objects.h"
#include "abi/sel4/syscalls.h"
#include "abi/sel4/types.h"
#include "tests/unit/kernel-whole/machine.h"
#include "kernel/model/core.h"
#include "kernel/model/sched_context.h"
#include "kernel/model/thread.h"
#include "kernel/model/vcpu.h"

/* Slots of the driver's CNode besides the fixed ones of abi/sel4/objects.h. */
#define WORLD_RADIX         8
#define WORLD_SCHED_CONTROL 16 /* of core 0, 1... */
#define WORLD_UNTYPED       24 /* 2^22 bytes */
#define WORLD_SMALL_UNTYPED 25 /* 2^12 bytes */
#define WORLD_DEVICE        26 /* device untyped of 2^30 bytes */
#define WORLD_FIRST_FREE    32

#define WORLD_DEVICE_BASE   BIT(32)

#define USER_PC             0x1000 /* of the instruction that enters the kernel */

struct world {
    struct slot *slots;
    struct thread *driver;
    struct sched_context *driver_context;
    seL4_IPCBuffer *buffer; /* the driver's */
    bool check;             /* all invariants after every entry; on at first */
};

extern struct world world;
extern struct core world_cores[CORE_MAX];
extern struct thread world_idle[CORE_MAX];

/* Setup and teardown of a cmocka test. The kernel starts anew; the driver runs. */
int world_make(void **state);
int world_free(void **state);

/* The same with more cores, which exist and have not entered yet (enter_first()). */
void world_start(unsigned core_count);

/* ---- entering the kernel; each ends at user level again, or idle ---- */

struct thread *current(void);
bool is_idle(void);

/* A system call of the current thread, registers as they are but the number. */
void enter_syscall(int64_t number);

/* What the current thread was doing when it was sent back; once more. */
void enter_again(void);
void enter_exception(uint64_t esr);
void enter_interrupt(void);
void enter_serror(uint64_t esr);

/* A core that is not the first enters for the first time, and has nobody to run. */
void enter_first(void);

/* From now on the address sanitizer objects to memory of the large untyped that no capability but
 * an untyped one stands for, until the kernel clears it for a new object. */
void forbid_free_memory(void);

/* The counter moves on, at user level. */
void pass_time(uint64_t ticks);

/* ---- invocations by the driver, to their end ---- */

struct answer {
    uint64_t label; /* 0, or the error */
    uint64_t length;
    uint64_t words[8];
};

struct call {
    uint64_t capability;
    uint64_t label;
    unsigned length;
    uint64_t words[12];
    unsigned cap_count;
    uint64_t caps[3];
};

/* Puts the message where the current thread's kernel call expects it. */
void fill_message(const struct call *call);
struct answer read_answer(void);

struct answer driver_call(struct call call);

#define CALL(...) driver_call((struct call){__VA_ARGS__})

/* Objects into the driver's slots, from the large untyped. Fail the test if they cannot. */
void make(uint64_t type, uint64_t size_bits, uint64_t slot, unsigned count);
void *object_at(uint64_t slot);
uint64_t retype(uint64_t type, uint64_t size_bits, uint64_t slot, unsigned count);

/* A thread that runs: a TCB in `slot`, its context in slot + 1, the driver's spaces; its registers
 * are the test's. It has its own buffer in slot + 2 if `with_buffer`. */
struct thread *make_thread(uint64_t slot, uint8_t priority, bool with_buffer);

/* ---- chance ---- */

void random_seed(uint64_t seed);
uint64_t random_word(void);
unsigned random_below(unsigned limit);
