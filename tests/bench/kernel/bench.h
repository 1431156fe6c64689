/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel's work costs, in instructions: two sides, the stamps they take, and the
 * operations between them. Stands on libs/ alone; measures and reports, judges nothing.
 *
 * Under QEMU's -icount shift=0 an instruction takes a nanosecond and the counter ticks every 16.
 * A side reads the counter right before the instruction that enters the kernel and right after it.
 * If the distance between two iterations is odd, 16 of them see every phase of the counter once,
 * and the sum of what was read is exact to one instruction: main.c adds an instruction where the
 * distance is even.
 *
 *   client                                  server
 *   before[i]  --- enters the kernel --->   after[i]      "forward"
 *   after[i]   <--- enters the kernel ---   before[i+1]   "back"
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "libs/alloc/alloc.h"
#include "libs/console/console.h"
#include "libs/rt/rt.h"

#define BENCH_WARM      16UL   /* iterations that do not count: a multiple of 16 */
#define BENCH_COUNT     1024UL /* that do: likewise */
#define BENCH_TOTAL     (BENCH_WARM + BENCH_COUNT)
/* One more: what a side did last is stored only when it comes back from it. */
#define BENCH_RUNS      (BENCH_TOTAL + 1)

/* Never used up: no timer interrupt, no refill while something is measured. */
#define BENCH_BUDGET_US 1000000000UL

enum bench_space { SPACE_CLIENT, SPACE_SERVER, SPACE_COUNT };

/* One thread that measures. Its memory is part of the program's image and thus mapped, at the same
 * place, in every address space used here. */
struct side {
    /* What it does at each iteration: the registers of a system call. */
    seL4_Word x0, x1, x2, x3, x4, x6, number;
    seL4_Word start;                /* what it does first, as number; 0: nothing */
    void (*between)(struct side *); /* before each iteration, not measured */
    bool fpu;                       /* use a vector register right after each system call */
    bool pad;                       /* one instruction more at each iteration */
    seL4_Word target[4];            /* what `between` works on */
    unsigned count;                 /* iterations, BENCH_RUNS if not being traced */

    seL4_CPtr tcb, sched_context, done;
    uint64_t before[BENCH_RUNS + 1], after[BENCH_RUNS + 1];
};

extern struct side client, server;
extern struct alloc alloc;
extern struct console console;

/* What runs in a side. All but guest_loop() signal `done`, if it is set, and stop. */
void client_loop(void *side);       /* system calls */
void server_loop(void *side);       /* the same, at another place */
void server_quiet_loop(void *side); /* the same, without stamps */
void fault_loop(void *side);        /* a load from target[0] */
void interrupt_loop(void *side);    /* a store of target[1] to target[0] */
void guest_loop(void *side);        /* SMC, at EL1, MMU off */
void guest_load_loop(void *side);   /* likewise, a load from target[0] */
void rich_abort_loop(void *side);   /* a VMM that asked for rich exits: of loads */
void rich_trap_loop(void *side);    /* of calls */

/* ---- objects (objects.c); what fails ends the program ---- */

#define MUST(call) bench_must((seL4_Word)(call), #call)
void bench_must(seL4_Word result, const char *what);

void bench_make_spaces(void);
seL4_CPtr bench_vspace(enum bench_space space);
seL4_CPtr bench_object(seL4_Word type);
/* Maps a copy of the frame, uncached if `device`, and answers that copy. */
seL4_CPtr bench_map(enum bench_space space, seL4_CPtr frame, uint64_t vaddr, bool device);

struct bench_thread {
    struct side *side;
    void (*entry)(void *side);
    enum bench_space space;
    seL4_Word priority;
    seL4_CPtr fault_ep;
    seL4_CPtr vcpu; /* 0: a native thread */
};

/* Makes it ready. It runs when bench_settle() or bench_run() let it. */
void bench_start(const struct bench_thread *thread);
/* Lets all others run until they wait. */
void bench_settle(void);
/* Takes the thread's scheduling context away: it runs on its callers'. */
void bench_make_passive(struct side *side);
/* Lets all run until `client` has done its iterations. */
void bench_run(void);
void bench_stop(struct side *side);

/* Has all cores but this one enter the kernel again and again, from now on (cores.c). */
void bench_occupy_cores(void);

/* ---- operations (ipc.c, sched.c, exit.c) ---- */

/* Names of figures. Where NULL, the operation has none of that kind. */
struct operation {
    const char *name;    /* names it for tests/bench/kernel/trace */
    const char *forward; /* from client to server */
    const char *back;    /* from server to client */
    const char *round;   /* from client to client */
    void (*prepare)(const struct operation *operation);
    seL4_Word words; /* of the message */
    bool passive;    /* the server runs on its client's time */
    bool fpu;
    unsigned extra_back; /* instructions of the client before its stamp, on the way back */
};

extern const struct operation ipc_operations[], sched_operations[], exit_operations[];
extern const unsigned ipc_operation_count, sched_operation_count, exit_operation_count;

#define PRIORITY_CLIENT 100
#define PRIORITY_SERVER 101
