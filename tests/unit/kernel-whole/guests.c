/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests of the whole kernel: vCPUs, their registers, virtual interrupts and timer; address spaces
 * and devices' interrupts, which mostly serve them. */
#include "tests/unit/kernel-whole/world.h"
#include "abi/sel4/faults.h"
#include "abi/sel4/vcpu.h"
#include "arch/core.h"
#include "arch/tlb.h"
#include "hw/sysreg.h"
#include "hw/gicv2.h"
#include "kernel/cap/cap.h"

enum {
    ENDPOINT = WORLD_FIRST_FREE,
    REPLY,
    VCPU,
    VCPU_2,
    SPACE,
    TABLE,
    TABLE_2,
    PAGE,
    PAGE_2,
    LARGE,
    DEVICE_PAGE,
    NOTIFICATION,
    HANDLER,
    POOL,
    SPACE_2,
    GUEST = 64,
    MONITOR = 68,
    GUEST_2 = 72,
};

#define WFI ((ESR_EC_WFX << ESR_EC_SHIFT) | ESR_IL)
#define SMC ((ESR_EC_SMC64 << ESR_EC_SHIFT) | ESR_IL)

static struct thread *guest, *monitor;
static struct vcpu *vcpu;

static uint64_t vcpu_call(uint64_t label, unsigned length, uint64_t a, uint64_t b)
{
    return CALL(.capability = VCPU, .label = label, .length = length, .words = {a, b}).label;
}

static uint64_t issue(uint64_t irq, uint64_t slot)
{
    return CALL(.capability = seL4_CapIRQControl, .label = ARMIRQIssueIRQHandlerTrigger,
                .length = 4, .words = {irq, 1, slot, 64}, .cap_count = 1,
                .caps = {seL4_CapInitThreadCNode})
        .label;
}

static int make_guest(void **state)
{
    world_make(state);
    make(seL4_EndpointObject, 0, ENDPOINT, 1);
    make(seL4_ReplyObject, 0, REPLY, 1);
    make(seL4_ARM_VCPUObject, 0, VCPU, 2);
    make(seL4_ARM_VSpaceObject, 0, SPACE, 1);
    make(seL4_ARM_PageTableObject, 0, TABLE, 2);
    make(seL4_ARM_SmallPageObject, 0, PAGE, 2);
    make(seL4_NotificationObject, 0, NOTIFICATION, 1);
    guest = make_thread(GUEST, 10, false);
    monitor = make_thread(MONITOR, 20, true);
    vcpu = object_at(VCPU);
    assert_int_equal(CALL(.capability = GUEST, .label = TCBSetSchedParams, .length = 2,
                          .words = {10, 10}, .cap_count = 3,
                          .caps = {seL4_CapInitThreadTCB, GUEST + 1, ENDPOINT})
                         .label,
                     0);
    assert_int_equal(
        CALL(.capability = VCPU, .label = ARMVCPUSetTCB, .cap_count = 1, .caps = {GUEST}).label, 0);
    return 0;
}

static void resume(uint64_t slot, struct thread *thread)
{
    thread->registers.pc = 0x5000;
    thread->registers.restart_pc = 0x5000;
    assert_int_equal(CALL(.capability = slot, .label = TCBResume).label, 0);
}

/* The driver steps back until `notification` is signalled. */
static void let_guest_run(uint64_t notification)
{
    world.driver->registers.x[0] = notification;
    enter_syscall(seL4_SysWait);
    assert_ptr_equal(current(), monitor);
    monitor->registers.x[0] = ENDPOINT;
    monitor->registers.x[6] = REPLY;
    enter_syscall(seL4_SysRecv);
    assert_ptr_equal(current(), guest);
}

static void start_guest(void)
{
    resume(GUEST, guest);
    assert_int_equal(CALL(.capability = MONITOR, .label = TCBResume).label, 0);
    make(seL4_NotificationObject, 0, 100, 1);
    let_guest_run(100);
}

/* By interrupt 40 the driver comes back. */
static void start_guest_for_a_while(void)
{
    resume(GUEST, guest);
    assert_int_equal(CALL(.capability = MONITOR, .label = TCBResume).label, 0);
    assert_int_equal(issue(40, HANDLER), 0);
    assert_int_equal(CALL(.capability = HANDLER, .label = IRQSetIRQHandler, .cap_count = 1,
                          .caps = {NOTIFICATION})
                         .label,
                     0);
    let_guest_run(NOTIFICATION);
}

static void call_driver(void)
{
    fake_irq_raise(40);
    enter_interrupt();
    assert_ptr_equal(current(), world.driver);
}

/* The monitor answers and waits for the next. */
static void reply_and_wait(void)
{
    assert_ptr_equal(current(), monitor);
    monitor->registers.x[0] = ENDPOINT;
    monitor->registers.x[1] = 0;
    monitor->registers.x[6] = REPLY;
    enter_syscall(seL4_SysReplyRecv);
}

static uint64_t label_of(const struct thread *thread)
{
    return thread->registers.x[1] >> 12;
}

