/* SPDX-License-Identifier: BSD-2-Clause */
/* Computes ELR, SPSR, ESR, FAR, the vector and PSTATE of an exception taken to EL1. */
#include "vmm/arch/inject.h"

#include "vmm/arch/esr.h"

static bool inject_from_el0(const struct inject_state *state)
{
    return (state->pstate & SPSR_AARCH32) != 0 ||
           (state->pstate & SPSR_MODE_MASK) == SPSR_MODE_EL0T;
}

static uint64_t inject_vector(const struct inject_state *state)
{
    if (state->pstate & SPSR_AARCH32)
        return VECTOR_LOWER_AARCH32;
    switch (state->pstate & SPSR_MODE_MASK) {
    case SPSR_MODE_EL0T:
        return VECTOR_LOWER_AARCH64;
    case SPSR_MODE_EL1T:
        return VECTOR_CURRENT_SP0;
    default:
        return VECTOR_CURRENT_SPX;
    }
}

/* Masked, at EL1 with its own stack; PAN and SSBS as SCTLR_EL1 says; flags stay. */
static uint64_t inject_pstate(const struct inject_state *state)
{
    uint64_t pstate = (state->pstate & (SPSR_NZCV | SPSR_DIT | SPSR_PAN)) | SPSR_DAIF |
                      SPSR_MODE_EL1H;

    /* SPAN reads as one on cores without PAN. */
    if ((state->sctlr & SCTLR_SPAN) == 0)
        pstate |= SPSR_PAN;
    if (state->sctlr & SCTLR_DSSBS)
        pstate |= SPSR_SSBS;
    return pstate;
}

static void inject_exception(const struct inject_state *state, uint64_t syndrome,
                             struct inject_result *result)
{
    *result = (struct inject_result){
        .pc = state->vbar + inject_vector(state),
        .pstate = inject_pstate(state),
        .elr = state->pc,
        .spsr = state->pstate,
        .esr = syndrome,
    };
}

void inject_undefined(const struct inject_state *state, struct inject_result *result)
{
    inject_exception(state, (uint64_t)ESR_EC_UNKNOWN << ESR_EC_SHIFT | ESR_IL, result);
}

void inject_reflect(const struct inject_state *state, uint64_t syndrome,
                    struct inject_result *result)
{
    inject_exception(state, syndrome & UINT32_MAX, result);
}

/* The fault status of an access nothing answered; the guest's own walk has the level of stage 2
 * for want of its own. */
static uint64_t inject_status(uint64_t syndrome)
{
    if (syndrome & ESR_ABORT_S1PTW)
        return ESR_FSC_EXTERNAL_WALK | (syndrome & 3);
    return ESR_FSC_EXTERNAL;
}

void inject_data_abort(const struct inject_state *state, uint64_t syndrome, uint64_t address,
                       struct inject_result *result)
{
    uint64_t class = inject_from_el0(state) ? ESR_EC_DATA_LOWER : ESR_EC_DATA_SAME;
    uint64_t esr = class << ESR_EC_SHIFT | (syndrome & (ESR_IL | ESR_DATA_WNR | ESR_ABORT_CM)) |
                   inject_status(syndrome);

    /* A fault message has the guest-physical address. Virtual is the same while there is no
     * translation; else FAR is declared invalid, as an implementation may for external aborts. */
    bool known = (state->sctlr & SCTLR_M) == 0;
    inject_exception(state, known ? esr : esr | ESR_ABORT_FNV, result);
    result->far = address;
    result->writes_far = known;
}

void inject_fetch_abort(const struct inject_state *state, uint64_t syndrome,
                        struct inject_result *result)
{
    uint64_t class = inject_from_el0(state) ? ESR_EC_INST_LOWER : ESR_EC_INST_SAME;

    inject_exception(state, class << ESR_EC_SHIFT | ESR_IL | inject_status(syndrome), result);
    result->far = state->pc;
    result->writes_far = true;
}
