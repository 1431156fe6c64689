/* SPDX-License-Identifier: BSD-2-Clause */
/* The line of tests/kernel/irq/device.h. */
#include "tests/kernel/irq/device.h"
#include "hw/uart.h"

static volatile uint32_t *uart_register(unsigned offset)
{
    return (volatile uint32_t *)((uintptr_t)test_console.uart.registers + offset);
}

static bool uart_is_pl011(void)
{
    size_t size;
    int node;
    const void *fdt = rt_bootinfo_fdt(rt_bootinfo(), &size);

    REQUIRE_OK(devtree_find_stdout(fdt, &node));
    return strcmp(devtree_compatible(fdt, node, 0), "arm,pl011") == 0;
}

void line_raise(void)
{
    /* A PL011 asks for more when it has sent something. */
    if (uart_is_pl011()) {
        *uart_register(PL011_IMSC) = PL011_INT_TX;
        *uart_register(PL011_DR) = '.';
    } else {
        *uart_register(CADENCE_UART_IER) = CADENCE_UART_INT_TXEMPTY;
    }
}

void line_lower(void)
{
    if (uart_is_pl011())
        *uart_register(PL011_IMSC) = 0;
    else
        *uart_register(CADENCE_UART_IDR) = CADENCE_UART_INT_TXEMPTY;
}

seL4_Word line_irq(void)
{
    REQUIRE(test_console.site.has_interrupt);
    return test_console.site.interrupt.intid;
}

seL4_CPtr line_handler(seL4_CPtr notification)
{
    seL4_CPtr handler = new_slot();

    line_lower();
    REQUIRE_OK(seL4_IRQControl_GetTrigger(seL4_CapIRQControl, line_irq(), 0, ROOT, handler, DEPTH));
    if (notification != 0)
        REQUIRE_OK(seL4_IRQHandler_SetNotification(handler, notification));
    return handler;
}
