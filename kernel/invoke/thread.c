/* SPDX-License-Identifier: BSD-2-Clause */
/* TCB invocations that touch registers and state (seL4 manual 6.1, 10.3); those that hand a thread
 * capabilities, priorities and time stand in invoke/thread_config.c. */
#include "kernel/invoke/request.h"
#include "kernel/ipc/registers.h"
#include "kernel/ipc/thread.h"
#include "kernel/virt/fpu.h"

#define FLAG_SUSPEND BIT(0)
#define FLAG_RESUME  BIT(0)

enum outcome invoke_thread_read_registers(struct request *request)
{
    struct thread *target = request_target(request);
    uint64_t count = request_word(request, 1);
    if (count < 1 || count > seL4_UserContext_Length) {
        return request_fail_range(request, 1, seL4_UserContext_Length);
    }
    if (target == request->thread) {
        return request_fail(request, seL4_IllegalOperation);
    }
    smp_stall_thread(target);
    if ((request_word(request, 0) & FLAG_SUSPEND) != 0) {
        thread_suspend(target);
    }
    for (unsigned i = 0; i < count; i++) {
        request->reply[i] = registers_get(target, i);
    }
    request->reply_count = (unsigned)count;
    return OUTCOME_OK;
}

enum outcome invoke_thread_write_registers(struct request *request)
{
    struct thread *target = request_target(request);
    uint64_t count = request_word(request, 1);
    if (request->length - 2 < count) {
        return request_fail(request, seL4_TruncatedMessage);
    }
    if (target == request->thread) {
        return request_fail(request, seL4_IllegalOperation);
    }
    bool resume = (request_word(request, 0) & FLAG_RESUME) != 0;
    smp_stall_thread(target);
    for (unsigned i = 0; i < min_u64(count, seL4_UserContext_Length); i++) {
        registers_set(target, i, request_word(request, 2 + i));
    }
    if (resume) {
        thread_resume(target);
    }
    return OUTCOME_OK;
}

enum outcome invoke_thread_copy_registers(struct request *request)
{
    enum { SUSPEND_SOURCE = 1, RESUME_TARGET = 2, FRAME = 4, INTEGER = 8 };
    struct thread *target = request_target(request);
    if (cap_type(request->extra[0]->cap) != CAP_THREAD) {
        return request_fail_capability(request, 1);
    }
    struct thread *source = cap_object(request->extra[0]->cap);
    uint64_t flags = request_word(request, 0);
    smp_stall_thread(source);
    smp_stall_thread(target);
    if ((flags & SUSPEND_SOURCE) != 0) {
        thread_suspend(source);
    }
    if ((flags & RESUME_TARGET) != 0) {
        thread_resume(target);
    }
    unsigned from = (flags & FRAME) != 0 ? 0 : seL4_UserContext_FrameLength;
    unsigned to = (flags & INTEGER) != 0 ? seL4_UserContext_Length : seL4_UserContext_FrameLength;
    for (unsigned i = from; i < to; i++) {
        registers_set(target, i, registers_get(source, i));
    }
    return OUTCOME_OK;
}

enum outcome invoke_thread_suspend(struct request *request)
{
    thread_suspend(request_target(request));
    return OUTCOME_OK;
}

enum outcome invoke_thread_resume(struct request *request)
{
    thread_resume(request_target(request));
    return OUTCOME_OK;
}

enum outcome invoke_thread_bind_notification(struct request *request)
{
    struct thread *target = request_target(request);
    struct cap cap = request->extra[0]->cap;
    if (target->bound_notification != NULL || cap_type(cap) != CAP_NOTIFICATION ||
        !cap_has_rights(cap, RIGHT_READ)) {
        return request_fail(request, seL4_IllegalOperation);
    }
    struct notification *notification = cap_object(cap);
    if (notification->bound_thread != NULL || notification->waiters.head != NULL) {
        return request_fail(request, seL4_IllegalOperation);
    }
    notification->bound_thread = target;
    target->bound_notification = notification;
    return OUTCOME_OK;
}

enum outcome invoke_thread_unbind_notification(struct request *request)
{
    struct thread *target = request_target(request);
    if (target->bound_notification == NULL) {
        return request_fail(request, seL4_IllegalOperation);
    }
    notification_unbind(target);
    return OUTCOME_OK;
}

enum outcome invoke_thread_set_tls_base(struct request *request)
{
    smp_stall_thread(request_target(request));
    registers_set(request_target(request), seL4_UserContext_TPIDR, request_word(request, 0));
    return OUTCOME_OK;
}

enum outcome invoke_thread_set_flags(struct request *request)
{
    struct thread *target = request_target(request);
    uint64_t flags = target->flags & ~request_word(request, 0);
    flags |= request_word(request, 1) & (seL4_TCBFlag_fpuDisabled | TCB_FLAG_RICH_EXITS);
    target->flags = (uint16_t)flags;
    if ((flags & seL4_TCBFlag_fpuDisabled) != 0) {
        fpu_release(target);
        target->fpu_eager = 0;
    }
    return request_answer(request, flags);
}
