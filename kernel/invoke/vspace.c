/* SPDX-License-Identifier: BSD-2-Clause */
/* Page table, address space and ASID invocations (seL4 manual 7.1, 10.4). */
#include "arch/zero.h"
#include "kernel/cap/untyped.h"
#include "kernel/invoke/mapping.h"

/* ---- page tables ---- */

enum outcome invoke_table_map(struct request *request)
{
    uint64_t *root;
    if (cap_mapping_asid(request->cap) != 0) {
        return request_fail_capability(request, 0);
    }
    struct cap space = request->extra[0]->cap;
    if (cap_type(space) != CAP_VSPACE || cap_mapping_asid(space) == 0) {
        return request_fail_capability(request, 1);
    }
    uint64_t address = request_word(request, 0);
    if (address > seL4_UserTop) {
        return request_fail_argument(request, 0);
    }
    if (mapping_space(request, space, 1, &root) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    struct stage2_walk walk = stage2_walk(root, ipa(address), STAGE2_2M);
    if (*walk.entry != 0) {
        return request_fail(request, seL4_DeleteFirst);
    }
    ipa_t base = ipa(align_down(address, stage2_level_bits(walk.level)));
    stage2_set(walk.entry, stage2_table(cap_address(request->cap)));
    request->slot->cap = cap_set_mapping(request->cap, cap_mapping_asid(space), base);
    return OUTCOME_OK;
}

enum outcome invoke_table_unmap(struct request *request)
{
    if (!tree_is_last_cap(request->slot)) {
        return request_fail(request, seL4_RevokeFirst);
    }
    if (cap_mapping_asid(request->cap) != 0) {
        mapping_undo_table(request->cap);
        request->slot->cap = cap_set_mapping(request->cap, 0, ipa(0));
    }
    return OUTCOME_OK;
}

/* ---- address spaces: cache maintenance by address ---- */

enum outcome invoke_vspace_maintain(struct request *request)
{
    uint64_t start = request_word(request, 0);
    uint64_t end = request_word(request, 1);
    if (end <= start) {
        return request_fail_argument(request, 1);
    }
    if (end > seL4_UserTop) {
        return request_fail(request, seL4_IllegalOperation);
    }
    uint64_t *root;
    if (mapping_space(request, request->cap, 0, &root) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    struct stage2_walk walk = stage2_walk(root, ipa(start), STAGE2_4K);
    if (!stage2_entry_is_leaf(*walk.entry, walk.level)) {
        return OUTCOME_OK;
    }
    unsigned page_bits = stage2_level_bits(walk.level);
    uint64_t page = align_down(start, page_bits);
    if (align_down(end - 1, page_bits) != page) {
        return request_fail_range(request, start, page + bits_mask(page_bits));
    }
    uint64_t from = start - page;
    if (!stage2_entry_is_cacheable(*walk.entry)) {
        return OUTCOME_OK;
    }
    if (!physmap_is_mapped(stage2_entry_address(*walk.entry))) {
        return request_fail(request,
                            seL4_IllegalOperation); /* a device, mapped as if it were RAM */
    }
    enum maintenance kind = (enum maintenance)(request->label - ARMVSpaceClean_Data);
    bool writable = stage2_entry_is_writable(*walk.entry);
    if (!mapping_maintain(kind, writable, stage2_entry_address(*walk.entry), &from, end - page)) {
        request->thread->registers.x[MESSAGE_REG_FIRST] = page + from;
        return OUTCOME_INTERRUPTED;
    }
    return OUTCOME_OK;
}

/* ---- address space ids ---- */

enum outcome invoke_asid_make_pool(struct request *request)
{
    struct slot *slot;
    unsigned index = asid_pool_find_free();
    if (index == ASID_POOL_COUNT) {
        return request_fail(request, seL4_DeleteFirst);
    }
    struct slot *untyped = request->extra[0];
    if (cap_type(untyped->cap) != CAP_UNTYPED || cap_size_bits(untyped->cap) != seL4_ASIDPoolBits ||
        cap_is_device(untyped->cap)) {
        return request_fail_capability(request, 1);
    }
    if (tree_child(untyped) != NULL) {
        return request_fail(request, seL4_RevokeFirst);
    }
    if (request_find_empty(request, request->extra[1]->cap, 0, &slot) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    struct asid_pool *pool = cap_object(untyped->cap);
    zero_memory(pool, sizeof(*pool));
    asid_pool_install(index, pool);
    untyped->cap = untyped_exhaust(untyped->cap);
    struct cap cap = cap_make(CAP_ASID_POOL, cap_address(untyped->cap), 0, 0);
    cap_insert_child(untyped, slot,
                     cap_set_mapping(cap, (uint64_t)index * ASID_POOL_ENTRIES, ipa(0)));
    return OUTCOME_OK;
}

enum outcome invoke_asid_assign(struct request *request)
{
    struct slot *space = request->extra[0];
    if (cap_type(space->cap) != CAP_VSPACE || cap_mapping_asid(space->cap) != 0) {
        return request_fail_capability(request, 1);
    }
    struct asid_pool *pool = cap_object(request->cap);
    unsigned index = (unsigned)(cap_mapping_asid(request->cap) / ASID_POOL_ENTRIES);
    unsigned entry = asid_assign(pool, index, cap_address(space->cap));
    if (entry == ASID_POOL_ENTRIES) {
        return request_fail(request, seL4_DeleteFirst);
    }
    uint64_t asid = cap_mapping_asid(request->cap) + entry;
    space->cap = cap_set_mapping(space->cap, asid, ipa(0));
    return OUTCOME_OK;
}
