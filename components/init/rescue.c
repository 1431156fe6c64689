/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where there is no log yet, the board's device tree tells where a UART is, and two page tables and
 * a frame show it. They may have been made for something else, or all memory: so everything is
 * unmade first. Stands on libs/console and libs/alloc, not on the plan.
 */
#include "components/init/rescue.h"
#include "components/init/log.h"

#include "libs/alloc/supply.h"
#include "libs/console/console.h"

#define ADDRESS UINT64_C(0x8000000000) /* in a gigabyte where nothing else is */
#define PAGE    4096u

static void unmake_all(const seL4_BootInfo *bootinfo)
{
    for (seL4_CPtr slot = bootinfo->untyped.start; slot < bootinfo->untyped.end; slot++)
        (void)seL4_CNode_Revoke(seL4_CapInitThreadCNode, slot, seL4_WordBits);
}

/* In the last slots: interrupt handlers, which come from no memory, may be in some of the first. */
static bool map_page(const seL4_BootInfo *bootinfo, uint64_t page)
{
    static struct supply supply;
    seL4_CPtr upper = bootinfo->empty.end - SUPPLY_PADDING - 3, lower = upper + 1,
              frame = upper + 2;

    supply_init(&supply, bootinfo, frame + 1);
    return supply_ram(&supply, seL4_ARM_PageTableObject, 0, upper, 2) &&
           supply_at(&supply, page, seL4_ARM_SmallPageObject, 0, frame, 1) &&
           seL4_ARM_PageTable_Map(upper, seL4_CapInitThreadVSpace, ADDRESS,
                                  seL4_ARM_Default_VMAttributes) == seL4_NoError &&
           seL4_ARM_PageTable_Map(lower, seL4_CapInitThreadVSpace, ADDRESS,
                                  seL4_ARM_Default_VMAttributes) == seL4_NoError &&
           seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, ADDRESS, seL4_ReadWrite,
                             seL4_ARM_ExecuteNever) == seL4_NoError;
}

bool rescue_log(const seL4_BootInfo *bootinfo)
{
    static struct uart uart;
    struct console_site site;
    uint64_t base;

    if (log_is_open())
        return true;
    if (console_find(bootinfo, &site) != CONSOLE_OK)
        return false;
    base = site.registers.base;
    unmake_all(bootinfo);
    return map_page(bootinfo, base & ~(uint64_t)(PAGE - 1)) &&
           console_use(&uart, site.compatible, (volatile void *)(ADDRESS + base % PAGE)) ==
               CONSOLE_OK;
}