static void exits_come_to_the_monitor(void **state)
{
    static const uint64_t exits[] = {
        (ESR_EC_DATA_LOWER << ESR_EC_SHIFT) | ESR_IL,
        (ESR_EC_DATA_LOWER << ESR_EC_SHIFT) | ESR_IL | ESR_FSC_PERMISSION,
        (ESR_EC_INST_LOWER << ESR_EC_SHIFT) | ESR_IL,
        SMC,
        (ESR_EC_SYSREG << ESR_EC_SHIFT) | ESR_IL,
        WFI | ESR_WFX_TI,
    };
    uint64_t *sysregs = fake_machine.cores[0].sysregs;
    (void)state;
    start_guest();
    assert_true(world_cores[0].vcpu_active);
    assert_true((sysregs[FAKE_hcr_el2] & HCR_EL2_TGE) == 0);
    for (unsigned i = 0; i < ARRAY_COUNT(exits); i++) {
        sysregs[FAKE_far_el2] = 0x123;
        sysregs[FAKE_hpfar_el2] = 0x50;
        sysregs[FAKE_par_el1] = i % 2; /* translated, and not */
        guest->registers.pc = 0x5000;
        enter_exception(exits[i]);
        assert_ptr_equal(current(), monitor);
        assert_false(world_cores[0].vcpu_active);
        assert_true((sysregs[FAKE_hcr_el2] & HCR_EL2_TGE) != 0);
        assert_int_equal(label_of(monitor), i < 3 ? seL4_Fault_VMFault : seL4_Fault_VCPUFault);
        reply_and_wait();
        assert_ptr_equal(current(), guest);
    }
}

static void an_hvc_is_a_system_call(void **state)
{
    (void)state;
    start_guest();
    guest->registers.x[7] = (uint64_t)seL4_SysDebugPutChar; /* not for guests */
    guest->registers.pc = 0x5004;
    enter_exception((ESR_EC_HVC64 << ESR_EC_SHIFT) | ESR_IL);
    assert_ptr_equal(current(), monitor);
    assert_int_equal(label_of(monitor), seL4_Fault_UnknownSyscall);
}

/* ---- rich exits (docs/kernel/extensions.md) ---- */

#define LOAD(reg)  ((ESR_EC_DATA_LOWER << ESR_EC_SHIFT) | ESR_IL | BIT(24) | (uint64_t)(reg) << 16)
#define STORE(reg) (LOAD(reg) | BIT(6))
#define MSR(reg)   ((ESR_EC_SYSREG << ESR_EC_SHIFT) | ESR_IL | (uint64_t)(reg) << 5)
#define MRS(reg)   (MSR(reg) | 1)
#define NO_VALUE   0x1234 /* what no register holds */

/* What comes with an exit, and which register the answer's value goes to; 31: none. */
static const struct {
    uint64_t esr, value;
    unsigned target;
} rich[] = {
    {LOAD(3), 0x103, 3},
    {LOAD(31), 0, 31},
    {STORE(4), 0x104, 31},
    {LOAD(5) & ~BIT(24), 0, 31}, /* no syndrome */
    {(ESR_EC_INST_LOWER << ESR_EC_SHIFT) | ESR_IL, 0, 31},
    {MRS(6), 0x106, 6},
    {MRS(31), 0, 31},
    {MSR(7), 0x107, 31},
    {SMC, 0x100, 0},
    {(ESR_EC_HVC64 << ESR_EC_SHIFT) | ESR_IL, 0x100, 0},
    {WFI | ESR_WFX_TI, 0, 31},
};

static void make_rich_exit(unsigned i)
{
    bool is_hvc = rich[i].esr >> ESR_EC_SHIFT == ESR_EC_HVC64;
    bool is_abort;
    for (unsigned x = 0; x < 31; x++) {
        guest->registers.x[x] = 0x100 + x;
    }
    guest->registers.pc = is_hvc ? 0x5004 : 0x5000;
    enter_exception(rich[i].esr);
    assert_ptr_equal(current(), monitor);
    is_abort = label_of(monitor) == seL4_Fault_VMFault;
    const uint64_t *words = &monitor->registers.x[2];
    assert_int_equal(monitor->registers.x[1] & 0x7f, 4);
    assert_int_equal(words[is_abort ? seL4_VMFault_FSR : seL4_VCPUFault_HSR], rich[i].esr);
    assert_int_equal(words[is_abort ? seL4_VMFault_IP : RICH_VCPU_FAULT_IP], 0x5000);
    assert_int_equal(words[is_abort ? RICH_VM_FAULT_VALUE : RICH_VCPU_FAULT_VALUE], rich[i].value);
    if (!is_abort) {
        assert_int_equal(words[RICH_VCPU_FAULT_SECOND], rich[i].target == 0 ? 0x101 : 0);
    }
}

/* `length` as the message says; of more than four words only those in registers arrive, and the
 * answer goes the long way. */
static void answer_rich_exit(unsigned i, uint64_t length)
{
    monitor->registers.x[0] = ENDPOINT;
    monitor->registers.x[1] = length;
    monitor->registers.x[2] = 0x6000;
    monitor->registers.x[3] = NO_VALUE;
    monitor->registers.x[6] = REPLY;
    enter_syscall(seL4_SysReplyRecv);
    assert_ptr_equal(current(), guest);
    assert_int_equal(guest->registers.pc, length == 0 ? 0x5000 : 0x6000);
    for (unsigned x = 0; x < 31; x++) {
        bool is_set = length > 1 && x == rich[i].target;
        assert_int_equal(guest->registers.x[x], is_set ? NO_VALUE : 0x100 + x);
    }
}

