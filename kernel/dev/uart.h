/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text out of a UART the firmware has set up: polled, no interrupts, no input.
 *
 * The device also belongs to whoever maps it: the kernel prints while it starts, when it stops for
 * good, and for the debug system calls.
 */
#pragma once

#include "kernel/lib/types.h"

/* Whether the kernel knows a device of this name ("arm,pl011"); if so it is the one to print on.
 * uart_put() needs uart_open() first. */
bool uart_select(const char *compatible);

/* Says where the chosen device's registers are mapped; switches its transmitter on if it is off. */
void uart_open(void *registers);

/* Waits until the device takes the character; gives up on a device that never does. */
void uart_put(char c);
