/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores that hardware has decoded: from a data abort's syndrome to size, direction and
 * register, and the value a load puts into its register. Stands on arch/esr.h.
 */
#ifndef VMM_ARCH_ACCESS_H
#define VMM_ARCH_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/arch/esr.h"

struct access {
    unsigned size;   /* bytes: 1, 2, 4, 8 */
    unsigned target; /* register 0 to 30; 31 is the zero register */
    bool write;
    bool sign; /* the load extends the sign */
    bool wide; /* to 64 bits, else to 32 and zero above */
};

/* False if the syndrome does not describe the access: pairs, write-back, vectors, and walks of
 * the guest's own tables. */
static inline bool access_decode(uint64_t syndrome, struct access *access)
{
    if ((syndrome & ESR_DATA_ISV) == 0 || (syndrome & ESR_ABORT_S1PTW) != 0)
        return false;
    *access = (struct access){
        .size = 1u << ESR_SAS(syndrome),
        .target = (unsigned)ESR_SRT(syndrome),
        .write = (syndrome & ESR_DATA_WNR) != 0,
        .sign = (syndrome & ESR_DATA_SSE) != 0,
        .wide = (syndrome & ESR_DATA_SF) != 0,
    };
    return true;
}

/* The low `size` bytes of `value`. */
static inline uint64_t access_truncate(const struct access *access, uint64_t value)
{
    unsigned above = 64 - 8 * access->size;

    return value << above >> above;
}

/* What a load of `value` leaves in the register. */
static inline uint64_t access_extend(const struct access *access, uint64_t value)
{
    unsigned above = 64 - 8 * access->size;
    uint64_t top = value << above;

    if (__builtin_expect(!access->sign, 1))
        return top >> above;
    value = (uint64_t)((int64_t)top >> above);
    return access->wide ? value : value & UINT32_MAX;
}

#endif
