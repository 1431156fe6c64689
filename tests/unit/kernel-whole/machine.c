/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers, caches and the core of tests/unit/kernel-whole/machine.h; the controller is in gic.c.
 */
#include "tests/unit/kernel-whole/machine.h"
#include <stdlib.h>
#include <string.h>

#include "arch/atomic.h"
#include "arch/cache.h"
#include "arch/fpu.h"
#include "arch/interrupt.h"
#include "arch/physmap.h"
#include "arch/tlb.h"
#include "arch/zero.h"
#include "kernel/lib/check.h"

struct fake_machine fake_machine;
unsigned fake_core;

void (*fake_on_wait)(void);
void (*fake_on_pause)(void);
void (*fake_on_halt)(void);

unsigned fake_tlb_invalidations[FAKE_VMID_COUNT];
unsigned fake_cache_operations;
uint64_t cache_data_line = 64;
uint64_t cache_instruction_line = 64;

void fake_machine_reset(void)
{
    memset(&fake_machine, 0, sizeof(fake_machine));
    fake_core = 0;
    for (unsigned i = 0; i < CORE_MAX; i++) {
        fake_machine.cores[i].sysregs[FAKE_cntfrq_el0] = FAKE_TICKS_PER_MS * 1000UL;
    }
}

uint64_t fake_sysreg_read(enum fake_sysreg number)
{
    if (number == FAKE_cntpct_el0) {
        fake_machine.counter += fake_machine.counter_step;
        return fake_machine.counter;
    }
    return fake_machine.cores[fake_core].sysregs[number];
}

void fake_sysreg_write(enum fake_sysreg number, uint64_t value)
{
    fake_machine.cores[fake_core].sysregs[number] = value;
}

/* ---- what the kernel does when there is nothing to do ---- */

static void call(void (*hook)(void))
{
    if (hook == NULL) {
        abort();
    }
    hook();
}

bool interrupt_pending(void)
{
    fake_machine.looks++;
    return fake_irq_waits() || fake_machine.looks == fake_machine.look_fire ||
           (fake_machine.look_every != 0 && fake_machine.looks % fake_machine.look_every == 0);
}

void interrupt_wait(void)
{
    call(fake_on_wait);
}

void atomic_pause(void)
{
    call(fake_on_pause);
}

void halt(void)
{
    if (fake_on_halt != NULL) {
        fake_on_halt();
    }
    abort();
}

/* ---- memory: the ranges must be RAM ---- */

static void check_range(const void *start, uint64_t size)
{
    uint64_t first = virt_to_phys(start).raw;
    CHECK(size == 0 ||
          (physmap_is_mapped(paddr(first)) && physmap_is_mapped(paddr(first + size - 1))));
}

/* With the address sanitizer only. */
__attribute__((weak)) void __asan_unpoison_memory_region(void const volatile *start, size_t size);

void zero_memory(void *start, uint64_t size)
{
    if (__asan_unpoison_memory_region != NULL) {
        __asan_unpoison_memory_region(start, size); /* it becomes somebody's */
    }
    CHECK(is_aligned((uint64_t)start, 4) && is_aligned(size, 4));
    check_range(start, size);
    memset(start, 0, size);
}

void zero_and_clean(void *start, uint64_t size)
{
    zero_memory(start, size);
}

static void maintain(const void *start, uint64_t size)
{
    check_range(start, size);
    fake_cache_operations++;
}

void cache_clean_to_memory(const void *start, uint64_t size)
{
    maintain(start, size);
}

void cache_clean_to_unification(const void *start, uint64_t size)
{
    maintain(start, size);
}

void cache_invalidate(void *start, uint64_t size)
{
    maintain(start, size);
}

void cache_clean_and_invalidate(void *start, uint64_t size)
{
    maintain(start, size);
}

void cache_invalidate_instructions(const void *start, uint64_t size)
{
    maintain(start, size);
}

/* ---- FP registers: they trap as the kernel has said ---- */

static bool fpu_is_open(void)
{
    return (fake_machine.cores[fake_core].sysregs[FAKE_cptr_el2] & CPTR_EL2_TFP) == 0;
}

void fpu_save(struct fpu_state *state)
{
    CHECK(fpu_is_open());
    memcpy(state->v, fake_machine.cores[fake_core].fpu, sizeof(state->v));
}

void fpu_load(const struct fpu_state *state)
{
    CHECK(fpu_is_open());
    memcpy(fake_machine.cores[fake_core].fpu, state->v, sizeof(state->v));
}
