/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every component has: its program, mapped from the image's files or copied from them, its
 * address space and capabilities, its configuration and its first thread.
 */
#include "tool/plan/parts.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "abi/component.h"
#include "tool/image/program.h"

#define CONFIG_BYTES_MAX     UINT64_C(0x100000)
/* So that a budget that is used in many small parts need not be rounded down often. */
#define SPLIT_BUDGET_BITS    8
#define SPLIT_BUDGET_REFILLS 8
#define WHOLE_BUDGET_BITS    7

handle_t process_object(struct builder *builder, const struct process *process, const char *name,
                        enum plan_type type, unsigned size_bits, uint32_t count)
{
    return build_object(builder, (struct build_object){
                                     .component = process->component,
                                     .name = name,
                                     .type = type,
                                     .size_bits = (uint8_t)size_bits,
                                     .count = count,
                                     .file = NO_FILE,
                                 });
}

void process_cap(struct builder *builder, const struct process *process, uint32_t slot,
                 handle_t object, uint32_t rights, uint64_t badge)
{
    build_cap(builder, process->component,
              (struct plan_cap){
                  .cnode = process->cnode,
                  .slot = slot,
                  .object = object,
                  .rights = rights,
                  .badge = badge,
                  .end = PLAN_NONE,
              });
}

void process_bell(struct builder *builder, const struct process *process, uint32_t slot,
                  handle_t notification, uint64_t badge, handle_t end)
{
    build_cap(builder, process->component,
              (struct plan_cap){
                  .cnode = process->cnode,
                  .slot = slot,
                  .object = notification,
                  .rights = RIGHT_WRITE,
                  .badge = badge,
                  .end = end,
              });
}

handle_t process_time(struct builder *builder, const struct process *process, const char *name,
                      uint32_t core, const struct time_share *time)
{
    bool whole = time->budget_us.value == time->period_us.value;
    handle_t object = process_object(builder, process, name, PLAN_TYPE_SCHED_CONTEXT,
                                     whole ? WHOLE_BUDGET_BITS : SPLIT_BUDGET_BITS, 1);

    build_budget(builder, process->component,
                 (struct plan_budget){
                     .object = object,
                     .core = core,
                     .budget_us = time->budget_us.value,
                     .period_us = time->period_us.value,
                     .extra_refills = whole ? 0 : SPLIT_BUDGET_REFILLS,
                 },
                 time->budget_us.place);
    return object;
}

/* A segment as it lies in its pages: what the file has of it, from the start of its first page on.
 */
static uint32_t store_segment(struct builder *builder, const struct program *program,
                              const struct segment *segment, uint64_t start, uint64_t size)
{
    uint8_t *data = storage_take(builder->storage, 1, size);

    memcpy(data + (segment->vaddr - start), program->file->data + segment->file_offset,
           segment->file_size);
    return store_add(builder, build_text(builder, "program %s", file_name(program->file->name)),
                     data, size, true);
}

/* Read-only: straight from the image's files. */
static void map_constant(struct builder *builder, const struct process *process,
                         const struct program *program, const struct segment *segment,
                         uint64_t start, uint64_t end)
{
    uint32_t file = store_segment(builder, program, segment, start,
                                  segment->vaddr + segment->memory_size - start);
    uint32_t flags = PLAN_MAP_READ | (segment->flags & PF_X ? PLAN_MAP_EXECUTE : 0);

    space_map(builder, process->space, store_object(builder, file), 0,
              (uint32_t)((end - start) >> PAGE_BITS), start, flags);
}

/* Its own pages, filled from the image's files as far as these have anything. */
static void map_writable(struct builder *builder, const struct process *process,
                         const struct program *program, const struct segment *segment,
                         uint64_t start, uint64_t end)
{
    handle_t pages = process_object(builder, process, "data", PLAN_TYPE_SMALL_PAGE, 0,
                                    (uint32_t)((end - start) >> PAGE_BITS));
    uint64_t size = segment->vaddr + segment->file_size - start;

    space_map(builder, process->space, pages, 0, (uint32_t)((end - start) >> PAGE_BITS), start,
              PLAN_MAP_READ | PLAN_MAP_WRITE);
    if (segment->file_size == 0)
        return;
    build_fill(
        builder, process->component,
        (struct plan_fill){
            .object = pages,
            .files = store_object(builder, store_segment(builder, program, segment, start, size)),
            .size = size,
        });
}

static bool map_segment(struct builder *builder, const struct process_request *request,
                        const struct process *process, const struct program *program,
                        const struct segment *segment)
{
    uint64_t start = segment->vaddr & ~(PAGE_BYTES - 1);
    uint64_t end = (segment->vaddr + segment->memory_size + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);

    if (start == 0 || end > COMPONENT_BUFFER_ADDRESS)
        return complain_at(
            builder->complaints, request->place,
            "'%s' is '%s', which is linked at 0x%" PRIx64 ": link it between 0x1000 and 0x%" PRIx64,
            request->program_key, program->file->name, segment->vaddr, COMPONENT_BUFFER_ADDRESS);
    if ((segment->flags & (PF_W | PF_X)) == (PF_W | PF_X))
        return complain_at(builder->complaints, request->place,
                           "'%s' is '%s', which has a segment that is both written and executed: "
                           "link code and data apart",
                           request->program_key, program->file->name);
    if (!space_is_free(builder, process->space, start, end - start))
        return complain_at(builder->complaints, request->place,
                           "'%s' is '%s', two of whose segments share the page at 0x%" PRIx64
                           ": link with -z max-page-size=4096 -z separate-code",
                           request->program_key, program->file->name, start);
    if (segment->flags & PF_W)
        map_writable(builder, process, program, segment, start, end);
    else
        map_constant(builder, process, program, segment, start, end);
    return true;
}

