/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the board's UART, maps it, and makes it stdout. */
#include "libs/console/console.h"
#include "libs/rt/rt.h"

static struct console *current;

static void console_putc(char c)
{
    if (c == '\n')
        uart_putc(&current->uart, '\r');
    uart_putc(&current->uart, c);
}

static void console_drain(void)
{
    uart_drain(&current->uart);
}

/* The first name of the node that libs/uart has a driver for, or NULL. */
static const char *known_name(const void *fdt, int node)
{
    const char *name;

    for (int i = 0; (name = devtree_compatible(fdt, node, i)) != NULL; i++) {
        if (uart_is_known(name))
            return name;
    }
    return NULL;
}

enum console_result console_open(struct console *console, struct alloc *alloc,
                                 const seL4_BootInfo *bootinfo)
{
    size_t size;
    int node;
    struct devtree_range range;
    const void *fdt = rt_bootinfo_fdt(bootinfo, &size);

    if (fdt == NULL || devtree_check(fdt, size) != DEVTREE_OK)
        return CONSOLE_NO_TREE;
    if (devtree_find_stdout(fdt, &node) != DEVTREE_OK)
        return CONSOLE_NO_UART;
    const char *name = known_name(fdt, node);
    if (name == NULL || devtree_reg(fdt, node, 0, &range) != DEVTREE_OK)
        return CONSOLE_NO_UART;
    if (alloc_area_device(alloc, range.base, range.size, &console->registers) != ALLOC_OK)
        return CONSOLE_NO_FRAME;
    if (uart_open(&console->uart, name, (volatile void *)console->registers.vaddr) != UART_OK)
        return CONSOLE_NO_UART;
    console->has_interrupt = devtree_interrupt(fdt, node, 0, &console->interrupt) == DEVTREE_OK;
    current = console;
    rt_console_set(console_putc);
    rt_console_set_drain(console_drain);
    return CONSOLE_OK;
}
