/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's start, from its own translation tables on: boot_main() is the list of what happens.
 * Runs while booting only; all of it is gone when the first thread runs.
 */
#include "abi/image.h"
#include "abi/version.h"
#include "arch/atomic.h"
#include "arch/cache.h"
#include "arch/cpu.h"
#include "arch/mmu.h"
#include "arch/physmap.h"
#include "arch/zero.h"
#include "kernel/boot/leave.h"
#include "kernel/boot/options.h"
#include "kernel/boot/redistributor.h"
#include "kernel/boot/root.h"
#include "kernel/dev/gic.h"
#include "kernel/dev/uart.h"
#include "kernel/entry/entry.h"
#include "kernel/lib/print.h"
#include "kernel/mem/asid.h"
#include "kernel/model/irq.h"
#include "kernel/sched/domain.h"
#include "kernel/sched/sched.h"

#define UART_SIZE    0x100  /* all that printing touches */
#define GICR_PAGE    0x1000 /* of each frame, all that is used */
#define ALIAS_SIZE   0x20000
#define ALIAS_OFFSET 0xf000

NO_RETURN void boot_main(const struct boot_handover *handover);
NO_RETURN void boot_other_core(uint32_t id);

static struct board board;
static struct memory memory;
static struct root root;
static uint32_t cores_wanted;   /* 0: not known yet */
static uint32_t switched_count; /* of other cores that left the loader's tables */

static void start_core(uint32_t id)
{
    cpu_init(id == 0 ? entry_vectors : entry_vectors_shared);
    boot_cores[id].id = id;
    boot_cores[id].stack_top = STACK_TOP((uint64_t)id);
    core_set_local(&boot_cores[id]);
}

/* How many cores run: those the loader says it started, if it is ours and the board has them. */
static unsigned choose_core_count(const struct boot_handover *handover)
{
    unsigned most = board.core_count < CORE_MAX ? board.core_count : CORE_MAX;
    uint64_t started = handover->cores - IMAGE_CORES_STARTED;
    return started >= 1 && started <= most ? (unsigned)started : 1;
}

/* A core's ready queues are taken here and not part of the image: most boards run few cores. The
 * others may come then: they need the tables, the controller and their idle thread, no more. */
static void start_cores(unsigned core_count)
{
    /* Pairs with boot_other_core(): the loader's tables lie in memory that is given out from here
     * on. */
    while (atomic_load_acquire(&switched_count) < core_count - 1) {
        atomic_pause();
    }
    domain_init(timer_now());
    for (unsigned i = 0; i < core_count; i++) {
        boot_cores[i].id = i;
        sched_init(&boot_cores[i], &boot_idle[i],
                   phys_to_virt(memory_take(&memory, SCHED_READY_BITS)));
        asid_watch_core(i, &boot_cores[i].vttbr);
    }
    smp_in_use = core_count > 1;
    /* Pairs with boot_other_core(). */
    atomic_store_release(&cores_wanted, core_count);
}

/* Entered from start.S by every core but the first, on the kernel's tables and its own stack. */
void boot_other_core(uint32_t id)
{
    /* Pairs with start_cores(): no look at the loader's tables any more. */
    __atomic_fetch_add(&switched_count, 1, __ATOMIC_RELEASE);
    /* Pairs with start_cores(): all that was set up before. */
    while (atomic_load_acquire(&cores_wanted) == 0) {
        atomic_pause();
    }
    if (id >= cores_wanted) {
        halt();
    }
    start_core(id);
    timer_init_core();
    gic.ops->init_core();
    irq_init_core();
    cpu_end_boot();
    boot_leave_idle(&boot_cores[id]);
}

/* From here on the kernel can be heard. */
static void start_console(const struct boot_handover *handover)
{
    if (handover->device_tree == 0 || handover->device_tree_size > DEVICE_TREE_MAX) {
        panic("the loader brought no device tree, or one of more than 2 MiB");
    }
    const void *tree = mmu_device_tree(handover->device_tree);
    if (board_find_console(&board, tree, handover->device_tree_size)) {
        uart_open(mmu_map_device(paddr(board.uart.base), min_u64(board.uart.size, UART_SIZE)));
        print_set_sink(uart_put);
    }
    print("\nBulkhead kernel " BULKHEAD_VERSION " (%s)\n", BUILD_DEBUG ? "debug" : "release");
}

