/* SPDX-License-Identifier: BSD-2-Clause */
/* The formatter of kernel/lib/print.h. Holds no buffer and no lock. */
#include "kernel/lib/print.h"
#include "kernel/lib/check.h"

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

static void print_string(const char *s, unsigned width)
{
    unsigned length = 0;
    for (; *s != '\0'; s++, length++) {
        print_char(*s);
    }
    for (; length < width; length++) {
        print_char(' ');
    }
}

static void print_number(uint64_t value, unsigned base, unsigned width, char pad)
{
    char digits[24];
    unsigned count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    for (unsigned i = count; i < width; i++) {
        print_char(pad);
    }
    while (count > 0) {
        print_char(digits[--count]);
    }
}

/* Prints one conversion; returns the character after it. */
static const char *print_conversion(const char *format, va_list *arguments)
{
    char pad = *format == '0' ? '0' : ' ';
    unsigned width = 0;
    while (*format >= '0' && *format <= '9') {
        width = width * 10 + (unsigned)(*format++ - '0');
    }
    bool is_long = *format == 'l';
    format += is_long;
    switch (*format) {
    case 's':
        print_string(va_arg(*arguments, const char *), width);
        break;
    case 'u':
    case 'x':
        print_number(is_long ? va_arg(*arguments, unsigned long) : va_arg(*arguments, unsigned int),
                     *format == 'x' ? 16 : 10, width, pad);
        break;
    default:
        print_char(*format);
        break;
    }
    return *format == '\0' ? format : format + 1;
}

void print_va(const char *format, va_list arguments)
{
    va_list copy;
    va_copy(copy, arguments);
    while (*format != '\0') {
        if (*format == '%') {
            format = print_conversion(format + 1, &copy);
        } else {
            print_char(*format++);
        }
    }
    va_end(copy);
}

void print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_va(format, arguments);
    va_end(arguments);
}