static bool map_program(struct builder *builder, const struct process_request *request,
                        struct process *process)
{
    struct program program;
    struct fault fault;

    if (!program_read(&program, request->program, &fault))
        return complain_of_file(builder, request->place, request->program_key,
                                request->program->name, &fault,
                                "give a program of Bulkhead's own build");
    process->entry = program.entry;
    for (unsigned i = 0; i < program.segment_count; i++) {
        if (!map_segment(builder, request, process, &program, &program.segments[i]))
            return false;
    }
    return true;
}

static enum plan_restart restart_of(enum restart_policy policy)
{
    return policy == RESTART_NEVER        ? PLAN_RESTART_NEVER
           : policy == RESTART_ON_FAILURE ? PLAN_RESTART_ON_FAILURE
                                          : PLAN_RESTART_ALWAYS;
}

handle_t process_notification(struct builder *builder, const char *name)
{
    return build_object(builder, (struct build_object){
                                     .component = SYSTEM,
                                     .name = build_text(builder, "notification of %s", name),
                                     .type = PLAN_TYPE_NOTIFICATION,
                                     .count = 1,
                                     .file = NO_FILE,
                                 });
}

static void make_objects(struct builder *builder, const struct process_request *request,
                         struct process *process)
{
    process->notification = request->notification != NULL
                                ? *request->notification
                                : process_notification(builder, request->name);
    process->cnode = process_object(builder, process, "capabilities", PLAN_TYPE_CNODE,
                                    request->slot_bits, 1);
    process->vspace = process_object(builder, process, "address space", PLAN_TYPE_VSPACE, 0, 1);
    process->tcb = process_object(builder, process, "first thread", PLAN_TYPE_TCB, 0, 1);
    process->buffer = process_object(builder, process, "IPC buffer", PLAN_TYPE_SMALL_PAGE, 0, 1);
    process->space = storage_take(builder->storage, 1, sizeof(*process->space));
    space_begin(builder, process->space, process->vspace, process->component);
    space_keep(process->space, COMPONENT_CONFIG_ADDRESS, CONFIG_BYTES_MAX); /* known last */
    space_map(builder, process->space, process->buffer, 0, 1, COMPONENT_BUFFER_ADDRESS,
              PLAN_MAP_READ | PLAN_MAP_WRITE);
    process_cap(builder, process, COMPONENT_SLOT_INIT, builder->header.endpoint,
                RIGHT_WRITE | RIGHT_GRANT_REPLY, PLAN_BADGE_CALL_FROM(process->component));
    process_cap(builder, process, COMPONENT_SLOT_READY, builder->header.ready, RIGHT_WRITE,
                PLAN_BADGE_READY(process->component));
    process_cap(builder, process, COMPONENT_SLOT_NOTIFICATION, process->notification, RIGHT_READ,
                0);
}

bool process_begin(struct builder *builder, const struct process_request *request,
                   struct process *process)
{
    *process = (struct process){.name = request->name};
    process->component = build_component(builder,
                                         (struct build_component){
                                             .name = request->name,
                                             .kind = request->kind,
                                             .restart = restart_of(request->restart.policy),
                                             .restart_limit = request->restart.limit,
                                         });
    make_objects(builder, request, process);
    return map_program(builder, request, process);
}

void process_finish(struct builder *builder, const struct process *process, struct blob *config,
                    struct plan_thread thread)
{
    size_t size;
    const void *data = blob_finish(config, &size);
    void *copy = storage_take(builder->storage, 1, size);
    uint32_t file;

    memcpy(copy, data, size);
    blob_release(config);
    if (size > CONFIG_BYTES_MAX) {
        complain_at(builder->complaints, (struct place){0, 0},
                    "the configuration of '%s' has %zu bytes, of at most 1 MiB: shorten its "
                    "arguments or bootargs",
                    process->name, size);
        return;
    }
    file = store_add(builder, build_text(builder, "configuration of %s", process->name), copy, size,
                     true);
    space_map(builder, process->space, store_object(builder, file), 0,
              (uint32_t)((size + PAGE_BYTES - 1) >> PAGE_BITS), COMPONENT_CONFIG_ADDRESS,
              PLAN_MAP_READ);
    thread.tcb = process->tcb;
    thread.cnode = process->cnode;
    thread.vspace = process->vspace;
    thread.buffer = process->buffer;
    thread.buffer_address = COMPONENT_BUFFER_ADDRESS;
    thread.fault_endpoint = builder->header.endpoint;
    thread.fault_badge = PLAN_BADGE_FAULT_OF(process->component, 0);
    thread.notification = process->notification;
    thread.vcpu = PLAN_NONE;
    thread.flags = PLAN_THREAD_START;
    thread.entry = process->entry;
    thread.arguments[1] = COMPONENT_BUFFER_ADDRESS;
    thread.arguments[2] = COMPONENT_CONFIG_ADDRESS;
    thread.arguments[3] = size;
    build_thread(builder, process->component, process->name, thread);
}
