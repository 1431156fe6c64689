/* SPDX-License-Identifier: BSD-2-Clause */
/* The small plan, record by record. */
#include "tests/unit/plan-check/small.h"

#include <string.h>

#include "abi/crc32.h"

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define EXTENT(field) {offsetof(struct small, field), COUNT(((struct small *)0)->field)}

static const struct plan_header good_header = {
    .magic = PLAN_MAGIC,
    .version = PLAN_VERSION,
    .size = sizeof(struct small),
    .core_count = 2,
    .slot_count = 64,
    .endpoint = SMALL_ENDPOINT,
    .ready = SMALL_READY,
    .priority = 254,
    .board_off = PLAN_BOARD_OFF_IDLE,
    .budget_us = 500,
    .period_us = 10000,
    .window = 0x40000000,
    .log_uart = 0x40010000,
    .log_compatible = 1,
    .log_own = 0x40020000,
    .log_peer = 0x40030000,
    .log_doorbell = SMALL_OTHER,
    .tables = {EXTENT(components), EXTENT(objects), EXTENT(maps), EXTENT(fills), EXTENT(caps),
               EXTENT(budgets), EXTENT(interrupts), EXTENT(threads), EXTENT(strings)},
};

static const struct plan_object good_objects[SMALL_ALL_COUNT] = {
    [SMALL_ENDPOINT] = {.type = PLAN_TYPE_ENDPOINT, .parent = PLAN_NONE},
    [SMALL_READY] = {.type = PLAN_TYPE_NOTIFICATION, .parent = PLAN_NONE},
    [SMALL_NOTIFICATION] = {.type = PLAN_TYPE_NOTIFICATION, .parent = PLAN_NONE},
    [SMALL_OTHER] = {.type = PLAN_TYPE_NOTIFICATION, .parent = PLAN_NONE},
    [SMALL_TABLE] = {.type = PLAN_TYPE_PAGE_TABLE, .parent = PLAN_NONE},
    [SMALL_INTERRUPT] = {.type = PLAN_TYPE_INTERRUPT, .parent = PLAN_NONE, .address = 33},
    [SMALL_DEVICE] = {.type = PLAN_TYPE_SMALL_PAGE,
                      .flags = PLAN_AT_ADDRESS,
                      .parent = PLAN_NONE,
                      .address = 0x9000000},
    [SMALL_FILE] = {.type = PLAN_TYPE_SMALL_PAGE,
                    .flags = PLAN_IN_FILES,
                    .count = 3,
                    .parent = PLAN_NONE},
    [SMALL_END] = {.type = PLAN_TYPE_SMALL_PAGE, .count = 2, .parent = PLAN_NONE},
    [SMALL_UNTYPED] = {.type = PLAN_TYPE_UNTYPED, .size_bits = 22, .parent = PLAN_NONE},
    [SMALL_VSPACE] = {.type = PLAN_TYPE_VSPACE, .parent = SMALL_UNTYPED},
    [SMALL_TABLES] = {.type = PLAN_TYPE_PAGE_TABLE, .count = 2, .parent = SMALL_UNTYPED},
    [SMALL_PAGES] = {.type = PLAN_TYPE_SMALL_PAGE, .count = 4, .parent = SMALL_UNTYPED},
    [SMALL_LARGE] = {.type = PLAN_TYPE_LARGE_PAGE, .parent = SMALL_UNTYPED},
    [SMALL_CNODE] = {.type = PLAN_TYPE_CNODE, .size_bits = 6, .parent = SMALL_UNTYPED},
    [SMALL_TCB] = {.type = PLAN_TYPE_TCB, .parent = SMALL_UNTYPED},
    [SMALL_HEIR] = {.type = PLAN_TYPE_TCB, .parent = SMALL_UNTYPED},
    [SMALL_TIME] = {.type = PLAN_TYPE_SCHED_CONTEXT, .size_bits = 7, .parent = SMALL_UNTYPED},
    [SMALL_LENT] = {.type = PLAN_TYPE_SCHED_CONTEXT, .size_bits = 8, .parent = SMALL_UNTYPED},
    [SMALL_VCPU] = {.type = PLAN_TYPE_VCPU, .parent = SMALL_UNTYPED},
    [SMALL_SECOND] = {.type = PLAN_TYPE_UNTYPED, .size_bits = 12, .parent = PLAN_NONE},
    [SMALL_CONSOLE_CNODE] = {.type = PLAN_TYPE_CNODE, .size_bits = 6, .parent = SMALL_SECOND},
};

static const struct plan_map good_maps[SMALL_MAP_COUNT] = {
    [SMALL_MAP_INIT_TABLE] = {PLAN_INIT, SMALL_TABLE, 0, 1, 0x40000000, SMALL_TABLE, 0},
    [SMALL_MAP_INIT_DEVICE] = {PLAN_INIT, SMALL_DEVICE, 0, 1, 0x40010000, SMALL_DEVICE,
                               PLAN_MAP_READ | PLAN_MAP_WRITE | PLAN_MAP_DEVICE},
    [SMALL_MAP_TABLE] = {SMALL_VSPACE, SMALL_TABLES, 1, 1, 0x400000, 0, 0},
    [SMALL_MAP_FILE] = {SMALL_VSPACE, SMALL_FILE, 1, 2, 0x400000, 40,
                        PLAN_MAP_READ | PLAN_MAP_EXECUTE},
    [SMALL_MAP_PAGES] = {SMALL_VSPACE, SMALL_PAGES, 1, 3, 0x402000, 0,
                         PLAN_MAP_READ | PLAN_MAP_WRITE},
    [SMALL_MAP_LARGE] = {SMALL_VSPACE, SMALL_LARGE, 0, 1, 0xffffe00000, 42, PLAN_MAP_READ},
    [SMALL_MAP_END] = {SMALL_VSPACE, SMALL_END, 0, 2, 0x406000, 43, PLAN_MAP_READ | PLAN_MAP_WRITE},
};

