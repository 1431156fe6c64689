/* SPDX-License-Identifier: BSD-2-Clause */
/* What is the system's: init's own objects, its log, and memory that several share. */
#include "tool/plan/parts.h"

#include <inttypes.h>

/* Init's own maps lie in a gigabyte of their own: its page tables are the plan's alone, whatever
 * the kernel mapped for it elsewhere. */
#define INIT_WINDOW UINT64_C(0x40000000)
#define INIT_REGION UINT64_C(0x40010000)

static handle_t system_object(struct builder *builder, const char *name, enum plan_type type,
                              uint32_t count)
{
    return build_object(builder, (struct build_object){
                                     .component = SYSTEM,
                                     .name = name,
                                     .type = type,
                                     .count = count,
                                     .file = NO_FILE,
                                 });
}

void system_begin(struct builder *builder)
{
    const struct manifest *manifest = builder->manifest;
    struct plan_header *header = &builder->header;
    uint32_t core = 0;

    build_component(builder, (struct build_component){.name = "system"});
    space_begin(builder, &builder->init, PLAN_INIT, SYSTEM);
    builder->init.next_region = INIT_REGION;
    builder->init.window = INIT_WINDOW;
    header->endpoint = system_object(builder, "init's endpoint", PLAN_TYPE_ENDPOINT, 1);
    header->ready = system_object(builder, "ready", PLAN_TYPE_NOTIFICATION, 1);
    header->window = INIT_WINDOW;
    header->log_doorbell = PLAN_NONE;
    if (core_choose(builder, &manifest->init_core, 0, &core) && core >= builder->core_count)
        builder->core_count = core + 1;
    header->core = (uint8_t)core;
    header->priority = (uint8_t)manifest->init_priority.value;
    header->budget_us = (uint32_t)manifest->init_time.budget_us.value;
    header->period_us = (uint32_t)manifest->init_time.period_us.value;
    if (header->budget_us == header->period_us)
        complain_at(
            builder->complaints, manifest->init_time.budget_us.place,
            "'budget' of init is all of its period, and it tells the time by its end: write less");
    header->board_off = manifest->board_off == BOARD_OFF_NEVER ? PLAN_BOARD_OFF_NEVER
                        : manifest->board_off == BOARD_OFF_IDLE || manifest->component_count == 0
                            ? PLAN_BOARD_OFF_IDLE
                            : PLAN_BOARD_OFF_NEVER;
    build_fact(builder, "init", "core", source_of(builder, manifest->init_core.place), "%u", core);
    build_fact(builder, "init", "priority", source_of(builder, manifest->init_priority.place), "%u",
               header->priority);
    build_fact(builder, "init", "time", source_of(builder, manifest->init_time.budget_us.place),
               "%u us of each %u us, once everything runs", header->budget_us, header->period_us);
    build_fact(builder, "init", "board off", source_of(builder, manifest->board_off_place), "%s",
               header->board_off == PLAN_BOARD_OFF_IDLE ? "when every VM is off" : "never");
}

void system_map_log(struct builder *builder, const struct device *log, const char *source,
                    bool keep)
{
    struct plan_header *header = &builder->header;
    uint64_t addresses[BOARD_DEVICE_REG_MAX];

    device_map(builder, &builder->init, log, addresses);
    header->log_uart = addresses[0];
    header->log_keep = keep;
    builder->log_compatible = board_uart_name(&log->board);
    build_fact(builder, "init", "log", source, "%s (%s)%s", log->board.path,
               builder->log_compatible, keep ? "" : " until the console starts, then through it");
}
