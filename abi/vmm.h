/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a VM's monitor finds in its capability space and configuration. Sides: the tool, which plans
 * it, and the VMM. Stands on freestanding C alone.
 *
 * Configuration blob, properties of the root node (numbers are big-endian, as in every device
 * tree):
 *
 *   model          string: the VM's name
 *   memory         u64: bytes of guest RAM, a multiple of 2 MiB, mapped for the VMM at
 *                  COMPONENT_RAM_ADDRESS
 *   ram            u64: guest-physical address of the same, a multiple of 2 MiB
 *   gic            u64: that of the distributor, which the VMM emulates; u64: that of the CPU
 *                  interface, where the two pages of the hardware's virtual one are mapped
 *   uart           u64: that of the UART, emulated; u64: its interrupt
 *   bells          u64: that of the register that rings the other ends of channels
 *   kernel         u64 address, u64 size: the guest kernel's file as mapped into the VMM
 *   initrd         likewise (optional)
 *   tree           likewise: a device tree of the user's, in place of the generated one (optional)
 *   overlay        likewise: a device tree overlay, applied to the generated one (optional)
 *   kernel-address, tree-address, initrd-address
 *                  u64: where in its RAM the guest is to find them (optional: else the VMM chooses)
 *   bootargs       string: the kernel's command line (optional)
 *   rng-seed       bytes, VMM_SEED_BYTES_MAX at most: what the guest's seeds are derived from, new
 *                  ones each life (optional)
 *   cpus           u32: virtual CPUs, 1 .. VMM_CPU_MAX (1 if absent)
 *   console        u64 own, u64 peer: addresses of the two regions of its console channel
 *                  (abi/vchan.h), which the VMM opens as end a, rings as in abi/console.h; absent:
 *                  the guest's UART goes nowhere
 *   status         u64: address of its status page (struct vmm_status), which the console reads
 *   report-exits   present: print how often the guest left at power-off
 *
 * Nodes /shared/0 to VMM_SHARED_MAX - 1, as in abi/component.h: memory that the guest shares, at
 * its guest-physical address.
 *
 * Nodes /channel/0 to VMM_CHANNEL_MAX - 1: one end each of a channel (abi/vchan.h), which the guest
 * opens; the VMM rings for it, and sees nothing of it. Init closes it when the VM has ended.
 *
 *   name           string: the channel's
 *   peer           string: who has the other end
 *   own            u64: guest-physical address of the region that the guest writes
 *   other          u64: of the one that it reads
 *   interrupt      u32: what its bell makes pending
 *   send-ring      u32: bytes of the ring in `own`; absent: none
 *   receive-ring   u32: likewise in `other`
 *   compat-port    u32: for programs of an older system, see
 *                  guest/linux/vchan/binding.md (optional)
 *
 * The guest's threads have an empty capability space.
 */
#ifndef ABI_VMM_H
#define ABI_VMM_H

#include <stdint.h>

#define VMM_CPU_MAX         8
#define VMM_SEED_BYTES_MAX  256
#define VMM_SHARED_MAX      64
#define VMM_CHANNEL_MAX     64

/* Guest-physical addresses end here: 40 bits, what a Cortex-A53 translates at stage 2. */
#define VMM_ADDRESS_END     UINT64_C(0x10000000000)

/* Of the guest's machine; each begins at a multiple of 4 KiB. */
#define VMM_GICD_BYTES      UINT64_C(0x1000)
#define VMM_GICC_BYTES      UINT64_C(0x2000)
#define VMM_UART_BYTES      UINT64_C(0x1000)
#define VMM_BELLS_BYTES     UINT64_C(0x1000)

/* Shared interrupts, by the numbers that the GIC knows them by: a device tree counts from the first
 * of them. */
#define VMM_INTERRUPT_FIRST 32
#define VMM_INTERRUPT_LAST  255

enum vmm_slot {
    VMM_SLOT_CONSOLE_DOORBELL = 8, /* signals the console component; empty without one */
    VMM_SLOT_ENDPOINT = 16,        /* where exits of all its vCPUs come, receive only */
    VMM_SLOT_PARK = 17,            /* signals the VMM itself, VMM_BADGE_PARK; empty with one vCPU */
    VMM_SLOT_REPLY = 24,
    VMM_SLOT_TCB = 32,     /* + cpu: the vCPU's thread */
    VMM_SLOT_VCPU = 40,    /* + cpu */
    VMM_SLOT_CHANNEL = 64, /* + number: signals who has the channel's other end */
    VMM_SLOT_COUNT = 128,
};

/* Badges of what arrives at the VMM's first thread, which waits at VMM_SLOT_ENDPOINT. */
enum vmm_badge {
    VMM_BADGE_VCPU = 1 << 0,    /* a fault message of a vCPU, see below; signals never have it */
    VMM_BADGE_CONSOLE = 1 << 1, /* a signal: the console wrote, or made room */
    VMM_BADGE_PARK = 1 << 30,   /* a signal of its own: a vCPU is to be stopped */
};

/* Signals of channels: several share a bit once there are more. Whoever is rung for nothing looks
 * and finds nothing. */
#define VMM_BADGE_CHANNEL_BITS    28
#define VMM_BADGE_CHANNEL(number) (UINT64_C(1) << (2 + (number) % VMM_BADGE_CHANNEL_BITS))

/* Of a fault message: which vCPU sent it. */
#define VMM_BADGE_CPU_SHIFT       8
#define VMM_BADGE_VCPU_OF(cpu)    (VMM_BADGE_VCPU | (uint64_t)(cpu) << VMM_BADGE_CPU_SHIFT)

/* The status page: written by the VMM alone, read by the console. */
#define VMM_EXIT_REASON_MAX       16

struct vmm_status {
    uint64_t exits[VMM_EXIT_REASON_MAX]; /* of the guest, each counted once, by reason: in the order
                                          * of the VMM's EXIT_REASONS; their sum is all */
    uint64_t booted;                     /* 0 while the guest's files are being loaded */
};

#endif
