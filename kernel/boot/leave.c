/* SPDX-License-Identifier: BSD-2-Clause */
/* The only file of this floor that stays in memory (kernel/boot/leave.h). */
#include "kernel/boot/leave.h"
#include "arch/atomic.h"
#include "arch/mmu.h"
#include "kernel/entry/entry.h"
#include "kernel/model/irq.h"
#include "kernel/sched/smp.h"
#include "kernel/virt/vcpu.h"

struct core boot_cores[CORE_MAX];
struct thread boot_idle[CORE_MAX] __attribute__((aligned(1UL << seL4_TCBBits)));

static uint32_t left_count;

void boot_leave(struct thread *first, unsigned core_count)
{
    bool undisturbed = smp_enter(&boot_cores[0]);
    (void)undisturbed; /* nobody else is in yet */
    irq_init();
    vcpu_init_core(&boot_cores[0]);
    /* Pairs with boot_leave_idle(): its last use of boot code before the count. */
    while (atomic_load_acquire(&left_count) < core_count - 1) {
        atomic_pause();
    }
    mmu_drop_boot();
    if (smp_in_use) {
        sysreg_write_vbar_el2((uint64_t)entry_vectors_shared);
        barrier_instruction();
    }
    entry_start(&boot_cores[0], first);
}

void boot_leave_idle(struct core *core)
{
    /* Only then is smp_in_use settled: the first core holds the lock meanwhile. */
    __atomic_fetch_add(&left_count, 1, __ATOMIC_RELEASE);
    entry_start_idle(core);
}
