/* SPDX-License-Identifier: BSD-2-Clause */
/* Untyped_Retype: memory becomes objects (seL4 manual 2.4, 10.3). */
#include "kernel/cap/untyped.h"
#include "kernel/invoke/request.h"
#include "kernel/virt/vcpu.h"

struct retype {
    seL4_ObjectType type;
    unsigned size_bits;   /* the user's argument */
    unsigned object_bits; /* what an object takes */
    struct slot *first;
    uint64_t count;
    struct untyped_place place;
    bool childless;
    uint8_t domain; /* of threads: their creator's */
};

/* Message registers; the depth of the node is behind its index. */
enum { ARG_TYPE = 0, ARG_SIZE_BITS = 1, ARG_NODE = 2, ARG_OFFSET = 4, ARG_COUNT = 5 };

/* By object type: its capability and rights, and the size of an object if all have one. */
static const struct {
    uint8_t cap_type, rights, bits;
} kinds[seL4_ObjectTypeCount] = {
    [seL4_UntypedObject] = {CAP_UNTYPED, 0, 0},
    [seL4_TCBObject] = {CAP_THREAD, 0, seL4_TCBBits},
    [seL4_EndpointObject] = {CAP_ENDPOINT, RIGHTS_ALL, seL4_EndpointBits},
    [seL4_NotificationObject] = {CAP_NOTIFICATION, RIGHTS_RW, seL4_NotificationBits},
    [seL4_CapTableObject] = {CAP_CNODE, 0, 0},
    [seL4_SchedContextObject] = {CAP_SCHED_CONTEXT, 0, 0},
    [seL4_ReplyObject] = {CAP_REPLY, RIGHT_GRANT, seL4_ReplyBits},
    [seL4_ARM_HugePageObject] = {CAP_FRAME, RIGHTS_RW, seL4_HugePageBits},
    [seL4_ARM_VSpaceObject] = {CAP_VSPACE, 0, seL4_VSpaceBits},
    [seL4_ARM_SmallPageObject] = {CAP_FRAME, RIGHTS_RW, seL4_PageBits},
    [seL4_ARM_LargePageObject] = {CAP_FRAME, RIGHTS_RW, seL4_LargePageBits},
    [seL4_ARM_PageTableObject] = {CAP_PAGE_TABLE, 0, seL4_PageTableBits},
    [seL4_ARM_VCPUObject] = {CAP_VCPU, 0, seL4_VCPUBits},
};

static unsigned object_bits(seL4_ObjectType type, unsigned size_bits)
{
    if (kinds[type].bits != 0) {
        return kinds[type].bits;
    }
    return type == seL4_CapTableObject ? size_bits + seL4_SlotBits : size_bits;
}

static enum outcome decode_type(struct request *request, struct retype *retype)
{
    uint64_t type = request_word(request, ARG_TYPE);
    uint64_t size_bits = request_word(request, ARG_SIZE_BITS);
    if (type >= seL4_ObjectTypeCount) {
        return request_fail_argument(request, 0);
    }
    type = speculation_bound(type, seL4_ObjectTypeCount);
    if (size_bits >= 64 ||
        object_bits((seL4_ObjectType)type, (unsigned)size_bits) > seL4_MaxUntypedBits) {
        return request_fail_range(request, 0, seL4_MaxUntypedBits);
    }
    if ((type == seL4_CapTableObject && size_bits == 0) ||
        (type == seL4_UntypedObject && size_bits < seL4_MinUntypedBits) ||
        (type == seL4_SchedContextObject && size_bits < seL4_MinSchedContextBits)) {
        return request_fail_argument(request, 1);
    }
    retype->type = (seL4_ObjectType)type;
    retype->size_bits = (unsigned)size_bits;
    retype->object_bits = object_bits(retype->type, retype->size_bits);
    return OUTCOME_OK;
}

