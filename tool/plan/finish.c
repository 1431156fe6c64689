/* SPDX-License-Identifier: BSD-2-Clause */
/* Turns the records of a builder into the plan's bytes: component by component, handles into
 * indices.
 */
#include "tool/plan/finish.h"

#include <string.h>

#include "abi/crc32.h"

struct writer {
    struct builder *builder;
    struct packing packing;
    struct bytes tables[PLAN_TABLE_COUNT];
};

static uint32_t add_string(struct writer *writer, const char *text)
{
    struct bytes *strings = &writer->tables[PLAN_STRINGS];
    size_t at = 0;

    while (at < strings->size) {
        const char *known = (const char *)strings->data + at;

        if (strcmp(known, text) == 0)
            return (uint32_t)at;
        at += strlen(known) + 1;
    }
    bytes_add(strings, text, strlen(text) + 1);
    return (uint32_t)at;
}

/* The record that holds object `*index` of the handle; `*index` becomes the one within it. */
static uint32_t find_record(const struct writer *writer, handle_t handle, uint32_t *index)
{
    const struct plan_object *records = (const struct plan_object *)writer->packing.records.data;
    uint32_t record;

    if (handle == PLAN_NONE || handle == PLAN_INIT)
        return handle;
    record = object_of(writer->builder, handle)->record;
    while (*index >= records[record].count)
        *index -= records[record++].count;
    return record;
}

static uint32_t record_of(const struct writer *writer, handle_t handle)
{
    uint32_t index = 0;

    return find_record(writer, handle, &index);
}

static uint32_t pages_left(const struct writer *writer, uint32_t record, uint32_t index)
{
    return ((const struct plan_object *)writer->packing.records.data)[record].count - index;
}

/* A map of objects that lie in several records becomes several maps. */
static void write_map(struct writer *writer, const void *item)
{
    struct plan_map map = ((const struct build_map *)item)->record;
    const struct build_object *object = object_of(writer->builder, map.object);
    uint32_t left = map.count, index = map.index;
    unsigned bits = object_bits(object);
    handle_t handle = map.object;

    map.vspace = record_of(writer, map.vspace);
    while (left > 0) {
        map.index = index;
        map.object = find_record(writer, handle, &map.index);
        map.count = pages_left(writer, map.object, map.index);
        if (map.count > left)
            map.count = left;
        bytes_add(&writer->tables[PLAN_MAPS], &map, sizeof(map));
        left -= map.count;
        index += map.count;
        map.slot += map.count;
        map.address += (uint64_t)map.count << bits;
    }
}

static void write_fill(struct writer *writer, const void *item)
{
    struct plan_fill fill = ((const struct build_fill *)item)->record;
    uint32_t index = fill.index, files_index = fill.files_index;
    handle_t handle = fill.object, files = fill.files;
    uint64_t left = fill.size;

    while (left > 0) {
        fill.index = index;
        fill.object = find_record(writer, handle, &fill.index);
        fill.files_index = files_index;
        fill.files = find_record(writer, files, &fill.files_index);
        fill.size = (uint64_t)pages_left(writer, fill.object, fill.index) << PAGE_BITS;
        if (fill.size > left)
            fill.size = left;
        bytes_add(&writer->tables[PLAN_FILLS], &fill, sizeof(fill));
        left -= fill.size;
        index += (uint32_t)(fill.size >> PAGE_BITS);
        files_index += (uint32_t)(fill.size >> PAGE_BITS);
    }
}

static void write_cap(struct writer *writer, const void *item)
{
    struct plan_cap cap = ((const struct build_cap *)item)->record;

    cap.cnode = record_of(writer, cap.cnode);
    cap.object = find_record(writer, cap.object, &cap.index);
    cap.end = record_of(writer, cap.end);
    bytes_add(&writer->tables[PLAN_CAPS], &cap, sizeof(cap));
}

static void write_budget(struct writer *writer, const void *item)
{
    struct plan_budget budget = ((const struct build_budget *)item)->record;

    budget.object = record_of(writer, budget.object);
    bytes_add(&writer->tables[PLAN_BUDGETS], &budget, sizeof(budget));
}

static void write_interrupt(struct writer *writer, const void *item)
{
    struct plan_interrupt interrupt = ((const struct build_interrupt *)item)->record;

    interrupt.object = record_of(writer, interrupt.object);
    interrupt.notification = record_of(writer, interrupt.notification);
    bytes_add(&writer->tables[PLAN_INTERRUPTS], &interrupt, sizeof(interrupt));
}

static void write_thread(struct writer *writer, const void *item)
{
    const struct build_thread *built = item;
    struct plan_thread thread = built->record;

    thread.name = add_string(writer, built->name);
    thread.tcb = record_of(writer, thread.tcb);
    thread.cnode = record_of(writer, thread.cnode);
    thread.vspace = record_of(writer, thread.vspace);
    thread.buffer = find_record(writer, thread.buffer, &thread.buffer_index);
    thread.fault_endpoint = record_of(writer, thread.fault_endpoint);
    thread.sched_context = record_of(writer, thread.sched_context);
    thread.notification = record_of(writer, thread.notification);
    thread.lent = record_of(writer, thread.lent);
    thread.heir = record_of(writer, thread.heir);
    thread.vcpu = record_of(writer, thread.vcpu);
    bytes_add(&writer->tables[PLAN_THREADS], &thread, sizeof(thread));
}

