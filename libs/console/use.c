/* SPDX-License-Identifier: BSD-2-Clause */
/* Which UART the board's console is, and a UART as stdout. Maps nothing. */
#include "libs/console/console.h"
#include "libs/rt/rt.h"

static struct uart *current;

static void console_putc(char c)
{
    if (c == '\n')
        uart_putc(current, '\r');
    uart_putc(current, c);
}

static void console_drain(void)
{
    uart_drain(current);
}

enum console_result console_use(struct uart *uart, const char *compatible, volatile void *registers)
{
    if (uart_open(uart, compatible, registers) != UART_OK)
        return CONSOLE_NO_UART;
    current = uart;
    rt_console_set(console_putc);
    rt_console_set_drain(console_drain);
    return CONSOLE_OK;
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

enum console_result console_find(const seL4_BootInfo *bootinfo, struct console_site *site)
{
    size_t size;
    int node;
    const void *fdt = rt_bootinfo_fdt(bootinfo, &size);

    if (fdt == NULL || devtree_check(fdt, size) != DEVTREE_OK)
        return CONSOLE_NO_TREE;
    if (devtree_find_stdout(fdt, &node) != DEVTREE_OK ||
        devtree_reg(fdt, node, 0, &site->registers) != DEVTREE_OK)
        return CONSOLE_NO_UART;
    site->compatible = known_name(fdt, node);
    site->has_interrupt = devtree_interrupt(fdt, node, 0, &site->interrupt) == DEVTREE_OK;
    return site->compatible == NULL ? CONSOLE_NO_UART : CONSOLE_OK;
}
