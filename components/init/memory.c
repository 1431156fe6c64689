/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where objects come from that have no parent in the plan.
 *
 * RAM is given out by falling size, so that every watermark is a multiple of what is taken next and
 * nothing is lost to alignment. Memory at an address is given out by rising address: what lies
 * before it in its untyped is stepped over by padding, which goes again once something behind it
 * keeps the watermark.
 */
#include "components/init/memory.h"
#include "components/init/words.h"

#define RETYPE_MOST  256u
#define BITS_MOST    47u
#define PADDING_MOST (INIT_SLOT_COUNT - INIT_SLOT_PADDING)

static const seL4_BootInfo *bootinfo;
static uint64_t used[CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS]; /* bytes of each untyped */

void memory_begin(const seL4_BootInfo *info)
{
    bootinfo = info;
}

static unsigned untyped_count(void)
{
    return (unsigned)(bootinfo->untyped.end - bootinfo->untyped.start);
}

static uint64_t untyped_bytes(unsigned untyped)
{
    return UINT64_C(1) << bootinfo->untypedList[untyped].sizeBits;
}

static uint64_t untyped_left(unsigned untyped)
{
    return bootinfo->untypedList[untyped].isDevice ? 0 : untyped_bytes(untyped) - used[untyped];
}

static seL4_Word kernel_type(enum plan_type type)
{
    static const uint8_t types[PLAN_TYPE_COUNT] = {
        [PLAN_TYPE_UNTYPED] = seL4_UntypedObject,
        [PLAN_TYPE_TCB] = seL4_TCBObject,
        [PLAN_TYPE_ENDPOINT] = seL4_EndpointObject,
        [PLAN_TYPE_NOTIFICATION] = seL4_NotificationObject,
        [PLAN_TYPE_CNODE] = seL4_CapTableObject,
        [PLAN_TYPE_SCHED_CONTEXT] = seL4_SchedContextObject,
        [PLAN_TYPE_REPLY] = seL4_ReplyObject,
        [PLAN_TYPE_VSPACE] = seL4_ARM_VSpaceObject,
        [PLAN_TYPE_PAGE_TABLE] = seL4_ARM_PageTableObject,
        [PLAN_TYPE_SMALL_PAGE] = seL4_ARM_SmallPageObject,
        [PLAN_TYPE_LARGE_PAGE] = seL4_ARM_LargePageObject,
        [PLAN_TYPE_VCPU] = seL4_ARM_VCPUObject,
    };

    return types[type];
}

seL4_Error memory_retype(seL4_CPtr untyped, const struct plan_object *object, seL4_CPtr slot,
                         uint32_t count)
{
    seL4_Error error = seL4_NoError;

    for (uint32_t done = 0; done < count && error == seL4_NoError; done += RETYPE_MOST) {
        uint32_t some = count - done < RETYPE_MOST ? count - done : RETYPE_MOST;

        error = seL4_Untyped_Retype(untyped, kernel_type(object->type), object->size_bits,
                                    INIT_CNODE, 0, 0, slot + done, some);
    }
    for (uint32_t i = 0; i < count && error == seL4_NoError && object->type == PLAN_TYPE_VSPACE;
         i++)
        error = seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, slot + i);
    return error;
}

/* The smallest untyped with room for all of it, or else the one with most room. */
static unsigned choose_untyped(uint64_t bytes)
{
    unsigned chosen = 0;

    for (unsigned i = 0; i < untyped_count(); i++) {
        uint64_t left = untyped_left(i), best = untyped_left(chosen);

        if (best < bytes ? left > best : left >= bytes && left < best)
            chosen = i;
    }
    return chosen;
}

bool memory_take(const struct plan_object *object, seL4_CPtr slot, uint32_t count)
{
    uint64_t bytes = plan_object_bytes(object);

    while (count > 0) {
        unsigned from = choose_untyped(count * bytes);
        uint64_t start = (used[from] + bytes - 1) & ~(bytes - 1);
        uint64_t fit = start < untyped_bytes(from) && untyped_left(from) > 0
                           ? (untyped_bytes(from) - start) / bytes
                           : 0;
        uint32_t some = fit < count ? (uint32_t)fit : count;

        if (some == 0 ||
            memory_retype(bootinfo->untyped.start + from, object, slot, some) != seL4_NoError)
            return false;
        used[from] = start + some * bytes;
        slot += some;
        count -= some;
    }
    return true;
}

/* The untyped that an address lies in; untyped_count() if in none. */
static unsigned find_untyped(uint64_t address)
{
    unsigned i = 0;

    while (i < untyped_count() && address - bootinfo->untypedList[i].paddr >= untyped_bytes(i))
        i++;
    return i;
}

/* The largest untyped that starts at `from`, a multiple of its size, and ends by `to`. */
static unsigned padding_bits(uint64_t from, uint64_t to)
{
    unsigned bits = seL4_MinUntypedBits;

    while (bits < BITS_MOST && from % (UINT64_C(2) << bits) == 0 &&
           UINT64_C(2) << bits <= to - from)
        bits++;
    return bits;
}

