/* SPDX-License-Identifier: BSD-2-Clause */
/* What bare guests print with, on the UART that the VMM gives them where no manifest moved it:
 * polled, "\n" as return and newline. */
#ifndef TESTS_BARE_GUEST_PRINT_H
#define TESTS_BARE_GUEST_PRINT_H

#include <stdint.h>

void print(const char *text);
void print_to(uint64_t uart);      /* from now on on a PL011 there */
void print_number(uint64_t value); /* decimal */
void print_hex(uint64_t value);    /* 0x and 16 digits */

#endif
