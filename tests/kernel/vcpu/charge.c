/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests that never come to rest: interrupts without end bring them into the kernel again and
 * again, at the end of their budget too. They get no more than that. Their VMM runs on their time.
 */
#include "tests/kernel/vcpu/guest.h"

#define VTIMER  27
#define CONTROL rt_bootinfo()->schedcontrol.start
#define BUDGET  1000
#define PERIOD  10000

static struct guest guest;
static void expect_no_more_than_the_budget(void)
{
    seL4_CPtr context = guest.thread->sched_context;

    REQUIRE_OK(seL4_SchedControl_Configure(CONTROL, context, BUDGET, PERIOD, 0, 0));
    (void)seL4_SchedContext_Consumed(context);
    seL4_Word percent = rest_percent();
    seL4_Time consumed = seL4_SchedContext_Consumed(context).consumed;
    EXPECT(percent >= 100 - 100 * BUDGET / PERIOD - 2);
    EXPECT(consumed <= REST_SPAN / PERIOD * BUDGET + 50);
    /* And it was busy. */
    EXPECT(consumed >= REST_SPAN / PERIOD * BUDGET * 8 / 10);
}

static volatile unsigned events;

/* Whatever the guest did, it may do again at once. */
static void serve(void *argument)
{
    seL4_MessageInfo_t info = seL4_Recv(guest.handler, NULL, guest.reply);

    for (;;) {
        events++;
        switch (seL4_MessageInfo_get_label(info)) {
        case seL4_Fault_VPPIEvent:
            seL4_ARM_VCPU_AckVPPI(guest.vcpu, VTIMER);
            info = seL4_MessageInfo_new(0, 0, 0, 0);
            break;
        case seL4_Fault_VGICMaintenance:
            seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 40, 0, 0, 0);
            info = seL4_MessageInfo_new(0, 0, 0, 0);
            break;
        default: /* its calls */
            seL4_SetMR(seL4_UnknownSyscall_FaultIP, seL4_GetMR(seL4_UnknownSyscall_FaultIP) + 4);
            info = seL4_MessageInfo_new(0, 0, 0, seL4_UnknownSyscall_FaultIP + 1);
            break;
        }
        info = seL4_ReplyRecv(guest.handler, info, NULL, guest.reply);
    }
}

static void start_passive_server(void)
{
    struct alloc_thread *server = new_thread(serve, NULL, 60);

    events = 0;
    settle();
    REQUIRE_OK(seL4_SchedContext_Unbind(server->sched_context));
}

TEST(a_timer_that_is_always_due)
{
    guest_make(&guest);
    REQUIRE_OK(seL4_ARM_VCPU_WriteRegs(guest.vcpu, seL4_VCPUReg_CNTV_CVAL, 0));
    REQUIRE_OK(seL4_ARM_VCPU_WriteRegs(guest.vcpu, seL4_VCPUReg_CNTV_CTL, 1));
    start_passive_server();
    rest_start();
    guest_start(&guest, guest_spin, 0, 0);
    expect_no_more_than_the_budget();
    EXPECT(events > 100);
}

TEST(interrupts_that_are_ended_and_injected_again)
{
    guest_start_with_gic(&guest, false);
    start_passive_server();
    rest_start();
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 40, 0, 0, 0));
    expect_no_more_than_the_budget();
    EXPECT(events > 100);
}
