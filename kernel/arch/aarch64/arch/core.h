/* SPDX-License-Identifier: BSD-2-Clause */
/* The core this code runs on. */
#pragma once

/* Offsets in struct core, for assembly and for floors that do not know it (model/core.h checks). */
#define CORE_CURRENT   0
#define CORE_STACK_TOP 8
#define CORE_ID        16

#ifndef __ASSEMBLER__
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

/* Its number: the order of booting, from 0. */
static inline uint32_t core_number(void)
{
    return *(const uint32_t *)((const char *)core_local() + CORE_ID);
}
#endif
