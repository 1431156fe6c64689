/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guest exits for a VMM that asked for rich ones (docs/kernel/extensions.md): the message has what
 * the trapped instruction names, the answer goes where it names. Pure; used by the long and the
 * short way alike.
 */
#pragma once

#include "kernel/model/thread.h"

/* struct fault's `answer`: 0 for an ordinary exit. */
#define RICH_ANSWER   BIT(8)
#define RICH_REGISTER 0x1fUL /* which register a second word sets; 31: none */

struct rich_exit {
    uint64_t words[2]; /* after ESR and pc; for a VM fault the first alone */
    uint16_t answer;
};

static inline bool rich_is_wanted(const struct thread *thread)
{
    return (thread->flags & TCB_FLAG_RICH_EXITS) != 0 && thread->vcpu != NULL;
}

static inline uint64_t rich_register(const struct thread *thread, uint64_t index)
{
    return index == RICH_REGISTER ? 0 : thread->registers.x[index];
}

/* What an exit with this syndrome tells and takes. */
static inline struct rich_exit rich_look(const struct thread *thread, uint64_t esr)
{
    const uint64_t *x = thread->registers.x;
    uint64_t index = RICH_REGISTER;
    switch (esr >> ESR_EC_SHIFT) {
    case ESR_EC_DATA_LOWER:
        if ((esr & ESR_DATA_ISV) != 0) {
            index = esr >> ESR_DATA_SRT_SHIFT & RICH_REGISTER;
        }
        return (struct rich_exit){
            {rich_register(thread, index)},
            (uint16_t)(RICH_ANSWER | ((esr & ESR_DATA_WNR) != 0 ? RICH_REGISTER : index))};
    case ESR_EC_SYSREG:
        index = esr >> ESR_SYSREG_RT_SHIFT & RICH_REGISTER;
        return (struct rich_exit){
            {rich_register(thread, index)},
            (uint16_t)(RICH_ANSWER | ((esr & ESR_SYSREG_READ) != 0 ? index : RICH_REGISTER))};
    case ESR_EC_SMC64:
    case ESR_EC_HVC64:
        return (struct rich_exit){{x[0], x[1]}, RICH_ANSWER};
    default:
        return (struct rich_exit){{0}, RICH_ANSWER | RICH_REGISTER};
    }
}

/* The handler's answer of `length` words, at least one: where to go on, and the register. */
static inline void rich_apply(struct thread *thread, uint64_t answer, unsigned length, uint64_t pc,
                              uint64_t value)
{
    uint64_t index = answer & RICH_REGISTER;
    thread->registers.restart_pc = pc;
    thread->registers.pc = pc;
    if (length > 1 && index != RICH_REGISTER) {
        thread->registers.x[index] = value;
    }
}
