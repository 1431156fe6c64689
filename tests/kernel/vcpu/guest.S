/* SPDX-License-Identifier: BSD-2-Clause */
/* What guests run, at EL1. Position independent: it is copied to GUEST_RAM. x0 and x1 are the
 * case's arguments; x28 is the base of the data page. */
#include "tests/kernel/vcpu/guest.h"

    .section .rodata.guest, "a"
    .balign 4096
    .global guest_code, guest_code_end
guest_code:

    .macro routine name
    .balign 8
    .global \name
\name:
    .endm

    .macro call number
    mov x7, #\number
    hvc #0
    .endm

    .macro end
    call GUEST_END
    b .
    .endm

    /* The virtual CPU interface. x9 is where it is, GICV; 0: it is system registers (GICv3), where
     * each group has its own, and x14 keeps which one an interrupt was in. */
    .balign 8
    .global guest_interface
guest_interface:
    .quad 0                /* guest_make() knows */

    .macro turn_on
    ldr x9, guest_interface
    cbz x9, .Lregisters\@
    mov w8, #0xff
    str w8, [x9, #4]       /* GICV_PMR */
    mov w8, #1
    str w8, [x9]           /* GICV_CTLR */
    b .Ldone\@
.Lregisters\@:
    mov x8, #0xff
    msr icc_pmr_el1, x8
    mov x8, #1
    msr icc_igrpen0_el1, x8
    msr icc_igrpen1_el1, x8
    isb
.Ldone\@:
    .endm

    .macro acknowledge number
    cbz x9, .Lregisters\@
    ldr w17, [x9, #0xc]    /* GICV_IAR */
    mov \number, x17
    b .Ldone\@
.Lregisters\@:
    mov x14, #1
    mrs \number, icc_iar1_el1
    cmp \number, #1023
    b.ne .Ldone\@
    mov x14, #0
    mrs \number, icc_iar0_el1
.Ldone\@:
    .endm

    .macro end_interrupt number
    cbz x9, .Lregisters\@
    mov x17, \number
    str w17, [x9, #0x10]   /* GICV_EOIR */
    b .Ldone\@
.Lregisters\@:
    cbz x14, .Lgroup0\@
    msr icc_eoir1_el1, \number
    b .Ldone\@
.Lgroup0\@:
    msr icc_eoir0_el1, \number
.Ldone\@:
    dsb sy                 /* its maintenance interrupt comes before what follows */
    isb
    .endm

    .macro running_priority value
    cbz x9, .Lregisters\@
    ldr w17, [x9, #0x14]   /* GICV_RPR */
    mov \value, x17
    b .Ldone\@
.Lregisters\@:
    mrs \value, icc_rpr_el1
.Ldone\@:
    .endm

    /* Exceptions of the guest's own: an interrupt is acknowledged, told and ended; anything else
     * is told. */
    .balign 2048
vectors:
    .rept 16
    .balign 128
    b vector
    .endr

    /* Which of the 16 does not matter: the interrupt controller knows whether it was one. */
    .balign 128
vector:
    ldr x9, guest_interface
    mrs x0, esr_el1
    cbnz x10, 1f
    mrs x1, far_el1
    mrs x2, elr_el1
    call GUEST_EXCEPTION
    eret
1:  cmp x10, #2
    b.eq tick
    acknowledge x0
    cbz x12, 3f
    running_priority x1
    call GUEST_READY
3:  and w11, w0, #0x3ff
    cmp w11, #27
    b.ne 2f
    msr cntv_ctl_el0, xzr  /* lowers the timer's line */
2:  end_interrupt x0
    running_priority x1
    call GUEST_IRQ
    eret

    /* Counts the timer's interrupts in x13, sets it again in x15 ticks, and tells nobody. */
tick:
    acknowledge x11
    cmp w11, #27
    b.ne 1f
    add x13, x13, #1
    msr cntv_tval_el0, x15
    isb
1:  end_interrupt x11
    eret

    .macro use_vectors
    adr x8, vectors
    msr vbar_el1, x8
    isb
    .endm

    routine guest_hvc
    hvc #0
    end

    routine guest_smc
    smc #0
    end

    routine guest_wfi
    wfi
    end

    routine guest_wfe
    wfe
    wfe
    end

    routine guest_load
    ldr x2, [x0]
    end

    routine guest_store
    str x1, [x0]
    end

    routine guest_jump
    br x0

    routine guest_undefined
    use_vectors
    mov x10, #0
    udf #0
    end

    /* Counts in the data page, forever. */
    routine guest_spin
    ldr x28, =GUEST_DATA
    mov x0, #0
1:  add x0, x0, #1
    str x0, [x28]
    tst x0, #0x3f
    b.ne 1b
    yield                  /* an emulator's other cores go on */
    b 1b

    /* In the order of seL4_VCPUReg_*; the guest's view of each. */
    .macro each_register what
    \what 0, sctlr_el1
    \what 1, cpacr_el1
    \what 2, ttbr0_el1
    \what 3, ttbr1_el1
    \what 4, tcr_el1
    \what 5, mair_el1
    \what 6, amair_el1
    \what 7, contextidr_el1
    \what 9, afsr0_el1
    \what 10, afsr1_el1
    \what 11, esr_el1
    \what 12, far_el1
    \what 13, par_el1
    \what 14, vbar_el1
    \what 15, tpidr_el1
    \what 18, elr_el1
    \what 19, spsr_el1
    \what 20, cntv_ctl_el0
    \what 21, cntv_cval_el0
    \what 23, cntkctl_el1
    .endm

    .macro save index, name
    mrs x0, \name
    str x0, [x28, #8 * \index]
    .endm

    .macro load index, name
    ldr x0, [x28, #8 * \index]
    msr \name, x0
    .endm

    routine guest_save_registers
    ldr x28, =GUEST_DATA
    each_register save
    save 16, mpidr_el1
    mov x0, sp
    str x0, [x28, #8 * 17]
    save 22, cntvct_el0
    end

    routine guest_load_registers
    ldr x28, =GUEST_DATA
    each_register load
    ldr x0, [x28, #8 * 17]
    mov sp, x0
    end

    /* Turns the virtual CPU interface on, says so, and sleeps; interrupts are told one by one,
     * with x0 != 0 also between taking and ending them. */
    routine guest_interrupts
    mov x12, x0
    use_vectors
    mov x10, #1
    turn_on
    msr daifclr, #3
    call GUEST_READY
1:  wfi
    b 1b

    /* Priority mask x0, binary point x1: told to be set, and then told as they are. */
    routine guest_settings
    turn_on
    cbz x9, 1f
    str w0, [x9, #4]       /* GICV_PMR */
    str w1, [x9, #8]       /* GICV_BPR */
    call GUEST_READY
    ldr w0, [x9, #4]
    ldr w1, [x9, #8]
    b 2f
1:  msr icc_pmr_el1, x0
    msr icc_bpr0_el1, x1
    isb
    call GUEST_READY
    mrs x0, icc_pmr_el1
    mrs x1, icc_bpr0_el1
2:  running_priority x2
    end

    /* A software-generated interrupt for core x0: each way to ask for one. */
    routine guest_sgi1
    use_vectors
    mov x10, #0
    msr icc_sgi1r_el1, x0
    end

    routine guest_sgi0
    use_vectors
    mov x10, #0
    msr icc_sgi0r_el1, x0
    end

    routine guest_asgi1
    use_vectors
    mov x10, #0
    msr icc_asgi1r_el1, x0
    end

    /* Of a thread without a vCPU, x0 each: the core's interrupts are not its to take, end or
     * send. */
    routine native_iar
    mrs x2, icc_iar1_el1
    routine native_eoir
    msr icc_eoir1_el1, x0
    routine native_dir
    msr icc_dir_el1, x0
    routine native_pmr
    msr icc_pmr_el1, x0
    routine native_sgi
    msr icc_sgi1r_el1, x0
    routine native_sre
    mrs x2, icc_sre_el1

    /* The virtual timer x0 ticks ahead; x1 != 0: sleeps until then. */
    routine guest_timer
    msr cntv_tval_el0, x0
    mov x2, #1
    msr cntv_ctl_el0, x2
    isb
    mrs x3, cntvct_el0
    cbz x1, 1f
    wfi
    b 2f
1:  mrs x2, cntv_ctl_el0
    tbz x2, #2, 1b         /* until its condition is met */
2:  mrs x4, cntvct_el0
    sub x3, x4, x3
    mrs x4, cntv_ctl_el0
    end

    /* x1 interrupts of the virtual timer, one every x0 ticks. Says when it begins. */
    .macro tick_loop
    mov x15, x0
    mov x16, x1
    use_vectors
    mov x10, #2
    mov x13, #0
    turn_on
    call GUEST_READY
    msr cntv_tval_el0, x15
    mov x8, #1
    msr cntv_ctl_el0, x8
    msr daifclr, #3
    .endm

    routine guest_ticks
    tick_loop
1:  add x17, x17, #1
    tst x17, #0xff
    b.ne 2f
    yield
2:  cmp x13, x16
    b.lo 1b
    b ticks_end

    routine guest_sleepy_ticks
    tick_loop
1:  wfi
    cmp x13, x16
    b.lo 1b
ticks_end:
    msr daifset, #3
    msr cntv_ctl_el0, xzr
    mov x0, x13
    end

    /* With its own translation table: 1 GiB blocks, 39 bits of addresses. */
    routine guest_translated
    ldr x2, =GUEST_TABLE
    msr ttbr0_el1, x2
    ldr x2, =0x280803519   /* T0SZ 25, write-back inner shareable, EPD1, 40 bits */
    msr tcr_el1, x2
    mov x2, #0xff
    msr mair_el1, x2
    isb
    tlbi vmalle1
    dsb ish
    isb
    mrs x2, sctlr_el1
    orr x2, x2, #1
    msr sctlr_el1, x2
    isb
    cbnz x1, 1f
    ldr x2, [x0]
    end
1:  str x1, [x0]
    end

    .arch_extension fp
    .arch_extension simd
    routine guest_fp
    mov x2, #3 << 20
    msr cpacr_el1, x2
    isb
    dup v0.2d, x0
    dup v15.2d, x0
    dup v31.2d, x1
    call GUEST_READY
    umov x0, v0.d[1]
    umov x1, v15.d[0]
    umov x2, v31.d[1]
    end

    /* What is in the vector registers of one who never wrote any. */
    routine guest_fp_look
    mov x2, #3 << 20
    msr cpacr_el1, x2
    isb
    umov x0, v0.d[1]
    umov x1, v15.d[0]
    umov x2, v31.d[1]
    mrs x3, fpsr
    end

    /* A translation's result in PAR_EL1, an access that faults, PAR_EL1 again. */
    routine guest_par
    at s1e1r, x1
    isb
    mrs x3, par_el1
    str x1, [x0]
    mrs x4, par_el1
    end

    /* CSSELR_EL1 becomes x0, and is read again after a call. */
    routine guest_cache_selector
    msr csselr_el1, x0
    call GUEST_READY
    mrs x0, csselr_el1
    end

    /* For native threads in the guest's address space. */
    routine native_load
    ldr w2, [x0]
    brk #0

    routine native_store
    str w1, [x0]
    brk #0

    routine native_counters
    mrs x2, cntpct_el0
    isb
    mrs x3, cntvct_el0
    isb
    mrs x4, cntpct_el0
    brk #0

    routine guest_pmu
    mrs x2, pmcr_el0
    end

    routine guest_physical_timer
    msr cntp_ctl_el0, x0
    end

    /* To EL0, which sleeps; woken it calls EL1, which tells. */
    routine guest_user_wfi
    use_vectors
    mov x10, #0
    msr spsr_el1, xzr
    adr x2, 1f
    msr elr_el1, x2
    eret
1:  wfi
    svc #0
    b .

    .ltorg
    .balign 8
guest_code_end:
