/* SPDX-License-Identifier: BSD-2-Clause */
/* What a native thread can see or change of a guest whose registers are still in the core; what
 * one guest leaves for the next. */
#include "hw/gicv2.h"
#include "tests/kernel/vcpu/guest.h"

static struct guest guest, other;

/* ---- the virtual CPU interface, reached by a native thread ---- */

/* Only a GICV can be mapped to one: without it there is nothing to reach, but see below. */

/* A thread without a vCPU in the guest's address space: it has all that the guest has mapped. */
struct native {
    struct alloc_thread *thread;
    seL4_CPtr handler, reply;
};

static void native_make(struct native *native)
{
    native->handler = new_endpoint();
    native->reply = new_reply();
    native->thread = new_bare_thread(60, 0);
    REQUIRE_OK(
        seL4_TCB_SetSpace(native->thread->tcb, native->handler, ROOT, 0, guest.space->root, 0));
}

static seL4_UserContext native_run(struct native *native, const char *routine, seL4_Word x0,
                                   seL4_Word x1)
{
    seL4_Word address = GUEST_RAM + (seL4_Word)(routine - guest_code);

    bare_start(native->thread, (const void *)address, x0, x1);
    fault_take(native->handler, native->reply, seL4_Fault_VCPUFault, 1);
    return thread_registers(native->thread);
}

static seL4_Word gicv_read(struct native *native, seL4_Word offset)
{
    return native_run(native, native_load, GUEST_GICV + offset, 0).x2;
}

static void gicv_write(struct native *native, seL4_Word offset, seL4_Word value)
{
    native_run(native, native_store, GUEST_GICV + offset, value);
}

/* An interrupt of the guest is active, another one pending: both stay, and nobody sees them. */
TEST(a_native_thread_does_not_reach_the_guests_interrupts)
{
    struct native native;

    if (!guest_has_gicv())
        return;
    guest_start_with_gic(&guest, true);
    native_make(&native);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 44, 10, 0, 0));
    struct message taken = guest_call(&guest, GUEST_READY);
    EXPECT_EQ(taken.words[0], 44);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 45, 12, 0, 1));
    for (unsigned round = 0; round < 2; round++) {
        EXPECT_EQ(gicv_read(&native, GICC_IAR) & 0x3ff, GIC_INTID_SPURIOUS);
        EXPECT_EQ(gicv_read(&native, GICC_HPPIR) & 0x3ff, GIC_INTID_SPURIOUS);
        EXPECT_EQ(gicv_read(&native, GICC_RPR), 0xff);
        EXPECT_EQ(gicv_read(&native, GICC_APR), 0);
        /* Wide open, or shut: neither reaches the guest. */
        gicv_write(&native, GICC_PMR, round == 0 ? 0xff : 0);
        gicv_write(&native, GICC_CTLR, round == 0 ? 0x21f : 0);
        gicv_write(&native, GICC_APR, round == 0 ? 0 : 0xffffffff);
        gicv_write(&native, GICC_EOIR, 44);
        gicv_write(&native, GICC_EOIR, 45);
    }
    /* Still active. */
    EXPECT_ERROR(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 46, 0, 0, 0), seL4_DeleteFirst);
    guest_return(&guest, &taken);
    struct message ended = guest_fault(&guest, seL4_Fault_VGICMaintenance, 1);
    EXPECT_EQ(ended.words[0], 0);
    guest_retry(&guest);
    taken = guest_call(&guest, GUEST_IRQ);
    guest_return(&guest, &taken);
    taken = guest_call(&guest, GUEST_READY);
    EXPECT_EQ(taken.words[0], 45);
}

/* The guest's own settings: what the thread reads is not them. */
TEST(a_native_thread_does_not_see_the_guests_settings)
{
    struct native native;

    if (!guest_has_gicv())
        return;
    guest_start_with_gic(&guest, false);
    native_make(&native);
    EXPECT_EQ(gicv_read(&native, GICC_CTLR), 0);
    EXPECT_EQ(gicv_read(&native, GICC_PMR), 0);
}

