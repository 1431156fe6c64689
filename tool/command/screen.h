/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two consoles in one stream of text: the VMs' as it comes, the log's in lines marked "[log]", none
 * of which is torn. Stands on the C library; makes bytes and writes none.
 */
#ifndef TOOL_COMMAND_SCREEN_H
#define TOOL_COMMAND_SCREEN_H

#include <stdbool.h>

#include "tool/image/bytes.h"

#define SCREEN_LINE_MAX 512

struct screen {
    bool terminal;             /* colours, and a line that was interrupted is shown again */
    bool torn;                 /* the last byte shown ended no line */
    char log[SCREEN_LINE_MAX]; /* of a log line whose end has not come yet */
    size_t log_size;
    char line[SCREEN_LINE_MAX]; /* what the VMs' console shows of its last line */
    size_t line_size;
};

/* Appends to `out` what there is to show of bytes that came. */
void screen_feed(struct screen *screen, const char *bytes, size_t size, struct bytes *out);
void screen_feed_log(struct screen *screen, const char *bytes, size_t size, struct bytes *out);

/* What is left of the log when it ends. */
void screen_end(struct screen *screen, struct bytes *out);

#endif
