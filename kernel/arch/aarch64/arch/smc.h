/* SPDX-License-Identifier: BSD-2-Clause */
/* Calling firmware: the SMC Calling Convention (Arm DEN 0028), eight registers each way. */
#pragma once

#include <stdint.h>

#define SMC_REGISTER_COUNT 8

struct smc_registers {
    uint64_t x[SMC_REGISTER_COUNT];
};

/* Firmware may keep x4 to x17 or not; none of them lives across the call. */
static inline void smc_call(struct smc_registers *registers)
{
    register uint64_t x0 __asm__("x0") = registers->x[0];
    register uint64_t x1 __asm__("x1") = registers->x[1];
    register uint64_t x2 __asm__("x2") = registers->x[2];
    register uint64_t x3 __asm__("x3") = registers->x[3];
    register uint64_t x4 __asm__("x4") = registers->x[4];
    register uint64_t x5 __asm__("x5") = registers->x[5];
    register uint64_t x6 __asm__("x6") = registers->x[6];
    register uint64_t x7 __asm__("x7") = registers->x[7];
    __asm__ volatile(
        "smc #0"
        : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6), "+r"(x7)
        :
        : "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory");
    registers->x[0] = x0;
    registers->x[1] = x1;
    registers->x[2] = x2;
    registers->x[3] = x3;
    registers->x[4] = x4;
    registers->x[5] = x5;
    registers->x[6] = x6;
    registers->x[7] = x7;
}
