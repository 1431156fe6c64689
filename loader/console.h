/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader's sentences, on the UART that the device tree calls the console.
 * Stands on hw/uart.h; never waits for a UART for ever, and never sets a baud rate.
 */
#ifndef LOADER_CONSOLE_H
#define LOADER_CONSOLE_H

#include "loader/machine.h"

/* Until this is called, or if the machine has no UART, what is said is lost. */
void console_open(const struct machine *machine);

/*
 * Writes text; %s is a string, %u a decimal and %x a hexadecimal number, both 64 bits wide.
 * loader_stop() puts "bulkhead: " before it and a new line behind it, and halts the core.
 */
void say(const char *format, ...);
_Noreturn void loader_stop(const char *format, ...);

#endif
