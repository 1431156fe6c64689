/* SPDX-License-Identifier: BSD-2-Clause */
/* Calling firmware: the SMC Calling Convention (Arm DEN 0028), eight registers each way. */
#pragma once

#include <stdint.h>

#define SMC_REGISTER_COUNT 8

/* Firmware may keep x4 to x17 or not; none of them lives across the call. */
static inline void smc_call(uint64_t registers[SMC_REGISTER_COUNT])
{
    register uint64_t *x __asm__("x19") = registers;
    __asm__ volatile("ldp x0, x1, [x19]\n"
                     "ldp x2, x3, [x19, #16]\n"
                     "ldp x4, x5, [x19, #32]\n"
                     "ldp x6, x7, [x19, #48]\n"
                     "smc #0\n"
                     "stp x0, x1, [x19]\n"
                     "stp x2, x3, [x19, #16]\n"
                     "stp x4, x5, [x19, #32]\n"
                     "stp x6, x7, [x19, #48]\n"
                     :
                     : "r"(x)
                     : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
                       "x12", "x13", "x14", "x15", "x16", "x17", "memory");
}
