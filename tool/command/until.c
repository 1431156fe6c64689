/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Knuth, Morris and Pratt's search: each byte is looked at once and none is kept.
 */
#include <string.h>

#include "tool/command/until.h"

bool until_begin(struct until *until, const char *text)
{
    size_t shorter = 0;

    *until = (struct until){.text = text, .length = strlen(text)};
    if (until->length == 0 || until->length > UNTIL_MAX)
        return false;
    for (size_t i = 1; i < until->length; i++) {
        while (shorter > 0 && text[i] != text[shorter])
            shorter = until->before[shorter];
        if (text[i] == text[shorter])
            shorter++;
        until->before[i + 1] = shorter;
    }
    return true;
}

bool until_feed(struct until *until, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size && until->matched < until->length; i++) {
        while (until->matched > 0 && bytes[i] != until->text[until->matched])
            until->matched = until->before[until->matched];
        if (bytes[i] == until->text[until->matched])
            until->matched++;
    }
    return until->matched == until->length;
}
