/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One invocation of a capability: what was asked, and the answer.
 *
 * Each object's decoder checks everything in the documented order and changes nothing until all is
 * well; what follows cannot fail, but may be interrupted: then nothing is answered, and the system
 * call runs again from the start.
 */
#pragma once

#include "abi/sel4/errors.h"
#include "abi/sel4/invocations.h"
#include "abi/sel4/messages.h"
#include "kernel/model/thread.h"

enum outcome {
    OUTCOME_OK,          /* answer: reply_count words */
    OUTCOME_ERROR,       /* answer: the error and its words */
    OUTCOME_INTERRUPTED, /* no answer: do it again */
};

#define REPLY_WORD_MAX 36

struct request {
    struct thread *thread; /* who asks: the current thread */
    struct slot *slot;     /* the capability invoked */
    struct cap cap;        /* its content */
    bool call;             /* an answer is wanted */
    uint64_t label;
    unsigned length;
    const seL4_IPCBuffer *buffer; /* NULL: length is at most 4 */
    struct slot *extra[seL4_MsgMaxExtraCaps];
    unsigned extra_count;

    uint64_t error; /* seL4_Error */
    unsigned reply_count;
    uint64_t reply[REPLY_WORD_MAX];
};

/* Message register `index`, below request->length. Read once: user memory may change. */
uint64_t request_word(const struct request *request, unsigned index);

/* ---- answers ---- */

enum outcome request_fail(struct request *request, seL4_Error error);
enum outcome request_fail_argument(struct request *request, uint64_t number);
enum outcome request_fail_capability(struct request *request, uint64_t number);
enum outcome request_fail_range(struct request *request, uint64_t least, uint64_t most);
enum outcome request_fail_lookup(struct request *request, bool source,
                                 const struct lookup_failure *failure);
enum outcome request_fail_missing(struct request *request, bool source, uint64_t bits_left);
enum outcome request_answer(struct request *request, uint64_t word);

/* ---- slots named by index and depth under a CNode capability ---- */

/* OUTCOME_OK and the slot, or the error. `depth` may be any word. */
MUST_USE enum outcome request_find_slot(struct request *request, struct cap root, uint64_t index,
                                        uint64_t depth, bool source, struct slot **slot);

/* The same for a slot something new goes to: it must be empty. */
MUST_USE enum outcome request_find_empty(struct request *request, struct cap root, uint64_t index,
                                         uint64_t depth, struct slot **slot);

/* ---- the decoders ---- */

enum outcome invoke_untyped(struct request *request);
enum outcome invoke_cnode(struct request *request);
enum outcome invoke_thread(struct request *request);
enum outcome invoke_sched_control(struct request *request);
enum outcome invoke_sched_context(struct request *request);
enum outcome invoke_domain(struct request *request);
enum outcome invoke_irq_control(struct request *request);
enum outcome invoke_irq_handler(struct request *request);
enum outcome invoke_vspace(struct request *request);
enum outcome invoke_page_table(struct request *request);
enum outcome invoke_frame(struct request *request);
enum outcome invoke_asid_control(struct request *request);
enum outcome invoke_asid_pool(struct request *request);
enum outcome invoke_vcpu(struct request *request);
enum outcome invoke_smc(struct request *request);
