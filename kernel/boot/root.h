/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first thread: its address space, its capabilities, and the page that tells it of them.
 * Source: seL4 manual 9.1; slots and layout as abi/sel4/bootinfo.h and objects.h number them.
 *
 *   user image | IPC buffer | bootinfo | extra bootinfo: the device tree
 *   4 KiB pages, from the image's first page on, without gaps
 */
#pragma once

#include "abi/sel4/bootinfo.h"
#include "kernel/boot/memory.h"
#include "kernel/model/thread.h"

#define ROOT_CNODE_RADIX 16
#define ROOT_ASID        1

/* The thread while it is being made. */
struct root {
    struct memory *memory;
    struct slot *slots; /* of its CNode */
    uint64_t next_slot; /* the first that is empty, and so are all behind it */
    uint64_t *vspace;
    struct thread *thread;
    seL4_BootInfo *info;
    unsigned core_count;
    const void *tree; /* the device tree */
    uint64_t tree_size;
};

/* Makes all but the untyped capabilities. Panics if the hand-over makes no sense. */
void root_create(struct root *root, struct memory *memory, const struct boot_handover *handover);

/* The rest, once nothing more is taken from the memory: every remaining piece becomes an untyped
 * capability, the smallest left out if there are too many; bootinfo is complete then. */
void root_give_memory(struct root *root);

/* An initial capability into the next empty slot. */
struct slot *root_put(struct root *root, struct cap cap);
