/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities in an array of slots; see fake_kernel.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libs/rt/rt.h"
#include "tests/unit/libs/fake_kernel.h"

#define SLOTS 65536
#define EMPTY 255 /* `type` of an empty slot */

struct slot {
    uint8_t type;
    uint8_t bits;
    uint8_t device;
    uint8_t boot;    /* given by bootinfo */
    uint32_t parent; /* the untyped it came from */
    uint64_t paddr;
    uint64_t used;   /* bytes handed out, of an untyped */
    uint64_t vaddr;  /* of a frame or table */
    uint32_t vspace; /* it is mapped into; 0: none */
};

static struct slot slots[SLOTS];
static seL4_Word slot_limit;
static seL4_Word mr[4];
static unsigned fail_after;
static int failed;

_Noreturn void rt_check_failed(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, condition);
    abort();
}

void fake_reset(seL4_BootInfo *bootinfo, const seL4_UntypedDesc *untypeds, size_t count,
                seL4_Word slot_end)
{
    memset(bootinfo, 0, sizeof(*bootinfo));
    for (size_t i = 0; i < SLOTS; i++)
        slots[i] = (struct slot){.type = EMPTY};
    bootinfo->untyped = (seL4_SlotRegion){FAKE_FIRST_SLOT, FAKE_FIRST_SLOT + count};
    bootinfo->empty = (seL4_SlotRegion){FAKE_FIRST_SLOT + count, slot_end};
    slot_limit = slot_end;
    for (size_t i = 0; i < count; i++) {
        bootinfo->untypedList[i] = untypeds[i];
        slots[FAKE_FIRST_SLOT + i] = (struct slot){.type = seL4_UntypedObject,
                                                   .bits = untypeds[i].sizeBits,
                                                   .device = untypeds[i].isDevice,
                                                   .boot = 1,
                                                   .paddr = untypeds[i].paddr};
    }
    fake_fail_after(0);
}

void fake_fail_after(unsigned n)
{
    fail_after = n;
    failed = 0;
}

int fake_has_failed(void)
{
    return failed;
}

static int must_fail(void)
{
    if (fail_after == 0 || --fail_after > 0)
        return 0;
    failed = 1;
    return 1;
}

unsigned fake_capability_count(void)
{
    unsigned count = 0;

    for (size_t i = 0; i < SLOTS; i++)
        count += slots[i].type != EMPTY && !slots[i].boot;
    return count;
}

uint64_t fake_paddr(seL4_CPtr slot)
{
    return slots[slot].paddr;
}

int fake_is_empty(seL4_CPtr slot)
{
    return slots[slot].type == EMPTY;
}

seL4_Word seL4_GetMR(int i)
{
    return mr[i];
}

static unsigned bits_of(seL4_Word type, seL4_Word size_bits)
{
    switch (type) {
    case seL4_UntypedObject:
    case seL4_SchedContextObject:
        return (unsigned)size_bits;
    case seL4_CapTableObject:
        return (unsigned)size_bits + seL4_SlotBits;
    case seL4_TCBObject:
        return seL4_TCBBits;
    case seL4_EndpointObject:
        return seL4_EndpointBits;
    case seL4_NotificationObject:
        return seL4_NotificationBits;
    case seL4_ARM_LargePageObject:
        return seL4_LargePageBits;
    case seL4_ARM_SmallPageObject:
    case seL4_ARM_PageTableObject:
        return seL4_PageBits;
    default:
        fail_msg("type %lu is not modelled", type);
        return 0;
    }
}

static int has_children(seL4_CPtr untyped)
{
    for (size_t i = 0; i < slot_limit; i++) {
        if (slots[i].type != EMPTY && slots[i].parent == untyped)
            return 1;
    }
    return 0;
}

seL4_Error seL4_Untyped_Retype(seL4_CPtr service, seL4_Word type, seL4_Word size_bits,
                               seL4_CNode root, seL4_Word node_index, seL4_Word node_depth,
                               seL4_Word node_offset, seL4_Word num_objects)
{
    struct slot *untyped = &slots[service];
    unsigned bits = bits_of(type, size_bits);

    assert_int_equal(untyped->type, seL4_UntypedObject);
    assert_int_equal(root, seL4_CapInitThreadCNode);
    assert_int_equal(node_depth, 0);
    assert_in_range(num_objects, 1, seL4_RetypeFanOutLimit);
    assert_true(node_offset + num_objects <= slot_limit);
    if (untyped->device)
        assert_true(type == seL4_UntypedObject || type == seL4_ARM_SmallPageObject ||
                    type == seL4_ARM_LargePageObject);
    if (must_fail())
        return seL4_NotEnoughMemory;

    if (!has_children(service))
        untyped->used = 0;
    untyped->used = (untyped->used + (UINT64_C(1) << bits) - 1) & ~((UINT64_C(1) << bits) - 1);
    assert_true(untyped->used + (num_objects << bits) <= UINT64_C(1) << untyped->bits);
    for (size_t i = 0; i < num_objects; i++) {
        assert_true(fake_is_empty(node_offset + i));
        slots[node_offset + i] = (struct slot){.type = (uint8_t)type,
                                               .bits = (uint8_t)bits,
                                               .device = untyped->device,
                                               .parent = (uint32_t)service,
                                               .paddr = untyped->paddr + untyped->used};
        untyped->used += UINT64_C(1) << bits;
    }
    return seL4_NoError;
}

