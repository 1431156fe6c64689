/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtual machine of 64 KiB, whose programs are the routines of guest.S. They talk to the case
 * by calls the kernel does not know: `hvc` with a small number in x7 becomes an unknown-syscall
 * fault with x0 to x6 in its message.
 *
 *   0x80000000  code, copied from guest.S        0x08010000  GICV, if the case wants it
 *   0x80008000  data page: GUEST_DATA
 *   0x8000a000  translation table of the guest's own
 *   0x8000f000  top page: read-only at stage 2
 */
#pragma once

#define GUEST_RAM       0x80000000
#define GUEST_BYTES     0x10000
#define GUEST_DATA      0x80008000
#define GUEST_TABLE     0x8000a000
#define GUEST_READ_ONLY 0x8000f000
#define GUEST_GICV      0x08010000

/* Calls, by number in x7. */
#define GUEST_END       0x70 /* what follows every routine that returns */
#define GUEST_IRQ       0x71 /* x0: what GICV_IAR said, x1: the running priority after its end */
#define GUEST_READY     0x72
#define GUEST_EXCEPTION 0x73 /* x0: ESR_EL1, x1: FAR_EL1, x2: ELR_EL1 */

#ifndef __ASSEMBLER__
#include "tests/kernel/harness/harness.h"

struct guest {
    struct alloc_thread *thread;
    seL4_CPtr tcb, vcpu, handler, reply;
    struct alloc_area *memory;
    struct alloc_vspace *space;
};

extern const char guest_code[], guest_code_end[];
extern const char guest_hvc[], guest_smc[], guest_wfi[], guest_wfe[], guest_load[], guest_store[],
    guest_jump[], guest_save_registers[], guest_load_registers[], guest_interrupts[], guest_timer[],
    guest_translated[], guest_fp[], guest_par[], guest_pmu[], guest_physical_timer[],
    guest_undefined[], guest_user_wfi[], guest_spin[], guest_cache_selector[], native_load[],
    native_store[], native_counters[], guest_ticks[], guest_sleepy_ticks[], guest_settings[],
    guest_sgi0[], guest_sgi1[], guest_asgi1[], native_iar[], native_eoir[], native_dir[],
    native_pmr[], native_sgi[], native_sre[], guest_interface[], guest_fp_look[];

/* Made at priority 50, not started. The kernel's answers to its faults go through `reply`. */
void guest_make(struct guest *guest);
/* EL1 with the MMU off and interrupts masked. */
void guest_start(struct guest *guest, const char *routine, seL4_Word x0, seL4_Word x1);
/* Whether the virtual CPU interface is memory (GICV of a GICv2), as the board's device tree says;
 * otherwise it is system registers (GICv3). */
bool guest_has_gicv(void);
/* Maps the virtual CPU interface where the guest expects it, if it is memory. */
void guest_map_gicv(struct guest *guest);
/* With it mapped, started, and asleep. tells_before_end: it also says when it took an interrupt. */
void guest_start_with_gic(struct guest *guest, bool tells_before_end);

/* What the case and the guest both see. */
static inline volatile seL4_Word *guest_words(const struct guest *guest, seL4_Word address)
{
    return (volatile seL4_Word *)(guest->memory->vaddr + (address - GUEST_RAM));
}

/* Claims that this fault, or this call, is what the guest does next. */
struct message guest_fault(struct guest *guest, seL4_Word label, seL4_Word length);
struct message guest_call(struct guest *guest, seL4_Word number);
/* Whether the guest has anything to say. */
bool guest_is_silent(struct guest *guest);
/* Behind the instruction that called. */
void guest_return(struct guest *guest, const struct message *call);
/* Where it faulted: for faults whose answer carries nothing. */
void guest_retry(struct guest *guest);
seL4_Word guest_register(struct guest *guest, seL4_Word field);
#endif