static void map_ram(void)
{
    struct region_list usable = board.ram;
    memory_exclude(&usable, &board.reserved);
    for (unsigned i = 0; i < usable.count; i++) {
        mmu_map_ram(usable.regions[i]);
    }
}

/*
 * Some boards leave address bits 12 to 15 of the GIC undecoded, so that its pages can be mapped
 * 64 KiB apart: then the interface's second page follows the last image of the first.
 */
static void *map_gic_cpu(struct fdt_reg device)
{
    uint64_t base = device.base;
    if (device.size >= ALIAS_SIZE) {
        uint64_t first = (uint64_t)mmu_map_device(paddr(base), BIT(12));
        uint64_t alias = (uint64_t)mmu_map_device(paddr(base + ALIAS_OFFSET), BIT(12));
        uint32_t id = mmio_read32(first + GICC_IIDR);
        base += id != 0 && mmio_read32(alias + GICC_IIDR) == id ? ALIAS_OFFSET : 0;
    }
    return mmu_map_device(paddr(base), GICC_SIZE);
}

static uint64_t read_redistributor_type(uint64_t base)
{
    uint64_t frame = (uint64_t)mmu_map_device(paddr(base), GICR_PAGE);
    return mmio_read64(frame + GICR_TYPER);
}

/* Each core finds its own among them, when it starts. */
static void use_gicv3(void)
{
    static struct gicv3_redistributor list[GICV3_REDISTRIBUTOR_MAX];
    gic_use_v3(mmu_map_device(paddr(board.gic_distributor.base), GICV3D_SIZE));
    unsigned count = redistributor_list(&board, read_redistributor_type, list, ARRAY_COUNT(list));
    for (unsigned i = 0; i < count; i++) {
        mmu_map_device(paddr(list[i].base + GICR_PRIVATE), GICR_PAGE);
        list[i].base = (uint64_t)mmu_map_device(paddr(list[i].base), GICR_PAGE);
        gicv3_add_redistributor(list[i]);
    }
}

static void start_devices(void)
{
    timer_init();
    timer_init_core();
    if (board.gic_version == 3) {
        use_gicv3();
    } else {
        gic_use_v2(mmu_map_device(paddr(board.gic_distributor.base), GICD_SIZE),
                   map_gic_cpu(board.gic_cpu),
                   mmu_map_device(paddr(board.gic_hyp.base), GICH_SIZE));
    }
    gic.ops->init_distributor();
    gic.ops->init_core();
    irq_init_core();
}

static void recycle(void)
{
    for (unsigned i = 0; i < MMU_LEFTOVER_COUNT; i++) {
        memory_recycle(&memory, mmu_leftover(i));
    }
}

static void report(const struct boot_handover *handover, unsigned core_count)
{
    struct region image = mmu_image();
    print("  board       %s\n", board.model != NULL ? board.model : "of unknown name");
    print("  cores       %u, of which %u run\n", board.core_count, core_count);
    print("  memory      %lu MiB\n", region_list_size(&board.ram) >> 20);
    print("  interrupts  %u, GICv%u with %u list registers\n", gic.irq_count, board.gic_version,
          gic.list_count);
    print("  timer       %lu kHz\n", timer_ticks_per_ms);
    print("  kernel      %lu KiB at 0x%lx\n", (image.end - image.start) >> 10, image.start);
    print("  init        %lu KiB at 0x%lx, entry 0x%lx\n",
          (handover->user_end - handover->user_start) >> 10, handover->user_start,
          handover->user_entry);
    print("  untyped     %lu KiB of memory, %lu pieces with devices\n",
          (region_list_size(&memory.free) + region_list_size(&memory.recycled)) >> 10,
          root.info->untyped.end - root.info->untyped.start);
}

void boot_main(const struct boot_handover *handover)
{
    start_core(0);
    cache_init();
    zero_init();
    start_console(handover);
    root.tree = mmu_device_tree(handover->device_tree);
    root.tree_size = board_read(&board, root.tree, handover->device_tree_size);
    options_read(root.tree);
    map_ram();
    start_devices();
    memory_divide(&memory, &board, handover, mmu_image());
    unsigned core_count = choose_core_count(handover);
    start_cores(core_count);
    root.core_count = core_count;
    root_create(&root, &memory, handover);
    recycle();
    root_give_memory(&root);
    report(handover, core_count);
    cpu_end_boot();
    boot_leave(root.thread, core_count);
}
