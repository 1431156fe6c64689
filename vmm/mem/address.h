/* SPDX-License-Identifier: BSD-2-Clause */
/* The type of a guest-physical address (intermediate physical address), so that it is never taken
 * for one of our own. Stands on <stdint.h> alone. */
#ifndef VMM_MEM_ADDRESS_H
#define VMM_MEM_ADDRESS_H

#include <stdint.h>

typedef struct {
    uint64_t value;
} ipa_t;

#define IPA(address) ((ipa_t){address})

#define KIB(n)       (UINT64_C(1024) * (n))
#define MIB(n)       (UINT64_C(1048576) * (n))

/* Rounds up to a power of two; the caller keeps `value` far enough below 2^64. */
static inline uint64_t align_up(uint64_t value, uint64_t alignment)
{
    return (value + alignment - 1) & ~(alignment - 1);
}

#endif
