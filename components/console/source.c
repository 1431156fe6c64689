/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and writes a channel whose other end may be anything. */
#include "components/console/source.h"

_Static_assert(CONSOLE_HEADER_BYTES == VCHAN_HEADER_BYTES, "a region is a channel's");

bool source_open(struct source *source, const struct source_config *config)
{
    struct vchan_shape shape = {
        .own = config->own,
        .peer = config->peer,
        .own_ring = CONSOLE_INPUT_BYTES,
        .peer_ring = CONSOLE_OUTPUT_BYTES,
    };

    source->config = *config;
    return vchan_open(&source->channel, &shape) == VCHAN_OK;
}

static void begin_life(struct source *source, uint64_t now)
{
    source->is_connected = true;
    source->lives++;
    source->since = now;
    source->listed_at = now;
    source->listed_exits = source_exits(source);
}

static enum vchan_result meet(struct source *source, uint64_t now)
{
    enum vchan_result result = vchan_connect(&source->channel);

    if (result == VCHAN_RESTARTED) {
        source->is_connected = false;
        result = vchan_connect(&source->channel);
    }
    if (result != VCHAN_OK)
        source->is_connected = false;
    else if (!source->is_connected)
        begin_life(source, now);
    return result;
}

static enum source_event complain(struct source *source)
{
    if (source->is_broken_told)
        return SOURCE_QUIET;
    source->is_broken_told = true;
    return SOURCE_BROKEN;
}

enum source_event source_fill(struct source *source, uint64_t now)
{
    if (source->count > 0)
        return SOURCE_BYTES;

    enum vchan_result result = meet(source, now);

    source->first = 0;
    if (result == VCHAN_OK)
        result = vchan_read(&source->channel, source->piece, sizeof(source->piece), &source->count);
    source->is_connected = result == VCHAN_OK || result == VCHAN_EMPTY;
    if (result == VCHAN_BROKEN)
        return complain(source);
    return source->count > 0 ? SOURCE_BYTES : SOURCE_QUIET;
}

bool source_may_sleep(struct source *source)
{
    return source->count == 0 && vchan_arm_data(&source->channel, 1);
}

bool source_send(struct source *source, const char *bytes, size_t size)
{
    size_t count;
    enum vchan_result result = vchan_write(&source->channel, bytes, size, &count);

    if (result == VCHAN_RESTARTED)
        source->is_connected = false;
    return result == VCHAN_OK && count == size;
}

uint64_t source_exits(const struct source *source)
{
    const volatile struct vmm_status *status = source->config.status;
    uint64_t sum = 0;

    for (unsigned i = 0; status != NULL && i < VMM_EXIT_REASON_MAX; i++)
        sum += status->exits[i];
    return sum;
}
