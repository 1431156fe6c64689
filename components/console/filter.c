/* SPDX-License-Identifier: BSD-2-Clause */
/* A small machine over ECMA-48's escape sequences. */
#include "components/console/filter.h"

#include <stdbool.h>
#include <string.h>

enum { BEL = 7, CAN = 0x18, SUB = 0x1a, ESC = 0x1b, DEL = 0x7f };

static size_t pass(struct filter *filter, char byte)
{
    filter->bytes[0] = byte;
    return 1;
}

static bool is_text(uint8_t byte)
{
    return (byte >= ' ' && byte != DEL) || byte == '\t' || byte == '\b' || byte == BEL;
}

/* Attributes (m), erase to the line's end (K), erase below (J, without a parameter or with 0),
 * left, right, delete and insert characters. No private ones. */
static bool is_harmless(const struct filter *filter)
{
    char last = filter->bytes[filter->count - 1];
    char first = filter->bytes[2];

    if (first >= '<' && first <= '?')
        return false;
    if (last == 'J')
        return filter->count == 3 || (filter->count == 4 && first == '0');
    return strchr("mKCDP@", last) != NULL;
}

static size_t in_text(struct filter *filter, char byte)
{
    if (byte == ESC) {
        filter->state = FILTER_ESCAPE;
        return 0;
    }
    return is_text((uint8_t)byte) ? pass(filter, byte) : 0;
}

static size_t in_escape(struct filter *filter, char byte)
{
    filter->state = FILTER_TEXT;
    if (byte == '[') {
        filter->state = FILTER_CSI;
        memcpy(filter->bytes, "\033[", 2);
        filter->count = 2;
    } else if (byte != '\0' && strchr("]PX^_", byte) != NULL) {
        filter->state = FILTER_STRING;
    } else if (byte >= ' ' && byte <= '/') {
        filter->state = FILTER_ESCAPE; /* an intermediate: ESC ( B */
    }
    return 0;
}

static size_t in_csi(struct filter *filter, char byte)
{
    uint8_t value = (uint8_t)byte;

    if (value < ' ' || value > '~') {
        filter->state = FILTER_TEXT;
        return in_text(filter, byte);
    }
    if (filter->count < FILTER_BYTES)
        filter->bytes[filter->count] = byte;
    else
        filter->bytes[2] = '?'; /* too long: no more harmless */
    filter->count += filter->count < FILTER_BYTES;
    if (value < '@')
        return 0;
    filter->state = FILTER_TEXT;
    return is_harmless(filter) ? filter->count : 0;
}

static size_t in_string(struct filter *filter, char byte)
{
    bool was_escape = filter->state == FILTER_STRING_ESCAPE;

    if (byte == BEL || byte == CAN || byte == SUB || was_escape)
        filter->state = FILTER_TEXT;
    else if (byte == ESC)
        filter->state = FILTER_STRING_ESCAPE;
    return 0;
}

size_t filter_byte(struct filter *filter, char byte)
{
    switch (filter->state) {
    case FILTER_ESCAPE:
        return in_escape(filter, byte);
    case FILTER_CSI:
        return in_csi(filter, byte);
    case FILTER_STRING:
    case FILTER_STRING_ESCAPE:
        return in_string(filter, byte);
    default:
        return in_text(filter, byte);
    }
}
