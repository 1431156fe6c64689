/* SPDX-License-Identifier: BSD-2-Clause */
/* Formats complaints and sizes. No floating point: a start-up message is not worth the FPU. */
#include "vmm/machine/complaint.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

bool complain(struct complaint *complaint, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(complaint->text, sizeof(complaint->text), format, arguments);
    va_end(arguments);
    return false;
}

const char *size_text(struct size_text *buffer, uint64_t bytes)
{
    uint64_t whole = bytes >> 20;
    unsigned tenth = (unsigned)(((bytes & 0xfffff) * 10) >> 20);

    if (whole > 0)
        snprintf(buffer->text, sizeof(buffer->text), "%" PRIu64 ".%u MiB", whole, tenth);
    else
        snprintf(buffer->text, sizeof(buffer->text), "%" PRIu64 " KiB", (bytes + 1023) / 1024);
    return buffer->text;
}