static void give_slots(struct small *small)
{
    uint32_t slot = 0;

    for (unsigned i = 0; i < SMALL_ALL_COUNT; i++) {
        if (small->objects[i].count == 0)
            small->objects[i].count = 1;
        small->objects[i].slot = slot;
        slot += small->objects[i].count;
    }
    small->maps[SMALL_MAP_INIT_TABLE].slot = small->objects[SMALL_TABLE].slot;
    small->maps[SMALL_MAP_INIT_DEVICE].slot = small->objects[SMALL_DEVICE].slot;
    small->maps[SMALL_MAP_TABLE].slot = small->objects[SMALL_TABLES].slot + 1;
    small->maps[SMALL_MAP_PAGES].slot = small->objects[SMALL_PAGES].slot + 1;
}

static void give_ranges(struct small *small)
{
    static const uint32_t ends[3][PLAN_RANGE_COUNT] = {
        {SMALL_SYSTEM_COUNT, 2, 0, 0, 0, 0, 0},
        {SMALL_OBJECT_COUNT, SMALL_MAP_COUNT, 1, SMALL_CAP_CONSOLE, 2, 1, 2},
        {SMALL_ALL_COUNT, SMALL_MAP_COUNT, 1, SMALL_CAP_COUNT, 2, 1, 2},
    };

    for (unsigned i = 0; i < 3; i++) {
        for (unsigned j = 0; j < PLAN_RANGE_COUNT; j++) {
            uint32_t first = i == 0 ? 0 : ends[i - 1][j];

            small->components[i].ranges[j] = (struct plan_range){first, ends[i][j] - first};
        }
    }
}

void small_make(struct small *small)
{
    *small = (struct small){
        .header = good_header,
        .components = {{.name = 1},
                       {.name = 1, .kind = PLAN_KIND_VM, .restart = PLAN_RESTART_ALWAYS},
                       {.name = 1, .kind = PLAN_KIND_CONSOLE}},
        .fills = {{SMALL_PAGES, 1, SMALL_FILE, 0, 8193}},
        .caps = {[SMALL_CAP_INIT] = {SMALL_CNODE, 1, SMALL_ENDPOINT, 0, 9, PLAN_NONE,
                                     PLAN_BADGE_CALL_FROM(1)},
                 [SMALL_CAP_READY] = {SMALL_CNODE, 2, SMALL_READY, 0, 1, PLAN_NONE,
                                      PLAN_BADGE_READY(1)},
                 [SMALL_CAP_NOTIFICATION] = {SMALL_CNODE, 63, SMALL_NOTIFICATION, 0, 2, PLAN_NONE,
                                             0},
                 [SMALL_CAP_BELL] = {SMALL_CNODE, 62, SMALL_OTHER, 0, 1, SMALL_END, 4},
                 [SMALL_CAP_CONSOLE] = {SMALL_CONSOLE_CNODE, 3, SMALL_READY, 0, 1, PLAN_NONE,
                                        PLAN_BADGE_READY(0)}},
        .budgets = {{SMALL_TIME, 1, 10000, 10000, 0, 0}, {SMALL_LENT, 0, 500, 10000, 8, 0}},
        .interrupts = {{SMALL_INTERRUPT, SMALL_NOTIFICATION, 4, 45, 0}},
        .threads = {{.tcb = SMALL_TCB,
                     .cnode = SMALL_CNODE,
                     .vspace = SMALL_VSPACE,
                     .buffer = SMALL_PAGES,
                     .buffer_address = 0x404000,
                     .fault_endpoint = SMALL_ENDPOINT,
                     .fault_slot = 46,
                     .fault_badge = PLAN_BADGE_FAULT_OF(1, 0),
                     .sched_context = SMALL_TIME,
                     .notification = SMALL_NOTIFICATION,
                     .lent = SMALL_LENT,
                     .heir = SMALL_HEIR,
                     .vcpu = PLAN_NONE,
                     .flags = PLAN_THREAD_START},
                    {.tcb = SMALL_HEIR,
                     .cnode = SMALL_CNODE,
                     .vspace = SMALL_VSPACE,
                     .buffer = PLAN_NONE,
                     .fault_endpoint = SMALL_ENDPOINT,
                     .fault_slot = 47,
                     .fault_badge = PLAN_BADGE_FAULT_OF(1, 1),
                     .sched_context = PLAN_NONE,
                     .notification = PLAN_NONE,
                     .lent = PLAN_NONE,
                     .heir = PLAN_NONE,
                     .vcpu = SMALL_VCPU,
                     .flags = PLAN_THREAD_VCPU}},
        .strings = "\0name",
    };
    memcpy(small->objects, good_objects, sizeof(good_objects));
    memcpy(small->maps, good_maps, sizeof(good_maps));
    give_slots(small);
    give_ranges(small);
    small_sum(small);
}

void small_sum(struct small *small)
{
    const size_t from = offsetof(struct plan_header, size);

    small->header.checksum = crc32_feed(0, (const char *)small + from, sizeof(*small) - from);
}
