/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a native thread may read of the core's clocks, and that the board's device tree can take it
 * away: bootargs of the tree the program finds say which. Nothing here reads a clock by itself.
 */
#include "libs/fdt/devtree.h"
#include "tests/kernel/harness/code.h"
#include "tests/kernel/harness/harness.h"

#include <libfdt.h>

#define EC(esr)   ((esr) >> 26)
#define EC_SYSREG 0x18
#define EC_BRK    0x3c
#define PTIMER    30

static seL4_CPtr handler, reply;
static struct alloc_thread *thread;

/* Whether the word is absent that takes it away. */
static bool is_on(const char *option)
{
    size_t size;
    const void *fdt = rt_bootinfo_fdt(rt_bootinfo(), &size);
    const char *text = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "bootargs", NULL);

    return text == NULL || strstr(text, option) == NULL;
}

static void begin(void)
{
    handler = new_endpoint();
    reply = new_reply();
    thread = new_bare_thread(60, handler);
}

/* The exception class the access ends with; x2 is what it read. */
static seL4_Word access(const char *code, seL4_Word x0, seL4_Word *x2)
{
    bare_start(thread, code, x0, 0);
    struct message fault = message_take(handler, reply);
    EXPECT(fault.came);
    if (x2 != NULL)
        *x2 = thread_registers(thread).x2;
    /* An instruction EL0 does not have is a fault of its own kind. */
    return fault.label == seL4_Fault_VCPUFault ? EC(fault.words[0]) : 0;
}

#define EXPECT_ALLOWED(code, allowed)                                     \
    do {                                                                  \
        extern const char code[];                                         \
        EXPECT_EQ(access(code, 0, NULL), (allowed) ? EC_BRK : EC_SYSREG); \
    } while (0)

TEST(counters)
{
    begin();
    bool on = is_on("kernel.user-counters=off");
    EXPECT_ALLOWED(read_cntpct, on);
    EXPECT_ALLOWED(read_cntvct, on);
    EXPECT_ALLOWED(read_cntfrq, on);
}

TEST(the_physical_timers_registers)
{
    begin();
    bool on = is_on("kernel.user-timer=off");
    EXPECT_ALLOWED(read_cntp_ctl, on);
    EXPECT_ALLOWED(read_cntp_cval, on);
    EXPECT_ALLOWED(read_cntp_tval, on);
    EXPECT_ALLOWED(write_cntp_cval, on);
    EXPECT_ALLOWED(write_cntp_tval, on);
    EXPECT_ALLOWED(write_cntp_ctl, on);
}

TEST(the_virtual_timer_is_the_guests)
{
    begin();
    EXPECT_ALLOWED(read_cntv_ctl, false);
    EXPECT_ALLOWED(write_cntv_ctl, false);
    EXPECT_ALLOWED(write_cntv_cval, false);
}

TEST(the_cycle_counter_alone)
{
    begin();
    EXPECT_ALLOWED(read_pmccntr, is_on("kernel.user-pmu=off"));
    EXPECT_ALLOWED(write_pmccntr, false);
    EXPECT_ALLOWED(read_pmcr, false);
    EXPECT_ALLOWED(write_pmcr, false);
    EXPECT_ALLOWED(write_pmcntenset, false);
    EXPECT_ALLOWED(write_pmcntenclr, false);
    EXPECT_ALLOWED(write_pmselr, false);
    EXPECT_ALLOWED(write_pmxevtyper, false);
    EXPECT_ALLOWED(read_pmxevcntr, false);
    EXPECT_ALLOWED(write_pmovsclr, false);
    EXPECT_ALLOWED(write_pmswinc, false);
    EXPECT_ALLOWED(read_mdccsr, false);
}

static seL4_Word cycles(void)
{
    extern const char read_pmccntr[];
    seL4_Word count;

    EXPECT_EQ(access(read_pmccntr, 0, &count), EC_BRK);
    return count;
}

TEST(the_cycle_counter_counts)
{
    begin();
    if (!is_on("kernel.user-pmu=off"))
        return;
    seL4_Word before = cycles();
    for (volatile unsigned i = 0; i < 10000; i++) {
    }
    seL4_Word between = cycles();
    EXPECT(between - before >= 10000);
    EXPECT(cycles() - between < between - before);
}

/* ---- the physical timer's interrupt ---- */

static void timer_write(const char *code, seL4_Word value)
{
    EXPECT_EQ(access(code, value, NULL), EC_BRK);
}

TEST(the_physical_timers_interrupt)
{
    extern const char write_cntp_cval[], write_cntp_ctl[], read_cntp_ctl[];
    begin();
    if (!is_on("kernel.user-timer=off"))
        return;
    seL4_CPtr notification = new_notification(), irq = new_slot();
    EXPECT_OK(seL4_IRQControl_GetTriggerCore(seL4_CapIRQControl, PTIMER, 0, ROOT, irq, DEPTH, 0));
    EXPECT_OK(seL4_IRQHandler_SetNotification(irq, new_badged(notification, seL4_AllRights, 0x30)));
    for (unsigned i = 0; i < 3; i++) {
        timer_write(write_cntp_cval, ~0UL);
        timer_write(write_cntp_ctl, 1);
        EXPECT_EQ(poll(notification), 0);
        timer_write(write_cntp_cval, 0); /* due since ever */
        settle();
        EXPECT_EQ(poll(notification), 0x30);
        seL4_Word control;
        EXPECT_EQ(access(read_cntp_ctl, 0, &control), EC_BRK);
        EXPECT_EQ(control, 5);
        /* The line stands: acknowledged, it comes again. */
        EXPECT_OK(seL4_IRQHandler_Ack(irq));
        settle();
        EXPECT_EQ(poll(notification), 0x30);
        timer_write(write_cntp_ctl, 0);
        EXPECT_OK(seL4_IRQHandler_Ack(irq));
        settle();
        EXPECT_EQ(poll(notification), 0);
    }
}
