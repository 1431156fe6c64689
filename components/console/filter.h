/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a VM may do to a screen that it shares with others: text, tabs, backspaces, colours and
 * editing within its line. Sequences that move elsewhere, erase others' lines, change the terminal
 * or ask it for an answer are taken out. Stands on nothing.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define FILTER_BYTES 24 /* the longest sequence that passes */

enum filter_state {
    FILTER_TEXT,
    FILTER_ESCAPE,
    FILTER_CSI,
    FILTER_STRING, /* until BEL or ST */
    FILTER_STRING_ESCAPE,
};

struct filter {
    enum filter_state state;
    uint8_t count;
    char bytes[FILTER_BYTES];
};

/* One byte in; what may be shown is in filter->bytes, and how many bytes that is is answered. */
size_t filter_byte(struct filter *filter, char byte);
