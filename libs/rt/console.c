/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's stdout and stderr: a hook for characters, and a bounded buffer until somebody sets
 * it. Knows no device. */
#include <stdio.h>

#include "libs/rt/internal.h"

static void (*console_putc)(char c);
static void (*console_drain)(void);
static char pending[RT_PENDING_BYTES];
static size_t pending_count;
static size_t lost_count;

static int stream_putc(char c, FILE *stream)
{
    if (console_putc != NULL)
        console_putc(c);
    else if (pending_count < sizeof(pending))
        pending[pending_count++] = c;
    else
        lost_count++;
    return (unsigned char)c;
}

static FILE stream = FDEV_SETUP_STREAM(stream_putc, NULL, NULL, _FDEV_SETUP_WRITE);

FILE *const stdout = &stream;
FILE *const stderr = &stream;

void rt_console_set(void (*put)(char c))
{
    console_putc = put;
    if (put == NULL)
        return;
    for (size_t i = 0; i < pending_count; i++)
        put(pending[i]);
    pending_count = 0;
    if (lost_count > 0)
        printf("\n[%zu characters of early output did not fit]\n", lost_count);
    lost_count = 0;
}

void rt_console_set_drain(void (*drain)(void))
{
    console_drain = drain;
}

void rt_console_drain(void)
{
    if (console_drain != NULL)
        console_drain();
}

void rt_console_rescue(void)
{
    if (!BUILD_DEBUG || console_putc != NULL)
        return;
    rt_console_set(seL4_DebugPutChar);
}
