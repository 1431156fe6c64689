/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Without a plan nobody told init where the UART is, and its pages are not mapped: the board's device
 * tree tells, and two page tables and a frame do. Stands on libs/fdt and memory.h.
 */
#include "components/init/rescue.h"
#include "components/init/log.h"
#include "components/init/memory.h"

#include "libs/fdt/devtree.h"
#include "libs/rt/rt.h"
#include "libs/uart/uart.h"

#define RESCUE_ADDRESS UINT64_C(0x8000000000) /* in a gigabyte where nothing else is */
#define PAGE           4096u

/* Stands in for a plan that was refused or has more slots than there are. */
static const struct plan_header nothing;

static bool find_uart(const seL4_BootInfo *bootinfo, struct devtree_range *range,
                      const char **compatible)
{
    size_t size = 0;
    const void *tree = rt_bootinfo_fdt(bootinfo, &size);
    int node;

    if (tree == NULL || devtree_check(tree, size) != DEVTREE_OK ||
        devtree_find_stdout(tree, &node) != DEVTREE_OK ||
        devtree_reg(tree, node, 0, range) != DEVTREE_OK)
        return false;
    for (int i = 0; (*compatible = devtree_compatible(tree, node, i)) != NULL; i++) {
        if (uart_is_known(*compatible))
            return true;
    }
    return false;
}

static bool map_page(const struct init *init, uint64_t page)
{
    static const struct plan_object table = {.type = PLAN_TYPE_PAGE_TABLE};
    static const struct plan_object frame = {.type = PLAN_TYPE_SMALL_PAGE};
    seL4_CPtr first = init_own_slot(init, INIT_SLOT_RESCUE);

    return memory_take(&table, first, 2) && memory_take_at(init, &frame, page, first + 2, 1) &&
           seL4_ARM_PageTable_Map(first, seL4_CapInitThreadVSpace, RESCUE_ADDRESS,
                                  seL4_ARM_Default_VMAttributes) == seL4_NoError &&
           seL4_ARM_PageTable_Map(first + 1, seL4_CapInitThreadVSpace, RESCUE_ADDRESS,
                                  seL4_ARM_Default_VMAttributes) == seL4_NoError &&
           seL4_ARM_Page_Map(first + 2, seL4_CapInitThreadVSpace, RESCUE_ADDRESS, seL4_ReadWrite,
                             seL4_ARM_ExecuteNever) == seL4_NoError;
}

void rescue_log(struct init *init, const seL4_BootInfo *bootinfo)
{
    seL4_Word slots = bootinfo->empty.end - bootinfo->empty.start;
    struct devtree_range uart;
    const char *compatible;

    if (log_is_open() || !find_uart(bootinfo, &uart, &compatible))
        return;
    if (init->plan == NULL || init->plan->slot_count + INIT_SLOT_COUNT > slots)
        init->plan = &nothing;
    init->slots = bootinfo->empty.start;
    if (map_page(init, uart.base & ~(uint64_t)(PAGE - 1)))
        (void)log_use_uart(compatible, (volatile void *)(RESCUE_ADDRESS + uart.base % PAGE));
}
