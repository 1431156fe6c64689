/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints, and ends the VM. */
#include "tests/system/small/small.h"

static void print_byte(char c)
{
    while (load32(UART + PL011_FR) & PL011_FR_TXFF)
        continue;
    store32(UART + PL011_DR, (uint8_t)c);
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

static void print_verdict(const char *name, bool good)
{
    print(good ? "[       OK ] " : "[  FAILED  ] ");
    print(name);
}

void report(const char *name, bool good)
{
    print_verdict(name, good);
    print("\n");
}

void report_value(const char *name, bool good, uint64_t value)
{
    print_verdict(name, good);
    print(" (");
    print_number(value);
    print(")\n");
}

_Noreturn void power_off(void)
{
    for (;;)
        (void)secure_call(PSCI_SYSTEM_OFF, 0);
}

_Noreturn void guest_fault(uint64_t syndrome, uint64_t pc, uint64_t address)
{
    print("syndrome ");
    print_hex(syndrome);
    print(", pc ");
    print_hex(pc);
    print(", address ");
    print_hex(address);
    print("\n");
    report("no exception", false);
    power_off();
}
