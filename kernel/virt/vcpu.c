/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual CPUs of kernel/virt/vcpu.h. */
#include "arch/translate.h"
#include "kernel/sched/sched.h"
#include "kernel/virt/user_access.h"
#include "kernel/virt/vcpu.h"
#include "kernel/virt/vgic.h"

/* A guest traps SMC, WFI and what is the implementation's own; its cache and TLB maintenance
 * reaches the cores it may move to. */
#define HCR_GUEST                                                                      \
    (HCR_EL2_VM | HCR_EL2_RW | HCR_EL2_AMO | HCR_EL2_IMO | HCR_EL2_FMO | HCR_EL2_TSC | \
     HCR_EL2_TIDCP | HCR_EL2_TWI | HCR_EL2_SWIO | HCR_EL2_FB | HCR_EL2_BSU_INNER)

/* A native thread has no EL1: its exceptions come here, and stage 1 is off but cacheable. */
#define HCR_NATIVE                                                                        \
    (HCR_EL2_VM | HCR_EL2_RW | HCR_EL2_AMO | HCR_EL2_IMO | HCR_EL2_FMO | HCR_EL2_TSC |    \
     HCR_EL2_TGE | HCR_EL2_TVM | HCR_EL2_TTLB | HCR_EL2_DC | HCR_EL2_TAC | HCR_EL2_SWIO | \
     HCR_EL2_TIDCP | HCR_EL2_TWI)

/* Also governs EL0: cache maintenance allowed, WFI and WFE not trapped to a missing EL1. */
#define SCTLR_NATIVE     0x34d59824UL
#define CPACR_NATIVE     CPACR_EL1_FPEN_ALL /* FP and SIMD are CPTR_EL2's business */

/* A guest may read the physical counter; its physical timer traps. What a native thread may use is
 * CNTKCTL_EL1's business, but QEMU 7.2 asks for EL1PCEN even to read the counter from EL0. */
#define CNTHCTL_GUEST    CNTHCTL_EL2_EL1PCTEN
#define CNTHCTL_NATIVE   (CNTHCTL_EL2_EL1PCTEN | CNTHCTL_EL2_EL1PCEN)

#define NO_LIST_REGISTER (~0UL)

/* ---- registers that stay in the core while the vCPU is loaded ---- */

#define LOADED_REGISTERS(R)   \
    R(TTBR0, ttbr0_el1)       \
    R(TTBR1, ttbr1_el1)       \
    R(TCR, tcr_el1)           \
    R(MAIR, mair_el1)         \
    R(AMAIR, amair_el1)       \
    R(CIDR, contextidr_el1)   \
    R(ACTLR, actlr_el1)       \
    R(AFSR0, afsr0_el1)       \
    R(AFSR1, afsr1_el1)       \
    R(ESR, esr_el1)           \
    R(FAR, far_el1)           \
    R(PAR, par_el1)           \
    R(VBAR, vbar_el1)         \
    R(TPIDR_EL1, tpidr_el1)   \
    R(VMPIDR_EL2, vmpidr_el2) \
    R(SP_EL1, sp_el1)         \
    R(ELR_EL1, elr_el1)       \
    R(SPSR_EL1, spsr_el1)     \
    R(CNTV_CVAL, cntv_cval_el0)

/* ---- registers that are in the core only while the vCPU is active ---- */

#define ACTIVE_REGISTERS(R)     \
    R(SCTLR, sctlr_el1)         \
    R(CPACR, cpacr_el1)         \
    R(CNTKCTL_EL1, cntkctl_el1) \
    R(CNTV_CTL, cntv_ctl_el0)

/* CNTVOFF is in the core while the vCPU is active, too: native threads see the counter as it is.
 * Nobody but the VMM writes it, so that its true value always is the one in the object. */

#define STORE(field, name) vcpu->registers[seL4_VCPUReg_##field] = sysreg_read_##name();
#define LOAD(field, name)  sysreg_write_##name(vcpu->registers[seL4_VCPUReg_##field]);