/* System registers of a GICv3 are no instructions of EL0's, and neither where there are none. */
TEST(a_native_thread_has_no_interrupt_registers)
{
    static const char *const routines[] = {native_iar, native_eoir, native_dir,
                                           native_pmr, native_sgi,  native_sre};
    struct native native;

    guest_make(&guest);
    native_make(&native);
    for (unsigned i = 0; i < sizeof(routines) / sizeof(routines[0]); i++) {
        seL4_Word address = GUEST_RAM + (seL4_Word)(routines[i] - guest_code);

        bare_start(native.thread, (const void *)address, 27, 0);
        struct message fault = fault_take(native.handler, native.reply, seL4_Fault_UserException,
                                          seL4_UserException_Length);
        EXPECT_EQ(fault.words[seL4_UserException_FaultIP], address);
    }
}

TEST(a_native_threads_counter_is_not_the_guests)
{
    struct native native;

    guest_make(&guest);
    native_make(&native);
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guest.vcpu, seL4_VCPUReg_CNTVOFF, 0x123456789000));
    guest_start(&guest, guest_hvc, 0, 0);
    struct message call = guest_call(&guest, 0);
    seL4_UserContext counters = native_run(&native, native_counters, 0, 0);
    EXPECT(counters.x2 <= counters.x3 && counters.x3 <= counters.x4);
    guest_return(&guest, &call);
    guest_call(&guest, GUEST_END);
    counters = native_run(&native, native_counters, 0, 0);
    EXPECT(counters.x2 <= counters.x3 && counters.x3 <= counters.x4);
    /* Nor is the guest's changed by a visit to a native thread. */
    EXPECT_EQ(guest_register(&guest, seL4_VCPUReg_CNTVOFF), 0x123456789000);
}

/* ---- from guest to guest ---- */

/* One has an interrupt active, which raises its running priority, and both have settings. */
TEST(the_interrupt_interface_is_the_guests)
{
    struct message taken, set;

    guest_start_with_gic(&guest, true);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 44, 10, 0, 0));
    taken = guest_call(&guest, GUEST_READY);
    EXPECT_EQ(taken.words[0], 44);
    EXPECT_EQ(taken.words[1], 10 << 3);

    guest_make(&other);
    guest_map_gicv(&other);
    guest_start(&other, guest_settings, 0x50, 4);
    set = guest_call(&other, GUEST_READY);

    /* Masked by its binary point or by its priority mask alone, the next one would not come. */
    guest_return(&guest, &taken);
    guest_fault(&guest, seL4_Fault_VGICMaintenance, 1);
    guest_retry(&guest);
    taken = guest_call(&guest, GUEST_IRQ);
    EXPECT_EQ(taken.words[1], 0xff);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 45, 30, 0, 1));
    guest_return(&guest, &taken);
    taken = guest_call(&guest, GUEST_READY);
    EXPECT_EQ(taken.words[0], 45);
    EXPECT_EQ(taken.words[1], 30 << 3);

    guest_return(&other, &set);
    set = guest_call(&other, GUEST_END);
    EXPECT_EQ(set.words[0], 0x50);
    EXPECT_EQ(set.words[1], 4);
    EXPECT_EQ(set.words[2], 0xff);
}

TEST(the_cache_selector_is_the_guests)
{
    struct message calls[2];
    struct guest *guests[2] = {&guest, &other};

    for (unsigned i = 0; i < 2; i++) {
        guest_make(guests[i]);
        guest_start(guests[i], guest_cache_selector, 2 - i, 0);
        calls[i] = guest_call(guests[i], GUEST_READY);
    }
    for (unsigned i = 0; i < 2; i++) {
        guest_return(guests[i], &calls[i]);
        EXPECT_EQ(guest_call(guests[i], GUEST_END).words[0], 2 - i);
    }
}
