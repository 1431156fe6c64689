/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the objects that have no parent in the plan, in the order that libs/alloc/supply.h asks
 * for: those with a place by rising address, as the plan has them, then RAM by falling size. What
 * has a place comes first, so that an image for another board is told to be one.
 */
#include "components/init/memory.h"
#include "components/init/words.h"

#include "libs/alloc/supply.h"
#include "libs/sel4/text.h"

static struct supply supply;

/* Whether all of it lies in memory that is no RAM. */
static bool is_placed(const char *name, uint64_t at, uint64_t end)
{
    while (at < end) {
        const seL4_UntypedDesc *untyped = supply_find(&supply, at);

        if (untyped == NULL)
            return words_refuse("%s: the kernel gives out no memory at 0x%lx: build the image for "
                                "this board",
                                name, at);
        if (!untyped->isDevice)
            return words_refuse("%s: 0x%lx is RAM here: build the image for this board", name, at);
        at = untyped->paddr + (UINT64_C(1) << untyped->sizeBits);
    }
    return true;
}

static bool make_at_place(const struct init *init, const struct plan_object *object)
{
    const char *name = plan_string(init->plan, object->name);
    uint64_t at = object->address + (object->flags & PLAN_IN_FILES ? init->files_start : 0);

    return is_placed(name, at, at + object->count * plan_object_bytes(object)) &&
           (supply_at(&supply, at, plan_kernel_type(object), 0, init->slots + object->slot,
                      object->count) ||
            words_refuse("%s: 0x%lx: the kernel does not give out this memory", name, at));
}

static bool make_interrupt(const struct init *init, const struct plan_object *object)
{
    seL4_Error error = seL4_IRQControl_GetTrigger(seL4_CapIRQControl, object->address,
                                                  object->flags & PLAN_EDGE ? 1 : 0, INIT_CNODE,
                                                  init->slots + object->slot, INIT_CNODE_DEPTH);

    return error == seL4_NoError ||
           words_refuse("%s: interrupt %lu: %s: build the image for this board",
                        plan_string(init->plan, object->name), object->address,
                        sel4_error_text(error));
}

static bool make_from_ram(const struct init *init, uint32_t record)
{
    const struct plan_object *object = &plan_objects(init->plan)[record];
    uint32_t owner = plan_owner(init->plan, PLAN_OBJECTS, record);
    uint64_t left = supply_left(&supply);
    struct size_text wanted, rest;

    return supply_ram(&supply, plan_kernel_type(object), object->size_bits,
                      init->slots + object->slot, object->count) ||
           words_refuse("%s%s%s of %s: the board has %s left: lower its memory",
                        owner == INIT_SYSTEM ? "" : init_name(init, owner),
                        owner == INIT_SYSTEM ? "" : ": ", plan_string(init->plan, object->name),
                        words_size(&wanted, object->count * plan_object_bytes(object)),
                        words_size(&rest, left));
}

static bool make_placed(const struct init *init)
{
    const struct plan_object *object = plan_objects(init->plan);
    const struct plan_object *end = object + plan_count(init->plan, PLAN_OBJECTS);
    bool fine = true;

    for (; object < end && fine; object++) {
        if (object->flags & (PLAN_AT_ADDRESS | PLAN_IN_FILES))
            fine = make_at_place(init, object);
        else if (object->type == PLAN_TYPE_INTERRUPT)
            fine = make_interrupt(init, object);
    }
    return fine;
}

static bool is_from_ram(const struct plan_object *object)
{
    return object->parent == PLAN_NONE && object->type != PLAN_TYPE_INTERRUPT &&
           !(object->flags & (PLAN_AT_ADDRESS | PLAN_IN_FILES));
}

bool memory_make_roots(const struct init *init, const seL4_BootInfo *bootinfo)
{
    const struct plan_object *objects = plan_objects(init->plan);
    bool fine;

    supply_init(&supply, bootinfo, init_own_slot(init, INIT_SLOT_PADDING));
    fine = make_placed(init);
    for (unsigned bits = seL4_MaxUntypedBits; bits >= seL4_MinUntypedBits && fine; bits--) {
        for (uint32_t i = 0; i < plan_count(init->plan, PLAN_OBJECTS) && fine; i++) {
            if (is_from_ram(&objects[i]) && plan_object_bits(&objects[i]) == bits)
                fine = make_from_ram(init, i);
        }
    }
    return fine &&
           (supply_ram(&supply, seL4_ReplyObject, 0, init_own_slot(init, INIT_SLOT_REPLY), 1) ||
            words_refuse("no memory is left for init itself: lower the memory of a VM"));
}
