/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include "tests/unit/kernel-boot/support.h"
#include "kernel/dev/uart.h"
#include "kernel/lib/check.h"

void zero_memory(void *start, uint64_t size);

jmp_buf panic_return;
char panic_message[256];

void panic(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(panic_message, sizeof(panic_message), format, arguments);
    va_end(arguments);
    longjmp(panic_return, 1);
}

void check_failed(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
    abort();
}

bool uart_select(const char *compatible)
{
    return strcmp(compatible, "arm,pl011") == 0;
}

/* Memory of the board does not exist here. */
void zero_memory(void *start, uint64_t size)
{
}
