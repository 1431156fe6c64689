/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PSCI 1.1 as one guest sees it: what a call answers, or what is to be done with the VM.
 * Source: Arm DEN0022 (PSCI), DEN0028 (SMC calling convention). Stands on the guest's RAM and a
 * table of operations; never passes anything on to the board's firmware.
 */
#ifndef VMM_DEV_PSCI_H
#define VMM_DEV_PSCI_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/mem/ram.h"

enum psci_function {
    PSCI_VERSION = 0x84000000,           /* DEN0022 5.1.1 */
    PSCI_CPU_OFF = 0x84000002,           /* 5.1.3 */
    PSCI_CPU_ON = 0x84000003,            /* 5.1.4 */
    PSCI_AFFINITY_INFO = 0x84000004,     /* 5.1.5 */
    PSCI_MIGRATE_INFO_TYPE = 0x84000006, /* 5.1.8 */
    PSCI_SYSTEM_OFF = 0x84000008,        /* 5.1.9 */
    PSCI_SYSTEM_RESET = 0x84000009,      /* 5.1.11 */
    PSCI_FEATURES = 0x8400000a,          /* 5.1.15 */
    PSCI_SYSTEM_RESET2 = 0x84000012,     /* new in PSCI 1.1 */
};

/* In a function's number: its arguments have 64 bits. */
#define PSCI_64                 UINT32_C(0x40000000)
#define PSCI_CPU_ON_64          (PSCI_CPU_ON | PSCI_64)
#define PSCI_AFFINITY_INFO_64   (PSCI_AFFINITY_INFO | PSCI_64)
#define PSCI_SYSTEM_RESET2_64   (PSCI_SYSTEM_RESET2 | PSCI_64)

/* The one kind of reset that SYSTEM_RESET2 has here. */
#define PSCI_RESET_WARM         UINT64_C(0)

#define PSCI_VERSION_1_1        UINT64_C(0x00010001)

/* What calls answer (5.2.2). */
#define PSCI_SUCCESS            UINT64_C(0)
/* -1, which is also the SMC convention's unknown function. */
#define PSCI_NOT_SUPPORTED      UINT64_MAX
#define PSCI_INVALID_PARAMETERS ((uint64_t)-2)
#define PSCI_DENIED             ((uint64_t)-3)
#define PSCI_ALREADY_ON         ((uint64_t)-4)
#define PSCI_INTERNAL_FAILURE   ((uint64_t)-6)
#define PSCI_INVALID_ADDRESS    ((uint64_t)-9)

/* What AFFINITY_INFO answers. */
#define PSCI_IS_ON              UINT64_C(0)
#define PSCI_IS_OFF             UINT64_C(1)

enum psci_action {
    PSCI_RETURN, /* x0 := result, the guest goes on */
    PSCI_POWER_OFF,
    PSCI_RESET,
    PSCI_CPU_CALL, /* with more arguments, most about vCPUs: psci_cpu_call() answers */
    PSCI_CPU_STOP, /* the calling vCPU is off: it must not run until it is started again */
};

struct psci_ops {
    /* Lets a vCPU that is off run at `entry`, as after reset, with `context` in x0. False: it
     * cannot be had. */
    bool (*start)(void *owner, unsigned cpu, uint64_t entry, uint64_t context);
};

struct psci {
    const struct psci_ops *ops; /* not used with one vCPU */
    void *owner;
    const struct ram *ram; /* where code can be */
    unsigned cpu_count;
    uint32_t on; /* one bit a vCPU */
};

/* vCPU 0 is on. */
void psci_init(struct psci *psci, unsigned cpu_count, const struct ram *ram,
               const struct psci_ops *ops, void *owner);

/* Whether there is such a function: what PSCI_FEATURES answers. */
uint64_t psci_features(uint32_t function);

/* `function` and `argument` are the guest's x0 and x1: any value. Here because it is short and
 * every call goes through it. */
static inline enum psci_action psci_call(uint64_t function, uint64_t argument, uint64_t *result)
{
    *result = PSCI_NOT_SUPPORTED;
    /* A function is named by W0; the upper half is not part of it (DEN0028 2.7). */
    switch ((uint32_t)function) {
    case PSCI_VERSION:
        *result = PSCI_VERSION_1_1;
        return PSCI_RETURN;
    case PSCI_FEATURES:
        *result = psci_features((uint32_t)argument);
        return PSCI_RETURN;
    case PSCI_SYSTEM_OFF:
        return PSCI_POWER_OFF;
    case PSCI_SYSTEM_RESET:
        return PSCI_RESET;
    case PSCI_CPU_OFF:
    case PSCI_CPU_ON:
    case PSCI_CPU_ON_64:
    case PSCI_AFFINITY_INFO:
    case PSCI_AFFINITY_INFO_64:
    case PSCI_SYSTEM_RESET2:
    case PSCI_SYSTEM_RESET2_64:
        return PSCI_CPU_CALL;
    default: /* MIGRATE_INFO_TYPE among them: there is no trusted OS to migrate */
        return PSCI_RETURN;
    }
}

/* One that psci_call() left to it, made by vCPU `cpu`, with the guest's x0 to x3. */
enum psci_action psci_cpu_call(struct psci *psci, unsigned cpu, const uint64_t call[4],
                               uint64_t *result);

#endif
