/* SPDX-License-Identifier: BSD-2-Clause */
/* The DomainSet capability's invocations: errors in their order. */
#include "tests/kernel/domain/domain.h"
#include "tests/kernel/harness/code.h"

#define LAST (seL4_NumDomainSchedules - 1)

static seL4_Error configure(seL4_Word index, seL4_Word domain, seL4_Word duration)
{
    const seL4_Word words[] = {index, domain, duration};
    struct answer answer = call_raw(DOMAIN, DomainScheduleConfigure, 0, 3, words);

    for (unsigned i = 0; i < answer.length; i++)
        seL4_SetMR((int)i, answer.words[i]);
    return (seL4_Error)answer.label;
}

TEST(an_unknown_label)
{
    EXPECT_EQ(call_raw(DOMAIN, UntypedRetype, 0, 0, NULL).label, seL4_IllegalOperation);
    EXPECT_EQ(call_raw(DOMAIN, SchedControlConfigureFlags, 0, 0, NULL).label,
              seL4_IllegalOperation);
}

TEST(set_errors)
{
    const seL4_Word bad[] = {seL4_NumDomains}, wide[] = {256}, good[] = {0};
    seL4_CPtr tcb = new_object(seL4_TCBObject, 0);

    seL4_SetCap(0, tcb);
    EXPECT_EQ(call_raw(DOMAIN, DomainSetSet, 1, 0, NULL).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(DOMAIN, DomainSetSet, 0, 1, good).label, seL4_TruncatedMessage);
    /* The domain is looked at first, and as a whole word. */
    seL4_SetCap(0, ROOT);
    struct answer answer = call_raw(DOMAIN, DomainSetSet, 1, 1, bad);
    EXPECT_EQ(answer.label, seL4_InvalidArgument);
    EXPECT_EQ(answer.length, 1);
    EXPECT_EQ(answer.words[0], 0);
    seL4_SetCap(0, tcb);
    EXPECT_EQ(call_raw(DOMAIN, DomainSetSet, 1, 1, wide).label, seL4_InvalidArgument);
    EXPECT_ERROR(seL4_DomainSet_Set(DOMAIN, 0, ROOT), seL4_InvalidArgument, 1);
    EXPECT_ERROR(seL4_DomainSet_Set(DOMAIN, 0, new_slot()), seL4_InvalidArgument, 1);
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, seL4_NumDomains - 1, tcb));
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 0, tcb));
}

TEST(schedule_configure_errors)
{
    static const seL4_Word words[3];

    EXPECT_EQ(call_raw(DOMAIN, DomainScheduleConfigure, 0, 2, words).label, seL4_TruncatedMessage);
    EXPECT_ERROR(configure(LAST, 99, ~0UL), seL4_RangeError, 0, LAST - 1);
    EXPECT_ERROR(configure(~0UL, 0, 1), seL4_RangeError, 0, LAST - 1);
    EXPECT_ERROR(configure(1, seL4_NumDomains, ~0UL), seL4_RangeError, 0, seL4_NumDomains - 1);
    EXPECT_ERROR(configure(1, ~0UL, 0), seL4_RangeError, 0, seL4_NumDomains - 1);
    EXPECT_ERROR(configure(1, 1, seL4_MaxDomainDuration + 1), seL4_InvalidArgument, 2);
    EXPECT_ERROR(configure(0, 1, 0), seL4_InvalidArgument, 1);
    EXPECT_ERROR(configure(0, 0, 0), seL4_InvalidArgument, 2);
    /* All of that changed nothing: entry 1 is still an end marker. */
    EXPECT_ERROR(seL4_DomainSet_ScheduleSetStart(DOMAIN, 1), seL4_InvalidArgument, 0);
    EXPECT_OK(configure(LAST - 1, seL4_NumDomains - 1, seL4_MaxDomainDuration));
    EXPECT_OK(configure(LAST - 1, 0, 0));
    EXPECT_OK(configure(0, 0, seL4_MaxDomainDuration));
}

TEST(schedule_set_start_errors)
{
    EXPECT_EQ(call_raw(DOMAIN, DomainScheduleSetStart, 0, 0, NULL).label, seL4_TruncatedMessage);
    EXPECT_ERROR(seL4_DomainSet_ScheduleSetStart(DOMAIN, LAST + 1), seL4_RangeError, 0, LAST);
    EXPECT_ERROR(seL4_DomainSet_ScheduleSetStart(DOMAIN, ~0UL), seL4_RangeError, 0, LAST);
    EXPECT_ERROR(seL4_DomainSet_ScheduleSetStart(DOMAIN, LAST), seL4_InvalidArgument, 0);
    EXPECT_ERROR(seL4_DomainSet_ScheduleSetStart(DOMAIN, 1), seL4_InvalidArgument, 0);
    EXPECT_OK(seL4_DomainSet_ScheduleSetStart(DOMAIN, 0));
}

/* Where the schedule starts no end marker can be put, and elsewhere it can. */
TEST(the_start_is_no_end_marker)
{
    EXPECT_OK(configure(5, 0, seL4_MaxDomainDuration));
    EXPECT_OK(seL4_DomainSet_ScheduleSetStart(DOMAIN, 5));
    EXPECT_ERROR(configure(5, 0, 0), seL4_InvalidArgument, 2);
    EXPECT_OK(configure(5, 0, 1000000));
    EXPECT_OK(seL4_DomainSet_ScheduleSetStart(DOMAIN, 0));
    EXPECT_OK(configure(5, 0, 0));
}

/* Sent without waiting for an answer it is carried out all the same. */
TEST(set_by_send)
{
    struct alloc_thread *thread = new_bare_thread(100, 0);
    seL4_UserContext registers;

    seL4_SetMR(0, 3);
    seL4_SetCap(0, thread->tcb);
    seL4_NBSend(DOMAIN, seL4_MessageInfo_new(DomainSetSet, 0, 1, 1));
    bare_start(thread, code_spin, 0, 0);
    settle();
    registers = thread_registers(thread);
    EXPECT_EQ(registers.x2, 0);
}