/* The CNode the capabilities go to. */
static enum outcome decode_node(struct request *request, struct cap *node)
{
    uint64_t depth = request_word(request, ARG_NODE + 1);
    struct slot *slot = request->extra[0];
    if (depth > seL4_WordBits && cap_type(slot->cap) == CAP_CNODE) {
        return request_fail_range(request, 1, 64); /* the upper bits count here */
    }
    if (depth != 0 && request_find_slot(request, slot->cap, ARG_NODE, false, &slot) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    *node = slot->cap;
    return cap_type(*node) == CAP_CNODE ? OUTCOME_OK : request_fail_missing(request, false, depth);
}

static enum outcome decode_slots(struct request *request, struct cap node, struct retype *retype)
{
    uint64_t size = BIT(cap_size_bits(node));
    uint64_t offset = request_word(request, ARG_OFFSET);
    uint64_t count = request_word(request, ARG_COUNT);
    if (offset > size - 1) {
        return request_fail_range(request, 0, size - 1);
    }
    if (count < 1 || count > seL4_RetypeFanOutLimit) {
        return request_fail_range(request, 1, seL4_RetypeFanOutLimit);
    }
    if (count > size - offset) {
        return request_fail_range(request, 1, size - offset);
    }
    retype->first = (struct slot *)cap_object(node) + speculation_bound(offset, size);
    retype->count = count;
    for (uint64_t i = 0; i < count; i++) {
        if (!cap_is_null(retype->first[i].cap)) {
            return request_fail(request, seL4_DeleteFirst);
        }
    }
    return OUTCOME_OK;
}

static enum outcome decode(struct request *request, struct retype *retype)
{
    struct cap node = cap_null();
    if (decode_type(request, retype) != OUTCOME_OK || decode_node(request, &node) != OUTCOME_OK ||
        decode_slots(request, node, retype) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    retype->domain = request->thread->domain;
    retype->childless = tree_child(request->slot) == NULL;
    if (!untyped_place(request->cap, retype->childless, retype->object_bits, retype->count,
                       &retype->place)) {
        return request_fail_word(request, seL4_NotEnoughMemory,
                                 untyped_available(request->cap, retype->childless));
    }
    enum cap_type kind = (enum cap_type)kinds[retype->type].cap_type;
    if (cap_is_device(request->cap) && kind != CAP_UNTYPED && kind != CAP_FRAME) {
        return request_fail_argument(request, 1);
    }
    return OUTCOME_OK;
}

/* The capability to a new object at `base`. */
static struct cap cap_of(const struct retype *retype, paddr_t base, bool device)
{
    enum cap_type type = (enum cap_type)kinds[retype->type].cap_type;
    uint64_t rights = kinds[retype->type].rights;
    switch (type) {
    case CAP_UNTYPED:
        return cap_untyped(base, retype->size_bits, device);
    case CAP_CNODE:
        return cap_cnode(base, retype->size_bits, 0, 0);
    case CAP_FRAME:
        return cap_frame(base, (enum stage2_level)((retype->object_bits - seL4_PageBits) / 9),
                         device, rights);
    case CAP_SCHED_CONTEXT:
        return cap_sched_context(base, retype->size_bits);
    default:
        return cap_make(type, base, rights, 0);
    }
}

/* What is not zero in new objects, the first of them at `base`. */
static void begin_objects(const struct retype *retype, paddr_t base)
{
    void *object = phys_to_virt(base);
    for (uint64_t i = 0; i < retype->count; i++) {
        switch (retype->type) {
        case seL4_TCBObject:
            ((struct thread *)object)->domain = retype->domain;
            ((struct thread *)object)->registers.spsr = spsr_sanitise(0, false);
            break;
        case seL4_SchedContextObject:
            ((struct sched_context *)object)->size_bits = (uint8_t)retype->size_bits;
            break;
        case seL4_ARM_VCPUObject:
            vcpu_init(object);
            break;
        default:
            return;
        }
        object = (uint8_t *)object + BIT(retype->object_bits);
    }
}

enum outcome invoke_untyped_retype(struct request *request)
{
    struct retype retype;
    struct slot *untyped = request->slot;
    if (decode(request, &retype) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    bool device = cap_is_device(untyped->cap);
    if (retype.childless && cap_untyped_free(untyped->cap) != 0) {
        untyped->cap = cap_untyped_set(untyped->cap, 0, 0);
    }
    if (!device && retype.type != seL4_UntypedObject && !untyped_clear(untyped, retype.place)) {
        return OUTCOME_INTERRUPTED;
    }
    uint64_t clean = cap_untyped_clean(untyped->cap);
    untyped->cap = cap_untyped_set(untyped->cap, retype.place.end,
                                   clean > retype.place.end ? clean : 0);
    paddr_t first = paddr(cap_address(untyped->cap).raw + retype.place.start);
    begin_objects(&retype, first);
    cap_insert_children(untyped, retype.first, retype.count, cap_of(&retype, first, device),
                        BIT(retype.object_bits));
    return OUTCOME_OK;
}
