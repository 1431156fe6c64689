/* SPDX-License-Identifier: BSD-2-Clause */
/* What plans give to several: console, devices, shared memory, channels. */
#include <libfdt.h>
#include <stdio.h>

#include "abi/component.h"
#include "abi/console.h"
#include "abi/vmm.h"
#include "tests/unit/plan/view.h"

static void the_console_has_its_channels(void **state)
{
    struct plan_test test;
    struct view view = view_good(&test, two_vms);
    uint32_t console = view_component(&view, "console");
    const struct plan_thread *thread = view_thread(&view, console);
    const void *blob = view_config(&view, console);
    int uart = fdt_path_offset(blob, "/uart");

    assert_string_equal(fdt_getprop(blob, uart, "compatible", NULL), "cdns,uart-r1p12");
    assert_int_equal(
        view.objects[view_map(&view, thread->vspace, config_number(blob, uart, "address", 0))
                         ->object]
            .address,
        0xe1010000);
    for (unsigned i = 0; i < 2; i++) {
        const char *name = i == 0 ? "linux1" : "linux2";
        uint32_t vm = view_component(&view, name);
        int node = fdt_path_offset(blob, i == 0 ? "/0" : "/1");
        const struct plan_cap *bell, *back;

        assert_string_equal(fdt_getprop(blob, node, "name", NULL), name);
        assert_int_equal(config_word(blob, node, "component", 0), vm);
        bell = view_cap(&view, thread->cnode, config_word(blob, node, "doorbell", 0));
        assert_int_equal(bell->object, view_thread(&view, vm)->notification);
        assert_int_equal(bell->badge, VMM_BADGE_CONSOLE);
        back = view_cap(&view, view_thread(&view, vm)->cnode, VMM_SLOT_CONSOLE_DOORBELL);
        assert_int_equal(back->object, thread->notification);
        assert_int_equal(back->badge, CONSOLE_BADGE_CHANNEL(i));
    }
    assert_true(fdt_path_offset(blob, "/2") < 0); /* init has a UART of its own here */
    assert_int_equal(view.header->log_keep, 1);
    assert_int_equal(view.header->log_own, 0);
    /* Of several names the one that there is a driver for. */
    assert_string_equal(view_string(&view, view.header->log_compatible), "cdns,uart-r1p12");
    assert_int_equal(
        view.objects[view_map(&view, PLAN_INIT, view.header->log_uart)->object].address,
        0xe1000000);
    plan_close(&test);
}

