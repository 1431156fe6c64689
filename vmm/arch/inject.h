/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions as hardware would take them to a guest's EL1. Pure arithmetic: the caller reads the
 * state before and writes the state after. Source: Arm ARM D1.10 and the pseudocode
 * AArch64.TakeException. Stands on arch/esr.h.
 */
#ifndef VMM_ARCH_INJECT_H
#define VMM_ARCH_INJECT_H

#include <stdbool.h>
#include <stdint.h>

/* The guest at the moment of the exception; `pc` is the instruction's address. */
struct inject_state {
    uint64_t pc, pstate;
    uint64_t vbar, sctlr; /* EL1's */
};

/* What to write: the next instruction, and the registers EL1 finds. */
struct inject_result {
    uint64_t pc, pstate;
    uint64_t elr, spsr, esr, far;
    bool writes_far;
};

/* An instruction that does not exist (EC 0). */
void inject_undefined(const struct inject_state *state, struct inject_result *result);

/* The same exception again, one level down: `syndrome` is the one it trapped with, its class and
 * details kept. For traps that EL1 would have received without us (FP). */
void inject_reflect(const struct inject_state *state, uint64_t syndrome,
                    struct inject_result *result);

/* A data access that nothing answered. `syndrome` is the abort's; `address` what is known of the
 * virtual address: it is taken as such only while the guest's MMU is off. */
void inject_data_abort(const struct inject_state *state, uint64_t syndrome, uint64_t address,
                       struct inject_result *result);

/* An instruction fetched from where nothing answers. */
void inject_fetch_abort(const struct inject_state *state, uint64_t syndrome,
                        struct inject_result *result);

#endif
