/* SPDX-License-Identifier: BSD-2-Clause */
/* Where things are in the machine that most tests have. */
#pragma once

#include "vmm/mem/layout.h"

static const struct layout layout = {
    .ram = {0x40000000},
    .gicd = {0x08000000},
    .gicc = {0x08010000},
    .uart = {0x09000000},
    .bells = {0x0a000000},
    .uart_intid = 33,
};
