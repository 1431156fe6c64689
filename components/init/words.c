/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences and the words in them. Stands on the C library's printf. */
#include "components/init/words.h"

#include <stdarg.h>
#include <stdio.h>

#define KIB_BITS 10
#define MIB_BITS 20

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
    bool much = bytes >= UINT64_C(10) << MIB_BITS;

    snprintf(text->text, sizeof(text->text), much ? "%lu MiB" : "%lu KiB",
             bytes >> (much ? MIB_BITS : KIB_BITS));
    return text->text;
}
