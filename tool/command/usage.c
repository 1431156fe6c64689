/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stands on the C library.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "tool/command/usage.h"

int usage_refuse(const char *name, const char *usage, const char *format, ...)
{
    va_list list;

    fprintf(stderr, "bulkhead %s: ", name);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fprintf(stderr, "\n%s", usage);
    return COMMAND_BAD_USAGE;
}

int usage_show(const char *usage)
{
    fputs(usage, stderr);
    return COMMAND_BAD_USAGE;
}

int usage_fail(const char *format, ...)
{
    va_list list;

    fputs("bulkhead: ", stderr);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    return COMMAND_BAD_SYSTEM;
}

int usage_flush(void)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        return usage_fail("standard output: cannot write: %s", strerror(errno));
    return COMMAND_DONE;
}