seL4_Error seL4_CNode_Delete(seL4_CNode service, seL4_Word index, seL4_Uint8 depth)
{
    assert_int_equal(service, seL4_CapInitThreadCNode);
    assert_int_equal(depth, seL4_WordBits);
    assert_false(fake_is_empty(index));
    assert_false(slots[index].boot);
    assert_false(slots[index].type == seL4_UntypedObject && has_children(index));
    slots[index] = (struct slot){.type = EMPTY};
    return seL4_NoError;
}

/* The allocator revokes untypeds whose children are objects alone: one level. */
seL4_Error seL4_CNode_Revoke(seL4_CNode service, seL4_Word index, seL4_Uint8 depth)
{
    assert_int_equal(service, seL4_CapInitThreadCNode);
    assert_int_equal(depth, seL4_WordBits);
    assert_int_equal(slots[index].type, seL4_UntypedObject);
    for (size_t i = 0; i < slot_limit; i++) {
        if (slots[i].type == EMPTY || slots[i].parent != index)
            continue;
        assert_false(slots[i].type == seL4_UntypedObject && has_children(i));
        slots[i] = (struct slot){.type = EMPTY};
    }
    return seL4_NoError;
}

seL4_Error seL4_CNode_Copy(seL4_CNode service, seL4_Word dest_index, seL4_Uint8 dest_depth,
                           seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth,
                           seL4_CapRights_t rights)
{
    assert_true(fake_is_empty(dest_index));
    if (must_fail())
        return seL4_IllegalOperation;
    slots[dest_index] = slots[src_index];
    slots[dest_index].vspace = 0;
    return seL4_NoError;
}

/* A table that covers 2^`span` bytes around `vaddr`. The higher level's span is kept in `used`. */
static int has_table(seL4_CPtr vspace, seL4_Word vaddr, unsigned span)
{
    for (size_t i = 0; i < slot_limit; i++) {
        if (slots[i].type == seL4_ARM_PageTableObject && slots[i].vspace == vspace &&
            slots[i].used == span && slots[i].vaddr >> span == vaddr >> span)
            return 1;
    }
    return 0;
}

seL4_Error seL4_ARM_PageTable_Map(seL4_CPtr service, seL4_CPtr vspace, seL4_Word vaddr,
                                  seL4_ARM_VMAttributes attr)
{
    struct slot *table = &slots[service];
    unsigned span = has_table(vspace, vaddr, 30) ? 21 : 30;

    assert_int_equal(table->type, seL4_ARM_PageTableObject);
    if (must_fail())
        return seL4_IllegalOperation;
    if (has_table(vspace, vaddr, span))
        return seL4_DeleteFirst;
    table->vspace = (uint32_t)vspace;
    table->vaddr = vaddr;
    table->used = span;
    return seL4_NoError;
}

seL4_Error seL4_ARM_Page_Map(seL4_CPtr service, seL4_CPtr vspace, seL4_Word vaddr,
                             seL4_CapRights_t rights, seL4_ARM_VMAttributes attr)
{
    struct slot *frame = &slots[service];
    unsigned missing = 0;

    assert_true(frame->type == seL4_ARM_SmallPageObject || frame->type == seL4_ARM_LargePageObject);
    if (must_fail())
        return seL4_IllegalOperation;
    if (vaddr % (UINT64_C(1) << frame->bits) != 0)
        return seL4_AlignmentError;
    if (!has_table(vspace, vaddr, 30))
        missing = 30;
    else if (frame->bits == seL4_PageBits && !has_table(vspace, vaddr, 21))
        missing = 21;
    if (missing != 0) {
        mr[0] = 0;
        mr[1] = seL4_MissingCapability;
        mr[2] = missing;
        return seL4_FailedLookup;
    }
    frame->vspace = (uint32_t)vspace;
    frame->vaddr = vaddr;
    return seL4_NoError;
}