static void rich_exits_tell_and_take(void **state)
{
    static const uint64_t lengths[] = {0, 1, 2, 4, 5};
    (void)state;
    struct answer flags = CALL(.capability = GUEST, .label = TCBSetFlags, .length = 2,
                               .words = {0, TCB_FLAG_RICH_EXITS});
    assert_int_equal(flags.words[0], TCB_FLAG_RICH_EXITS);
    start_guest();
    for (unsigned i = 0; i < ARRAY_COUNT(rich); i++) {
        for (unsigned j = 0; j < ARRAY_COUNT(lengths); j++) {
            make_rich_exit(i);
            answer_rich_exit(i, lengths[j]);
        }
    }
}

static void write_and_read_all(void)
{
    for (uint64_t i = 0; i < seL4_VCPUReg_Num; i++) {
        if (i == seL4_VCPUReg_CNTV_CTL) {
            continue; /* would be due */
        }
        assert_int_equal(vcpu_call(ARMVCPUWriteReg, 2, i, 0x100 + i), 0);
        struct answer read = CALL(.capability = VCPU, .label = ARMVCPUReadReg, .length = 1,
                                  .words = {i});
        assert_int_equal(read.words[0], 0x100 + i);
    }
}

static void registers_are_where_they_should_be(void **state)
{
    (void)state;
    write_and_read_all();
    assert_false(vcpu->loaded);
    assert_int_equal(issue(40, HANDLER), 0);
    assert_int_equal(CALL(.capability = HANDLER, .label = IRQSetIRQHandler, .cap_count = 1,
                          .caps = {NOTIFICATION})
                         .label,
                     0);
    guest->registers.pc = 0x5000;
    guest->registers.restart_pc = 0x5000;
    assert_int_equal(CALL(.capability = GUEST, .label = TCBResume).label, 0);
    world.driver->registers.x[0] = NOTIFICATION;
    enter_syscall(seL4_SysWait);
    assert_ptr_equal(current(), guest);
    assert_int_equal(fake_machine.cores[0].sysregs[FAKE_ttbr0_el1], 0x102);
    assert_int_equal(fake_machine.cores[0].sysregs[FAKE_sctlr_el1], 0x100);
    /* The driver comes back, and finds them in the core. */
    fake_irq_raise(40);
    enter_interrupt();
    assert_ptr_equal(current(), world.driver);
    assert_true(vcpu->loaded);
    write_and_read_all();
    assert_int_equal(fake_machine.cores[0].sysregs[FAKE_ttbr0_el1], 0x102);
    /* Injected, it ends a sleep. */
    assert_int_equal(vcpu_call(ARMVCPUInjectIRQ, 1, 33, 0), 0);
    /* Another vCPU takes the core. */
    assert_int_equal(
        CALL(.capability = VCPU_2, .label = ARMVCPUSetTCB, .cap_count = 1, .caps = {MONITOR}).label,
        0);
    assert_int_equal(CALL(.capability = MONITOR, .label = TCBResume).label, 0);
    enter_syscall(seL4_SysWait);
    world.driver->registers.x[0] = NOTIFICATION;
    assert_ptr_equal(current(), monitor);
    assert_false(vcpu->loaded);
}

static void wrong_arguments_are_refused(void **state)
{
    (void)state;
    assert_int_equal(vcpu_call(ARMVCPUReadReg, 0, 0, 0), seL4_TruncatedMessage);
    assert_int_equal(vcpu_call(ARMVCPUReadReg, 1, 99, 0), seL4_InvalidArgument);
    assert_int_equal(vcpu_call(ARMVCPUWriteReg, 1, 0, 0), seL4_TruncatedMessage);
    assert_int_equal(vcpu_call(ARMVCPUWriteReg, 2, 99, 0), seL4_InvalidArgument);
    assert_int_equal(vcpu_call(ARMVCPUSetTCB, 0, 0, 0), seL4_TruncatedMessage);
    assert_int_equal(
        CALL(.capability = VCPU, .label = ARMVCPUSetTCB, .cap_count = 1, .caps = {ENDPOINT}).label,
        seL4_IllegalOperation);
    assert_int_equal(vcpu_call(ARMVCPUInjectIRQ, 0, 0, 0), seL4_TruncatedMessage);
    assert_int_equal(vcpu_call(ARMVCPUInjectIRQ, 1, 1024, 0), seL4_RangeError);
    assert_int_equal(vcpu_call(ARMVCPUInjectIRQ, 1, 32UL << 16, 0), seL4_RangeError);
    assert_int_equal(vcpu_call(ARMVCPUInjectIRQ, 1, 2UL << 24, 0), seL4_RangeError);
    assert_int_equal(vcpu_call(ARMVCPUInjectIRQ, 1, 9UL << 32, 0), seL4_RangeError);
    assert_int_equal(vcpu_call(ARMVCPUAckVPPI, 0, 0, 0), seL4_TruncatedMessage);
    assert_int_equal(vcpu_call(ARMVCPUAckVPPI, 1, 5000, 0), seL4_RangeError);
    assert_int_equal(vcpu_call(ARMVCPUAckVPPI, 1, 30, 0), seL4_InvalidArgument);
    assert_int_equal(vcpu_call(ARMVCPUAckVPPI, 1, 27, 0), 0);
    assert_int_equal(vcpu_call(UntypedRetype, 0, 0, 0), seL4_IllegalOperation);
}

/* ---- waiting and waking ---- */

static void wfi_sleeps_until_an_interrupt_is_injected(void **state)
{
    (void)state;
    start_guest();
    enter_exception(WFI);
    assert_true(is_idle());
    assert_int_equal(guest->state, THREAD_WAITING_FOR_VIRQ);
    assert_int_equal(guest->registers.pc, 0x5004);
}

