/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects from the machine's memory. Stands on libs/alloc and bootinfo, of use until init gives
 * that up (authority.h). */
#pragma once

#include "components/init/init.h"

/* Makes all objects of the plan that have no parent (the system's, and the untypeds of the
 * components) and init's own. False after a sentence that names what did not fit. */
bool memory_make_roots(const struct init *init, const seL4_BootInfo *bootinfo);