static void load(struct core *core, struct vcpu *vcpu)
{
    LOADED_REGISTERS(LOAD)
    sysreg_write_csselr_el1(vcpu->cache_selector);
    vgic_timer_load(&vcpu->vgic);
    vcpu->loaded = true;
    vcpu->core = core->id;
    core->vcpu_loaded = vcpu;
}

static void unload(struct core *core)
{
    struct vcpu *vcpu = core->vcpu_loaded;
    LOADED_REGISTERS(STORE)
    vcpu->cache_selector = sysreg_read_csselr_el1();
    vgic_timer_unload(&vcpu->vgic);
    vcpu->loaded = false;
    core->vcpu_loaded = NULL;
}

NO_INLINE static void mask_timer(struct core *core, bool masked)
{
    core->vcpu_timer_masked = masked;
    if (masked) {
        gic_disable(GIC_PPI_VIRTUAL_TIMER);
    } else {
        gic_enable(GIC_PPI_VIRTUAL_TIMER);
    }
}

static void activate(struct core *core)
{
    struct vcpu *vcpu = core->vcpu_loaded;
    if (UNLIKELY(core->vcpu_timer_masked != vcpu->timer_masked)) {
        mask_timer(core, vcpu->timer_masked);
    }
    sysreg_write_hcr_el2(HCR_GUEST);
    sysreg_write_cnthctl_el2(CNTHCTL_GUEST);
    sysreg_write_mdcr_el2(core->guest_traps);
    sysreg_write_cntvoff_el2(vcpu->registers[seL4_VCPUReg_CNTVOFF]);
    ACTIVE_REGISTERS(LOAD)
    vgic_activate(&vcpu->vgic);
    core->vcpu_active = vcpu;
}

static void set_native(const struct core *core)
{
    sysreg_write_cntv_ctl_el0(0);
    sysreg_write_cntvoff_el2(0);
    sysreg_write_sctlr_el1(SCTLR_NATIVE);
    sysreg_write_cpacr_el1(CPACR_NATIVE);
    sysreg_write_cntkctl_el1(core->native_clocks);
    sysreg_write_mdcr_el2(core->native_traps);
    sysreg_write_cnthctl_el2(CNTHCTL_NATIVE);
    sysreg_write_hcr_el2(HCR_NATIVE);
}

static void deactivate(struct core *core)
{
    struct vcpu *vcpu = core->vcpu_loaded;
    ACTIVE_REGISTERS(STORE)
    set_native(core);
    core->vcpu_active = NULL;
    vgic_deactivate(&vcpu->vgic);
}

/* Puts away whatever vCPU this core holds. Runs on the core itself. */
static void put_away(uint32_t unused)
{
    struct core *core = core_local();
    if (core->vcpu_active != NULL) {
        deactivate(core);
    }
    if (core->vcpu_loaded != NULL) {
        unload(core);
    }
}

/* No other core holds the vCPU, and none runs it, for as long as the kernel lock is held. */
static void take_from_other_core(struct vcpu *vcpu)
{
    if (UNLIKELY(vcpu->loaded && vcpu->core != core_number())) {
        uint32_t holder = vcpu->core;
        smp_stall(holder);
        smp_call(holder, put_away, 0);
    }
}

void vcpu_init_core(struct core *core)
{
    user_access_init_core(core);
    set_native(core);
    barrier_instruction();
}

void vcpu_unbind(struct vcpu *vcpu)
{
    struct thread *thread = vcpu->thread;
    struct core *core = core_local();
    if (thread == NULL) {
        return;
    }
    take_from_other_core(vcpu);
    if (core->vcpu_active == vcpu) {
        core->reschedule = true;
        deactivate(core);
    }
    thread->vcpu = NULL;
    vcpu->thread = NULL;
    thread->registers.spsr = spsr_sanitise(thread->registers.spsr, false);
}

