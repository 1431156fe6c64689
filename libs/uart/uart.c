/* SPDX-License-Identifier: BSD-2-Clause */
/* What all UARTs do alike, over the table of the model found by its name. */
#include <string.h>

#include "libs/uart/internal.h"

static const struct uart_model *const models[] = {&uart_pl011, &uart_cadence, &uart_imx};

static const struct uart_model *find_model(const char *compatible)
{
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        for (const char *const *name = models[i]->compatible; *name != NULL; name++) {
            if (strcmp(*name, compatible) == 0)
                return models[i];
        }
    }
    return NULL;
}

bool uart_is_known(const char *compatible)
{
    return find_model(compatible) != NULL;
}

enum uart_result uart_open(struct uart *uart, const char *compatible, volatile void *registers)
{
    const struct uart_model *model = find_model(compatible);

    if (model == NULL)
        return UART_UNKNOWN;
    *uart = (struct uart){.model = model, .registers = registers};
    model->enable(registers);
    return UART_OK;
}

bool uart_try_putc(struct uart *uart, char c)
{
    if (!uart->model->can_send(uart->registers))
        return false;
    uart->model->send(uart->registers, (uint8_t)c);
    return true;
}

size_t uart_try_write(struct uart *uart, const char *data, size_t size)
{
    size_t sent = 0;

    while (sent < size && uart_try_putc(uart, data[sent]))
        sent++;
    return sent;
}

void uart_putc(struct uart *uart, char c)
{
    while (!uart_try_putc(uart, c))
        ;
}

void uart_write(struct uart *uart, const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        uart_putc(uart, data[i]);
}

void uart_drain(struct uart *uart)
{
    while (!uart->model->is_idle(uart->registers))
        ;
}

int uart_getc(struct uart *uart)
{
    return uart->model->receive(uart->registers);
}

void uart_irq_enable_rx(struct uart *uart)
{
    uart->model->set_rx_interrupt(uart->registers, true);
}

void uart_irq_disable_rx(struct uart *uart)
{
    uart->model->set_rx_interrupt(uart->registers, false);
}

void uart_irq_enable_tx(struct uart *uart)
{
    uart->model->set_tx_interrupt(uart->registers, true);
}

void uart_irq_disable_tx(struct uart *uart)
{
    uart->model->set_tx_interrupt(uart->registers, false);
}

void uart_irq_ack(struct uart *uart)
{
    uart->model->ack(uart->registers);
}
