/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bare_guest/print.h"
#include "hw/uart.h"

static uint64_t uart = UINT64_C(0x09000000);

static volatile uint32_t *uart_register(uint64_t offset)
{
    return (volatile uint32_t *)(uintptr_t)(uart + offset);
}

void print_to(uint64_t other)
{
    uart = other;
}

static void print_byte(char c)
{
    while (*uart_register(PL011_FR) & PL011_FR_TXFF)
        continue;
    *uart_register(PL011_DR) = (uint8_t)c;
}

void print(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            print_byte('\r');
        print_byte(*text);
    }
}

void print_number(uint64_t value)
{
    char digits[24];
    unsigned at = sizeof(digits) - 1;

    digits[at] = '\0';
    do
        digits[--at] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    print(digits + at);
}

void print_hex(uint64_t value)
{
    print("0x");
    for (unsigned i = 0; i < 16; i++)
        print_byte("0123456789abcdef"[value >> (60 - 4 * i) & 15]);
}