void vcpu_bind(struct vcpu *vcpu, struct thread *thread)
{
    vcpu_unbind(vcpu);
    if (thread->vcpu != NULL) {
        vcpu_unbind(thread->vcpu);
    }
    vcpu->thread = thread;
    thread->vcpu = vcpu;
    core_local()->reschedule = true; /* it may be the current thread, here or there */
    smp_stall_thread(thread);
}

void vcpu_forget(struct vcpu *vcpu)
{
    struct core *core = core_local();
    vcpu_unbind(vcpu);
    take_from_other_core(vcpu);
    if (core->vcpu_loaded == vcpu) {
        unload(core);
    }
}

/* Not inline: the exit to the VMM and back never comes here, and is to save no register for it. */
NO_INLINE static void replace(struct core *core, struct vcpu *vcpu)
{
    if (core->vcpu_loaded != NULL) {
        unload(core);
    }
    take_from_other_core(vcpu);
    load(core, vcpu);
}

void vcpu_exchange(struct core *core, struct vcpu *vcpu)
{
    if (core->vcpu_active != NULL) {
        deactivate(core);
    }
    if (vcpu == NULL) {
        return;
    }
    if (UNLIKELY(core->vcpu_loaded != vcpu)) {
        replace(core, vcpu);
    }
    activate(core);
}

/* ---- registers, wherever they are ---- */

static bool in_core(const struct vcpu *vcpu)
{
    return core_local()->vcpu_loaded == vcpu;
}

static bool is_active(const struct vcpu *vcpu)
{
    return core_local()->vcpu_active == vcpu;
}

/* Ends the WFI of its thread. */
static void rouse(struct vcpu *vcpu)
{
    if (vcpu->thread != NULL) {
        sched_rouse(vcpu->thread);
    }
}

#define READ_CASE(field, name) \
    case seL4_VCPUReg_##field: \
        return sysreg_read_##name();

#define WRITE_CASE(field, name)     \
    case seL4_VCPUReg_##field:      \
        sysreg_write_##name(value); \
        break;

static uint64_t read_core(struct vcpu *vcpu, unsigned field)
{
    switch (field) {
        LOADED_REGISTERS(READ_CASE)
    }
    if (is_active(vcpu)) {
        switch (field) {
            ACTIVE_REGISTERS(READ_CASE)
        }
    }
    return vcpu->registers[field];
}

uint64_t vcpu_read(struct vcpu *vcpu, unsigned field)
{
    CHECK(field < seL4_VCPUReg_Num);
    take_from_other_core(vcpu);
    return in_core(vcpu) ? read_core(vcpu, field) : vcpu->registers[field];
}

static void write_core(struct vcpu *vcpu, unsigned field, uint64_t value)
{
    switch (field) {
        LOADED_REGISTERS(WRITE_CASE)
    }
    if (is_active(vcpu)) {
        switch (field) {
            ACTIVE_REGISTERS(WRITE_CASE)
            WRITE_CASE(CNTVOFF, cntvoff_el2)
        }
    }
}

void vcpu_write(struct vcpu *vcpu, unsigned field, uint64_t value)
{
    CHECK(field < seL4_VCPUReg_Num);
    take_from_other_core(vcpu);
    if (field == seL4_VCPUReg_CIDR) {
        value &= UINT32_MAX;
    }
    vcpu->registers[field] = value;
    if (in_core(vcpu)) {
        write_core(vcpu, field, value);
    }
    if (field >= seL4_VCPUReg_CNTV_CTL && field <= seL4_VCPUReg_CNTVOFF) {
        rouse(vcpu); /* it sleeps until a moment that may be another now */
    }
}

/* ---- virtual interrupts ---- */

bool vcpu_inject(struct vcpu *vcpu, unsigned index, uint64_t list)
{
    CHECK(index < gic.list_count);
    take_from_other_core(vcpu);
    if (gic_list_state(vgic_list_read(&vcpu->vgic, is_active(vcpu), index)) >= GIC_LIST_ACTIVE) {
        return false;
    }
    vgic_timer_displace(&vcpu->vgic, in_core(vcpu), index);
    vgic_list_write(&vcpu->vgic, is_active(vcpu), index, list);
    rouse(vcpu);
    return true;
}

