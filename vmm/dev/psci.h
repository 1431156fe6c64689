/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PSCI 1.1 as one guest sees it: what a call answers, or what is to be done with the VM.
 * Source: Arm DEN0022 (PSCI), DEN0028 (SMC calling convention). Stands on <stdint.h> alone;
 * never passes anything on to the board's firmware.
 */
#ifndef VMM_DEV_PSCI_H
#define VMM_DEV_PSCI_H

#include <stdint.h>

enum psci_function {
    PSCI_VERSION = 0x84000000,           /* DEN0022 5.1.1 */
    PSCI_MIGRATE_INFO_TYPE = 0x84000006, /* 5.1.8 */
    PSCI_SYSTEM_OFF = 0x84000008,        /* 5.1.9 */
    PSCI_SYSTEM_RESET = 0x84000009,      /* 5.1.11 */
    PSCI_FEATURES = 0x8400000a,          /* 5.1.15 */
};

#define PSCI_VERSION_1_1   UINT64_C(0x00010001)
#define PSCI_SUCCESS       UINT64_C(0)
/* -1, which is also the SMC convention's unknown function. */
#define PSCI_NOT_SUPPORTED UINT64_MAX

enum psci_action {
    PSCI_RETURN, /* x0 := result, the guest goes on */
    PSCI_POWER_OFF,
    PSCI_RESET,
};

/* `function` and `argument` are the guest's x0 and x1: any value. */
enum psci_action psci_call(uint64_t function, uint64_t argument, uint64_t *result);

#endif