static void wfi_ends_with_the_virtual_timer(void **state)
{
    uint64_t *sysregs = fake_machine.cores[0].sysregs;
    (void)state;
    start_guest();
    sysregs[FAKE_cntvoff_el2] = 0;
    sysregs[FAKE_cntv_cval_el0] = fake_machine.counter + 5000;
    sysregs[FAKE_cntv_ctl_el0] = CNT_CTL_ENABLE;
    guest->registers.pc = 0x5000;
    enter_exception(WFI);
    assert_true(is_idle());
    assert_true(guest->delayed);
    pass_time(6000);
    assert_true(fake_irq_waits());
    enter_interrupt();
    assert_ptr_equal(current(), guest);
    /* Now its own interrupt is due. */
    assert_true(fake_irq_waits());
    enter_interrupt();
    assert_ptr_equal(current(), monitor);
    assert_int_equal(label_of(monitor), seL4_Fault_VPPIEvent);
    assert_true(vcpu->timer_masked);
    reply_and_wait();
    assert_ptr_equal(current(), guest);
    assert_false(fake_irq_waits());
}

static void the_end_of_a_virtual_interrupt_is_reported(void **state)
{
    (void)state;
    assert_int_equal(vcpu_call(ARMVCPUInjectIRQ, 1, 40 | (1UL << 24), 0), 0);
    start_guest();
    uint32_t *list = &fake_machine.cores[0].hyp[64];
    assert_true((*list & GICH_LR_STATE_PENDING) != 0);
    enter_exception(WFI); /* something is pending: it goes on */
    assert_ptr_equal(current(), guest);
    *list &= ~(uint32_t)GICH_LR_STATE; /* the guest ended it */
    fake_irq_raise(25);
    enter_interrupt();
    assert_ptr_equal(current(), monitor);
    assert_int_equal(label_of(monitor), seL4_Fault_VGICMaintenance);
    assert_int_equal(monitor->registers.x[2], 0);
    reply_and_wait();
    assert_ptr_equal(current(), guest);
}

static void an_active_list_register_is_kept(void **state)
{
    (void)state;
    vcpu->vgic.list[1] = GICH_LR_STATE_ACTIVE | 40;
    assert_int_equal(vcpu_call(ARMVCPUInjectIRQ, 1, 41 | 1UL << 32, 0), seL4_DeleteFirst);
}

/* What a guest's list registers hold of these: no end of it ends a physical one, and no core is
 * sent one. */
static void expect_virtual(uint32_t first)
{
    for (unsigned i = 0; i < FAKE_LIST_COUNT; i++) {
        uint32_t word = fake_machine.cores[0].hyp[GICH_LR / 4 + i];
        assert_int_equal(word & GICH_LR_VIRTUAL_ID, first + i);
        assert_true((word & GICH_LR_STATE_PENDING) != 0);
        assert_true((word & GICH_LR_HW) == 0);
        for (unsigned core = 0; core < CORE_MAX; core++) {
            assert_false(fake_machine.pending[core * 32 + first + i]);
        }
    }
}

static void a_guests_sgis_stay_virtual(void **state)
{
    (void)state;
    start_guest_for_a_while();
    for (uint64_t first = 0; first < 16; first += FAKE_LIST_COUNT) {
        call_driver();
        assert_int_equal(CALL(.capability = HANDLER, .label = IRQAckIRQ).label, 0);
        for (uint64_t i = 0; i < FAKE_LIST_COUNT; i++) {
            assert_int_equal(vcpu_call(ARMVCPUInjectIRQ, 1, (first + i) | i << 32, 0), 0);
        }
        world.driver->registers.x[0] = NOTIFICATION;
        enter_syscall(seL4_SysWait);
        assert_ptr_equal(current(), guest);
        expect_virtual((uint32_t)first);
    }
}

/* Reported and never acknowledged, it is masked at the controller, until the vCPU goes. */
static void a_masked_timer_is_not_left_to_the_next_guest(void **state)
{
    uint64_t *sysregs = fake_machine.cores[0].sysregs;
    (void)state;
    start_guest_for_a_while();
    sysregs[FAKE_cntv_ctl_el0] = CNT_CTL_ENABLE;
    enter_interrupt();
    assert_ptr_equal(current(), monitor);
    assert_int_equal(label_of(monitor), seL4_Fault_VPPIEvent);
    assert_false(fake_irq_is_open(27));
    call_driver();
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete, .length = 2,
                          .words = {VCPU, 64})
                         .label,
                     0);
    assert_int_equal(
        CALL(.capability = VCPU_2, .label = ARMVCPUSetTCB, .cap_count = 1, .caps = {GUEST}).label,
        0);
    assert_int_equal(CALL(.capability = HANDLER, .label = IRQAckIRQ).label, 0);
    resume(GUEST, guest);
    let_guest_run(NOTIFICATION);
    assert_true(fake_irq_is_open(27));
    assert_false(fake_irq_waits()); /* nor is its timer on */
    sysregs[FAKE_cntv_ctl_el0] = CNT_CTL_ENABLE;
    enter_interrupt();
    assert_ptr_equal(current(), monitor);
    assert_int_equal(label_of(monitor), seL4_Fault_VPPIEvent);
}