/* Takes padding until `offset` is next; answers how many pieces, or -1. */
static int step_to(const struct init *init, unsigned untyped, uint64_t offset)
{
    unsigned pieces = 0;

    while (used[untyped] < offset) {
        struct plan_object padding = {
            .type = PLAN_TYPE_UNTYPED,
            .size_bits = (uint8_t)padding_bits(used[untyped], offset),
        };

        if (pieces == PADDING_MOST ||
            memory_retype(bootinfo->untyped.start + untyped, &padding,
                          init_own_slot(init, INIT_SLOT_PADDING + pieces), 1) != seL4_NoError)
            return -1;
        used[untyped] += plan_object_bytes(&padding);
        pieces++;
    }
    return used[untyped] == offset ? (int)pieces : -1;
}

bool memory_take_at(const struct init *init, const struct plan_object *object, uint64_t address,
                    seL4_CPtr slot, uint32_t count)
{
    uint64_t bytes = plan_object_bytes(object);

    while (count > 0) {
        unsigned from = find_untyped(address);
        uint64_t offset = address - bootinfo->untypedList[from].paddr;
        uint64_t fit = (untyped_bytes(from) - offset) / bytes;
        uint32_t some = fit < count ? (uint32_t)fit : count;
        int pieces = some == 0 ? -1 : step_to(init, from, offset);

        if (pieces < 0 ||
            memory_retype(bootinfo->untyped.start + from, object, slot, some) != seL4_NoError)
            return false;
        used[from] += some * bytes;
        while (pieces-- > 0)
            init_delete(init_own_slot(init, INIT_SLOT_PADDING + (unsigned)pieces));
        slot += some;
        count -= some;
        address += some * bytes;
    }
    return true;
}

static uint64_t place_of(const struct init *init, const struct plan_object *object)
{
    return object->address + (object->flags & PLAN_IN_FILES ? init->files_start : 0);
}

/* Before anything is taken: whether all of it lies in memory that is no RAM. */
static bool is_placed(const struct init *init, const struct plan_object *object)
{
    uint64_t at = place_of(init, object), end = at + object->count * plan_object_bytes(object);
    const char *name = plan_string(init->plan, object->name);

    while (at < end) {
        unsigned untyped = find_untyped(at);

        if (untyped == untyped_count())
            return words_refuse("%s: the kernel gives out no memory at 0x%lx: build the image for "
                                "this board",
                                name, at);
        if (!bootinfo->untypedList[untyped].isDevice)
            return words_refuse("%s: 0x%lx is RAM here: build the image for this board", name, at);
        at = bootinfo->untypedList[untyped].paddr + untyped_bytes(untyped);
    }
    return true;
}

static bool make_interrupt(const struct init *init, const struct plan_object *object)
{
    seL4_Error error = seL4_IRQControl_GetTrigger(seL4_CapIRQControl, object->address,
                                                  object->flags & PLAN_EDGE ? 1 : 0, INIT_CNODE,
                                                  init->slots + object->slot, INIT_CNODE_DEPTH);

    return error == seL4_NoError ||
           words_refuse("%s: interrupt %lu: %s: build the image for this board",
                        plan_string(init->plan, object->name), object->address, words_error(error));
}

static bool make_from_ram(const struct init *init, uint32_t record)
{
    const struct plan_object *object = &plan_objects(init->plan)[record];
    uint32_t owner = plan_owner(init->plan, PLAN_OBJECTS, record);
    uint64_t bytes = object->count * plan_object_bytes(object), left = 0;
    struct size_text wanted, rest;

    for (unsigned i = 0; i < untyped_count(); i++)
        left += untyped_left(i);
    if (memory_take(object, init->slots + object->slot, object->count))
        return true;
    return words_refuse("%s%s%s of %s: the board has %s left: lower its memory",
                        owner == INIT_SYSTEM ? "" : init_name(init, owner),
                        owner == INIT_SYSTEM ? "" : ": ", plan_string(init->plan, object->name),
                        words_size(&wanted, bytes), words_size(&rest, left));
}

static bool make_at_place(const struct init *init, const struct plan_object *object)
{
    return memory_take_at(init, object, place_of(init, object), init->slots + object->slot,
                          object->count) ||
           words_refuse("%s: 0x%lx: the kernel does not give out this memory",
                        plan_string(init->plan, object->name), place_of(init, object));
}

static bool is_at_place(const struct plan_object *object)
{
    return object->flags & (PLAN_AT_ADDRESS | PLAN_IN_FILES);
}

static bool is_from_ram(const struct plan_object *object)
{
    return object->parent == PLAN_NONE && !is_at_place(object) &&
           object->type != PLAN_TYPE_INTERRUPT;
}

bool memory_make_roots(const struct init *init)
{
    const struct plan_object *objects = plan_objects(init->plan);
    uint32_t count = plan_count(init->plan, PLAN_OBJECTS);
    bool fine = true;

    for (uint32_t i = 0; i < count && fine; i++)
        fine = !is_at_place(&objects[i]) || is_placed(init, &objects[i]);
    for (unsigned bits = BITS_MOST; bits >= seL4_MinUntypedBits && fine; bits--) {
        for (uint32_t i = 0; i < count && fine; i++) {
            if (is_from_ram(&objects[i]) && plan_object_bits(&objects[i]) == bits)
                fine = make_from_ram(init, i);
        }
    }
    for (uint32_t i = 0; i < count && fine; i++) {
        if (is_at_place(&objects[i]))
            fine = make_at_place(init, &objects[i]);
        else if (objects[i].type == PLAN_TYPE_INTERRUPT)
            fine = make_interrupt(init, &objects[i]);
    }
    return fine;
}
