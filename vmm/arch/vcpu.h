/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One vCPU's registers while its thread is stopped in a fault. Reads what is asked for, once, and
 * writes back what was changed, together, so that the cheapest way a kernel offers can be put
 * behind it. Stands on abi/sel4 and a table of operations.
 */
#ifndef VMM_ARCH_VCPU_H
#define VMM_ARCH_VCPU_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sel4/faults.h"
#include "abi/sel4/vcpu.h"

struct vcpu_ops {
    /* The first `count` registers in the order of seL4_UserContext. */
    void (*read_context)(void *owner, unsigned count, seL4_Word *words);
    void (*write_context)(void *owner, unsigned count, const seL4_Word *words);
    uint64_t (*read_system)(void *owner, seL4_VCPUReg reg);
    void (*write_system)(void *owner, seL4_VCPUReg reg, uint64_t value);
};

struct vcpu {
    const struct vcpu_ops *ops;
    void *owner;
    unsigned known;   /* how many words, from the first, are here */
    unsigned changed; /* how many, from the first, have to be written back */
    seL4_Word words[seL4_UserContext_Length];
};

static inline void vcpu_init(struct vcpu *vcpu, const struct vcpu_ops *ops, void *owner)
{
    vcpu->ops = ops;
    vcpu->owner = owner;
    vcpu->known = 0;
    vcpu->changed = 0;
}

/* At the start of an exit: nothing is known but, when the message has it, the PC. */
static inline void vcpu_begin(struct vcpu *vcpu)
{
    vcpu->known = 0;
    vcpu->changed = 0;
}

static inline void vcpu_begin_at(struct vcpu *vcpu, uint64_t pc)
{
    vcpu->words[0] = pc;
    vcpu->known = 1;
    vcpu->changed = 0;
}

/* At its end. */
void vcpu_finish(struct vcpu *vcpu);

/* x0 to x30; 31 is the zero register: reads as zero, writes are dropped. */
uint64_t vcpu_get(struct vcpu *vcpu, unsigned reg);
void vcpu_set(struct vcpu *vcpu, unsigned reg, uint64_t value);

uint64_t vcpu_pc(struct vcpu *vcpu);
void vcpu_set_pc(struct vcpu *vcpu, uint64_t pc);
uint64_t vcpu_pstate(struct vcpu *vcpu);
void vcpu_set_pstate(struct vcpu *vcpu, uint64_t pstate);

/* The register a load or store names as its base: x0 to x30, or for 31 the stack pointer that the
 * mode it runs in uses. */
uint64_t vcpu_get_base(struct vcpu *vcpu, unsigned reg);
void vcpu_set_base(struct vcpu *vcpu, unsigned reg, uint64_t value);

/* Past the instruction that trapped: A64 instructions have 4 bytes. */
static inline void vcpu_skip(struct vcpu *vcpu)
{
    vcpu_set_pc(vcpu, vcpu_pc(vcpu) + 4);
}

struct inject_state;
struct inject_result;

struct walk_registers;

/* The guest's own translation. */
void vcpu_walk_registers(struct vcpu *vcpu, struct walk_registers *registers);

/* What an injected exception is computed from, and carrying it out. */
void vcpu_inject_state(struct vcpu *vcpu, struct inject_state *state);
void vcpu_inject(struct vcpu *vcpu, const struct inject_result *result);

#endif