/* The kernel itself puts the timer's interrupt into a list register. */
static void the_timer_may_be_the_kernels_business(void **state)
{
    const uint64_t word = 27 | 1UL << 24 | 2UL << 32 | VTIMER_ENABLED;
    uint64_t *sysregs = fake_machine.cores[0].sysregs;
    (void)state;
    assert_int_equal(vcpu_call(ARMVCPUWriteReg, 2, VCPU_REG_VTIMER, word | 1UL << 50),
                     seL4_InvalidArgument);
    assert_int_equal(vcpu_call(ARMVCPUWriteReg, 2, VCPU_REG_VTIMER, 5000 | VTIMER_ENABLED),
                     seL4_RangeError);
    assert_int_equal(vcpu_call(ARMVCPUWriteReg, 2, VCPU_REG_VTIMER, word), 0);
    assert_int_equal(
        CALL(.capability = VCPU, .label = ARMVCPUReadReg, .length = 1, .words = {VCPU_REG_VTIMER})
            .words[0],
        word);
    assert_int_equal(issue(40, HANDLER), 0);
    assert_int_equal(CALL(.capability = HANDLER, .label = IRQSetIRQHandler, .cap_count = 1,
                          .caps = {NOTIFICATION})
                         .label,
                     0);
    guest->registers.pc = 0x5000;
    guest->registers.restart_pc = 0x5000;
    assert_int_equal(CALL(.capability = GUEST, .label = TCBResume).label, 0);
    world.driver->registers.x[0] = NOTIFICATION;
    enter_syscall(seL4_SysWait);
    assert_ptr_equal(current(), guest);
    sysregs[FAKE_cntvoff_el2] = 0;
    sysregs[FAKE_cntv_cval_el0] = 0;
    sysregs[FAKE_cntv_ctl_el0] = CNT_CTL_ENABLE;
    assert_true(fake_irq_waits());
    enter_interrupt();
    assert_ptr_equal(current(), guest); /* no exit */
    assert_true((fake_machine.cores[0].hyp[64 + 2] & GICH_LR_STATE_PENDING) != 0);
    assert_false(fake_irq_waits()); /* until the guest ends it */
    /* The driver takes it back. */
    fake_irq_raise(40);
    enter_interrupt();
    assert_ptr_equal(current(), world.driver);
    uint64_t read = CALL(.capability = VCPU, .label = ARMVCPUReadReg, .length = 1,
                         .words = {VCPU_REG_VTIMER})
                        .words[0];
    assert_true((read & VTIMER_PENDING) != 0);
    assert_int_equal(vcpu_call(ARMVCPUWriteReg, 2, VCPU_REG_VTIMER, word & ~VTIMER_ENABLED), 0);
    read = CALL(.capability = VCPU, .label = ARMVCPUReadReg, .length = 1,
                .words = {VCPU_REG_VTIMER})
               .words[0];
    assert_true((read & VTIMER_PENDING) == 0);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete, .length = 2,
                          .words = {VCPU, 64})
                         .label,
                     0);
    assert_null(world_cores[0].vcpu_loaded);
}

static void a_sleeping_guest_is_woken_by_an_injection(void **state)
{
    (void)state;
    assert_int_equal(issue(40, HANDLER), 0);
    assert_int_equal(CALL(.capability = HANDLER, .label = IRQSetIRQHandler, .cap_count = 1,
                          .caps = {NOTIFICATION})
                         .label,
                     0);
    guest->registers.pc = 0x5000;
    guest->registers.restart_pc = 0x5000;
    assert_int_equal(CALL(.capability = GUEST, .label = TCBResume).label, 0);
    world.driver->registers.x[0] = NOTIFICATION;
    enter_syscall(seL4_SysWait);
    fake_machine.cores[0].sysregs[FAKE_cntv_cval_el0] = fake_machine.counter + 100000;
    fake_machine.cores[0].sysregs[FAKE_cntv_ctl_el0] = CNT_CTL_ENABLE;
    enter_exception(WFI);
    assert_true(is_idle());
    fake_irq_raise(40);
    enter_interrupt();
    assert_ptr_equal(current(), world.driver);
    assert_int_equal(vcpu_call(ARMVCPUInjectIRQ, 1, 33, 0), 0);
    assert_int_equal(guest->state, THREAD_RUNNING);
    assert_false(guest->delayed);
}

static void vcpus_change_threads_and_go(void **state)
{
    (void)state;
    assert_int_equal(
        CALL(.capability = VCPU_2, .label = ARMVCPUSetTCB, .cap_count = 1, .caps = {GUEST}).label,
        0);
    assert_null(vcpu->thread);
    assert_int_equal(
        CALL(.capability = VCPU, .label = ARMVCPUSetTCB, .cap_count = 1, .caps = {MONITOR}).label,
        0);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete, .length = 2,
                          .words = {VCPU, 64})
                         .label,
                     0);
    assert_null(monitor->vcpu);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete, .length = 2,
                          .words = {GUEST, 64})
                         .label,
                     0);
}

/* ---- address spaces ---- */

static uint64_t map(uint64_t page, uint64_t space, uint64_t address, uint64_t rights,
                    uint64_t attributes)
{
    return CALL(.capability = page, .label = ARMPageMap, .length = 3,
                .words = {address, rights, attributes}, .cap_count = 1, .caps = {space})
        .label;
}

static uint64_t map_table(uint64_t table, uint64_t space, uint64_t address)
{
    return CALL(.capability = table, .label = ARMPageTableMap, .length = 2, .words = {address, 0},
                .cap_count = 1, .caps = {space})
        .label;
}

static uint64_t maintain(uint64_t object, uint64_t label, uint64_t start, uint64_t end)
{
    return CALL(.capability = object, .label = label, .length = 2, .words = {start, end}).label;
}

