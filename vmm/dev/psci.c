/* SPDX-License-Identifier: BSD-2-Clause */
/* One core and no power states: version, features, off, reset. All else is not supported. */
#include "vmm/dev/psci.h"

#include <stdbool.h>

static bool psci_supports(uint32_t function)
{
    switch (function) {
    case PSCI_VERSION:
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
    case PSCI_FEATURES:
        return true;
    default:
        return false;
    }
}

enum psci_action psci_call(uint64_t function, uint64_t argument, uint64_t *result)
{
    *result = PSCI_NOT_SUPPORTED;
    /* A function is named by W0; the upper half is not part of it (DEN0028 2.7). */
    switch ((uint32_t)function) {
    case PSCI_VERSION:
        *result = PSCI_VERSION_1_1;
        return PSCI_RETURN;
    case PSCI_FEATURES:
        if (psci_supports((uint32_t)argument))
            *result = PSCI_SUCCESS;
        return PSCI_RETURN;
    case PSCI_SYSTEM_OFF:
        return PSCI_POWER_OFF;
    case PSCI_SYSTEM_RESET:
        return PSCI_RESET;
    default: /* MIGRATE_INFO_TYPE among them: there is no trusted OS to migrate */
        return PSCI_RETURN;
    }
}
