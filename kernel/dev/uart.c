/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Polled output on the UARTs of hw/uart.h: a model is data, not code. Baud rate and line format
 * are the firmware's; only the transmitter is switched on where nobody did.
 */
#include "kernel/dev/uart.h"
#include "arch/mmio.h"
#include "hw/uart.h"

/* A character takes under 100 us at 115,200 baud; a stuck device must not stop the kernel. */
#define POLL_LIMIT 1000000u

/* Bits of a control register the transmitter wants set, and clear. */
struct uart_switch {
    uint32_t control;
    uint32_t on;
    uint32_t off;
};

struct uart_model {
    uint32_t status;
    uint32_t full; /* these bits of it: no room */
    uint32_t data;
    struct uart_switch switches[2];
};

static const struct uart_model pl011 = {
    .status = PL011_FR,
    .full = PL011_FR_TXFF,
    .data = PL011_DR,
    .switches = {{PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE, 0}},
};

static const struct uart_model cadence = {
    .status = CADENCE_UART_SR,
    .full = CADENCE_UART_SR_TXFULL,
    .data = CADENCE_UART_FIFO,
    .switches = {{CADENCE_UART_CR, CADENCE_UART_CR_TXEN, CADENCE_UART_CR_TXDIS}},
};

static const struct uart_model imx = {
    .status = IMX_UART_UTS,
    .full = IMX_UART_UTS_TXFULL,
    .data = IMX_UART_UTXD,
    .switches = {{IMX_UART_UCR1, IMX_UART_UCR1_UARTEN, 0},
                 {IMX_UART_UCR2, IMX_UART_UCR2_TXEN | IMX_UART_UCR2_SRST, 0}},
};

static const struct {
    const char *compatible;
    const struct uart_model *model;
} models[] = {
    {PL011_COMPATIBLE, &pl011},
    {CADENCE_UART_COMPATIBLE_PS, &cadence},
    {CADENCE_UART_COMPATIBLE_R1P8, &cadence},
    {CADENCE_UART_COMPATIBLE_R1P12, &cadence},
    {IMX_UART_COMPATIBLE_6Q, &imx},
    {IMX_UART_COMPATIBLE_8MP, &imx},
};

static const struct uart_model *model;
static uint64_t base; /* 0: not open */

static bool same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

bool uart_select(const char *compatible)
{
    for (unsigned i = 0; i < ARRAY_COUNT(models); i++) {
        if (same(models[i].compatible, compatible)) {
            model = models[i].model;
            return true;
        }
    }
    return false;
}

void uart_open(void *registers)
{
    base = (uint64_t)registers;
    for (unsigned i = 0; i < ARRAY_COUNT(model->switches); i++) {
        const struct uart_switch *wanted = &model->switches[i];
        if (wanted->on == 0) {
            continue; /* no second one: and reading offset 0 could take a character */
        }
        uint32_t value = mmio_read32(base + wanted->control);
        if ((value & (wanted->on | wanted->off)) != wanted->on) {
            mmio_write32(base + wanted->control, (value | wanted->on) & ~wanted->off);
        }
    }
}

void uart_put(char c)
{
    if (base == 0) {
        return;
    }
    for (unsigned i = 0; i < POLL_LIMIT; i++) {
        if ((mmio_read32(base + model->status) & model->full) == 0) {
            mmio_write32(base + model->data, (uint8_t)c);
            return;
        }
    }
    base = 0;
}
