/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader's sentences.
 * Stands on hw/uart.h; never waits for a UART for ever.
 */
#include <stdarg.h>

#include "hw/uart.h"
#include "loader/board.h"
#include "loader/console.h"

/* A byte takes some 100 microseconds at 115200 baud; a UART that is stuck must not stop a boot. */
#define WAIT_MAX 1000000u

static enum uart_model model;
static uint64_t base;

static volatile uint32_t *uart_register(uint64_t offset)
{
    return (volatile uint32_t *)(base + offset);
}

/* The boot loader has set the UART up; emulators start without one, and theirs is still off. */
void console_open(const struct machine *machine)
{
    uint32_t control;

    model = machine->uart_model;
    base = machine->uart_base;
    switch (model) {
    case UART_PL011:
        control = *uart_register(PL011_CR);
        *uart_register(PL011_CR) = control | PL011_CR_UARTEN | PL011_CR_TXE;
        break;
    case UART_CADENCE:
        control = *uart_register(CADENCE_UART_CR) & ~(uint32_t)CADENCE_UART_CR_TXDIS;
        *uart_register(CADENCE_UART_CR) = control | CADENCE_UART_CR_TXEN;
        break;
    case UART_IMX:
        *uart_register(IMX_UART_UCR1) |= IMX_UART_UCR1_UARTEN;
        *uart_register(IMX_UART_UCR2) |= IMX_UART_UCR2_TXEN | IMX_UART_UCR2_SRST;
        break;
    case UART_NONE:
        break;
    }
}

static void wait_while(uint64_t status, uint64_t full)
{
    for (uint32_t i = 0; i < WAIT_MAX && (*uart_register(status) & full) != 0; i++)
        ;
}

static void put(char character)
{
    if (character == '\n')
        put('\r');
    switch (model) {
    case UART_PL011:
        wait_while(PL011_FR, PL011_FR_TXFF);
        *uart_register(PL011_DR) = (unsigned char)character;
        break;
    case UART_CADENCE:
        wait_while(CADENCE_UART_SR, CADENCE_UART_SR_TXFULL);
        *uart_register(CADENCE_UART_FIFO) = (unsigned char)character;
        break;
    case UART_IMX:
        wait_while(IMX_UART_UTS, IMX_UART_UTS_TXFULL);
        *uart_register(IMX_UART_UTXD) = (unsigned char)character;
        break;
    case UART_NONE:
        break;
    }
}

static void put_number(uint64_t number, unsigned radix)
{
    char digits[20];
    unsigned count = 0;

    do {
        unsigned digit = number % radix;

        digits[count++] = digit < 10 ? '0' + digit : 'a' + digit - 10;
        number /= radix;
    } while (number != 0);
    while (count > 0)
        put(digits[--count]);
}

static void say_list(const char *format, va_list list)
{
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            put(*format);
            continue;
        }
        switch (*++format) {
        case 's':
            for (const char *text = va_arg(list, const char *); *text != '\0'; text++)
                put(*text);
            break;
        case 'u':
            put_number(va_arg(list, uint64_t), 10);
            break;
        case 'x':
            put('0');
            put('x');
            put_number(va_arg(list, uint64_t), 16);
            break;
        default:
            return;
        }
    }
}

void say(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    say_list(format, list);
    va_end(list);
}

void loader_stop(const char *format, ...)
{
    va_list list;

    say("\nbulkhead: ");
    va_start(list, format);
    say_list(format, list);
    va_end(list);
    say("\n");
    halt();
}
