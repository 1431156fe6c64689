/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of kernel/lib/check.h: says why, then halts the core. Never returns, never allocates. */
#include "kernel/lib/check.h"
#include "kernel/lib/print.h"

void panic(const char *format, ...)
{
    va_list arguments;
    print("\nPANIC: ");
    va_start(arguments, format);
    print_va(format, &arguments);
    va_end(arguments);
    print("\n");
    halt();
}

void check_failed(const char *what, const char *file, int line)
{
    panic("kernel bug: %s does not hold at %s:%u", what, file, (unsigned)line);
}
