/* SPDX-License-Identifier: BSD-2-Clause */
/* UART of the i.MX family (i.MX 8M Plus reference manual). Ready bits follow the FIFO. */
#include "hw/uart.h"
#include "libs/uart/internal.h"

static void enable(volatile void *registers)
{
    uint64_t control1 = uart_read(registers, IMX_UART_UCR1);
    uint64_t control2 = uart_read(registers, IMX_UART_UCR2);
    uint64_t interrupts = IMX_UART_UCR1_RRDYEN | IMX_UART_UCR1_TRDYEN | IMX_UART_UCR1_TXMPTYEN;

    uart_set(registers, IMX_UART_UCR1, (control1 & ~interrupts) | IMX_UART_UCR1_UARTEN);
    uart_set(registers, IMX_UART_UCR2,
             control2 | IMX_UART_UCR2_SRST | IMX_UART_UCR2_RXEN | IMX_UART_UCR2_TXEN |
                 IMX_UART_UCR2_WS | IMX_UART_UCR2_IRTS);
}

static bool can_send(volatile void *registers)
{
    return !(uart_read(registers, IMX_UART_UTS) & IMX_UART_UTS_TXFULL);
}

static void send(volatile void *registers, uint8_t byte)
{
    uart_set(registers, IMX_UART_UTXD, byte);
}

static bool is_idle(volatile void *registers)
{
    return uart_read(registers, IMX_UART_USR2) & IMX_UART_USR2_TXDC;
}

static int receive(volatile void *registers)
{
    if (!(uart_read(registers, IMX_UART_USR2) & IMX_UART_USR2_RDR))
        return -1;
    return (int)(uart_read(registers, IMX_UART_URXD) & IMX_UART_URXD_DATA);
}

/* The FIFO's trigger is its lowest field: 1 interrupts at the first character. */
static void set_rx_interrupt(volatile void *registers, bool on)
{
    uint64_t control = uart_read(registers, IMX_UART_UCR1) & ~IMX_UART_UCR1_RRDYEN;
    uint64_t fifo = uart_read(registers, IMX_UART_UFCR) & ~IMX_UART_UFCR_RXTL;

    uart_set(registers, IMX_UART_UFCR, fifo | 1);
    uart_set(registers, IMX_UART_UCR1, on ? control | IMX_UART_UCR1_RRDYEN : control);
}

/* Ready is when the FIFO holds fewer characters than its level, which firmware or reset set. */
static void set_tx_interrupt(volatile void *registers, bool on)
{
    uint64_t control = uart_read(registers, IMX_UART_UCR1) & ~IMX_UART_UCR1_TRDYEN;

    uart_set(registers, IMX_UART_UCR1, on ? control | IMX_UART_UCR1_TRDYEN : control);
}

static void ack(volatile void *registers)
{
    uart_set(registers, IMX_UART_USR1, IMX_UART_USR1_AGTIM);
    uart_set(registers, IMX_UART_USR2, IMX_UART_USR2_ORE | IMX_UART_USR2_BRCD);
}

const struct uart_model uart_imx = {
    .compatible = {IMX_UART_COMPATIBLE_8MP, IMX_UART_COMPATIBLE_6Q},
    .enable = enable,
    .can_send = can_send,
    .send = send,
    .is_idle = is_idle,
    .receive = receive,
    .set_rx_interrupt = set_rx_interrupt,
    .set_tx_interrupt = set_tx_interrupt,
    .ack = ack,
};