static void make_space(void)
{
    assert_int_equal(CALL(.capability = seL4_CapInitThreadASIDPool, .label = ARMASIDPoolAssign,
                          .cap_count = 1, .caps = {SPACE})
                         .label,
                     0);
    assert_int_equal(map_table(TABLE, SPACE, 0x1000), 0);
    assert_int_equal(map_table(TABLE_2, SPACE, 0x1000), 0);
}

static unsigned count_invalidations(void)
{
    unsigned count = fake_cache_operations;
    for (unsigned i = 0; i < FAKE_VMID_COUNT; i++) {
        count += fake_tlb_invalidations[i];
    }
    return count;
}

static void move_into(uint64_t thread, uint64_t space)
{
    assert_int_equal(CALL(.capability = thread, .label = TCBSetSpace, .length = 2, .cap_count = 3,
                          .caps = {ENDPOINT, seL4_CapInitThreadCNode, space})
                         .label,
                     0);
}

/* Two guests in spaces of their own, by turns on one core, with a monitor's answers in between:
 * once each has its number, no cache is cleaned and no TLB invalidated. */
static void guests_take_turns_without_a_flush(void **state)
{
    struct thread *other = make_thread(GUEST_2, 10, false);
    (void)state;
    make(seL4_ARM_VSpaceObject, 0, SPACE_2, 1);
    make_space();
    assert_int_equal(CALL(.capability = seL4_CapInitThreadASIDPool, .label = ARMASIDPoolAssign,
                          .cap_count = 1, .caps = {SPACE_2})
                         .label,
                     0);
    assert_int_equal(
        CALL(.capability = VCPU_2, .label = ARMVCPUSetTCB, .cap_count = 1, .caps = {GUEST_2}).label,
        0);
    move_into(GUEST, SPACE);
    move_into(GUEST_2, SPACE_2);
    resume(GUEST, guest); /* it is the first */
    resume(GUEST_2, other);
    start_guest();

    unsigned before = 0;
    for (unsigned turn = 0; turn < 10; turn++) {
        struct thread *now = current();
        assert_true(now == guest || now == other);
        enter_exception(SMC);
        reply_and_wait();
        assert_ptr_equal(current(), now);
        if (turn == 2) {
            before = count_invalidations();
        }
        pass_time(6 * FAKE_TICKS_PER_MS); /* more than its budget */
        enter_interrupt();
        assert_ptr_equal(current(), now == guest ? other : guest);
    }
    assert_int_equal(count_invalidations(), before);
}

static void mapping_checks_its_arguments(void **state)
{
    (void)state;
    assert_int_equal(map(PAGE, SPACE, 0, 3, 1), seL4_InvalidCapability); /* no ASID yet */
    assert_int_equal(map_table(TABLE, SPACE, 0), seL4_InvalidCapability);
    make_space();
    assert_int_equal(map_table(TABLE, SPACE, 0), seL4_InvalidCapability); /* mapped */
    assert_int_equal(map(PAGE, SPACE, 0x1001, 3, 1), seL4_AlignmentError);
    assert_int_equal(map(PAGE, SPACE, 1UL << 40, 3, 1), seL4_InvalidArgument);
    assert_int_equal(map(PAGE, SPACE, 1UL << 30, 3, 1), seL4_FailedLookup);
    assert_int_equal(map(PAGE, SPACE, 0x5000, 3, 1), 0);
    assert_int_equal(map(PAGE, SPACE, 0x6000, 3, 1), seL4_InvalidArgument);
    assert_int_equal(map(PAGE, seL4_CapInitThreadVSpace, 0x5000, 3, 1), seL4_InvalidCapability);
    assert_int_equal(map(PAGE, SPACE, 0x5000, 2, 5), 0);   /* again, with less */
    assert_int_equal(map(PAGE_2, SPACE, 0x5000, 3, 1), 0); /* in its place */
    make(seL4_ARM_LargePageObject, 0, LARGE, 1);
    assert_int_equal(map(LARGE, SPACE, 0, 3, 1), seL4_DeleteFirst);
    assert_int_equal(map(LARGE, SPACE, 0x200000, 3, 1), 0);
    assert_int_equal(CALL(.capability = PAGE, .label = ARMPageGetAddress).words[0],
                     cap_address(world.slots[PAGE].cap).raw);
    assert_int_equal(CALL(.capability = PAGE, .label = UntypedRetype).label, seL4_IllegalOperation);
    assert_int_equal(CALL(.capability = TABLE, .label = UntypedRetype).label,
                     seL4_IllegalOperation);
    assert_int_equal(CALL(.capability = PAGE, .label = ARMPageUnmap).label, 0);
    assert_int_equal(CALL(.capability = PAGE_2, .label = ARMPageUnmap).label, 0);
    assert_int_equal(CALL(.capability = PAGE_2, .label = ARMPageUnmap).label, 0);
    assert_int_equal(CALL(.capability = TABLE_2, .label = ARMPageTableUnmap).label, 0);
    assert_int_equal(CALL(.capability = TABLE, .label = ARMPageTableUnmap).label, 0);
    assert_int_equal(CALL(.capability = TABLE, .label = ARMPageTableUnmap).label, 0);
}

