/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers with units. Pure functions on the C library.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tool/manifest/units.h"

struct unit {
    const char *name;
    uint64_t factor;
};

/* Rising, so that printing can take the last that divides. */
static const struct unit SIZES[] = {{"", 1}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {0}};
static const struct unit TIMES[] = {{"us", 1}, {"ms", 1000}, {"s", 1000000}, {0}};
static const struct unit NONE[] = {{"", 1}, {0}};

static const struct unit *const SYSTEMS[] = {
    [UNITS_NONE] = NONE,
    [UNITS_SIZE] = SIZES,
    [UNITS_TIME] = TIMES,
};

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static bool is_hexadecimal(const char *text)
{
    return text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

/* A digit's value, or the base if it is none. */
static unsigned digit_value(char character, unsigned base)
{
    const char *digits = "0123456789abcdef";
    char lower = character >= 'A' && character <= 'F' ? (char)(character - 'A' + 'a') : character;
    const char *found = lower == '\0' ? NULL : strchr(digits, lower);

    return found != NULL && (unsigned)(found - digits) < base ? (unsigned)(found - digits) : base;
}

/* Reads digits from *text on, and moves it behind them. */
static enum quantity_result parse_digits(const char **text, unsigned base, uint64_t *value)
{
    const char *start = *text;
    bool overflow = false;
    unsigned digit;

    *value = 0;
    while ((digit = digit_value(**text, base)) < base) {
        overflow |= __builtin_mul_overflow(*value, base, value);
        overflow |= __builtin_add_overflow(*value, digit, value);
        (*text)++;
    }
    if (*text == start)
        return QUANTITY_NO_NUMBER;
    return overflow ? QUANTITY_TOO_LARGE : QUANTITY_OK;
}

const char *quantity_unit(const char *text)
{
    uint64_t ignored;
    bool hexadecimal = is_hexadecimal(text);

    if (hexadecimal)
        text += 2;
    (void)parse_digits(&text, hexadecimal ? 16 : 10, &ignored);
    return text;
}

static enum quantity_result apply_unit(const char *name, enum unit_system units, uint64_t *value)
{
    for (const struct unit *unit = SYSTEMS[units]; unit->name != NULL; unit++) {
        if (strcmp(unit->name, name) == 0)
            return __builtin_mul_overflow(*value, unit->factor, value) ? QUANTITY_TOO_LARGE
                                                                       : QUANTITY_OK;
    }
    if (*name == '\0')
        return QUANTITY_NO_UNIT;
    if (*name == ' ')
        return QUANTITY_BLANK;
    return strchr("_.,:+-/'", *name) != NULL ? QUANTITY_NO_NUMBER : QUANTITY_UNKNOWN_UNIT;
}

enum quantity_result quantity_parse(const char *text, enum unit_system units, uint64_t *value)
{
    const char *at = text;
    bool hexadecimal = is_hexadecimal(text);
    enum quantity_result digits;

    if (text[0] == '-' && is_digit(text[1]))
        return QUANTITY_NEGATIVE;
    if (hexadecimal)
        at += 2;
    digits = parse_digits(&at, hexadecimal ? 16 : 10, value);
    if (digits == QUANTITY_NO_NUMBER)
        return digits;
    if (*at == '.' && is_digit(at[1]))
        return QUANTITY_FRACTION;
    if (!hexadecimal && text[0] == '0' && is_digit(text[1]))
        return QUANTITY_LEADING_ZERO;
    if (digits == QUANTITY_OK)
        return apply_unit(at, units, value);
    *value = 0;
    digits = apply_unit(at, units, value);
    return digits == QUANTITY_OK ? QUANTITY_TOO_LARGE : digits;
}

const char *quantity_print(uint64_t value, enum unit_system units, char text[QUANTITY_TEXT_SIZE])
{
    const struct unit *best = SYSTEMS[units];

    for (const struct unit *unit = best; unit->name != NULL; unit++) {
        if (value != 0 && value % unit->factor == 0)
            best = unit;
    }
    snprintf(text, QUANTITY_TEXT_SIZE, "%" PRIu64 "%s", value / best->factor, best->name);
    return text;
}

bool percent_parse(const char *text, uint64_t *percent)
{
    return parse_digits(&text, 10, percent) == QUANTITY_OK && strcmp(text, "%") == 0;
}
