/* SPDX-License-Identifier: BSD-2-Clause */
/* CNode invocations: copying, moving and deleting capabilities (seL4 manual 3.1, 10.3). */
#include "kernel/cap/delete.h"
#include "kernel/invoke/request.h"
#include "kernel/ipc/endpoint.h"

/* Message registers. A slot is an index, and its depth behind it: the one invoked first. */
enum { ARG_SLOT = 0, ARG_SOURCE = 2, ARG_RIGHTS = 4, ARG_MINT_DATA = 5, ARG_MUTATE_DATA = 4 };
enum { ROTATE_DATA = 2, ROTATE_PIVOT = 3, ROTATE_PIVOT_DATA = 5, ROTATE_SOURCE = 6 };

/* Copy and Mint. */
static enum outcome copy(struct request *request, struct slot *source, struct slot *to, bool mint)
{
    if (request->length < (mint ? ARG_MINT_DATA + 1 : ARG_RIGHTS + 1)) {
        return request_fail(request, seL4_TruncatedMessage);
    }
    struct cap cap = cap_mask_rights(source->cap, request_word(request, ARG_RIGHTS));
    if (mint) {
        cap = cap_apply_data(cap, request_word(request, ARG_MINT_DATA), false);
    }
    seL4_Error error = cap_derive(source, cap, &cap);
    if (error != seL4_NoError) {
        return request_fail(request, error);
    }
    cap_insert(source, to, cap);
    return OUTCOME_OK;
}

/* Move and Mutate. */
static enum outcome move(struct request *request, struct slot *source, struct slot *to, bool mutate)
{
    struct cap cap = source->cap;
    if (mutate) {
        if (request->length < ARG_MUTATE_DATA + 1) {
            return request_fail(request, seL4_TruncatedMessage);
        }
        cap = cap_apply_data(cap, request_word(request, ARG_MUTATE_DATA), true);
    }
    if (cap_is_null(cap)) {
        return request_fail(request, seL4_IllegalOperation);
    }
    cap_move(source, to, cap);
    return OUTCOME_OK;
}

static enum outcome copy_or_move(struct request *request, struct slot *to)
{
    struct slot *source;
    if (request->length < ARG_SOURCE + 2 || request->extra_count < 1) {
        return request_fail(request, seL4_TruncatedMessage);
    }
    if (!cap_is_null(to->cap)) {
        return request_fail(request, seL4_DeleteFirst);
    }
    if (request_find_slot(request, request->extra[0]->cap, ARG_SOURCE, true, &source) !=
        OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    if (cap_is_null(source->cap)) {
        return request_fail_missing(request, true, request_word(request, ARG_SOURCE + 1) & 0xff);
    }
    if (request->label == CNodeCopy || request->label == CNodeMint) {
        return copy(request, source, to, request->label == CNodeMint);
    }
    return move(request, source, to, request->label == CNodeMutate);
}

static enum outcome rotate_slots(struct request *request, struct slot *to, struct slot *pivot,
                                 struct slot *source)
{
    if (pivot == source || pivot == to) {
        return request_fail(request, seL4_IllegalOperation);
    }
    if (to != source && !cap_is_null(to->cap)) {
        return request_fail(request, seL4_DeleteFirst);
    }
    if (cap_is_null(source->cap)) {
        return request_fail_missing(request, true, request_word(request, ROTATE_SOURCE + 1) & 0xff);
    }
    if (cap_is_null(pivot->cap)) {
        return request_fail_missing(request, false, request_word(request, ROTATE_PIVOT + 1) & 0xff);
    }
    struct cap from_source = cap_apply_data(source->cap, request_word(request, ROTATE_PIVOT_DATA),
                                            true);
    struct cap from_pivot = cap_apply_data(pivot->cap, request_word(request, ROTATE_DATA), true);
    if (cap_is_null(from_source) || cap_is_null(from_pivot)) {
        return request_fail(request, seL4_IllegalOperation);
    }
    if (source == to) {
        cap_swap(source, from_pivot, pivot, from_source);
    } else {
        cap_move(pivot, to, from_pivot);
        cap_move(source, pivot, from_source);
    }
    return OUTCOME_OK;
}

static enum outcome rotate(struct request *request, struct slot *to)
{
    struct slot *pivot, *source;
    if (request->length < ROTATE_SOURCE + 2 || request->extra_count < 2) {
        return request_fail(request, seL4_TruncatedMessage);
    }
    struct cap source_root = request->extra[1]->cap;
    struct cap pivot_root = request->extra[0]->cap;
    if (request_find_slot(request, source_root, ROTATE_SOURCE, true, &source) != OUTCOME_OK ||
        request_find_slot(request, pivot_root, ROTATE_PIVOT, true, &pivot) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    return rotate_slots(request, to, pivot, source);
}

static enum outcome cancel_badged_sends(struct request *request, struct slot *slot)
{
    if (cap_type(slot->cap) != CAP_ENDPOINT || !cap_has_rights(slot->cap, RIGHTS_ALL)) {
        return request_fail(request, seL4_IllegalOperation);
    }
    if (cap_badge(slot->cap) != 0 &&
        !endpoint_cancel_badged(cap_object(slot->cap), cap_badge(slot->cap), request->thread)) {
        return OUTCOME_INTERRUPTED;
    }
    return OUTCOME_OK;
}

enum outcome invoke_cnode(struct request *request)
{
    struct slot *slot;
    if (request_find_slot(request, request->cap, ARG_SLOT, false, &slot) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    switch (request->label) {
    case CNodeRevoke:
        return cap_revoke(slot) ? OUTCOME_OK : OUTCOME_INTERRUPTED;
    case CNodeDelete:
        return cap_delete(slot) ? OUTCOME_OK : OUTCOME_INTERRUPTED;
    case CNodeCancelBadgedSends:
        return cancel_badged_sends(request, slot);
    case CNodeRotate:
        return rotate(request, slot);
    default:
        return copy_or_move(request, slot);
    }
}
