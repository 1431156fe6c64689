/* SPDX-License-Identifier: BSD-2-Clause */
/* The formatter of kernel/lib/print.h. Holds no buffer and no lock. */
#include "kernel/lib/print.h"

static void (*sink)(char c);

void print_set_sink(void (*put)(char c))
{
    sink = put;
}

void print_char(char c)
{
    if (sink == NULL) {
        return;
    }
    if (c == '\n') {
        sink('\r');
    }
    sink(c);
}

static void print_string(const char *s)
{
    while (*s != '\0') {
        print_char(*s++);
    }
}

static void print_number(uint64_t value, unsigned base)
{
    char digits[24];
    unsigned count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (count > 0) {
        print_char(digits[--count]);
    }
}

/* Prints one conversion; returns the character after it. */
static const char *print_conversion(const char *format, va_list *arguments)
{
    bool is_long = *format == 'l';
    format += is_long;
    switch (*format) {
    case 's':
        print_string(va_arg(*arguments, const char *));
        break;
    case 'u':
    case 'x':
        print_number(is_long ? va_arg(*arguments, unsigned long) : va_arg(*arguments, unsigned int),
                     *format == 'x' ? 16 : 10);
        break;
    default:
        print_char(*format);
        break;
    }
    return *format == '\0' ? format : format + 1;
}

void print_va(const char *format, va_list *arguments)
{
    while (*format != '\0') {
        if (*format == '%') {
            format = print_conversion(format + 1, arguments);
        } else {
            print_char(*format++);
        }
    }
}

void print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_va(format, &arguments);
    va_end(arguments);
}