static void caches_are_maintained_by_page_and_by_address(void **state)
{
    (void)state;
    make_space();
    assert_int_equal(maintain(PAGE, ARMPageClean_Data, 0, 64), seL4_IllegalOperation);
    assert_int_equal(map(PAGE, SPACE, 0x5000, 3, 1), 0);
    for (uint64_t i = 0; i < 4; i++) {
        assert_int_equal(maintain(PAGE, ARMPageClean_Data + i, 0, 4096), 0);
        assert_int_equal(maintain(SPACE, ARMVSpaceClean_Data + i, 0x5000, 0x6000), 0);
    }
    assert_int_equal(maintain(PAGE, ARMPageClean_Data, 8, 8), seL4_InvalidArgument);
    assert_int_equal(maintain(PAGE, ARMPageClean_Data, 0, 4097), seL4_InvalidArgument);
    assert_int_equal(maintain(SPACE, ARMVSpaceClean_Data, 8, 8), seL4_InvalidArgument);
    assert_int_equal(maintain(SPACE, ARMVSpaceClean_Data, 8, 1UL << 41), seL4_IllegalOperation);
    assert_int_equal(maintain(SPACE, ARMVSpaceClean_Data, 0x5000, 0x6001), seL4_RangeError);
    assert_int_equal(maintain(SPACE, ARMVSpaceClean_Data, 0x9000, 0x9001), 0);
    assert_int_equal(CALL(.capability = SPACE, .label = UntypedRetype).label,
                     seL4_IllegalOperation);
    make(seL4_ARM_VSpaceObject, 0, SPACE_2, 1);
    assert_int_equal(maintain(SPACE_2, ARMVSpaceClean_Data, 0, 8), seL4_InvalidCapability);
    assert_int_equal(map(PAGE_2, SPACE, 0x7000, 3, 0), 0); /* not cached */
    assert_int_equal(maintain(SPACE, ARMVSpaceClean_Data, 0x7000, 0x7040), 0);
    /* Long ones stop for an interrupt and go on. */
    make(seL4_ARM_LargePageObject, 0, LARGE, 1);
    assert_int_equal(map(LARGE, SPACE, 0x200000, 3, 1), 0);
    fake_machine.look_every = 3;
    assert_int_equal(maintain(LARGE, ARMPageClean_Data, 0, 0x200000), 0);
    assert_int_equal(maintain(SPACE, ARMVSpaceUnify_Instruction, 0x200000, 0x400000), 0);
}

static uint64_t make_pool(uint64_t untyped, uint64_t slot)
{
    return CALL(.capability = seL4_CapASIDControl, .label = ARMASIDControlMakePool, .length = 2,
                .words = {slot, 64}, .cap_count = 2, .caps = {untyped, seL4_CapInitThreadCNode})
        .label;
}

static void asid_pools_come_and_go(void **state)
{
    (void)state;
    assert_int_equal(make_pool(WORLD_UNTYPED, POOL), seL4_InvalidCapability);
    assert_int_equal(make_pool(WORLD_SMALL_UNTYPED, PAGE), seL4_DeleteFirst);
    assert_int_equal(make_pool(WORLD_SMALL_UNTYPED, POOL), 0);
    assert_int_equal(make_pool(WORLD_SMALL_UNTYPED, SPACE_2), seL4_RevokeFirst);
    assert_int_equal(CALL(.capability = seL4_CapASIDControl, .label = 1).label,
                     seL4_IllegalOperation);
    assert_int_equal(CALL(.capability = POOL, .label = 1).label, seL4_IllegalOperation);
    assert_int_equal(CALL(.capability = POOL, .label = ARMASIDPoolAssign).label,
                     seL4_TruncatedMessage);
    assert_int_equal(
        CALL(.capability = POOL, .label = ARMASIDPoolAssign, .cap_count = 1, .caps = {ENDPOINT})
            .label,
        seL4_InvalidCapability);
    assert_int_equal(
        CALL(.capability = POOL, .label = ARMASIDPoolAssign, .cap_count = 1, .caps = {SPACE}).label,
        0);
    assert_int_equal(map_table(TABLE, SPACE, 0), 0);
    /* The guest runs in it, so that it has a VMID. */
    assert_int_equal(CALL(.capability = GUEST, .label = TCBSetSpace, .length = 2, .cap_count = 3,
                          .caps = {ENDPOINT, seL4_CapInitThreadCNode, SPACE})
                         .label,
                     0);
    /* With the pool goes what it stood for. */
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete, .length = 2,
                          .words = {POOL, 64})
                         .label,
                     0);
    assert_int_equal(map(PAGE, SPACE, 0, 3, 1), seL4_FailedLookup);
    assert_int_equal(map_table(TABLE_2, SPACE, 0), seL4_FailedLookup);
    start_guest(); /* behind nothing */
}

static uint64_t delete(uint64_t slot)
{
    return CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete, .length = 2,
                .words = {slot, 64})
        .label;
}

/* What was mapped outlives its space, and is nobody else's business then. */
static void mappings_end_with_their_space(void **state)
{
    (void)state;
    make_space();
    assert_int_equal(map(PAGE, SPACE, 0x5000, 3, 1), 0);
    assert_int_equal(map(PAGE_2, SPACE, 0x6000, 1, 1), 0); /* not readable, so not writable */
    assert_int_equal(maintain(PAGE_2, ARMPageInvalidate_Data, 0, 64), 0);
    assert_int_equal(maintain(SPACE, ARMVSpaceInvalidate_Data, 0x6000, 0x6040), 0);
    assert_int_equal(delete (SPACE), 0);
    make(seL4_ARM_VSpaceObject, 0, SPACE_2, 1);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadASIDPool, .label = ARMASIDPoolAssign,
                          .cap_count = 1, .caps = {SPACE_2})
                         .label,
                     0); /* the same ASID */
    assert_int_equal(CALL(.capability = PAGE, .label = ARMPageUnmap).label, 0);
    assert_int_equal(CALL(.capability = TABLE_2, .label = ARMPageTableUnmap).label, 0);
    assert_int_equal(map_table(TABLE_2, SPACE_2, 0), 0);
    assert_int_equal(delete (SPACE_2), 0);
    assert_int_equal(delete (PAGE_2), 0);
    assert_int_equal(delete (TABLE), 0);
    assert_int_equal(delete (TABLE_2), 0);
}

