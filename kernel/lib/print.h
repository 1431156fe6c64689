/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text for people: a small formatter over one character sink.
 *
 * Knows %s %u %x %lu %lx %%. Until a sink is set nothing is printed. Never called on a path a user
 * pays for.
 */
#pragma once

#include <stdarg.h>
#include "kernel/lib/types.h"

/* Sets where characters go; called once at boot, before the first print. */
void print_set_sink(void (*put)(char c));

void print_char(char c);
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void print_va(const char *format, va_list *arguments);
