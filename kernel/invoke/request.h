/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One invocation of a capability: what was asked, and the answer.
 *
 * Each operation checks everything in the documented order and changes nothing until all is
 * well; what follows cannot fail, but may be interrupted: then nothing is answered, and the system
 * call runs again from the start.
 */
#pragma once

#include "abi/sel4/invocations.h"
#include "arch/speculation.h"
#include "kernel/cap/derive.h"
#include "kernel/ipc/message.h"

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

/* The thread a TCB capability names. */
static inline struct thread *request_target(const struct request *request)
{
    return cap_object(request->cap);
}

/* ---- answers ---- */

enum outcome request_fail(struct request *request, seL4_Error error);
enum outcome request_fail_word(struct request *request, seL4_Error error, uint64_t word);

static inline enum outcome request_fail_argument(struct request *request, uint64_t number)
{
    return request_fail_word(request, seL4_InvalidArgument, number);
}

static inline enum outcome request_fail_capability(struct request *request, uint64_t number)
{
    return request_fail_word(request, seL4_InvalidCapability, number);
}

enum outcome request_fail_range(struct request *request, uint64_t least, uint64_t most);
enum outcome request_fail_lookup(struct request *request, bool source,
                                 const struct lookup_failure *failure);
enum outcome request_fail_missing(struct request *request, bool source, uint64_t bits_left);
enum outcome request_answer(struct request *request, uint64_t word);

/* ---- slots named by index and depth under a CNode capability ---- */

/* OUTCOME_OK and the slot, or the error. Index and depth are message registers `at` and the next;
 * of the depth, the low eight bits. */
MUST_USE enum outcome request_find_slot(struct request *request, struct cap root, unsigned at,
                                        bool source, struct slot **slot);

/* The same for a slot something new goes to: it must be empty. */
MUST_USE enum outcome request_find_empty(struct request *request, struct cap root, unsigned at,
                                         struct slot **slot);

/* ---- the operations ---- */

/* Each by its capability, its label, and the words and capabilities its message has at least. What
 * checks more before it looks at their number asks for none here. */
