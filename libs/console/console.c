/* SPDX-License-Identifier: BSD-2-Clause */
/* Maps the board's UART, and makes it stdout. Stands on use.c and libs/alloc. */
#include "libs/console/console.h"

enum console_result console_open(struct console *console, struct alloc *alloc,
                                 const seL4_BootInfo *bootinfo)
{
    const struct devtree_range *range = &console->site.registers;
    enum console_result result = console_find(bootinfo, &console->site);

    if (result != CONSOLE_OK)
        return result;
    if (alloc_area_device(alloc, range->base, range->size, &console->registers) != ALLOC_OK)
        return CONSOLE_NO_FRAME;
    return console_use(&console->uart, console->site.compatible,
                       (volatile void *)console->registers.vaddr);
}