static const struct {
    size_t builder_offset, built_size, size;
    void (*write)(struct writer *writer, const void *item);
} kinds[PLAN_TABLE_COUNT] = {
    [PLAN_COMPONENTS] = {.size = sizeof(struct plan_component)},
    [PLAN_OBJECTS] = {.size = sizeof(struct plan_object)},
    [PLAN_MAPS] = {offsetof(struct builder, maps), sizeof(struct build_map),
                   sizeof(struct plan_map), write_map},
    [PLAN_FILLS] = {offsetof(struct builder, fills), sizeof(struct build_fill),
                    sizeof(struct plan_fill), write_fill},
    [PLAN_CAPS] = {offsetof(struct builder, caps), sizeof(struct build_cap),
                   sizeof(struct plan_cap), write_cap},
    [PLAN_BUDGETS] = {offsetof(struct builder, budgets), sizeof(struct build_budget),
                      sizeof(struct plan_budget), write_budget},
    [PLAN_INTERRUPTS] = {offsetof(struct builder, interrupts), sizeof(struct build_interrupt),
                         sizeof(struct plan_interrupt), write_interrupt},
    [PLAN_THREADS] = {offsetof(struct builder, threads), sizeof(struct build_thread),
                      sizeof(struct plan_thread), write_thread},
    [PLAN_STRINGS] = {.size = 1},
};

static uint32_t written(const struct writer *writer, enum plan_table table)
{
    return (uint32_t)(writer->tables[table].size / kinds[table].size);
}

/* Everything built starts with its component's index. */
static struct plan_range write_records(struct writer *writer, enum plan_table table,
                                       uint32_t component)
{
    const struct bytes *built = (const struct bytes *)((const uint8_t *)writer->builder +
                                                       kinds[table].builder_offset);
    struct plan_range range = {.first = written(writer, table)};

    for (size_t at = 0; at < built->size; at += kinds[table].built_size) {
        if (*(const uint32_t *)(built->data + at) == component)
            kinds[table].write(writer, built->data + at);
    }
    range.count = written(writer, table) - range.first;
    return range;
}

static void write_component(struct writer *writer, uint32_t index)
{
    const struct build_component *built =
        (const struct build_component *)writer->builder->components.data + index;
    struct plan_component component = {
        .name = add_string(writer, built->name),
        .kind = (uint8_t)built->kind,
        .restart = (uint8_t)built->restart,
        .restart_limit = (uint16_t)built->restart_limit,
    };

    component.ranges[PLAN_RANGE(PLAN_OBJECTS)] =
        ((const struct plan_range *)writer->packing.ranges.data)[index];
    for (enum plan_table table = PLAN_MAPS; table <= PLAN_THREADS; table++)
        component.ranges[PLAN_RANGE(table)] = write_records(writer, table, index);
    bytes_add(&writer->tables[PLAN_COMPONENTS], &component, sizeof(component));
}

static void write_objects(struct writer *writer)
{
    struct packing *packing = &writer->packing;
    struct plan_object *records = (struct plan_object *)packing->records.data;
    const char *const *names = (const char *const *)packing->names.data;
    size_t count = packing->records.size / sizeof(*records);

    for (size_t i = 0; i < count; i++)
        records[i].name = add_string(writer, names[i]);
    bytes_add(&writer->tables[PLAN_OBJECTS], records, packing->records.size);
}

/* The header last: it tells where all the rest is. */
static void join(struct writer *writer, struct bytes *out)
{
    struct plan_header header = writer->builder->header;

    header.magic = PLAN_MAGIC;
    header.version = PLAN_VERSION;
    header.core_count = writer->builder->core_count;
    header.slot_count = writer->builder->slot_count;
    header.board = add_string(writer, writer->builder->board->name);
    header.endpoint = record_of(writer, header.endpoint);
    header.ready = record_of(writer, header.ready);
    header.log_doorbell = record_of(writer, header.log_doorbell);
    if (header.log_uart != 0)
        header.log_compatible = add_string(writer, writer->builder->log_compatible);
    bytes_add(out, NULL, sizeof(header));
    for (enum plan_table table = 0; table < PLAN_TABLE_COUNT; table++) {
        bytes_align(out, 8);
        header.tables[table] = (struct plan_extent){
            .offset = (uint32_t)out->size,
            .count = written(writer, table),
        };
        if (writer->tables[table].size > 0)
            bytes_add(out, writer->tables[table].data, writer->tables[table].size);
    }
    bytes_align(out, 8);
    header.size = out->size;
    memcpy(out->data, &header, sizeof(header));
    header.checksum = crc32_feed(0, out->data + offsetof(struct plan_header, size),
                                 out->size - offsetof(struct plan_header, size));
    memcpy(out->data, &header, sizeof(header));
}

void finish(struct builder *builder, struct plan_result *result)
{
    struct writer writer = {.builder = builder};
    uint32_t count = (uint32_t)(builder->components.size / sizeof(struct build_component));

    for (struct space *space = builder->spaces; space != NULL; space = space->next)
        tables_add(builder, space);
    files_place(builder, &result->files);
    pack_objects(builder, &writer.packing);
    add_string(&writer, "");
    for (uint32_t i = 0; i < count; i++)
        write_component(&writer, i);
    write_objects(&writer);
    join(&writer, &result->plan);
    for (enum plan_table table = 0; table < PLAN_TABLE_COUNT; table++)
        bytes_release(&writer.tables[table]);
    packing_release(&writer.packing);
    result->core_count = builder->core_count;
}