/* ---- interrupts ---- */

static void interrupts_signal_and_are_masked_until_acknowledged(void **state)
{
    struct notification *notification = object_at(NOTIFICATION);
    (void)state;
    assert_int_equal(issue(40, HANDLER), 0);
    assert_int_equal(issue(40, POOL), seL4_RevokeFirst);
    assert_int_equal(issue(5, POOL), seL4_IllegalOperation); /* private: of which core? */
    assert_int_equal(issue(5000, POOL), seL4_RangeError);
    assert_int_equal(issue(41, PAGE), seL4_DeleteFirst);
    assert_int_equal(CALL(.capability = seL4_CapIRQControl, .label = IRQIssueIRQHandler,
                          .length = 3, .words = {42, POOL, 64}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = seL4_CapIRQControl,
                          .label = ARMIRQIssueIRQHandlerTriggerCore, .length = 5,
                          .words = {20, 0, SPACE_2, 64, 0}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = seL4_CapIRQControl,
                          .label = ARMIRQIssueIRQHandlerTriggerCore, .length = 5,
                          .words = {21, 0, LARGE, 64, 7}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     seL4_InvalidArgument);
    assert_int_equal(CALL(.capability = seL4_CapIRQControl, .label = 1).label,
                     seL4_IllegalOperation);
    assert_int_equal(CALL(.capability = seL4_CapIRQControl, .label = IRQIssueIRQHandler).label,
                     seL4_TruncatedMessage);
    assert_int_equal(CALL(.capability = HANDLER, .label = IRQSetIRQHandler).label,
                     seL4_TruncatedMessage);
    assert_int_equal(
        CALL(.capability = HANDLER, .label = IRQSetIRQHandler, .cap_count = 1, .caps = {ENDPOINT})
            .label,
        seL4_InvalidCapability);
    assert_int_equal(CALL(.capability = HANDLER, .label = IRQSetIRQHandler, .cap_count = 1,
                          .caps = {NOTIFICATION})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = HANDLER, .label = 1).label, seL4_IllegalOperation);
    fake_irq_raise(40);
    enter_interrupt();
    assert_int_equal(notification->state, NOTIFICATION_ACTIVE);
    fake_irq_raise(40);
    assert_false(fake_irq_waits());
    assert_int_equal(CALL(.capability = HANDLER, .label = IRQAckIRQ).label, 0);
    assert_int_equal(CALL(.capability = HANDLER, .label = IRQClearIRQHandler).label, 0);
    enter_interrupt(); /* nothing waits: spurious */
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeRevoke, .length = 2,
                          .words = {seL4_CapIRQControl, 64})
                         .label,
                     0);
    assert_false(fake_irq_is_open(40));
}

static void firmware_is_called_within_the_badge(void **state)
{
    struct call call = {
        .capability = seL4_CapSMC, .label = ARMSMCCall, .length = 8, .words = {7, 1, 2, 3}};
    (void)state;
    struct answer answer = driver_call(call);
    assert_int_equal(answer.label, 0);
    assert_int_equal(answer.words[1], ~1UL);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeMint, .length = 6,
                          .words = {POOL, 64, seL4_CapSMC, 64, 15, 9}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     0);
    call.capability = POOL;
    assert_int_equal(driver_call(call).label, seL4_IllegalOperation);
    call.words[0] = 9;
    assert_int_equal(driver_call(call).label, 0);
    call.length = 7;
    assert_int_equal(driver_call(call).label, seL4_TruncatedMessage);
    call.label = 1;
    assert_int_equal(driver_call(call).label, seL4_IllegalOperation);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_guest, world_free)
    static const struct CMUnitTest tests[] = {
        TEST(exits_come_to_the_monitor),
        TEST(an_hvc_is_a_system_call),
        TEST(rich_exits_tell_and_take),
        TEST(registers_are_where_they_should_be),
        TEST(wrong_arguments_are_refused),
        TEST(wfi_sleeps_until_an_interrupt_is_injected),
        TEST(wfi_ends_with_the_virtual_timer),
        TEST(the_end_of_a_virtual_interrupt_is_reported),
        TEST(an_active_list_register_is_kept),
        TEST(a_guests_sgis_stay_virtual),
        TEST(a_masked_timer_is_not_left_to_the_next_guest),
        TEST(the_timer_may_be_the_kernels_business),
        TEST(a_sleeping_guest_is_woken_by_an_injection),
        TEST(vcpus_change_threads_and_go),
        TEST(guests_take_turns_without_a_flush),
        TEST(mapping_checks_its_arguments),
        TEST(mappings_end_with_their_space),
        TEST(caches_are_maintained_by_page_and_by_address),
        TEST(asid_pools_come_and_go),
        TEST(interrupts_signal_and_are_masked_until_acknowledged),
        TEST(firmware_is_called_within_the_badge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
