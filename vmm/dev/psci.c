/* SPDX-License-Identifier: BSD-2-Clause */
/* Version, features, off and reset of all, on and off of one vCPU. No power states and no trusted
 * operating system: all else is not supported. */
#include "vmm/dev/psci.h"

enum { INSTRUCTION_BYTES = 4 };

void psci_init(struct psci *psci, unsigned cpu_count, const struct ram *ram,
               const struct psci_ops *ops, void *owner)
{
    *psci = (struct psci){.ops = ops, .owner = owner, .ram = ram, .cpu_count = cpu_count, .on = 1};
}

uint64_t psci_features(uint32_t function)
{
    switch (function) {
    case PSCI_VERSION:
    case PSCI_CPU_OFF:
    case PSCI_CPU_ON:
    case PSCI_CPU_ON_64:
    case PSCI_AFFINITY_INFO:
    case PSCI_AFFINITY_INFO_64:
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
    case PSCI_SYSTEM_RESET2:
    case PSCI_SYSTEM_RESET2_64:
    case PSCI_FEATURES:
        return PSCI_SUCCESS;
    default:
        return PSCI_NOT_SUPPORTED;
    }
}

/* All vCPUs are in one cluster: an affinity that names one is its number, and all else is 0. */
static uint64_t psci_turn_on(struct psci *psci, uint64_t target, uint64_t entry, uint64_t context)
{
    if (target >= psci->cpu_count)
        return PSCI_INVALID_PARAMETERS;
    if (entry % INSTRUCTION_BYTES != 0 || !ram_contains(psci->ram, IPA(entry), INSTRUCTION_BYTES))
        return PSCI_INVALID_ADDRESS;
    if (psci->on >> target & 1)
        return PSCI_ALREADY_ON;
    if (!psci->ops->start(psci->owner, (unsigned)target, entry, context))
        return PSCI_INTERNAL_FAILURE;
    psci->on |= UINT32_C(1) << target;
    return PSCI_SUCCESS;
}

/* Since PSCI 1.0 levels above 0 need no answer. */
static uint64_t psci_look(const struct psci *psci, uint64_t target, uint64_t level)
{
    if (target >= psci->cpu_count || level != 0)
        return PSCI_INVALID_PARAMETERS;
    return psci->on >> target & 1 ? PSCI_IS_ON : PSCI_IS_OFF;
}

/* The last one would leave a VM that nothing can wake: it is to use SYSTEM_OFF. */
static enum psci_action psci_turn_off(struct psci *psci, unsigned cpu, uint64_t *result)
{
    uint32_t others = psci->on & ~(UINT32_C(1) << cpu);

    *result = PSCI_DENIED;
    if (others == 0)
        return PSCI_RETURN;
    psci->on = others;
    return PSCI_CPU_STOP;
}

/* A VM that starts anew keeps nothing, so that warm is cold. The cookie is for vendors' kinds. */
static enum psci_action psci_reset(uint64_t kind, uint64_t *result)
{
    *result = PSCI_INVALID_PARAMETERS;
    return kind == PSCI_RESET_WARM ? PSCI_RESET : PSCI_RETURN;
}

enum psci_action psci_cpu_call(struct psci *psci, unsigned cpu, const uint64_t call[4],
                               uint64_t *result)
{
    uint32_t function = (uint32_t)call[0];
    uint64_t mask = function & PSCI_64 ? UINT64_MAX : UINT32_MAX;

    switch (function) {
    case PSCI_CPU_ON:
    case PSCI_CPU_ON_64:
        *result = psci_turn_on(psci, call[1] & mask, call[2] & mask, call[3] & mask);
        return PSCI_RETURN;
    case PSCI_SYSTEM_RESET2:
    case PSCI_SYSTEM_RESET2_64:
        return psci_reset(call[1] & UINT32_MAX, result);
    case PSCI_CPU_OFF:
        return psci_turn_off(psci, cpu, result);
    case PSCI_AFFINITY_INFO:
    case PSCI_AFFINITY_INFO_64:
        *result = psci_look(psci, call[1] & mask, call[2] & UINT32_MAX);
        return PSCI_RETURN;
    default:
        *result = PSCI_NOT_SUPPORTED;
        return PSCI_RETURN;
    }
}
