/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest whose vCPUs attack their VMM together. vCPU 0 gives orders, the others follow; each
 * writes its own struct second alone, but for the order.
 */
#ifndef TESTS_SYSTEM_SMALL_CROWD_H
#define TESTS_SYSTEM_SMALL_CROWD_H

#include "tests/system/small/small.h"

#define CPUS               4u /* as crowd.yaml.in says */

#define PSCI_CPU_OFF       UINT64_C(0x84000002)
#define PSCI_CPU_ON        UINT64_C(0x84000003)
#define PSCI_AFFINITY_INFO UINT64_C(0x84000004)
#define PSCI_64            UINT64_C(0x40000000)
#define SUCCESS            UINT64_C(0)
#define IS_OFF             UINT64_C(1)
#define INVALID_PARAMETERS ((uint64_t)-2)
#define DENIED             ((uint64_t)-3)
#define ALREADY_ON         ((uint64_t)-4)
#define INVALID_ADDRESS    ((uint64_t)-9)

enum order {
    ORDER_NONE,
    ORDER_OFF,
    ORDER_TIMER, /* waits for its timer some times */
    ORDER_CLEAN, /* its own interrupts are as they were at first */
    ORDER_STORM, /* anything, for ever so often */
    ORDER_RESET,
    ORDER_POWER_OFF,
};

/* The first two are known to second.S. */
struct second {
    uint64_t stack_top, vectors;
    volatile enum order order;
    volatile uint64_t done;   /* orders followed */
    volatile uint64_t starts; /* how often it was started */
    volatile uint64_t mpidr, sctlr, targets, others;
    volatile uint32_t sgis[16]; /* taken */
    volatile uint64_t timers;
    volatile uint64_t seen;   /* `announced`, when an interrupt was taken last */
    volatile uint64_t storms; /* steps left of ORDER_STORM */
    uint64_t random;
};

extern struct second seconds[CPUS];
extern volatile uint64_t announced;

/* second.S */
void second_start(void);
uint64_t call_smc(uint64_t function, uint64_t x1, uint64_t x2, uint64_t x3);
uint64_t call_hvc(uint64_t function, uint64_t x1, uint64_t x2, uint64_t x3);

/* second.c: what each vCPU does by itself. */
void second_main(struct second *own);
unsigned own_number(void);
uint64_t random_next(struct second *own);
void follow_timer(struct second *own);
void open_interrupts(void);
void storm(struct second *own);
void storm_step(struct second *own);
uint64_t turn_on(uint64_t target);

#endif
