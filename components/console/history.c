/* SPDX-License-Identifier: BSD-2-Clause */
/* A ring that overwrites its oldest bytes. */
#include "components/console/history.h"

#include "libs/vchan/copy.h"

void history_init(struct history *history, char *bytes, size_t size)
{
    *history = (struct history){.bytes = bytes, .size = size};
}

size_t history_count(const struct history *history)
{
    return (size_t)(history->end - history->first);
}

static size_t place(const struct history *history, uint64_t index)
{
    return (size_t)index & (history->size - 1);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void drop(struct history *history, uint64_t count)
{
    history->first += count;
    history->dropped += count;
}

void history_add(struct history *history, const char *bytes, size_t size)
{
    if (size > history->size) {
        size_t excess = size - history->size;

        history->dropped += excess;
        bytes += excess;
        size = history->size;
    }

    size_t free = history->size - history_count(history);
    size_t at = place(history, history->end);
    size_t piece = least(size, history->size - at);

    if (size > free)
        drop(history, size - free);
    vchan_copy(history->bytes + at, bytes, piece);
    vchan_copy(history->bytes, bytes + piece, size - piece);
    history->end += size;
}

static void drop_to_next_line(struct history *history)
{
    for (uint64_t i = history->first; i < history->end; i++) {
        if (history->bytes[place(history, i)] == '\n') {
            drop(history, i + 1 - history->first);
            return;
        }
    }
}

uint64_t history_missing(struct history *history)
{
    uint64_t missing;

    if (history->dropped > 0)
        drop_to_next_line(history);
    missing = history->dropped;
    history->dropped = 0;
    return missing;
}

size_t history_take(struct history *history, char *bytes, size_t size)
{
    size_t at = place(history, history->first);

    size = least(size, history_count(history));

    size_t piece = least(size, history->size - at);

    vchan_copy(bytes, history->bytes + at, piece);
    vchan_copy(bytes + piece, history->bytes, size - piece);
    history->first += size;
    return size;
}
