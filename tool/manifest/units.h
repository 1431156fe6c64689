/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers with units, as a manifest writes them: 512M, 10ms, 30%, 0x40000000. Pure functions on the
 * C library.
 */
#ifndef TOOL_MANIFEST_UNITS_H
#define TOOL_MANIFEST_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum unit_system {
    UNITS_NONE,
    UNITS_SIZE, /* K, M, G, or none: bytes */
    UNITS_TIME, /* us, ms, s; there must be one. In microseconds */
};

enum quantity_result {
    QUANTITY_OK,
    QUANTITY_NO_NUMBER,
    QUANTITY_NEGATIVE,
    QUANTITY_FRACTION,
    QUANTITY_LEADING_ZERO, /* octal to some, decimal to others */
    QUANTITY_BLANK,        /* between number and unit */
    QUANTITY_NO_UNIT,
    QUANTITY_UNKNOWN_UNIT, /* or any other text behind the number */
    QUANTITY_TOO_LARGE,    /* for 64 bits */
};

#define QUANTITY_TEXT_SIZE 32

enum quantity_result quantity_parse(const char *text, enum unit_system units, uint64_t *value);

/* Where the unit, or whatever is behind the number, begins. */
const char *quantity_unit(const char *text);

/* The shortest way to write it: 2097152 is "2M". Answers `text`. */
const char *quantity_print(uint64_t value, enum unit_system units, char text[QUANTITY_TEXT_SIZE]);

/* A whole percentage, "30%". */
bool percent_parse(const char *text, uint64_t *percent);

#endif
