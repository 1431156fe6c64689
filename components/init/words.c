/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences and the words in them. Stands on the C library's printf. */
#include "components/init/words.h"

#include <stdarg.h>
#include <stdio.h>

#define EXACT_MOST 10240 /* more than this is told in the next unit, rounded down */

void words_say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    printf("init: ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

const char *words_size(struct size_text *text, uint64_t bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB"};
    unsigned unit = 0;

    while (unit < 3 && bytes > 0 && (bytes % 1024 == 0 || bytes >= EXACT_MOST)) {
        bytes /= 1024;
        unit++;
    }
    snprintf(text->text, sizeof(text->text), "%lu %s", bytes, units[unit]);
    return text->text;
}

const char *words_error(seL4_Error error)
{
    static const char *const texts[] = {
        "done",
        "an invalid argument",
        "an invalid capability",
        "not allowed",
        "out of range",
        "not aligned",
        "not found",
        "cut short",
        "taken already",
        "given out already",
        "out of memory",
    };

    return (unsigned)error < sizeof(texts) / sizeof(texts[0]) ? texts[error] : "unknown error";
}
