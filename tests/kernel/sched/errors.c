/* SPDX-License-Identifier: BSD-2-Clause */
/* SchedControl and SchedContext invocations: errors in their order, binding and unbinding. */
#include "tests/kernel/harness/job.h"

#define CONTROL rt_bootinfo()->schedcontrol.start
#define LEAST   20

static seL4_Error configure(seL4_CPtr context, seL4_Word budget, seL4_Word period, seL4_Word extra)
{
    return seL4_SchedControl_Configure(CONTROL, context, budget, period, extra, 0);
}

static seL4_CPtr unconfigured(unsigned bits)
{
    return new_object(seL4_SchedContextObject, bits);
}

TEST(configure_errors)
{
    static const seL4_Word words[5];
    seL4_CPtr context = unconfigured(8);

    EXPECT_EQ(call_raw(CONTROL, SchedControlConfigureFlags, 1, 4, words).label,
              seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(CONTROL, SchedControlConfigureFlags, 0, 5, words).label,
              seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(CONTROL, SchedContextBind, 0, 5, words).label, seL4_IllegalOperation);
    EXPECT_ERROR(configure(context, LEAST - 1, 1000, 0), seL4_RangeError, LEAST);
    seL4_Word most = seL4_GetMR(1);
    uint64_t frequency;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    EXPECT_EQ(most, UINT64_MAX / (frequency / 1000) / 8);
    EXPECT_ERROR(configure(context, 1000, LEAST - 1, 0), seL4_RangeError, LEAST, most);
    EXPECT_ERROR(configure(context, most + 1, most + 1, 0), seL4_RangeError, LEAST, most);
    EXPECT_ERROR(configure(context, 1000, ~0UL, 0), seL4_RangeError, LEAST, most);
    EXPECT_ERROR(configure(context, 1001, 1000, 0), seL4_RangeError, LEAST, 1000);
    EXPECT_ERROR(configure(ROOT, 1001, 1000, 0), seL4_RangeError, LEAST, 1000);
    EXPECT_ERROR(configure(ROOT, 1000, 1000, 99), seL4_InvalidCapability, 1);
    EXPECT_ERROR(configure(new_slot(), 1000, 1000, 0), seL4_InvalidCapability, 1);
    EXPECT_OK(configure(context, LEAST, LEAST, 0));
    EXPECT_OK(configure(context, most, most, 0));
    EXPECT_OK(configure(context, LEAST, most, 0));
}

/* An object of 2^n bytes has room for (2^n - 96) / 16 refills, two of which it always has. */
TEST(extra_refills)
{
    for (unsigned bits = 7; bits <= 12; bits++) {
        seL4_CPtr context = unconfigured(bits);
        seL4_Word room = ((1UL << bits) - 96) / 16 - 2;

        EXPECT_EQ(room, seL4_MaxExtraRefills(bits));
        EXPECT_ERROR(configure(context, 1000, 2000, room + 1), seL4_RangeError, 0, room);
        EXPECT_ERROR(configure(context, 1000, 2000, ~0UL), seL4_RangeError, 0, room);
        EXPECT_OK(configure(context, 1000, 2000, room));
    }
}

TEST(bind_errors)
{
    seL4_CPtr context = unconfigured(7), other = unconfigured(7), notification = new_notification();
    seL4_CPtr tcb = new_object(seL4_TCBObject, 0), second = new_object(seL4_TCBObject, 0);

    EXPECT_EQ(call_raw(context, SchedContextBind, 0, 0, NULL).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(context, SchedContextUnbindObject, 0, 0, NULL).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(context, 0, 0, 0, NULL).label, seL4_IllegalOperation);
    EXPECT_ERROR(seL4_SchedContext_Bind(context, ROOT), seL4_InvalidCapability, 1);
    EXPECT_ERROR(seL4_SchedContext_Bind(context, new_slot()), seL4_InvalidCapability, 1);
    EXPECT_OK(seL4_SchedContext_Bind(context, tcb));
    EXPECT_ERROR(seL4_SchedContext_Bind(context, second), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_SchedContext_Bind(context, notification), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_SchedContext_Bind(other, tcb), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_SchedContext_UnbindObject(context, second), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_SchedContext_UnbindObject(context, notification), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_SchedContext_UnbindObject(context, ROOT), seL4_InvalidCapability, 1);
    EXPECT_OK(seL4_SchedContext_UnbindObject(context, tcb));
    EXPECT_OK(seL4_SchedContext_Bind(context, notification));
    EXPECT_ERROR(seL4_SchedContext_Bind(other, notification), seL4_IllegalOperation);
    EXPECT_OK(seL4_SchedContext_UnbindObject(context, notification));
    EXPECT_OK(seL4_SchedContext_Bind(other, notification));
    EXPECT_OK(seL4_SchedContext_Unbind(other));
    EXPECT_OK(seL4_SchedContext_Unbind(other));
}

TEST(ones_own_context_stays)
{
    EXPECT_ERROR(seL4_SchedContext_Unbind(seL4_CapInitThreadSC), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_SchedContext_UnbindObject(seL4_CapInitThreadSC, SELF), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_SchedContext_YieldTo(seL4_CapInitThreadSC).error, seL4_IllegalOperation);
}

/* A blocked thread takes a context only if that has budget now. */
TEST(a_blocked_thread_and_an_empty_context)
{
    struct job job = {.number = seL4_SysWait, .cap = new_notification(), .passive = true};
    seL4_CPtr context = new_sched_context(1000, 1000, 0, 0);

    job_start(&job);
    EXPECT_OK(seL4_SchedContext_Bind(context, job.thread->tcb));
    settle();
    EXPECT_OK(seL4_SchedContext_Unbind(context));
    EXPECT_ERROR(seL4_SchedContext_Bind(unconfigured(7), job.thread->tcb), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_SetSchedParams(job.thread->tcb, SELF, 1, 1, unconfigured(7), 0),
                 seL4_IllegalOperation);
    EXPECT_OK(seL4_SchedContext_Bind(context, job.thread->tcb));
}

TEST(yieldto_errors)
{
    seL4_CPtr context = new_sched_context(1000, 1000, 0, 0);
    struct alloc_thread *thread = new_bare_thread(200, 0);
    struct alloc_thread *authority = new_bare_thread(1, 0);

    REQUIRE_OK(seL4_TCB_SetMCPriority(authority->tcb, SELF, 255));
    EXPECT_ERROR(seL4_SchedContext_YieldTo(context).error, seL4_IllegalOperation);
    REQUIRE_OK(seL4_TCB_SetMCPriority(SELF, SELF, 199));
    EXPECT_ERROR(seL4_SchedContext_YieldTo(thread->sched_context).error, seL4_IllegalOperation);
    REQUIRE_OK(seL4_TCB_SetMCPriority(SELF, authority->tcb, 255));
    EXPECT_OK(seL4_SchedContext_YieldTo(thread->sched_context).error);
}

TEST(an_unconfigured_context_runs_nothing)
{
    seL4_CPtr context = unconfigured(7), notification = new_notification();
    struct job job = {.number = seL4_SysSend, .cap = notification, .passive = true};

    job_start(&job);
    EXPECT_OK(seL4_SchedContext_Bind(context, job.thread->tcb));
    settle();
    EXPECT(!job.done);
    EXPECT_OK(configure(context, 1000, 1000, 0));
    settle();
    EXPECT(job.done);
}
