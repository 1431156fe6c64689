/* SPDX-License-Identifier: BSD-2-Clause */
/* The core this code runs on: the one the test plays. */
#pragma once

#define CORE_CURRENT   0
#define CORE_STACK_TOP 8
#define CORE_ID        16

#include "kernel/arch/fake/sysreg.h"

struct core;

static inline struct core *core_local(void)
{
    return (struct core *)sysreg_read_tpidr_el2();
}

static inline void core_set_local(struct core *core)
{
    sysreg_write_tpidr_el2((uint64_t)core);
}

static inline uint32_t core_number(void)
{
    return *(const uint32_t *)((const char *)core_local() + CORE_ID);
}
