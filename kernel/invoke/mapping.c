/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared work of frames, page tables and address spaces (kernel/invoke/mapping.h). */
#include "arch/cache.h"
#include "arch/interrupt.h"
#include "arch/zero.h"
#include "kernel/invoke/mapping.h"
#include "kernel/sched/sched.h"

#define MAINTAIN_PIECE (16UL << 10) /* between two looks for an interrupt */

enum outcome mapping_space(struct request *request, struct cap cap, uint64_t number,
                           uint64_t **root)
{
    if (cap_type(cap) != CAP_VSPACE || cap_mapping_asid(cap) == 0) {
        return request_fail_capability(request, number);
    }
    *root = asid_root(cap_mapping_asid(cap));
    if (*root == NULL) {
        struct lookup_failure failure = {.type = seL4_InvalidRoot};
        return request_fail_lookup(request, false, &failure);
    }
    return *root == cap_object(cap) ? OUTCOME_OK : request_fail_capability(request, number);
}

void mapping_stall_users(uint64_t first_asid, uint64_t count, void (*call)(uint32_t unused))
{
    for (uint32_t core = 0; core < sched_core_count(); core++) {
        uint64_t asid = asid_active(core);
        if (asid >= first_asid && asid < first_asid + count) {
            smp_stall(core);
            if (call != NULL) {
                smp_call(core, call, 0);
            }
        }
    }
}

void mapping_undo_frame(struct cap frame)
{
    uint64_t asid = cap_mapping_asid(frame);
    uint64_t *root = asid_root(asid);
    enum stage2_level level = cap_frame_size(frame);
    if (root == NULL) {
        return;
    }
    struct stage2_walk walk = stage2_walk(root, cap_mapping_address(frame), level);
    if (walk.level == level && stage2_entry_is_leaf(*walk.entry, level) &&
        stage2_entry_address(*walk.entry).raw == cap_address(frame).raw) {
        stage2_set(walk.entry, 0);
        asid_invalidate(asid, cap_mapping_address(frame));
    }
}

void mapping_undo_table(struct cap table)
{
    uint64_t asid = cap_mapping_asid(table);
    uint64_t *root = asid_root(asid);
    if (root != NULL) {
        /* The table hangs in one of the two upper levels. */
        for (int level = STAGE2_1G; level >= STAGE2_2M; level--) {
            struct stage2_walk walk = stage2_walk(root, cap_mapping_address(table),
                                                  (enum stage2_level)level);
            if (stage2_entry_is_table(*walk.entry, walk.level) &&
                stage2_entry_address(*walk.entry).raw == cap_address(table).raw) {
                stage2_set(walk.entry, 0);
                asid_invalidate_all(asid);
                break;
            }
        }
    }
    zero_memory(cap_object(table), STAGE2_TABLE_ENTRIES * sizeof(uint64_t));
}

static void maintain(enum maintenance kind, void *start, uint64_t size)
{
    switch (kind) {
    case MAINTAIN_CLEAN:
        cache_clean_to_memory(start, size);
        break;
    case MAINTAIN_INVALIDATE:
        cache_invalidate(start, size);
        break;
    case MAINTAIN_CLEAN_INVALIDATE:
        cache_clean_and_invalidate(start, size);
        break;
    case MAINTAIN_UNIFY:
        cache_clean_to_unification(start, size);
        cache_invalidate_instructions(start, size);
        break;
    }
}

bool mapping_maintain(enum maintenance kind, bool writable, paddr_t base, uint64_t *from,
                      uint64_t to)
{
    uint8_t *memory = phys_to_virt(base);
    if (kind == MAINTAIN_INVALIDATE && !writable) {
        kind = MAINTAIN_CLEAN_INVALIDATE; /* nothing that others wrote is discarded */
    }
    while (*from < to) {
        uint64_t size = min_u64(MAINTAIN_PIECE - (*from & (MAINTAIN_PIECE - 1)), to - *from);
        maintain(kind, memory + *from, size);
        *from += size;
        if (*from < to && interrupt_pending()) {
            return false;
        }
    }
    return true;
}
