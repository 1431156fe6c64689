/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest's own address translation, in software: from a virtual address to a guest-physical one,
 * for reading the instruction a guest trapped on. Source: Arm ARM D8.2 (VMSAv8-64, stage 1 of
 * EL1&0, 4, 16 and 64 KiB granules, 48 bits). Stands on mem/; tables are guest data: every read
 * is checked, and a walk has at most four steps. Permissions are not looked at.
 */
#ifndef VMM_ARCH_WALK_H
#define VMM_ARCH_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/mem/ram.h"

struct walk_registers {
    uint64_t sctlr, tcr, ttbr0, ttbr1; /* EL1's */
};

/* False if the tables do not map `address` or do not lie in RAM. */
bool walk_translate(const struct ram *ram, const struct walk_registers *registers, uint64_t address,
                    ipa_t *result);

#endif
