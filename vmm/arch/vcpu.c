/* SPDX-License-Identifier: BSD-2-Clause */
/* A lazily read copy of a stopped vCPU's registers, and exceptions put into it. */
#include "vmm/arch/vcpu.h"

#include <stddef.h>

#include "vmm/arch/esr.h"
#include "vmm/arch/inject.h"
#include "vmm/arch/walk.h"

#define WORD_OF(field) (offsetof(seL4_UserContext, field) / sizeof(seL4_Word))

/* Where x0 to x30 stand in seL4_UserContext. */
static const uint8_t vcpu_word[31] = {
    WORD_OF(x0),  WORD_OF(x1),  WORD_OF(x2),  WORD_OF(x3),  WORD_OF(x4),  WORD_OF(x5),
    WORD_OF(x6),  WORD_OF(x7),  WORD_OF(x8),  WORD_OF(x9),  WORD_OF(x10), WORD_OF(x11),
    WORD_OF(x12), WORD_OF(x13), WORD_OF(x14), WORD_OF(x15), WORD_OF(x16), WORD_OF(x17),
    WORD_OF(x18), WORD_OF(x19), WORD_OF(x20), WORD_OF(x21), WORD_OF(x22), WORD_OF(x23),
    WORD_OF(x24), WORD_OF(x25), WORD_OF(x26), WORD_OF(x27), WORD_OF(x28), WORD_OF(x29),
    WORD_OF(x30),
};

static seL4_Word vcpu_read_word(struct vcpu *vcpu, unsigned index)
{
    if (index >= vcpu->known) {
        seL4_Word fresh[seL4_UserContext_Length];

        vcpu->ops->read_context(vcpu->owner, index + 1, fresh);
        for (unsigned i = vcpu->known; i <= index; i++)
            vcpu->words[i] = fresh[i];
        vcpu->known = index + 1;
    }
    return vcpu->words[index];
}

static void vcpu_write_word(struct vcpu *vcpu, unsigned index, seL4_Word value)
{
    /* What is written back starts with the first word: those before must be known. */
    if (index > vcpu->known)
        (void)vcpu_read_word(vcpu, index - 1);
    if (index == vcpu->known)
        vcpu->known = index + 1;
    vcpu->words[index] = value;
    if (index >= vcpu->changed)
        vcpu->changed = index + 1;
}

void vcpu_finish(struct vcpu *vcpu)
{
    if (vcpu->changed > 0)
        vcpu->ops->write_context(vcpu->owner, vcpu->changed, vcpu->words);
    vcpu->changed = 0;
}

uint64_t vcpu_get(struct vcpu *vcpu, unsigned reg)
{
    return reg < 31 ? vcpu_read_word(vcpu, vcpu_word[reg]) : 0;
}

void vcpu_set(struct vcpu *vcpu, unsigned reg, uint64_t value)
{
    if (reg < 31)
        vcpu_write_word(vcpu, vcpu_word[reg], value);
}

uint64_t vcpu_pc(struct vcpu *vcpu)
{
    return vcpu_read_word(vcpu, WORD_OF(pc));
}

void vcpu_set_pc(struct vcpu *vcpu, uint64_t pc)
{
    vcpu_write_word(vcpu, WORD_OF(pc), pc);
}

uint64_t vcpu_pstate(struct vcpu *vcpu)
{
    return vcpu_read_word(vcpu, WORD_OF(spsr));
}

void vcpu_set_pstate(struct vcpu *vcpu, uint64_t pstate)
{
    vcpu_write_word(vcpu, WORD_OF(spsr), pstate);
}

/* EL1's own, when it is in use: the thread's context has SP_EL0. */
static bool vcpu_uses_sp_el1(struct vcpu *vcpu)
{
    uint64_t pstate = vcpu_pstate(vcpu);

    return (pstate & (SPSR_AARCH32 | SPSR_MODE_MASK)) == SPSR_MODE_EL1H;
}

uint64_t vcpu_get_base(struct vcpu *vcpu, unsigned reg)
{
    if (reg < 31)
        return vcpu_get(vcpu, reg);
    if (vcpu_uses_sp_el1(vcpu))
        return vcpu->ops->read_system(vcpu->owner, seL4_VCPUReg_SP_EL1);
    return vcpu_read_word(vcpu, WORD_OF(sp));
}

void vcpu_set_base(struct vcpu *vcpu, unsigned reg, uint64_t value)
{
    if (reg < 31)
        vcpu_set(vcpu, reg, value);
    else if (vcpu_uses_sp_el1(vcpu))
        vcpu->ops->write_system(vcpu->owner, seL4_VCPUReg_SP_EL1, value);
    else
        vcpu_write_word(vcpu, WORD_OF(sp), value);
}

void vcpu_walk_registers(struct vcpu *vcpu, struct walk_registers *registers)
{
    registers->sctlr = vcpu->ops->read_system(vcpu->owner, seL4_VCPUReg_SCTLR);
    registers->tcr = vcpu->ops->read_system(vcpu->owner, seL4_VCPUReg_TCR);
    registers->ttbr0 = vcpu->ops->read_system(vcpu->owner, seL4_VCPUReg_TTBR0);
    registers->ttbr1 = vcpu->ops->read_system(vcpu->owner, seL4_VCPUReg_TTBR1);
}

void vcpu_inject_state(struct vcpu *vcpu, struct inject_state *state)
{
    state->pstate = vcpu_pstate(vcpu);
    state->pc = vcpu_pc(vcpu);
    state->vbar = vcpu->ops->read_system(vcpu->owner, seL4_VCPUReg_VBAR);
    state->sctlr = vcpu->ops->read_system(vcpu->owner, seL4_VCPUReg_SCTLR);
}

void vcpu_inject(struct vcpu *vcpu, const struct inject_result *result)
{
    vcpu->ops->write_system(vcpu->owner, seL4_VCPUReg_ELR_EL1, result->elr);
    vcpu->ops->write_system(vcpu->owner, seL4_VCPUReg_SPSR_EL1, result->spsr);
    vcpu->ops->write_system(vcpu->owner, seL4_VCPUReg_ESR, result->esr);
    if (result->writes_far)
        vcpu->ops->write_system(vcpu->owner, seL4_VCPUReg_FAR, result->far);
    vcpu_set_pc(vcpu, result->pc);
    vcpu_set_pstate(vcpu, result->pstate);
}
