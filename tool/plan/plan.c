/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes a plan: each part of the system in turn, then the checks, then the bytes. */
#include "tool/plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "tool/plan/parts.h"

/* The UART that kernel and init write to, if the board has one. */
static bool find_log(struct builder *builder, struct text *path, const char **source)
{
    const struct board_device *log = builder->board->log;

    *path = builder->manifest->console.log;
    if (path->value != NULL) {
        *source = source_of(builder, path->place);
    } else if (log != NULL) {
        *source = "stdout-path of the board's device tree";
        *path = (struct text){log->path, builder->manifest->board.place};
    }
    return path->value != NULL;
}

static bool is_same_device(const struct builder *builder, const struct text *path,
                           const struct device *device)
{
    struct board_device other;

    return board_find(builder->board, path->value, &other) == BOARD_FOUND &&
           other.node == device->board.node;
}

/* The console's, until it starts, or init's own. */
static void plan_log(struct builder *builder, struct console *console)
{
    struct device *own = storage_take(builder->storage, 1, sizeof(*own));
    const char *source;
    struct text path;

    if (!find_log(builder, &path, &source))
        return;
    if (console != NULL && is_same_device(builder, &path, &console->uart)) {
        system_map_log(builder, &console->uart, source, false);
        return;
    }
    if (!device_claim(builder, "init", &path, "log", own))
        return;
    if (board_uart_name(&own->board) != NULL)
        system_map_log(builder, own, source, true);
    else
        complain_at(builder->complaints, path.place,
                    "'log' names '%s', no UART that Bulkhead has a driver for: name another, or "
                    "leave it out",
                    path.value);
}

/* On a UART that the console has, init's log goes through it. */
static void connect_log(struct builder *builder, struct console *console)
{
    struct plan_header *header = &builder->header;
    struct console_bell bell = {header->ready, PLAN_BADGE_READY(SYSTEM)};
    struct console_end end;

    if (header->log_uart == 0 || header->log_keep)
        return;
    end = console_connect(builder, console, "init", SYSTEM, &builder->init, bell, PLAN_NONE);
    header->log_own = end.own;
    header->log_channel = console->channel_count - 1;
    header->log_peer = end.peer;
    header->log_doorbell = console->process.notification;
}

static void plan_parts(struct builder *builder)
{
    const struct manifest *manifest = builder->manifest;
    struct console *console = NULL;

    system_begin(builder);
    devices_begin(builder);
    shared_begin(builder);
    channels_begin(builder);
    if (manifest->console.present) {
        console = storage_take(builder->storage, 1, sizeof(*console));
        if (!console_begin(builder, console))
            return;
    }
    plan_log(builder, console);
    for (unsigned i = 0; i < manifest->vm_count; i++)
        vm_add(builder, i, console);
    for (unsigned i = 0; i < manifest->component_count; i++)
        native_add(builder, i, console);
    if (console == NULL)
        return;
    connect_log(builder, console);
    console_finish(builder, console);
}

static void release(struct builder *builder)
{
    struct file **opened = (struct file **)builder->opened.data;
    struct bytes *lists[] = {
        &builder->components, &builder->objects,  &builder->maps,       &builder->fills,
        &builder->caps,       &builder->budgets,  &builder->interrupts, &builder->threads,
        &builder->files,      &builder->facts,    &builder->claims,     &builder->opened,
        &builder->shared,     &builder->channels, &builder->bells,
    };

    for (size_t i = 0; i < builder->opened.size / sizeof(*opened); i++)
        file_release(opened[i]);
    for (struct space *space = builder->spaces; space != NULL; space = space->next)
        bytes_release(&space->maps);
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        bytes_release(lists[i]);
}

static void keep_facts(struct builder *builder, struct plan_result *result)
{
    result->fact_count = builder->facts.size / sizeof(*result->facts);
    result->facts = storage_take(builder->storage, result->fact_count + 1, sizeof(*result->facts));
    memcpy(result->facts, builder->facts.data, builder->facts.size);
    result->storage = builder->storage;
}

bool plan_make(const struct manifest *manifest, const struct board *board,
               const struct plan_inputs *inputs, struct plan_result *result,
               struct complaints *complaints)
{
    struct builder builder = {
        .manifest = manifest,
        .board = board,
        .inputs = inputs,
        .complaints = complaints,
        .storage = storage_make(),
    };
    size_t before = complaints->count;

    *result = (struct plan_result){0};
    builder.last_space = &builder.spaces;
    plan_parts(&builder);
    check_time(&builder);
    if (complaints->count == before) {
        finish(&builder, result);
        check_memory(&builder, result);
    }
    if (complaints->count == before) {
        check_counts(&builder);
    }
    keep_facts(&builder, result);
    release(&builder);
    if (complaints->count != before)
        plan_release(result);
    return complaints->count == before;
}

void plan_release(struct plan_result *result)
{
    bytes_release(&result->plan);
    bytes_release(&result->files);
    storage_release(result->storage);
    *result = (struct plan_result){0};
}
