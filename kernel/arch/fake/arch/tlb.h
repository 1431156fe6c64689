/* SPDX-License-Identifier: BSD-2-Clause */
/* Invalidating TLBs on the host: counted, by VMID. */
#pragma once

#include "kernel/lib/types.h"

#define FAKE_VMID_COUNT 256

extern unsigned fake_tlb_invalidations[FAKE_VMID_COUNT];

static inline void tlb_invalidate_space(uint64_t vttbr)
{
    fake_tlb_invalidations[(vttbr >> 48) % FAKE_VMID_COUNT]++;
}

static inline void tlb_invalidate_address(uint64_t vttbr, ipa_t address)
{
    (void)address;
    fake_tlb_invalidations[(vttbr >> 48) % FAKE_VMID_COUNT]++;
}
