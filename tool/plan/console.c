/* SPDX-License-Identifier: BSD-2-Clause */
/* The console component, its UART, and its channels to the VMs and to init. */
#include "tool/plan/parts.h"

#include <inttypes.h>

#include "abi/component.h"
#include "abi/console.h"

#define SLOT_BITS 7

_Static_assert(CONSOLE_SLOT_COUNT == 1 << SLOT_BITS, "as many slots as the console knows");

static bool claim_uart(struct builder *builder, struct console *console)
{
    const struct manifest_console *wanted = &builder->manifest->console;
    const struct board_device *own = builder->board->vms;
    struct text path = wanted->uart;

    if (path.value == NULL && own == NULL)
        return complain_at(
            builder->complaints, wanted->place,
            "the board '%s' has no UART that Bulkhead has a driver for: write 'console: none'",
            builder->board->name);
    if (path.value == NULL)
        path = (struct text){own->path, wanted->place};
    if (!device_claim(builder, "console", &path, "uart", &console->uart))
        return false;
    if (board_uart_name(&console->uart.board) == NULL)
        return complain_at(builder->complaints, path.place,
                           "'uart' names '%s', no UART that Bulkhead has a driver for: name "
                           "another, or leave it out",
                           path.value);
    build_fact(builder, "console", "UART",
               wanted->uart.value != NULL ? source_of(builder, wanted->uart.place)
                                          : "the board's UART for VMs",
               "%s, interrupt %u", console->uart.board.path,
               console->uart.board.interrupts[0].number);
    return true;
}

static void plan_uart(struct builder *builder, struct console *console)
{
    const struct device *uart = &console->uart;
    struct blob *config = &console->config;
    uint64_t addresses[BOARD_DEVICE_REG_MAX], badge = CONSOLE_BADGE_UART;

    device_map(builder, console->process.space, uart, addresses);
    process_cap(builder, &console->process, CONSOLE_SLOT_UART_HANDLER, uart->handlers[0],
                RIGHTS_ALL, 0);
    build_interrupt(builder, console->process.component,
                    (struct plan_interrupt){
                        .object = uart->handlers[0],
                        .notification = console->process.notification,
                        .badge = badge,
                    });
    blob_open(config, "uart");
    blob_bytes(config, "compatible", uart->board.compatible, uart->board.compatible_size);
    blob_u64(config, "address", &addresses[0], 1);
    blob_u32(config, "handler", CONSOLE_SLOT_UART_HANDLER);
    blob_u64(config, "badge", &badge, 1);
    blob_close(config);
}

bool console_begin(struct builder *builder, struct console *console)
{
    const struct manifest_console *wanted = &builder->manifest->console;
    const struct file *program = load_own(builder, builder->inputs->console);
    struct process_request request = {
        .name = "console",
        .kind = PLAN_KIND_CONSOLE,
        .restart = {.policy = RESTART_ALWAYS},
        .program = program,
        .program_key = "console",
        .place = wanted->place,
        .slot_bits = SLOT_BITS,
    };

    if (program == NULL || !process_begin(builder, &request, &console->process) ||
        !claim_uart(builder, console))
        return false;
    blob_begin(&console->config);
    blob_flag(&console->config, "counters");
    if (wanted->mixed)
        blob_flag(&console->config, "mixed");
    plan_uart(builder, console);
    return true;
}

static handle_t make_region(struct builder *builder, const char *from, const char *to,
                            uint64_t data_bytes)
{
    return build_object(builder,
                        (struct build_object){
                            .component = SYSTEM,
                            .name = build_text(builder, "channel %s to %s", from, to),
                            .type = PLAN_TYPE_SMALL_PAGE,
                            .count = (uint32_t)((CONSOLE_HEADER_BYTES + data_bytes) >> PAGE_BITS),
                            .file = NO_FILE,
                        });
}

static void describe_channel(struct builder *builder, struct console *console, const char *name,
                             uint32_t component, const uint64_t addresses[3])
{
    struct blob *config = &console->config;

    blob_open(config, build_text(builder, "%u", console->channel_count));
    blob_text(config, "name", name);
    blob_u32(config, "component", component);
    blob_u64(config, "own", &addresses[0], 1);
    blob_u64(config, "peer", &addresses[1], 1);
    blob_u32(config, "doorbell", CONSOLE_SLOT_DOORBELL + console->channel_count);
    if (addresses[2] != 0)
        blob_u64(config, "status", &addresses[2], 1);
    blob_close(config);
}

struct console_end console_connect(struct builder *builder, struct console *console,
                                   const char *name, uint32_t component, struct space *space,
                                   struct console_bell doorbell, handle_t status)
{
    struct space *here = console->process.space;
    handle_t output = make_region(builder, name, "console", CONSOLE_OUTPUT_BYTES);
    handle_t input = make_region(builder, "console", name, CONSOLE_INPUT_BYTES);
    uint64_t addresses[3] = {
        space_map_region(builder, here, input, PLAN_MAP_READ | PLAN_MAP_WRITE),
        space_map_region(builder, here, output, PLAN_MAP_READ),
        status == PLAN_NONE ? 0 : space_map_region(builder, here, status, PLAN_MAP_READ),
    };
    struct console_end end = {
        .own = space_map_region(builder, space, output, PLAN_MAP_READ | PLAN_MAP_WRITE),
        .peer = space_map_region(builder, space, input, PLAN_MAP_READ),
        .badge = CONSOLE_BADGE_CHANNEL(console->channel_count),
        .output = output,
    };

    process_cap(builder, &console->process, CONSOLE_SLOT_DOORBELL + console->channel_count,
                doorbell.notification, RIGHT_WRITE, doorbell.badge);
    describe_channel(builder, console, name, component, addresses);
    console->channel_count++;
    return end;
}

void console_finish(struct builder *builder, struct console *console)
{
    const struct manifest_console *wanted = &builder->manifest->console;
    const struct process *process = &console->process;
    uint32_t core = 0;

    core_choose(builder, &wanted->core, 0, &core);
    process_finish(builder, process, &console->config,
                   (struct plan_thread){
                       .sched_context = process_time(builder, process, "time", core, &wanted->time),
                       .lent = PLAN_NONE,
                       .heir = PLAN_NONE,
                       .priority = (uint8_t)wanted->priority.value,
                   });
    build_fact(builder, "console", "core", source_of(builder, wanted->core.place), "%u", core);
    build_fact(builder, "console", "priority", source_of(builder, wanted->priority.place),
               "%" PRIu64, wanted->priority.value);
    build_fact(builder, "console", "time", source_of(builder, wanted->time.budget_us.place),
               "%" PRIu64 " us of each %" PRIu64 " us", wanted->time.budget_us.value,
               wanted->time.period_us.value);
}
