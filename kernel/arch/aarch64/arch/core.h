/* SPDX-License-Identifier: BSD-2-Clause */
/* The core this code runs on. */
#pragma once

#include "hw/sysreg.h"

struct core;

/* Set once a core at boot. Not volatile: the answer never changes, so it may be reused. */
static inline struct core *core_local(void)
{
    struct core *core;
    __asm__("mrs %0, tpidr_el2" : "=r"(core));
    return core;
}

static inline void core_set_local(struct core *core)
{
    sysreg_write_tpidr_el2((uint64_t)core);
}
