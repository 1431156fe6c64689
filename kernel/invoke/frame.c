/* SPDX-License-Identifier: BSD-2-Clause */
/* Frame invocations: mapping, cache maintenance, address (seL4 manual 7.2, 10.4). */
#include "kernel/invoke/mapping.h"

struct mapping {
    uint64_t asid;
    ipa_t address;
    uint64_t *entry;
    uint64_t value;
};

static struct stage2_attributes effective_attributes(struct cap frame, uint64_t rights,
                                                     uint64_t attributes)
{
    uint64_t granted = cap_rights(frame) & rights;
    bool readable = (granted & RIGHT_READ) != 0;
    return (struct stage2_attributes){
        .readable = readable,
        .writable = readable && (granted & RIGHT_WRITE) != 0,
        .executable = (attributes & seL4_ARM_ExecuteNever) == 0,
        .cacheable = (attributes & seL4_ARM_PageCacheable) != 0,
    };
}

/* A frame that is mapped may be mapped again in the same place only. */
static enum outcome decode_place(struct request *request, struct mapping *mapping)
{
    unsigned size_bits = stage2_level_bits(cap_frame_size(request->cap));
    uint64_t mapped_asid = cap_mapping_asid(request->cap);
    if (!is_aligned(mapping->address.raw, size_bits)) {
        return request_fail(request, seL4_AlignmentError);
    }
    if (mapped_asid != 0) {
        if (mapped_asid != mapping->asid) {
            return request_fail_capability(request, 1);
        }
        if (cap_mapping_address(request->cap).raw != mapping->address.raw) {
            return request_fail_argument(request, 0);
        }
    } else if (mapping->address.raw > seL4_UserTop ||
               mapping->address.raw + bits_mask(size_bits) > seL4_UserTop) {
        return request_fail_argument(request, 0);
    }
    return OUTCOME_OK;
}

static enum outcome decode_map(struct request *request, struct mapping *mapping)
{
    uint64_t *root;
    enum stage2_level level = cap_frame_size(request->cap);
    struct cap space = request->extra[0]->cap;
    mapping->asid = cap_mapping_asid(space);
    mapping->address = ipa(request_word(request, 0));
    if (mapping_space(request, space, 1, &root) != OUTCOME_OK ||
        decode_place(request, mapping) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    struct stage2_walk walk = stage2_walk(root, mapping->address, level);
    if (walk.level != level) {
        return request_fail_missing(request, false, stage2_level_bits(walk.level));
    }
    if (stage2_entry_is_table(*walk.entry, level)) {
        return request_fail(request, seL4_DeleteFirst);
    }
    mapping->entry = walk.entry;
    mapping->value = stage2_leaf(
        cap_address(request->cap), level,
        effective_attributes(request->cap, request_word(request, 1), request_word(request, 2)));
    return OUTCOME_OK;
}

enum outcome invoke_frame_map(struct request *request)
{
    struct mapping mapping = {0};
    if (decode_map(request, &mapping) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    if (*mapping.entry != 0) {
        /* Break before make: no TLB may hold two entries for one address (Arm ARM D5.10.1). What a
         * thread of another core finds broken there is to be tried again. */
        mapping_stall_users(mapping.asid, 1, NULL);
        stage2_set(mapping.entry, 0);
        asid_invalidate(mapping.asid, mapping.address);
    }
    stage2_set(mapping.entry, mapping.value);
    request->slot->cap = cap_set_mapping(request->cap, mapping.asid, mapping.address);
    return OUTCOME_OK;
}

enum outcome invoke_frame_unmap(struct request *request)
{
    if (cap_mapping_asid(request->cap) != 0) {
        mapping_undo_frame(request->cap);
        request->slot->cap = cap_set_mapping(request->cap, 0, ipa(0));
    }
    return OUTCOME_OK;
}

enum outcome invoke_frame_maintain(struct request *request)
{
    if (cap_mapping_asid(request->cap) == 0) {
        return request_fail(request, seL4_IllegalOperation);
    }
    uint64_t start = request_word(request, 0);
    uint64_t end = request_word(request, 1);
    uint64_t size = BIT(stage2_level_bits(cap_frame_size(request->cap)));
    if (end <= start) {
        return request_fail_argument(request, 1);
    }
    if (start >= size || end > size) {
        return request_fail_argument(request, 0);
    }
    if (cap_is_device(request->cap)) {
        return request_fail(request, seL4_IllegalOperation);
    }
    enum maintenance kind = (enum maintenance)(request->label - ARMPageClean_Data);
    bool writable = cap_has_rights(request->cap, RIGHT_WRITE);
    if (!mapping_maintain(kind, writable, cap_address(request->cap), &start, end)) {
        /* The caller's own argument remembers how far this came. */
        request->thread->registers.x[MESSAGE_REG_FIRST] = start;
        return OUTCOME_INTERRUPTED;
    }
    return OUTCOME_OK;
}

enum outcome invoke_frame_address(struct request *request)
{
    return request_answer(request, cap_address(request->cap).raw);
}
