/* SPDX-License-Identifier: BSD-2-Clause */
/* What a trapped system register answers a guest. Stands on arch/esr.h. */
#ifndef VMM_ARCH_SYSREG_H
#define VMM_ARCH_SYSREG_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the register that this syndrome (EC 0x18) names reads as zero and ignores writes for
 * our guests; if not it does not exist for them. */
bool sysreg_is_quiet(uint64_t syndrome);

#endif
