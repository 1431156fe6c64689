/* SPDX-License-Identifier: BSD-2-Clause */
/* The question that the tests' monitor dies of, or is lost in, and how: PSCI_FEATURES of
 * FATAL_FUNCTION and one of enum fatal. Sides: die.c and hang.c, guests, and fatal.c. */
#ifndef TESTS_SYSTEM_SMALL_FATAL_H
#define TESTS_SYSTEM_SMALL_FATAL_H

#include <stdint.h>

#define FATAL_FUNCTION 0xc6000ba0u

enum fatal {
    FATAL_WRITE,      /* to memory that is not there */
    FATAL_RUN,        /* likewise */
    FATAL_UNDEFINED,  /* an instruction that does not exist */
    FATAL_CAPABILITY, /* one it does not have */
    FATAL_CHECK,      /* a check of its own */
    FATAL_LOOP,       /* an endless loop: the one that does not end it */
    FATAL_COUNT
};

#endif
