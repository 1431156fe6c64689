/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How init starts a native component, and what each finds in its capability space. Sides: the tool
 * (which plans it), init, and libs/rt. Stands on freestanding C alone.
 *
 * Registers at the entry point; all others are 0, the stack pointer too (start-up sets its own):
 *
 *   x0  0: a component. (A root task has its bootinfo's address here.)
 *   x1  address of the thread's IPC buffer
 *   x2  address of the configuration, a device tree blob, mapped read-only (libs/component)
 *   x3  its size in bytes
 *   x4  how often init started this component before
 *
 * Configuration blob of a native component of the user's (VMMs: abi/vmm.h, the console:
 * abi/console.h; numbers are big-endian, as in every device tree):
 *
 *   /            arguments   string list: what the manifest says (absent without any)
 *                console     u64 own, u64 peer: addresses of the two regions of its console channel
 *                            (abi/vchan.h), which it opens as end a, rings as in abi/console.h;
 *                            absent: stdout goes nowhere
 *   /shared/N    one node a region of shared memory: 0, 1, ...
 *                name        string: the region's
 *                address     u64
 *                size        u64: bytes
 *                writable    present: may be written
 *   /channel/N   one node an end of a channel (abi/vchan.h), which the component opens: 0, 1, ...
 *                name           string: the channel's
 *                peer           string: who has the other end
 *                own            u64: address of the region that it writes
 *                other          u64: of the one that it reads
 *                send-ring      u32: bytes of the ring in `own`; absent: none
 *                receive-ring   u32: likewise in `other`
 *                doorbell       u32: slot that signals the other end, whose own signals come at
 *                               COMPONENT_SLOT_NOTIFICATION, by COMPONENT_BADGE_CHANNEL(N)
 *   /device/N    one node a device of the board: 0, 1, ...
 *                path        string: in the board's device tree
 *                compatible  strings, as there
 *                address     u64 list: of each of its `reg` entries, mapped uncached
 *                size        u64 list: bytes of each
 *                handler     u32 list: slot of the handler of each of its interrupts (absent:
 *                            none); one that the board's tree lists twice stands here once
 *                badge       u64 list: of their signals at COMPONENT_SLOT_NOTIFICATION
 *
 * Addresses. A program's image lies where it was linked, from 0x400000; text and read-only data are
 * mapped from the image's files, the rest is the component's own. Pages between its segments, such
 * as the one below its stack, stay unmapped. The rest the configuration tells.
 */
#ifndef ABI_COMPONENT_H
#define ABI_COMPONENT_H

/* Where the tool puts what is not the program's own image. */
#define COMPONENT_BUFFER_ADDRESS UINT64_C(0x10000000)   /* IPC buffer, a page each thread */
#define COMPONENT_CONFIG_ADDRESS UINT64_C(0x10100000)   /* configuration, up to 1 MiB */
#define COMPONENT_REGION_ADDRESS UINT64_C(0x20000000)   /* shared memory, devices, channels */
#define COMPONENT_FILE_ADDRESS   UINT64_C(0x100000000)  /* files: kernel, initrd; 4 GiB in all */
#define COMPONENT_RAM_ADDRESS    UINT64_C(0x1000000000) /* a VMM's view of its guest's RAM */

/* Capabilities of every component. Others follow from COMPONENT_SLOT_OWN on. */
enum component_slot {
    COMPONENT_SLOT_NULL = 0,
    COMPONENT_SLOT_INIT = 1,         /* init's endpoint: send and call, abi/init.h */
    COMPONENT_SLOT_READY = 2,        /* init's notification: "my guest may run now" */
    COMPONENT_SLOT_NOTIFICATION = 3, /* its own, bound to its first thread: wait */
    COMPONENT_SLOT_SELF = 4,         /* reserved: empty */
    COMPONENT_SLOT_CONSOLE = 5,      /* of a native one: signals the console; empty without one */
    COMPONENT_SLOT_OWN = 8,
};

/* At COMPONENT_SLOT_NOTIFICATION of a native component: the console began, or made room. Interrupts
 * have the bits below, from 0 on; where there are channels, the other end of each has one of its
 * own. */
#define COMPONENT_BADGE_CONSOLE         (UINT64_C(1) << 63)
#define COMPONENT_CHANNEL_MAX           31
#define COMPONENT_CHANNEL_BIT           32 /* of channel 0 */
#define COMPONENT_BADGE_CHANNEL(number) (UINT64_C(1) << (COMPONENT_CHANNEL_BIT + (number)))

#endif
