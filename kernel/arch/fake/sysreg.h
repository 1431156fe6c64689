/* SPDX-License-Identifier: BSD-2-Clause */
/* System registers on the host: words of the machine (tests/unit/kernel-whole/machine.h), under the
 * names that hw/sysreg.h lists. The compiler includes this in front of every file. */
#pragma once

#include "hw/gicv3.h"
#include "hw/sysreg.h"

#define FAKE_SYSREG_NUMBER(name) FAKE_##name,

enum fake_sysreg {
    SYSREG_LIST_RW(FAKE_SYSREG_NUMBER) SYSREG_LIST_RO(FAKE_SYSREG_NUMBER)
        GICV3_LIST_RW(FAKE_SYSREG_NUMBER) GICV3_LIST_RO(FAKE_SYSREG_NUMBER)
            GICV3_LIST_WO(FAKE_SYSREG_NUMBER) FAKE_SYSREG_COUNT,
};

/* Of the core that the test plays. */
uint64_t fake_sysreg_read(enum fake_sysreg number);
void fake_sysreg_write(enum fake_sysreg number, uint64_t value);

#define FAKE_SYSREG_READ(name)                      \
    static inline uint64_t sysreg_read_##name(void) \
    {                                               \
        return fake_sysreg_read(FAKE_##name);       \
    }

#define FAKE_SYSREG_WRITE(name)                            \
    static inline void sysreg_write_##name(uint64_t value) \
    {                                                      \
        fake_sysreg_write(FAKE_##name, value);             \
    }

SYSREG_LIST_RW(FAKE_SYSREG_READ)
SYSREG_LIST_RW(FAKE_SYSREG_WRITE)
SYSREG_LIST_RO(FAKE_SYSREG_READ)
GICV3_LIST_RW(FAKE_SYSREG_READ)
GICV3_LIST_RW(FAKE_SYSREG_WRITE)
GICV3_LIST_RO(FAKE_SYSREG_READ)
GICV3_LIST_WO(FAKE_SYSREG_WRITE)
