/* SPDX-License-Identifier: BSD-2-Clause */
/* What a VM printed while it was not shown: the newest bytes, and how many older ones were dropped.
 * Stands on libs/vchan's copy. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct history {
    char *bytes;
    size_t size;         /* a power of two */
    uint64_t first, end; /* count bytes ever added; what is kept lies between */
    uint64_t dropped;
};

void history_init(struct history *history, char *bytes, size_t size);
void history_add(struct history *history, const char *bytes, size_t size);
size_t history_count(const struct history *history);

/* Before it is replayed: how many bytes are missing in front, told once. After a gap it begins with
 * a whole line, if there is one, so that no half of an escape sequence comes first. */
uint64_t history_missing(struct history *history);

/* Takes the oldest out, at most `size`. */
size_t history_take(struct history *history, char *bytes, size_t size);
