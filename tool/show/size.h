/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amounts of memory as people write them. Stands on the C library.
 */
#ifndef TOOL_SHOW_SIZE_H
#define TOOL_SHOW_SIZE_H

#include <stdint.h>
#include <stdio.h>

#define SIZE_TEXT_MAX 24

/* "512 MiB", "4 KiB", "33.1 MiB", "37 B". Returns `text`, of SIZE_TEXT_MAX. */
static inline const char *size_text(uint64_t size, char *text)
{
    static const struct {
        unsigned bits;
        const char *unit;
    } units[] = {{30, "GiB"}, {20, "MiB"}, {10, "KiB"}};

    for (unsigned i = 0; i < 3; i++) {
        uint64_t unit = UINT64_C(1) << units[i].bits;

        if (size < unit)
            continue;
        snprintf(text, SIZE_TEXT_MAX, size % unit ? "%.1f %s" : "%.0f %s", (double)size / unit,
                 units[i].unit);
        return text;
    }
    snprintf(text, SIZE_TEXT_MAX, "%u B", (unsigned)size);
    return text;
}

#endif
