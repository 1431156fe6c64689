/* SPDX-License-Identifier: BSD-2-Clause */
/* Making and reading capabilities: the fields kernel/model/cap.h draws. Pure; touches no object. */
#pragma once

#include "arch/physmap.h"
#include "kernel/mem/stage2.h"
#include "kernel/model/cap.h"

#define CAP_ORIGINAL BIT(58)
#define CAP_WHOLE    BIT(57)         /* CNode: guard and radix take a pointer's 64 bits */
#define CAP_OBJECT   0xffffffffff0UL /* [43:4] */
#define CAP_DEVICE   BIT(51)
#define CAP_SIZE     45 /* where the variant's size field begins */

/* Bit 44 makes the object's address one of the window onto physical memory (arch/physmap.h). */
#define CAP_WINDOW   BIT(44)

static inline struct cap cap_make(enum cap_type type, paddr_t object, uint64_t rights,
                                  uint64_t data)
{
    return (struct cap){((uint64_t)type << 59) | CAP_WINDOW | object.raw | rights, data};
}

static inline enum cap_type cap_type(struct cap cap)
{
    return (enum cap_type)(cap.meta >> 59);
}

static inline bool cap_is_null(struct cap cap)
{
    return cap_type(cap) == CAP_NULL;
}

static inline paddr_t cap_address(struct cap cap)
{
    return paddr(cap.meta & CAP_OBJECT);
}

static inline void *cap_object(struct cap cap)
{
    return physmap_object(cap.meta);
}

static inline uint64_t cap_rights(struct cap cap)
{
    return cap.meta & RIGHTS_ALL;
}

static inline bool cap_has_rights(struct cap cap, uint64_t rights)
{
    return (cap.meta & rights) == rights;
}

static inline struct cap cap_mask_rights(struct cap cap, uint64_t rights)
{
    cap.meta &= ~(uint64_t)RIGHTS_ALL | rights;
    return cap;
}

static inline bool cap_is_original(struct cap cap)
{
    return (cap.meta & CAP_ORIGINAL) != 0;
}

static inline struct cap cap_set_original(struct cap cap, bool original)
{
    cap.meta = original ? cap.meta | CAP_ORIGINAL : cap.meta & ~CAP_ORIGINAL;
    return cap;
}

static inline struct cap cap_null(void)
{
    return (struct cap){0, 0};
}

/* The variant's size field: untyped and sched context size bits, CNode radix. */
static inline unsigned cap_size_bits(struct cap cap)
{
    return (unsigned)bits_get(cap.meta, CAP_SIZE, 6);
}

static inline bool cap_is_device(struct cap cap)
{
    return (cap.meta & CAP_DEVICE) != 0;
}

/* ---- untyped: what is handed out so far, and what beyond it is known to be zero ---- */

#define UNTYPED_FREE_UNIT_BITS  4
#define UNTYPED_CLEAN_UNIT_BITS 12

static inline struct cap cap_untyped(paddr_t base, unsigned size_bits, bool device)
{
    struct cap cap = cap_make(CAP_UNTYPED, base, 0, 0);
    cap.meta |= bits_put(size_bits, CAP_SIZE, 6) | (device ? CAP_DEVICE : 0);
    return cap_set_original(cap, true);
}

/* Bytes handed out, a multiple of 16. */
static inline uint64_t cap_untyped_free(struct cap cap)
{
    return bits_get(cap.data, 0, 36) << UNTYPED_FREE_UNIT_BITS;
}

/* Bytes [free, clean) are zero already; a multiple of 4096 (0: nothing is). */
static inline uint64_t cap_untyped_clean(struct cap cap)
{
    return bits_get(cap.data, 36, 28) << UNTYPED_CLEAN_UNIT_BITS;
}

static inline struct cap cap_untyped_set(struct cap cap, uint64_t free, uint64_t clean)
{
    cap.data = bits_put(free >> UNTYPED_FREE_UNIT_BITS, 0, 36) |
               bits_put(clean >> UNTYPED_CLEAN_UNIT_BITS, 36, 28);
    return cap;
}

/* ---- CNode ---- */

static inline struct cap cap_cnode(paddr_t base, unsigned radix, uint64_t guard,
                                   unsigned guard_bits)
{
    struct cap cap = cap_make(CAP_CNODE, base, 0, guard);
    cap.meta |= bits_put(radix, CAP_SIZE, 6) | bits_put(guard_bits, 51, 6) |
                (radix + guard_bits == 64 ? CAP_WHOLE : 0);
    return cap;
}

static inline unsigned cap_cnode_guard_bits(struct cap cap)
{
    return (unsigned)bits_get(cap.meta, 51, 6);
}

static inline uint64_t cap_cnode_guard(struct cap cap)
{
    return cap.data;
}

/* ---- frames, page tables, address spaces: where they are mapped ---- */

/* Its size is the level that maps it whole. */
static inline struct cap cap_frame(paddr_t base, enum stage2_level size, bool device,
                                   uint64_t rights)
{
    struct cap cap = cap_make(CAP_FRAME, base, rights, 0);
    cap.meta |= bits_put(size, CAP_SIZE, 2) | (device ? CAP_DEVICE : 0);
    return cap;
}

static inline enum stage2_level cap_frame_size(struct cap cap)
{
    return (enum stage2_level)bits_get(cap.meta, CAP_SIZE, 2);
}

/* 0: not mapped (a frame or page table), not assigned (an address space). */
static inline uint64_t cap_mapping_asid(struct cap cap)
{
    return cap.data >> 48;
}

static inline ipa_t cap_mapping_address(struct cap cap)
{
    return ipa(cap.data & 0xfffffffff000UL);
}

static inline struct cap cap_set_mapping(struct cap cap, uint64_t asid, ipa_t address)
{
    cap.data = bits_put(asid, 48, 16) | (address.raw & 0xfffffffff000UL);
    return cap;
}

/* ---- the rest ---- */

static inline struct cap cap_sched_context(paddr_t base, unsigned size_bits)
{
    struct cap cap = cap_make(CAP_SCHED_CONTEXT, base, 0, 0);
    cap.meta |= bits_put(size_bits, CAP_SIZE, 6);
    return cap;
}

/* Endpoints, notifications and SMC. */
static inline uint64_t cap_badge(struct cap cap)
{
    return cap.data;
}

/* An endpoint to send on and be answered through: what a fault handler has to be. */
static inline bool cap_is_callable(struct cap cap)
{
    return cap_type(cap) == CAP_ENDPOINT && cap_has_rights(cap, RIGHT_WRITE) &&
           (cap_rights(cap) & (RIGHT_GRANT | RIGHT_GRANT_REPLY)) != 0;
}
