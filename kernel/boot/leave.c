/* SPDX-License-Identifier: BSD-2-Clause */
/* The only file of this floor that stays in memory (kernel/boot/leave.h). */
#include "kernel/boot/leave.h"
#include "arch/mmu.h"
#include "kernel/entry/entry.h"

struct core first_core;
struct thread first_idle __attribute__((aligned(1UL << seL4_TCBBits)));

void boot_leave(struct thread *first)
{
    mmu_drop_boot();
    entry_start(&first_core, first);
}
