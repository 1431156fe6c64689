/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores that hardware does not decode for us: pairs, and single ones that write their
 * address back. Source: Arm ARM C4.1.94 (loads and stores). Vector registers, exclusives and
 * atomics are not known here: no device takes them. Pure; any 32 bits may come in.
 */
#ifndef VMM_ARCH_DECODE_H
#define VMM_ARCH_DECODE_H

#include <stdbool.h>
#include <stdint.h>

struct decoded {
    unsigned base; /* register 0 to 30; 31 is the stack pointer */
    unsigned count;
    unsigned targets[2]; /* 31 is the zero register */
    unsigned size;       /* bytes of each */
    bool write;
    bool sign;        /* loads extend the sign */
    bool wide;        /* to 64 bits */
    int64_t offset;   /* base plus this is the first address */
    bool writes_back; /* base += write_back afterwards */
    int64_t write_back;
};

bool decode_instruction(uint32_t instruction, struct decoded *decoded);

#endif