uint64_t vcpu_read_timer(struct vcpu *vcpu)
{
    take_from_other_core(vcpu);
    return vgic_timer_read(&vcpu->vgic, is_active(vcpu));
}

void vcpu_write_timer(struct vcpu *vcpu, uint64_t word)
{
    take_from_other_core(vcpu);
    vgic_timer_write(&vcpu->vgic, is_active(vcpu), in_core(vcpu), word);
    rouse(vcpu);
}

void vcpu_acknowledge_timer(struct vcpu *vcpu)
{
    take_from_other_core(vcpu);
    vcpu->timer_masked = false;
    rouse(vcpu);
}

/* When the active vCPU's timer will raise its interrupt, in the physical counter's time. */
static uint64_t timer_due(struct vcpu *vcpu)
{
    uint64_t control = vcpu_read(vcpu, seL4_VCPUReg_CNTV_CTL);
    if (vcpu->timer_masked || vgic_timer_is_listed(&vcpu->vgic, true) ||
        (control & CNT_CTL_ENABLE) == 0 || (control & CNT_CTL_IMASK) != 0) {
        return UINT64_MAX;
    }
    uint64_t now = timer_now();
    uint64_t compare = vcpu_read(vcpu, seL4_VCPUReg_CNTV_CVAL);
    uint64_t virtual_now = now - vcpu_read(vcpu, seL4_VCPUReg_CNTVOFF);
    if (compare <= virtual_now) {
        return now;
    }
    /* A guest may ask for the end of time: that never comes, and must not wrap. */
    uint64_t ahead = compare - virtual_now;
    return ahead > UINT64_MAX - 1 - now ? UINT64_MAX : now + ahead;
}

void vcpu_wait(struct thread *thread)
{
    struct vcpu *vcpu = thread->vcpu;
    thread->registers.pc += 4;
    if (vgic_interrupt_waits(&vcpu->vgic, true)) {
        return;
    }
    uint64_t due = timer_due(vcpu);
    if (due > timer_now()) {
        sched_sleep(due);
    }
}

bool vcpu_deliver_timer(struct core *core)
{
    return core->vcpu_active && vgic_timer_deliver(&core->vcpu_loaded->vgic);
}

struct fault vcpu_timer_interrupt(struct core *core)
{
    mask_timer(core, true);
    core->vcpu_loaded->timer_masked = true;
    return (struct fault){.type = FAULT_VPPI, .code = GIC_PPI_VIRTUAL_TIMER};
}

struct fault vcpu_maintenance_interrupt(void)
{
    uint64_t index = NO_LIST_REGISTER;
    uint64_t ended = gic_eoi_status();
    if (ended != 0) {
        index = bits_lowest(ended);
        gic_list_write((unsigned)index, gic_list_clear_eoi(gic_list_read((unsigned)index)));
    }
    return (struct fault){.type = FAULT_VGIC_MAINTENANCE, .code = index};
}

/* ---- aborts ---- */

#define PAGE_OFFSET 0xfffUL

uint64_t vcpu_fault_address(uint64_t esr, uint64_t address)
{
    /* HPFAR_EL2 holds for address size, translation and access flag faults, and in walks. */
    if ((esr & ESR_ABORT_FSC_TYPE) < ESR_FSC_PERMISSION || (esr & ESR_ABORT_S1PTW) != 0) {
        uint64_t page = bits_get(sysreg_read_hpfar_el2(), HPFAR_EL2_FIPA_SHIFT,
                                 HPFAR_EL2_FIPA_WIDTH);
        return page << 12 | (address & PAGE_OFFSET);
    }
    uint64_t translated = translate_guest_read(address);
    return (translated & PAR_EL1_F) != 0 ? address
                                         : (translated & PAR_EL1_PA) | (address & PAGE_OFFSET);
}