#define OPERATIONS(R)                                                             \
    R(UNTYPED, UntypedRetype, 6, 1, untyped_retype)                               \
    R(THREAD, TCBReadRegisters, 2, 0, thread_read_registers)                      \
    R(THREAD, TCBWriteRegisters, 2, 0, thread_write_registers)                    \
    R(THREAD, TCBCopyRegisters, 1, 1, thread_copy_registers)                      \
    R(THREAD, TCBConfigure, 3, 3, thread_configure)                               \
    R(THREAD, TCBSetPriority, 1, 1, thread_set_priority)                          \
    R(THREAD, TCBSetMCPriority, 1, 1, thread_set_priority)                        \
    R(THREAD, TCBSetSchedParams, 2, 3, thread_set_scheduling)                     \
    R(THREAD, TCBSetTimeoutEndpoint, 0, 1, thread_set_timeout_handler)            \
    R(THREAD, TCBSetIPCBuffer, 1, 1, thread_set_buffer)                           \
    R(THREAD, TCBSetSpace, 2, 3, thread_set_spaces)                               \
    R(THREAD, TCBSuspend, 0, 0, thread_suspend)                                   \
    R(THREAD, TCBResume, 0, 0, thread_resume)                                     \
    R(THREAD, TCBBindNotification, 0, 1, thread_bind_notification)                \
    R(THREAD, TCBUnbindNotification, 0, 0, thread_unbind_notification)            \
    R(THREAD, TCBSetTLSBase, 1, 0, thread_set_tls_base)                           \
    R(THREAD, TCBSetFlags, 2, 0, thread_set_flags)                                \
    R(CNODE, CNodeRevoke, 2, 0, cnode)                                            \
    R(CNODE, CNodeDelete, 2, 0, cnode)                                            \
    R(CNODE, CNodeCancelBadgedSends, 2, 0, cnode)                                 \
    R(CNODE, CNodeCopy, 2, 0, cnode)                                              \
    R(CNODE, CNodeMint, 2, 0, cnode)                                              \
    R(CNODE, CNodeMove, 2, 0, cnode)                                              \
    R(CNODE, CNodeMutate, 2, 0, cnode)                                            \
    R(CNODE, CNodeRotate, 2, 0, cnode)                                            \
    R(IRQ_CONTROL, IRQIssueIRQHandler, 3, 1, irq_issue)                           \
    R(IRQ_CONTROL, ARMIRQIssueIRQHandlerTrigger, 4, 1, irq_issue)                 \
    R(IRQ_CONTROL, ARMIRQIssueIRQHandlerTriggerCore, 5, 1, irq_issue)             \
    R(IRQ_HANDLER, IRQAckIRQ, 0, 0, irq_acknowledge)                              \
    R(IRQ_HANDLER, IRQSetIRQHandler, 0, 1, irq_set)                               \
    R(IRQ_HANDLER, IRQClearIRQHandler, 0, 0, irq_clear)                           \
    R(DOMAIN, DomainSetSet, 1, 1, domain_set)                                     \
    R(DOMAIN, DomainScheduleConfigure, 3, 0, domain_configure)                    \
    R(DOMAIN, DomainScheduleSetStart, 1, 0, domain_set_start)                     \
    R(SCHED_CONTROL, SchedControlConfigureFlags, 5, 1, sched_control_configure)   \
    R(SCHED_CONTEXT, SchedContextBind, 0, 1, sched_context_bind)                  \
    R(SCHED_CONTEXT, SchedContextUnbind, 0, 0, sched_context_unbind)              \
    R(SCHED_CONTEXT, SchedContextUnbindObject, 0, 1, sched_context_unbind_object) \
    R(SCHED_CONTEXT, SchedContextConsumed, 0, 0, sched_context_consumed)          \
    R(SCHED_CONTEXT, SchedContextYieldTo, 0, 0, sched_context_yield_to)           \
    R(VSPACE, ARMVSpaceClean_Data, 2, 0, vspace_maintain)                         \
    R(VSPACE, ARMVSpaceInvalidate_Data, 2, 0, vspace_maintain)                    \
    R(VSPACE, ARMVSpaceCleanInvalidate_Data, 2, 0, vspace_maintain)               \
    R(VSPACE, ARMVSpaceUnify_Instruction, 2, 0, vspace_maintain)                  \
    R(PAGE_TABLE, ARMPageTableMap, 2, 1, table_map)                               \
    R(PAGE_TABLE, ARMPageTableUnmap, 0, 0, table_unmap)                           \
    R(FRAME, ARMPageMap, 3, 1, frame_map)                                         \
    R(FRAME, ARMPageUnmap, 0, 0, frame_unmap)                                     \
    R(FRAME, ARMPageClean_Data, 2, 0, frame_maintain)                             \
    R(FRAME, ARMPageInvalidate_Data, 2, 0, frame_maintain)                        \
    R(FRAME, ARMPageCleanInvalidate_Data, 2, 0, frame_maintain)                   \
    R(FRAME, ARMPageUnify_Instruction, 2, 0, frame_maintain)                      \
    R(FRAME, ARMPageGetAddress, 0, 0, frame_address)                              \
    R(ASID_CONTROL, ARMASIDControlMakePool, 2, 2, asid_make_pool)                 \
    R(ASID_POOL, ARMASIDPoolAssign, 0, 1, asid_assign)                            \
    R(VCPU, ARMVCPUSetTCB, 0, 1, vcpu_set_thread)                                 \
    R(VCPU, ARMVCPUInjectIRQ, 1, 0, vcpu_inject)                                  \
    R(VCPU, ARMVCPUReadReg, 1, 0, vcpu_read)                                      \
    R(VCPU, ARMVCPUWriteReg, 2, 0, vcpu_write)                                    \
    R(VCPU, ARMVCPUAckVPPI, 1, 0, vcpu_acknowledge)                               \
    R(SMC, ARMSMCCall, 0, 0, smc_call)

#define OPERATION_DECLARE(type, label, words, caps, function) \
    enum outcome invoke_##function(struct request *request);

OPERATIONS(OPERATION_DECLARE)
