/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Watermarks of untypeds, and what moves them. The kernel makes the next object where the last one
 * ended; only another object, the padding, makes it step further. Padding goes again once something
 * behind it keeps the watermark: an untyped without children starts over.
 */
#include "libs/alloc/supply.h"
#include "libs/alloc/retype.h"

/* What is still to be made. */
struct wanted {
    seL4_Word type, size_bits;
    uint64_t bytes; /* of one */
    seL4_CPtr slot;
    size_t count;
};

void supply_init(struct supply *supply, const seL4_BootInfo *bootinfo, seL4_CPtr padding)
{
    *supply = (struct supply){.bootinfo = bootinfo, .padding = padding};
}

static unsigned untyped_count(const struct supply *supply)
{
    return (unsigned)(supply->bootinfo->untyped.end - supply->bootinfo->untyped.start);
}

static uint64_t untyped_bytes(const seL4_UntypedDesc *untyped)
{
    return UINT64_C(1) << untyped->sizeBits;
}

static uint64_t ram_left(const struct supply *supply, unsigned index)
{
    const seL4_UntypedDesc *untyped = &supply->bootinfo->untypedList[index];

    return untyped->isDevice ? 0 : untyped_bytes(untyped) - supply->used[index];
}

uint64_t supply_left(const struct supply *supply)
{
    uint64_t left = 0;

    for (unsigned i = 0; i < untyped_count(supply); i++)
        left += ram_left(supply, i);
    return left;
}

const seL4_UntypedDesc *supply_find(const struct supply *supply, uint64_t address)
{
    const seL4_UntypedDesc *list = supply->bootinfo->untypedList;

    for (unsigned i = 0; i < untyped_count(supply); i++) {
        if (address - list[i].paddr < untyped_bytes(&list[i]))
            return &list[i];
    }
    return NULL;
}

static struct wanted want(seL4_Word type, seL4_Word size_bits, seL4_CPtr slot, size_t count)
{
    return (struct wanted){
        .type = type,
        .size_bits = size_bits,
        .bytes = UINT64_C(1) << alloc_object_bits(type, size_bits),
        .slot = slot,
        .count = count,
    };
}

/* As many as there is room for, where the untyped's next object of their size will be. */
static bool give(struct supply *supply, unsigned index, struct wanted *wanted)
{
    uint64_t size = untyped_bytes(&supply->bootinfo->untypedList[index]);
    uint64_t start = (supply->used[index] + wanted->bytes - 1) & ~(wanted->bytes - 1);
    uint64_t fit = start < size ? (size - start) / wanted->bytes : 0;
    size_t some = fit < wanted->count ? fit : wanted->count;

    if (some == 0 || alloc_retype(supply->bootinfo->untyped.start + index, wanted->type,
                                  wanted->size_bits, wanted->slot, some) != seL4_NoError)
        return false;
    supply->used[index] = start + some * wanted->bytes;
    wanted->slot += some;
    wanted->count -= some;
    return true;
}

/* The smallest piece of RAM with room for all of it, or else the one with most room. */
static unsigned choose(const struct supply *supply, uint64_t bytes)
{
    unsigned chosen = 0;

    for (unsigned i = 0; i < untyped_count(supply); i++) {
        uint64_t left = ram_left(supply, i), best = ram_left(supply, chosen);

        if (best < bytes ? left > best : left >= bytes && left < best)
            chosen = i;
    }
    return chosen;
}

bool supply_ram(struct supply *supply, seL4_Word type, seL4_Word size_bits, seL4_CPtr slot,
                size_t count)
{
    struct wanted wanted = want(type, size_bits, slot, count);

    while (wanted.count > 0) {
        unsigned from = choose(supply, wanted.count * wanted.bytes);

        if (ram_left(supply, from) == 0 || !give(supply, from, &wanted))
            return false;
    }
    return true;
}

/* The largest untyped that starts at `from`, a multiple of its size, and ends by `to`. */
static unsigned padding_bits(uint64_t from, uint64_t to)
{
    unsigned bits = seL4_MinUntypedBits;

    while (from % (UINT64_C(2) << bits) == 0 && UINT64_C(2) << bits <= to - from)
        bits++;
    return bits;
}

/* Moves the watermark to `offset`, if it is not there or behind; answers by how much padding. */
static unsigned step_to(struct supply *supply, unsigned index, uint64_t offset)
{
    unsigned pieces = 0;

    while (supply->used[index] < offset && pieces < SUPPLY_PADDING) {
        unsigned bits = padding_bits(supply->used[index], offset);
        struct wanted padding = want(seL4_UntypedObject, bits, supply->padding + pieces, 1);

        if (!give(supply, index, &padding))
            break;
        pieces++;
    }
    return pieces;
}

/* What lies in the untyped that holds `*address`, which moves behind it. */
static bool give_at(struct supply *supply, uint64_t *address, struct wanted *wanted)
{
    const seL4_UntypedDesc *untyped = supply_find(supply, *address);
    unsigned index, pieces;

    if (untyped == NULL)
        return false;
    index = (unsigned)(untyped - supply->bootinfo->untypedList);
    pieces = step_to(supply, index, *address - untyped->paddr);
    if (supply->used[index] != *address - untyped->paddr || !give(supply, index, wanted))
        return false;
    while (pieces-- > 0)
        (void)seL4_CNode_Delete(seL4_CapInitThreadCNode, supply->padding + pieces, seL4_WordBits);
    *address = untyped->paddr + supply->used[index];
    return true;
}

bool supply_at(struct supply *supply, uint64_t address, seL4_Word type, seL4_Word size_bits,
               seL4_CPtr slot, size_t count)
{
    struct wanted wanted = want(type, size_bits, slot, count);
    bool fine = address % wanted.bytes == 0;

    while (wanted.count > 0 && fine)
        fine = give_at(supply, &address, &wanted);
    return fine;
}
