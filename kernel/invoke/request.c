/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments, answers and slot addresses of invocations (kernel/invoke/request.h). */
#include "kernel/invoke/request.h"

uint64_t request_word(const struct request *request, unsigned index)
{
    CHECK(index < request->length);
    if (index < MESSAGE_REG_COUNT) {
        return request->thread->registers.x[MESSAGE_REG_FIRST + index];
    }
    return *(volatile const seL4_Word *)&request->buffer->msg[index];
}

/* The first `count` words of the answer tell more. */
static enum outcome fail(struct request *request, seL4_Error error, unsigned count)
{
    request->error = error;
    request->reply_count = count;
    return OUTCOME_ERROR;
}

enum outcome request_fail(struct request *request, seL4_Error error)
{
    return fail(request, error, 0);
}

enum outcome request_fail_word(struct request *request, seL4_Error error, uint64_t word)
{
    request->reply[0] = word;
    return fail(request, error, 1);
}

enum outcome request_fail_range(struct request *request, uint64_t least, uint64_t most)
{
    request->reply[0] = least;
    request->reply[1] = most;
    return fail(request, seL4_RangeError, 2);
}

enum outcome request_fail_lookup(struct request *request, bool source,
                                 const struct lookup_failure *failure)
{
    CHECK(failure->type >= seL4_InvalidRoot && failure->type <= seL4_GuardMismatch);
    request->reply[0] = source;
    request->reply[1] = failure->type;
    request->reply[2] = failure->bits_left;
    request->reply[3] = failure->found;
    request->reply[4] = failure->guard_size;
    /* Each type has one detail more than the one before it; the first has none. */
    return fail(request, seL4_FailedLookup, (unsigned)(2 + failure->type - seL4_InvalidRoot));
}

enum outcome request_fail_missing(struct request *request, bool source, uint64_t bits_left)
{
    struct lookup_failure failure = {.type = seL4_MissingCapability, .bits_left = bits_left};
    return request_fail_lookup(request, source, &failure);
}

enum outcome request_answer(struct request *request, uint64_t word)
{
    request->reply[0] = word;
    request->reply_count = 1;
    return OUTCOME_OK;
}

enum outcome request_find_slot(struct request *request, struct cap root, unsigned at, bool source,
                               struct slot **slot)
{
    struct lookup_failure failure = {.type = seL4_InvalidRoot};
    struct lookup found;
    uint64_t index = request_word(request, at);
    unsigned depth = request_word(request, at + 1) & 0xff;
    if (cap_type(root) != CAP_CNODE) {
        return request_fail_lookup(request, source, &failure);
    }
    if (depth < 1 || depth > 64) {
        return request_fail_range(request, 1, 64);
    }
    if (!lookup_resolve(root, index, depth, &found, &failure)) {
        return request_fail_lookup(request, source, &failure);
    }
    if (found.bits_left != 0) {
        failure = (struct lookup_failure){.type = seL4_DepthMismatch, .bits_left = found.bits_left};
        return request_fail_lookup(request, source, &failure);
    }
    *slot = found.slot;
    return OUTCOME_OK;
}

enum outcome request_find_empty(struct request *request, struct cap root, unsigned at,
                                struct slot **slot)
{
    enum outcome outcome = request_find_slot(request, root, at, false, slot);
    if (outcome == OUTCOME_OK && !cap_is_null((*slot)->cap)) {
        return request_fail(request, seL4_DeleteFirst);
    }
    return outcome;
}