/* Behind the VMs, whatever the order of the manifest. */
static void components_have_channels(void **state)
{
    struct plan_test test;
    struct view view = view_good(&test, "board: test\n"
                                        "components:\n"
                                        "  - {name: quiet, elf: app}\n"
                                        "  - {name: loud, elf: app, console: yes, devices: "
                                        "[timer0]}\n"
                                        "vms: [{name: linux1, memory: 64M}]\n");
    const struct plan_thread *console = view_thread(&view, view_component(&view, "console"));
    uint32_t loud = view_component(&view, "loud");
    const struct plan_thread *thread = view_thread(&view, loud);
    const void *blob = view_config(&view, view_component(&view, "console"));
    int node = fdt_path_offset(blob, "/1");
    const struct plan_cap *bell = view_cap(&view, console->cnode,
                                           config_word(blob, node, "doorbell", 0));
    const struct plan_cap *back = view_cap(&view, thread->cnode, COMPONENT_SLOT_CONSOLE);

    view_check(&view);
    assert_string_equal(fdt_getprop(blob, node, "name", NULL), "loud");
    assert_int_equal(config_word(blob, node, "component", 0), loud);
    assert_null(fdt_getprop(blob, node, "status", NULL));
    assert_true(fdt_path_offset(blob, "/2") < 0);
    assert_int_equal(bell->object, thread->notification);
    assert_int_equal(bell->badge, COMPONENT_BADGE_CONSOLE);
    assert_int_equal(back->object, console->notification);
    assert_int_equal(back->badge, CONSOLE_BADGE_CHANNEL(1));
    assert_int_equal(back->rights, 1);
    blob = view_config(&view, loud);
    assert_int_equal(view_map(&view, thread->vspace, config_number(blob, 0, "console", 0))->flags,
                     PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(view_map(&view, thread->vspace, config_number(blob, 0, "console", 1))->flags,
                     PLAN_MAP_READ);
    blob = view_config(&view, view_component(&view, "quiet"));
    assert_null(fdt_getprop(blob, 0, "console", NULL));
    plan_close(&test);
}

static void one_uart_is_shared(void **state)
{
    struct plan_test test;
    struct view view = view_good(&test, "board: test\n"
                                        "vms: [{name: linux1, memory: 64M}]\n"
                                        "console: {uart: serial0}\n");
    uint32_t console = view_component(&view, "console");
    const void *blob = view_config(&view, console);
    int node = fdt_path_offset(blob, "/1");

    view_check(&view);
    assert_int_equal(view.header->log_keep, 0);
    assert_int_equal(view.header->log_channel, 1);
    assert_int_equal(view.header->log_doorbell, view_thread(&view, console)->notification);
    assert_int_equal(view_map(&view, PLAN_INIT, view.header->log_own)->flags,
                     PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(view_map(&view, PLAN_INIT, view.header->log_peer)->flags, PLAN_MAP_READ);
    assert_int_equal(config_word(blob, node, "component", 0), 0);
    assert_null(fdt_getprop(blob, node, "status", NULL));
    plan_close(&test);
}

static void a_component_has_its_devices(void **state)
{
    struct plan_test test;
    struct view view = view_good(&test, everything);
    uint32_t sensor = view_component(&view, "sensor");
    const struct plan_thread *thread = view_thread(&view, sensor);
    const void *blob = view_config(&view, sensor);
    int timer = fdt_path_offset(blob, "/device/0"), video = fdt_path_offset(blob, "/device/1");
    static const uint32_t numbers[] = {68, 69}, flags[] = {0, PLAN_EDGE};
    const struct plan_range *range = &view.components[sensor].ranges[PLAN_RANGE(PLAN_INTERRUPTS)];
    const struct plan_map *map;

    assert_string_equal(fdt_getprop(blob, timer, "path", NULL), "/bus/timer@2000000");
    map = view_map(&view, thread->vspace, config_number(blob, timer, "address", 1));
    assert_int_equal(view.objects[map->object].address, 0xe2010000);
    assert_int_equal(config_number(blob, timer, "address", 1) - map->address, 0x800);
    assert_int_equal(config_number(blob, timer, "size", 1), 0x100);
    map = view_map(&view, thread->vspace, config_number(blob, video, "address", 0));
    assert_int_equal(view.objects[map->object].type, PLAN_TYPE_LARGE_PAGE);
    assert_int_equal(range->count, 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct plan_interrupt *interrupt = &view.interrupts[range->first + i];

        assert_int_equal(view.objects[interrupt->object].address, numbers[i]);
        assert_int_equal(view.objects[interrupt->object].flags, flags[i]);
        assert_int_equal(interrupt->notification, thread->notification);
        assert_int_equal(interrupt->badge, config_number(blob, timer, "badge", i));
        assert_int_equal(
            view_cap(&view, thread->cnode, config_word(blob, timer, "handler", i))->object,
            interrupt->object);
    }
    assert_null(fdt_getprop(blob, video, "handler", NULL));
    plan_close(&test);
}

static void memory_is_shared_as_written(void **state)
{
    struct plan_test test;
    struct view view = view_good(&test, everything);
    uint32_t vm = view_component(&view, "linux1"), sensor = view_component(&view, "sensor");
    uint32_t logger = view_component(&view, "logger");
    const void *blob = view_config(&view, sensor);
    int frames = fdt_path_offset(blob, "/shared/0"), bulk = fdt_path_offset(blob, "/shared/1");
    uint32_t vspace = view_thread(&view, sensor)->vspace;
    const struct plan_map *own = view_map(&view, vspace, config_number(blob, frames, "address", 0));
    const struct plan_map *guest = view_map(&view, (view_thread(&view, vm) + 1)->vspace,
                                            0x10000000);

    assert_int_equal(guest->object, own->object);
    assert_int_equal(own->flags, PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(guest->flags, PLAN_MAP_READ);
    assert_non_null(fdt_getprop(blob, frames, "writable", NULL));
    assert_int_equal(config_number(blob, bulk, "address", 0), 0x30000000);
    assert_null(fdt_getprop(blob, bulk, "writable", NULL));
    assert_int_equal(view_map(&view, vspace, 0x30000000)->flags, PLAN_MAP_READ);
    blob = view_config(&view, logger);
    assert_int_equal(config_number(blob, fdt_path_offset(blob, "/shared/0"), "size", 0), 4 << 20);
    blob = view_config(&view, vm);
    frames = fdt_path_offset(blob, "/shared/0");
    assert_string_equal(fdt_getprop(blob, frames, "name", NULL), "frames");
    assert_int_equal(config_number(blob, frames, "address", 0), 0x10000000);
    assert_int_equal(config_number(blob, frames, "size", 0), 8192);
    assert_null(fdt_getprop(blob, frames, "writable", NULL));
    assert_true(fdt_path_offset(blob, "/shared/1") < 0);
    plan_close(&test);
}

/* Around what is written down, and, in a guest, around its RAM. */
static void shared_memory_finds_room(void **state)
{
    struct plan_test test;
    struct view view = view_good(&test, "board: test\n"
                                        "vms: [{name: vm, memory: 64M}]\n"
                                        "components: [{name: app, elf: app}]\n"
                                        "shared:\n"
                                        "  - {name: a, size: 8K, between: {app: rw, vm: r}}\n"
                                        "  - name: b\n"
                                        "    size: 4K\n"
                                        "    between:\n"
                                        "      - {name: app, rights: rw, address: 0x20001000}\n"
                                        "      - {name: vm, rights: r, address: 0x10001000}\n"
                                        "  - {name: c, size: 1G, between: {vm: rw, app: r}}\n");
    uint32_t guest = (view_thread(&view, view_component(&view, "vm")) + 1)->vspace;
    const void *blob = view_config(&view, view_component(&view, "app"));
    const struct plan_map *map;

    view_check(&view);
    assert_int_equal(config_number(blob, fdt_path_offset(blob, "/shared/0"), "address", 0),
                     0x20002000);
    assert_int_equal(config_number(blob, fdt_path_offset(blob, "/shared/1"), "address", 0),
                     0x20001000);
    assert_int_equal(config_number(blob, fdt_path_offset(blob, "/shared/2"), "address", 0),
                     0x20200000);
    assert_int_equal(view_map(&view, guest, 0x10002000)->count, 2);
    map = view_map(&view, guest, 0x44000000);
    assert_int_equal(map->address, 0x44000000);
    assert_int_equal(map->count, 512);
    plan_close(&test);
}

static unsigned count_maps(const struct view *view, uint32_t object)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < view_count(view, PLAN_MAPS); i++)
        count += view->maps[i].object == object;
    return count;
}

/* Each end writes its own region alone, and rings the other's monitor; no monitor sees a region. */
static void channels_connect_two(void **state)
{
    struct plan_test test;
    struct view view = view_good(&test, "board: test\n"
                                        "vms:\n"
                                        "  - {name: one, memory: 64M}\n"
                                        "  - {name: two, memory: 64M}\n"
                                        "channels:\n"
                                        "  - {name: talk, between: [one, two]}\n"
                                        "  - {name: feed, between: [two, one], size: 4K,\n"
                                        "     compat-port: 80, direction: a-to-b}\n");
    uint32_t vms[2] = {view_component(&view, "one"), view_component(&view, "two")};
    uint32_t own[2][2], other[2][2];

    view_check(&view);
    for (unsigned i = 0; i < 2; i++) {
        const void *blob = view_config(&view, vms[i]);
        uint32_t guest = (view_thread(&view, vms[i]) + 1)->vspace;

        for (unsigned j = 0; j < 2; j++) {
            int node = fdt_path_offset(blob, j == 0 ? "/channel/0" : "/channel/1");
            const struct plan_cap *bell = view_cap_in(&view, vms[i], VMM_SLOT_CHANNEL + j);

            assert_int_equal(view_map_flags(&view, guest, blob, node, "own", &own[i][j]),
                             PLAN_MAP_READ | PLAN_MAP_WRITE);
            assert_int_equal(view_map_flags(&view, guest, blob, node, "other", &other[i][j]),
                             PLAN_MAP_READ);
            assert_int_equal(bell->object, view_thread(&view, vms[!i])->notification);
            assert_int_equal(bell->badge, VMM_BADGE_CHANNEL(j));
            assert_int_equal(bell->end, own[i][j]);
            assert_string_equal(fdt_getprop(blob, node, "name", NULL), j == 0 ? "talk" : "feed");
            assert_string_equal(fdt_getprop(blob, node, "peer", NULL), i == 0 ? "two" : "one");
        }
        assert_null(view_cap_in(&view, vms[i], VMM_SLOT_CHANNEL + 2));
        assert_int_equal(config_word(blob, fdt_path_offset(blob, "/channel/0"), "send-ring", 0),
                         65536);
        assert_int_equal(
            fdt_getprop(blob, fdt_path_offset(blob, "/channel/1"), "send-ring", NULL) != NULL,
            i == 1);
        assert_int_equal(config_word(blob, fdt_path_offset(blob, "/channel/1"), "compat-port", 0),
                         80);
        assert_null(fdt_getprop(blob, fdt_path_offset(blob, "/channel/0"), "compat-port", NULL));
    }
    for (unsigned j = 0; j < 2; j++) {
        assert_int_equal(own[0][j], other[1][j]);
        assert_int_equal(own[1][j], other[0][j]);
        assert_int_equal(count_maps(&view, own[0][j]), 2);
        assert_int_equal(count_maps(&view, own[1][j]), 2);
    }
    plan_close(&test);
}

/* One end; `own` and `other` tell which objects it maps. */
static void check_native_end(const struct view *view, uint32_t component, const char *path,
                             uint32_t *own, uint32_t *other)
{
    const struct plan_thread *thread = view_thread(view, component);
    const void *blob = view_config(view, component);
    int node = fdt_path_offset(blob, path);

    assert_true(node > 0);
    assert_int_equal(view_map_flags(view, thread->vspace, blob, node, "own", own),
                     PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(view_map_flags(view, thread->vspace, blob, node, "other", other),
                     PLAN_MAP_READ);
}

/* `own`: what init closes for it. */
static void check_doorbell(const struct view *view, uint32_t from, uint32_t slot, uint32_t to,
                           uint64_t badge, uint32_t own)
{
    const struct plan_cap *bell = view_cap_in(view, from, slot);

    assert_non_null(bell);
    assert_int_equal(bell->object, view_thread(view, to)->notification);
    assert_int_equal(bell->rights, 1);
    assert_int_equal(bell->badge, badge);
    assert_int_equal(bell->end, own);
}

/* A component is an end as a VM is, and rings that one's monitor. */
static void channels_connect_a_component(void **state)
{
    struct plan_test test;
    struct view view = view_good(&test, "board: test\n"
                                        "vms: [{name: vm, memory: 64M}]\n"
                                        "components:\n"
                                        "  - {name: control, elf: app, devices: [timer0]}\n"
                                        "  - {name: logger, elf: app}\n"
                                        "channels:\n"
                                        "  - {name: talk, between: [control, vm]}\n"
                                        "  - {name: log, between: [control, logger], size: 4K,\n"
                                        "     direction: a-to-b}\n");
    uint32_t vm = view_component(&view, "vm"), control = view_component(&view, "control");
    uint32_t logger = view_component(&view, "logger");
    const void *blob = view_config(&view, control), *reader = view_config(&view, logger);
    const void *guest = view_config(&view, vm);
    int talk = fdt_path_offset(blob, "/channel/0"), log = fdt_path_offset(blob, "/channel/1");
    uint32_t own[3], other[3];

    view_check(&view);
    check_native_end(&view, control, "/channel/0", &own[0], &other[0]);
    check_native_end(&view, control, "/channel/1", &own[1], &other[1]);
    check_native_end(&view, logger, "/channel/0", &own[2], &other[2]);
    assert_int_equal(own[1], other[2]);
    assert_int_equal(own[2], other[1]);
    assert_string_equal(fdt_getprop(blob, talk, "peer", NULL), "vm");
    assert_string_equal(fdt_getprop(blob, log, "name", NULL), "log");
    assert_int_equal(config_word(blob, talk, "receive-ring", 0), 65536);
    assert_int_equal(config_word(blob, log, "send-ring", 0), 4096);
    assert_null(fdt_getprop(blob, log, "receive-ring", NULL));
    assert_string_equal(fdt_getprop(guest, fdt_path_offset(guest, "/channel/0"), "peer", NULL),
                        "control");

    assert_int_equal(config_word(blob, talk, "doorbell", 0), COMPONENT_SLOT_OWN + 2);
    check_doorbell(&view, control, COMPONENT_SLOT_OWN + 2, vm, VMM_BADGE_CHANNEL(0), own[0]);
    check_doorbell(&view, control, config_word(blob, log, "doorbell", 0), logger,
                   COMPONENT_BADGE_CHANNEL(0), own[1]);
    check_doorbell(&view, vm, VMM_SLOT_CHANNEL, control, COMPONENT_BADGE_CHANNEL(0), other[0]);
    check_doorbell(&view, logger,
                   config_word(reader, fdt_path_offset(reader, "/channel/0"), "doorbell", 0),
                   control, COMPONENT_BADGE_CHANNEL(1), own[2]);
    plan_close(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_console_has_its_channels),
        cmocka_unit_test(components_have_channels),
        cmocka_unit_test(one_uart_is_shared),
        cmocka_unit_test(a_component_has_its_devices),
        cmocka_unit_test(memory_is_shared_as_written),
        cmocka_unit_test(shared_memory_finds_room),
        cmocka_unit_test(channels_connect_two),
        cmocka_unit_test(channels_connect_a_component),
    };

    return cmocka_run_group_tests(tests, files_make, files_remove);
}
