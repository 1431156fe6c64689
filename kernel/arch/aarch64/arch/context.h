/* SPDX-License-Identifier: BSD-2-Clause */
/* Saved registers of a thread; the offsets assembly uses. */
#pragma once

#define REGISTERS_OFFSET 160 /* in struct thread, behind its five slots */

/* Offsets in struct registers. */
#define REG_SP           248
#define REG_PC           256
#define REG_RESTART      272

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stddef.h>
#include "hw/sysreg.h"

struct registers {
    uint64_t x[31];
    uint64_t sp;
    uint64_t pc; /* where it goes on */
    uint64_t spsr;
    uint64_t restart_pc; /* the instruction it trapped at: where a restarted system call goes on */
    uint64_t tpidr_el0;
    uint64_t tpidrro_el0;
    uint64_t reserved;
};

_Static_assert(offsetof(struct registers, sp) == REG_SP, "assembly");
_Static_assert(offsetof(struct registers, pc) == REG_PC, "assembly");
_Static_assert(offsetof(struct registers, restart_pc) == REG_RESTART, "assembly");

/* EL0, FIQ masked; release builds: SError too. */
#define SPSR_NATIVE (BUILD_DEBUG ? SPSR_F : SPSR_F | SPSR_A)

/* A processor state a user asked for, made safe: EL0, or what a guest's vCPU may run in. */
static inline uint64_t spsr_sanitise(uint64_t spsr, bool guest)
{
    uint64_t mode = spsr & (SPSR_MODE_MASK | SPSR_AARCH32);
    if (guest && (mode == SPSR_MODE_EL0T || mode == SPSR_MODE_EL1T || mode == SPSR_MODE_EL1H)) {
        return spsr;
    }
    return (spsr & SPSR_NZCV) | SPSR_NATIVE;
}

struct fpu_state {
    __uint128_t v[32];
    uint64_t fpcr;
    uint64_t fpsr;
};
#endif
