/* SPDX-License-Identifier: BSD-2-Clause */
/* Plans of good manifests: what every plan must be, and what these must hold. */
#include <libfdt.h>
#include <stdio.h>

#include "abi/component.h"
#include "abi/console.h"
#include "abi/vmm.h"
#include "tests/unit/plan/view.h"

static const char two_vms[] = "board: test\n"
                              "vms:\n"
                              "  - name: linux1\n"
                              "    memory: 128M\n"
                              "  - name: linux2\n"
                              "    memory: 64M\n";

static const char everything[] = "board: test\n"
                                 "vms:\n"
                                 "  - name: linux1\n"
                                 "    memory: 128M\n"
                                 "    cores: [1]\n"
                                 "    budget: 30%\n"
                                 "    events: 2ms\n"
                                 "    bootargs: quiet\n"
                                 "    report-exits: yes\n"
                                 "    restart: on-failure:3\n"
                                 "components:\n"
                                 "  - name: sensor\n"
                                 "    elf: app\n"
                                 "    arguments: [--rate, \"10\"]\n"
                                 "    devices: [timer0, /bus/video@2400000]\n"
                                 "  - name: logger\n"
                                 "    elf: app\n"
                                 "shared:\n"
                                 "  - name: frames\n"
                                 "    size: 8K\n"
                                 "    between: {linux1: r, sensor: rw}\n"
                                 "  - name: bulk\n"
                                 "    size: 4M\n"
                                 "    between:\n"
                                 "      - {name: sensor, rights: r, address: 0x30000000}\n"
                                 "      - {name: logger, rights: rw}\n";

static uint64_t number(const void *blob, int node, const char *name, unsigned index)
{
    int length;
    const fdt64_t *cells = fdt_getprop(blob, node, name, &length);

    assert_non_null(cells);
    assert_true((index + 1) * 8 <= (unsigned)length);
    return fdt64_ld(cells + index);
}

static uint32_t word(const void *blob, int node, const char *name, unsigned index)
{
    int length;
    const fdt32_t *cells = fdt_getprop(blob, node, name, &length);

    assert_non_null(cells);
    assert_true((index + 1) * 4 <= (unsigned)length);
    return fdt32_ld(cells + index);
}

static struct view open_good(struct plan_test *test, const char *text)
{
    plan_open(test, text);
    assert_string_equal(test->complaints, "");
    return view_of(test);
}

static const struct plan_thread *first_thread(const struct view *view, uint32_t component)
{
    return &view->threads[view->components[component].ranges[PLAN_RANGE(PLAN_THREADS)].first];
}

static const struct plan_cap *find_cap(const struct view *view, uint32_t cnode, uint32_t slot)
{
    for (uint32_t i = 0; i < view_count(view, PLAN_CAPS); i++) {
        if (view->caps[i].cnode == cnode && view->caps[i].slot == slot)
            return &view->caps[i];
    }
    return NULL;
}

static void plans_are_sound(void **state)
{
    static const char *const texts[] = {two_vms, everything};

    for (unsigned i = 0; i < 2; i++) {
        struct plan_test test;
        struct view view = open_good(&test, texts[i]);

        view_check(&view);
        plan_close(&test);
    }
}

static void same_inputs_make_same_bytes(void **state)
{
    struct plan_test a, b;

    plan_open(&a, everything);
    plan_open(&b, everything);
    assert_true(a.fine && b.fine);
    assert_int_equal(a.plan.plan.size, b.plan.plan.size);
    assert_memory_equal(a.plan.plan.data, b.plan.plan.data, a.plan.plan.size);
    assert_int_equal(a.plan.files.size, b.plan.files.size);
    assert_memory_equal(a.plan.files.data, b.plan.files.data, a.plan.files.size);
    plan_close(&a);
    plan_close(&b);
}

/* Whether some map of the component names it. */
static bool maps_object(const struct view *view, uint32_t component, uint32_t object)
{
    const struct plan_range *range = &view->components[component].ranges[PLAN_RANGE(PLAN_MAPS)];

    for (uint32_t i = range->first; i < range->first + range->count; i++) {
        if (view->maps[i].object == object)
            return true;
    }
    return false;
}

static bool holds_cap(const struct view *view, uint32_t component, uint32_t object)
{
    const struct plan_range *range = &view->components[component].ranges[PLAN_RANGE(PLAN_CAPS)];

    for (uint32_t i = range->first; i < range->first + range->count; i++) {
        if (view->caps[i].object == object)
            return true;
    }
    return false;
}

static void vms_share_files_alone(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, two_vms);
    uint32_t a = view_component(&view, "linux1"), b = view_component(&view, "linux2");
    unsigned shared = 0;

    for (uint32_t i = 0; i < view_count(&view, PLAN_OBJECTS); i++) {
        const struct plan_object *object = &view.objects[i];
        bool gicv = (object->flags & PLAN_AT_ADDRESS) &&
                    (object->address == 0xf9060000 || object->address == 0xf9070000);

        if (maps_object(&view, a, i) && maps_object(&view, b, i)) {
            assert_true(gicv || object->flags & PLAN_IN_FILES);
            shared++;
        }
        if (holds_cap(&view, a, i) && holds_cap(&view, b, i))
            assert_true(i == view.header->endpoint || i == view.header->ready ||
                        i == first_thread(&view, view_component(&view, "console"))->notification);
    }
    assert_int_equal(shared, 6); /* two pages of the GIC, kernel, initrd, two of the program */
    plan_close(&test);
}

/* Of each region of a channel one side writes. */
static void regions_have_one_writer(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, two_vms);
    unsigned regions = 0;

    for (uint32_t i = 0; i < view_count(&view, PLAN_OBJECTS); i++) {
        unsigned readers = 0, writers = 0;

        if (strncmp(view_string(&view, view.objects[i].name), "channel ", 8) != 0)
            continue;
        for (uint32_t j = 0; j < view_count(&view, PLAN_MAPS); j++) {
            if (view.maps[j].object != i)
                continue;
            assert_int_equal(view.maps[j].count, view.objects[i].count);
            *(view.maps[j].flags & PLAN_MAP_WRITE ? &writers : &readers) += 1;
        }
        assert_int_equal(writers, 1);
        assert_int_equal(readers, 1);
        regions++;
    }
    assert_int_equal(regions, 4);
    plan_close(&test);
}

static void a_vm_has_its_guest(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, everything);
    uint32_t vm = view_component(&view, "linux1");
    const struct plan_component *component = &view.components[vm];
    const struct plan_thread *handler = first_thread(&view, vm), *vcpu = handler + 1;
    const struct plan_map *guest = view_map(&view, vcpu->vspace, 0x40000000);
    const struct plan_map *monitor = view_map(&view, handler->vspace, COMPONENT_RAM_ADDRESS);
    const struct plan_cap *cap;

    assert_int_equal(component->kind, PLAN_KIND_VM);
    assert_int_equal(component->restart, PLAN_RESTART_ON_FAILURE);
    assert_int_equal(component->restart_limit, 3);
    assert_int_equal(component->ranges[PLAN_RANGE(PLAN_THREADS)].count, 2);
    assert_int_equal(guest->object, monitor->object);
    assert_int_equal(guest->count, 64);
    assert_int_equal(guest->flags, PLAN_MAP_READ | PLAN_MAP_WRITE | PLAN_MAP_EXECUTE);
    assert_int_equal(monitor->flags, PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(view.objects[view_map(&view, vcpu->vspace, 0x08010000)->object].address,
                     0xf9060000);
    assert_int_equal(view.objects[view_map(&view, vcpu->vspace, 0x08011000)->object].address,
                     0xf9070000);
    assert_int_equal(handler->heir, vcpu->tcb);
    assert_int_equal(handler->flags, PLAN_THREAD_START);
    assert_int_equal(vcpu->flags, PLAN_THREAD_VCPU);
    assert_int_equal(vcpu->sched_context, PLAN_NONE);
    assert_int_equal(handler->priority, vcpu->priority + 1);
    assert_int_equal(vcpu->fault_badge, VMM_BADGE_VCPU);
    assert_null(find_cap(&view, vcpu->cnode, 0));
    assert_null(find_cap(&view, vcpu->cnode, 1));
    cap = find_cap(&view, handler->cnode, VMM_SLOT_ENDPOINT);
    assert_int_equal(cap->object, vcpu->fault_endpoint);
    assert_int_equal(cap->rights, 2);
    assert_int_equal(find_cap(&view, handler->cnode, VMM_SLOT_TCB)->object, vcpu->tcb);
    assert_int_equal(find_cap(&view, handler->cnode, VMM_SLOT_VCPU)->object, vcpu->vcpu);
    assert_int_equal(view.objects[find_cap(&view, handler->cnode, VMM_SLOT_REPLY)->object].type,
                     PLAN_TYPE_REPLY);
    plan_close(&test);
}

static uint32_t core_of(const struct view *view, uint32_t sched_context)
{
    for (uint32_t i = 0; i < view_count(view, PLAN_BUDGETS); i++) {
        if (view->budgets[i].object == sched_context)
            return view->budgets[i].core;
    }
    fail_msg("no budget");
    return 0;
}

/* The monitor starts on the first one's time; the others have their own, and wait to be started. */
static void a_vm_has_its_vcpus(void **state)
{
    static const char text[] = "board: test\n"
                               "vms:\n"
                               "  - {name: one, memory: 64M}\n"
                               "  - {name: three, memory: 64M, cores: [1, 1, 0], budget: 20%}\n"
                               "  - {name: two, memory: 64M, cpus: 2}\n";
    struct plan_test test;
    struct view view = open_good(&test, text);
    uint32_t vm = view_component(&view, "three");
    const struct plan_thread *handler = first_thread(&view, vm), *vcpus = handler + 1;
    const struct plan_cap *park = find_cap(&view, handler->cnode, VMM_SLOT_PARK);

    view_check(&view);
    assert_int_equal(view.header->core_count, 2);
    assert_int_equal(view.components[vm].ranges[PLAN_RANGE(PLAN_THREADS)].count, 4);
    assert_int_equal(word(view_config(&view, vm), 0, "cpus", 0), 3);
    assert_int_equal(handler->heir, vcpus[0].tcb);
    assert_int_equal(core_of(&view, handler->sched_context), 1);
    assert_int_equal(core_of(&view, vcpus[1].sched_context), 1);
    assert_int_equal(core_of(&view, vcpus[2].sched_context), 0);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(vcpus[i].flags, PLAN_THREAD_VCPU);
        assert_int_equal(vcpus[i].vspace, vcpus[0].vspace);
        assert_int_equal(vcpus[i].fault_endpoint, vcpus[0].fault_endpoint);
        assert_int_equal(vcpus[i].fault_badge, VMM_BADGE_VCPU_OF(i));
        assert_null(find_cap(&view, vcpus[i].cnode, 0));
        assert_int_equal(find_cap(&view, handler->cnode, VMM_SLOT_TCB + i)->object, vcpus[i].tcb);
        assert_int_equal(find_cap(&view, handler->cnode, VMM_SLOT_VCPU + i)->object, vcpus[i].vcpu);
    }
    assert_int_equal(park->object, handler->notification);
    assert_int_equal(park->badge, VMM_BADGE_PARK);
    assert_int_equal(park->rights, 1);
    /* By turns, behind those of the VMs before. */
    handler = first_thread(&view, view_component(&view, "two"));
    assert_int_equal(core_of(&view, handler->sched_context), 0);
    assert_int_equal(core_of(&view, handler[2].sched_context), 1);
    /* One alone has nothing to stop. */
    handler = first_thread(&view, view_component(&view, "one"));
    assert_null(find_cap(&view, handler->cnode, VMM_SLOT_PARK));
    assert_null(find_cap(&view, handler->cnode, VMM_SLOT_VCPU + 1));
    plan_close(&test);
}

static void a_vm_is_configured(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, everything);
    uint32_t vm = view_component(&view, "linux1");
    const struct plan_thread *handler = first_thread(&view, vm);
    const void *blob = view_config(&view, vm);
    const struct plan_map *kernel = view_map(&view, handler->vspace, number(blob, 0, "kernel", 0));
    const struct plan_map *initrd = view_map(&view, handler->vspace, number(blob, 0, "initrd", 0));
    const uint8_t *files = view.files->data;

    assert_string_equal(fdt_getprop(blob, 0, "model", NULL), "linux1");
    assert_string_equal(fdt_getprop(blob, 0, "bootargs", NULL), "quiet");
    assert_non_null(fdt_getprop(blob, 0, "report-exits", NULL));
    assert_int_equal(number(blob, 0, "memory", 0), 128 << 20);
    assert_int_equal(number(blob, 0, "kernel", 1), 3 << 20);
    assert_int_equal(view.objects[kernel->object].type, PLAN_TYPE_LARGE_PAGE);
    assert_int_equal(view.objects[kernel->object].count, 2);
    assert_int_equal(kernel->flags, PLAN_MAP_READ);
    assert_memory_equal(files + view.objects[kernel->object].address + 56, "ARM\x64", 4);
    assert_int_equal(number(blob, 0, "initrd", 1), 300000);
    assert_int_equal(files[view.objects[initrd->object].address + 299999], 0x1d);
    assert_int_equal(view_map(&view, handler->vspace, number(blob, 0, "console", 0))->flags,
                     PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(view_map(&view, handler->vspace, number(blob, 0, "console", 1))->flags,
                     PLAN_MAP_READ);
    assert_non_null(view_map(&view, handler->vspace, number(blob, 0, "status", 0)));
    plan_close(&test);
    view = open_good(&test, two_vms);
    blob = view_config(&view, view_component(&view, "linux1"));
    assert_string_equal(fdt_getprop(blob, 0, "bootargs", NULL), "console=ttyAMA0");
    plan_close(&test);
}

static void seeds_are_as_written(void **state)
{
    static const char text[] = "board: test\n"
                               "vms:\n"
                               "  - {name: board, memory: 64M}\n"
                               "  - {name: none, memory: 64M, seed: none}\n"
                               "  - {name: given, memory: 64M, seed: 0001020304050607"
                               "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f}\n"
                               "  - {name: one, memory: 64M, seed: random}\n"
                               "  - {name: other, memory: 64M, seed: random}\n";
    struct plan_test test;
    struct view view = open_good(&test, text);
    const uint8_t *seeds[5];
    int sizes[5];

    for (unsigned i = 0; i < 5; i++)
        seeds[i] = fdt_getprop(view_config(&view, view_component(&view, "board") + i), 0,
                               "rng-seed", &sizes[i]);
    assert_int_equal(sizes[0], 16);
    assert_int_equal(seeds[0][15], 0xff);
    assert_null(seeds[1]);
    assert_int_equal(sizes[2], 32);
    assert_int_equal(seeds[2][31], 0x1f);
    assert_int_equal(sizes[3], 32);
    assert_memory_not_equal(seeds[3], seeds[4], 32);
    plan_close(&test);
}

/* Page for page what the file has, and what it does not have stays as made: zero. */
static void programs_are_mapped_and_filled(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, two_vms);
    uint32_t vm = view_component(&view, "linux2");
    const struct plan_thread *handler = first_thread(&view, vm);
    const struct plan_map *text = view_map(&view, handler->vspace, 0x400000);
    const struct plan_map *constants = view_map(&view, handler->vspace, 0x405000);
    const struct plan_map *data = view_map(&view, handler->vspace, 0x407000);
    const struct plan_range *fills = &view.components[vm].ranges[PLAN_RANGE(PLAN_FILLS)];
    const struct plan_fill *fill = &view.fills[fills->first];
    const uint8_t *files = view.files->data;

    assert_int_equal(handler->entry, 0x400000);
    assert_int_equal(text->flags, PLAN_MAP_READ | PLAN_MAP_EXECUTE);
    assert_int_equal(text->count, 5);
    assert_int_equal(files[view.objects[text->object].address + 0x47ff], 'v');
    assert_int_equal(files[view.objects[text->object].address + 0x4800], 0);
    assert_int_equal(constants->flags, PLAN_MAP_READ);
    assert_int_equal(files[view.objects[constants->object].address], 'v' + 1);
    assert_int_equal(data->flags, PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(fills->count, 1);
    assert_int_equal(fill->object, data->object);
    assert_int_equal(fill->size, 0x1010);
    assert_int_equal(files[view.objects[fill->files].address + 0x100f], 'v' + 2);
    assert_null(view_map(&view, handler->vspace, 0x40a000));
    assert_non_null(view_map(&view, handler->vspace, 0x40b000));
    plan_close(&test);
}

static void the_console_has_its_channels(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, two_vms);
    uint32_t console = view_component(&view, "console");
    const struct plan_thread *thread = first_thread(&view, console);
    const void *blob = view_config(&view, console);
    int uart = fdt_path_offset(blob, "/uart");

    assert_string_equal(fdt_getprop(blob, uart, "compatible", NULL), "cdns,uart-r1p12");
    assert_int_equal(
        view.objects[view_map(&view, thread->vspace, number(blob, uart, "address", 0))->object]
            .address,
        0xe1010000);
    for (unsigned i = 0; i < 2; i++) {
        const char *name = i == 0 ? "linux1" : "linux2";
        uint32_t vm = view_component(&view, name);
        int node = fdt_path_offset(blob, i == 0 ? "/0" : "/1");
        const struct plan_cap *bell, *back;

        assert_string_equal(fdt_getprop(blob, node, "name", NULL), name);
        assert_int_equal(word(blob, node, "component", 0), vm);
        bell = find_cap(&view, thread->cnode, word(blob, node, "doorbell", 0));
        assert_int_equal(bell->object, first_thread(&view, vm)->notification);
        assert_int_equal(bell->badge, VMM_BADGE_CONSOLE);
        back = find_cap(&view, first_thread(&view, vm)->cnode, VMM_SLOT_CONSOLE_DOORBELL);
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
    struct view view = open_good(&test, "board: test\n"
                                        "components:\n"
                                        "  - {name: quiet, elf: app}\n"
                                        "  - {name: loud, elf: app, console: yes, devices: "
                                        "[timer0]}\n"
                                        "vms: [{name: linux1, memory: 64M}]\n");
    const struct plan_thread *console = first_thread(&view, view_component(&view, "console"));
    uint32_t loud = view_component(&view, "loud");
    const struct plan_thread *thread = first_thread(&view, loud);
    const void *blob = view_config(&view, view_component(&view, "console"));
    int node = fdt_path_offset(blob, "/1");
    const struct plan_cap *bell = find_cap(&view, console->cnode, word(blob, node, "doorbell", 0));
    const struct plan_cap *back = find_cap(&view, thread->cnode, COMPONENT_SLOT_CONSOLE);

    view_check(&view);
    assert_string_equal(fdt_getprop(blob, node, "name", NULL), "loud");
    assert_int_equal(word(blob, node, "component", 0), loud);
    assert_null(fdt_getprop(blob, node, "status", NULL));
    assert_true(fdt_path_offset(blob, "/2") < 0);
    assert_int_equal(bell->object, thread->notification);
    assert_int_equal(bell->badge, COMPONENT_BADGE_CONSOLE);
    assert_int_equal(back->object, console->notification);
    assert_int_equal(back->badge, CONSOLE_BADGE_CHANNEL(1));
    assert_int_equal(back->rights, 1);
    blob = view_config(&view, loud);
    assert_int_equal(view_map(&view, thread->vspace, number(blob, 0, "console", 0))->flags,
                     PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(view_map(&view, thread->vspace, number(blob, 0, "console", 1))->flags,
                     PLAN_MAP_READ);
    blob = view_config(&view, view_component(&view, "quiet"));
    assert_null(fdt_getprop(blob, 0, "console", NULL));
    plan_close(&test);
}

static void one_uart_is_shared(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, "board: test\n"
                                        "vms: [{name: linux1, memory: 64M}]\n"
                                        "console: {uart: serial0}\n");
    uint32_t console = view_component(&view, "console");
    const void *blob = view_config(&view, console);
    int node = fdt_path_offset(blob, "/1");

    view_check(&view);
    assert_int_equal(view.header->log_keep, 0);
    assert_int_equal(view.header->log_channel, 1);
    assert_int_equal(view.header->log_doorbell, first_thread(&view, console)->notification);
    assert_int_equal(view_map(&view, PLAN_INIT, view.header->log_own)->flags,
                     PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(view_map(&view, PLAN_INIT, view.header->log_peer)->flags, PLAN_MAP_READ);
    assert_int_equal(word(blob, node, "component", 0), 0);
    assert_null(fdt_getprop(blob, node, "status", NULL));
    plan_close(&test);
}

static void a_component_has_its_devices(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, everything);
    uint32_t sensor = view_component(&view, "sensor");
    const struct plan_thread *thread = first_thread(&view, sensor);
    const void *blob = view_config(&view, sensor);
    int timer = fdt_path_offset(blob, "/device/0"), video = fdt_path_offset(blob, "/device/1");
    static const uint32_t numbers[] = {68, 69}, flags[] = {0, PLAN_EDGE};
    const struct plan_range *range = &view.components[sensor].ranges[PLAN_RANGE(PLAN_INTERRUPTS)];
    const struct plan_map *map;

    assert_string_equal(fdt_getprop(blob, timer, "path", NULL), "/bus/timer@2000000");
    map = view_map(&view, thread->vspace, number(blob, timer, "address", 1));
    assert_int_equal(view.objects[map->object].address, 0xe2010000);
    assert_int_equal(number(blob, timer, "address", 1) - map->address, 0x800);
    assert_int_equal(number(blob, timer, "size", 1), 0x100);
    map = view_map(&view, thread->vspace, number(blob, video, "address", 0));
    assert_int_equal(view.objects[map->object].type, PLAN_TYPE_LARGE_PAGE);
    assert_int_equal(range->count, 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct plan_interrupt *interrupt = &view.interrupts[range->first + i];

        assert_int_equal(view.objects[interrupt->object].address, numbers[i]);
        assert_int_equal(view.objects[interrupt->object].flags, flags[i]);
        assert_int_equal(interrupt->notification, thread->notification);
        assert_int_equal(interrupt->badge, number(blob, timer, "badge", i));
        assert_int_equal(find_cap(&view, thread->cnode, word(blob, timer, "handler", i))->object,
                         interrupt->object);
    }
    assert_null(fdt_getprop(blob, video, "handler", NULL));
    plan_close(&test);
}

static void memory_is_shared_as_written(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, everything);
    uint32_t vm = view_component(&view, "linux1"), sensor = view_component(&view, "sensor");
    uint32_t logger = view_component(&view, "logger");
    const void *blob = view_config(&view, sensor);
    int frames = fdt_path_offset(blob, "/shared/0"), bulk = fdt_path_offset(blob, "/shared/1");
    uint32_t vspace = first_thread(&view, sensor)->vspace;
    const struct plan_map *own = view_map(&view, vspace, number(blob, frames, "address", 0));
    const struct plan_map *guest = view_map(&view, (first_thread(&view, vm) + 1)->vspace,
                                            0x10000000);

    assert_int_equal(guest->object, own->object);
    assert_int_equal(own->flags, PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(guest->flags, PLAN_MAP_READ);
    assert_non_null(fdt_getprop(blob, frames, "writable", NULL));
    assert_int_equal(number(blob, bulk, "address", 0), 0x30000000);
    assert_null(fdt_getprop(blob, bulk, "writable", NULL));
    assert_int_equal(view_map(&view, vspace, 0x30000000)->flags, PLAN_MAP_READ);
    blob = view_config(&view, logger);
    assert_int_equal(number(blob, fdt_path_offset(blob, "/shared/0"), "size", 0), 4 << 20);
    blob = view_config(&view, vm);
    frames = fdt_path_offset(blob, "/shared/0");
    assert_string_equal(fdt_getprop(blob, frames, "name", NULL), "frames");
    assert_int_equal(number(blob, frames, "address", 0), 0x10000000);
    assert_int_equal(number(blob, frames, "size", 0), 8192);
    assert_null(fdt_getprop(blob, frames, "writable", NULL));
    assert_true(fdt_path_offset(blob, "/shared/1") < 0);
    plan_close(&test);
}

/* The capability in that slot of a component's first CNode, or NULL. */
static const struct plan_cap *cap_in(const struct view *view, uint32_t component, uint32_t slot)
{
    const struct plan_range *range = &view->components[component].ranges[PLAN_RANGE(PLAN_CAPS)];
    uint32_t cnode = first_thread(view, component)->cnode;

    for (uint32_t i = range->first; i < range->first + range->count; i++) {
        if (view->caps[i].cnode == cnode && view->caps[i].slot == slot)
            return &view->caps[i];
    }
    return NULL;
}

static uint32_t map_flags(const struct view *view, uint32_t vspace, const void *blob, int node,
                          const char *address, uint32_t *object)
{
    const struct plan_map *map = view_map(view, vspace, number(blob, node, address, 0));

    *object = map->object;
    return map->flags;
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
    struct view view = open_good(&test, "board: test\n"
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
        uint32_t guest = (first_thread(&view, vms[i]) + 1)->vspace;

        for (unsigned j = 0; j < 2; j++) {
            int node = fdt_path_offset(blob, j == 0 ? "/channel/0" : "/channel/1");
            const struct plan_cap *bell = cap_in(&view, vms[i], VMM_SLOT_CHANNEL + j);

            assert_int_equal(map_flags(&view, guest, blob, node, "own", &own[i][j]),
                             PLAN_MAP_READ | PLAN_MAP_WRITE);
            assert_int_equal(map_flags(&view, guest, blob, node, "other", &other[i][j]),
                             PLAN_MAP_READ);
            assert_int_equal(bell->object, first_thread(&view, vms[!i])->notification);
            assert_int_equal(bell->badge, VMM_BADGE_CHANNEL(j));
            assert_int_equal(bell->end, own[i][j]);
            assert_string_equal(fdt_getprop(blob, node, "name", NULL), j == 0 ? "talk" : "feed");
            assert_string_equal(fdt_getprop(blob, node, "peer", NULL), i == 0 ? "two" : "one");
        }
        assert_null(cap_in(&view, vms[i], VMM_SLOT_CHANNEL + 2));
        assert_int_equal(word(blob, fdt_path_offset(blob, "/channel/0"), "send-ring", 0), 65536);
        assert_int_equal(
            fdt_getprop(blob, fdt_path_offset(blob, "/channel/1"), "send-ring", NULL) != NULL,
            i == 1);
        assert_int_equal(word(blob, fdt_path_offset(blob, "/channel/1"), "compat-port", 0), 80);
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
    const struct plan_thread *thread = first_thread(view, component);
    const void *blob = view_config(view, component);
    int node = fdt_path_offset(blob, path);

    assert_true(node > 0);
    assert_int_equal(map_flags(view, thread->vspace, blob, node, "own", own),
                     PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(map_flags(view, thread->vspace, blob, node, "other", other), PLAN_MAP_READ);
}

/* `own`: what init closes for it. */
static void check_doorbell(const struct view *view, uint32_t from, uint32_t slot, uint32_t to,
                           uint64_t badge, uint32_t own)
{
    const struct plan_cap *bell = cap_in(view, from, slot);

    assert_non_null(bell);
    assert_int_equal(bell->object, first_thread(view, to)->notification);
    assert_int_equal(bell->rights, 1);
    assert_int_equal(bell->badge, badge);
    assert_int_equal(bell->end, own);
}

/* A component is an end as a VM is, and rings that one's monitor. */
static void channels_connect_a_component(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, "board: test\n"
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
    assert_int_equal(word(blob, talk, "receive-ring", 0), 65536);
    assert_int_equal(word(blob, log, "send-ring", 0), 4096);
    assert_null(fdt_getprop(blob, log, "receive-ring", NULL));
    assert_string_equal(fdt_getprop(guest, fdt_path_offset(guest, "/channel/0"), "peer", NULL),
                        "control");

    assert_int_equal(word(blob, talk, "doorbell", 0), COMPONENT_SLOT_OWN + 2);
    check_doorbell(&view, control, COMPONENT_SLOT_OWN + 2, vm, VMM_BADGE_CHANNEL(0), own[0]);
    check_doorbell(&view, control, word(blob, log, "doorbell", 0), logger,
                   COMPONENT_BADGE_CHANNEL(0), own[1]);
    check_doorbell(&view, vm, VMM_SLOT_CHANNEL, control, COMPONENT_BADGE_CHANNEL(0), other[0]);
    check_doorbell(&view, logger,
                   word(reader, fdt_path_offset(reader, "/channel/0"), "doorbell", 0), control,
                   COMPONENT_BADGE_CHANNEL(1), own[2]);
    plan_close(&test);
}

/* Around what is written down, and, in a guest, around its RAM. */
static void shared_memory_finds_room(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, "board: test\n"
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
    uint32_t guest = (first_thread(&view, view_component(&view, "vm")) + 1)->vspace;
    const void *blob = view_config(&view, view_component(&view, "app"));
    const struct plan_map *map;

    view_check(&view);
    assert_int_equal(number(blob, fdt_path_offset(blob, "/shared/0"), "address", 0), 0x20002000);
    assert_int_equal(number(blob, fdt_path_offset(blob, "/shared/1"), "address", 0), 0x20001000);
    assert_int_equal(number(blob, fdt_path_offset(blob, "/shared/2"), "address", 0), 0x20200000);
    assert_int_equal(view_map(&view, guest, 0x10002000)->count, 2);
    map = view_map(&view, guest, 0x44000000);
    assert_int_equal(map->address, 0x44000000);
    assert_int_equal(map->count, 512);
    plan_close(&test);
}

/* Two cores have room for what these do for others than their guests, and no more. */
static void many_vms_have_a_plan(void **state)
{
    char text[4096] = "board: test\nvms:\n";
    struct plan_test test;

    for (unsigned i = 0; i < 32; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 "  - {name: vm%u, memory: 18M, initrd: none}\n", i);
    struct view view = open_good(&test, text);
    view_check(&view);
    assert_int_equal(view_count(&view, PLAN_COMPONENTS), 34);
    plan_close(&test);

    for (unsigned i = 32; i < 40; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 "  - {name: vm%u, memory: 18M, initrd: none}\n", i);
    plan_open(&test, text);
    assert_string_equal(test.complaints,
                        "m.yaml: 115.0 % of the time of core 0 is asked for (init 5.0 %, vm0 5.0 "
                        "%, vm2 5.0 %, vm4 5.0 %, vm6 5.0 %, and 17 more): lower a budget, or move "
                        "one to another core\n"
                        "m.yaml: nothing of core 1 is left for those without a budget of their own "
                        "(vm1 5.0 %, vm3 5.0 %, vm5 5.0 %, vm7 5.0 %, vm9 5.0 %, and 15 more): "
                        "lower a budget, or move one to another core\n");
    plan_close(&test);
}

static void arguments_are_passed(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, everything);
    const void *blob = view_config(&view, view_component(&view, "sensor"));

    assert_string_equal(fdt_stringlist_get(blob, 0, "arguments", 0, NULL), "--rate");
    assert_string_equal(fdt_stringlist_get(blob, 0, "arguments", 1, NULL), "10");
    blob = view_config(&view, view_component(&view, "logger"));
    assert_null(fdt_getprop(blob, 0, "arguments", NULL));
    plan_close(&test);
}

static void time_is_as_written(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, everything);
    uint32_t vm = view_component(&view, "linux1");
    const struct plan_range *range = &view.components[vm].ranges[PLAN_RANGE(PLAN_BUDGETS)];
    const struct plan_budget *own = &view.budgets[range->first], *lent = own + 1;

    assert_int_equal(range->count, 2);
    assert_int_equal(own->object, first_thread(&view, vm)->sched_context);
    assert_int_equal(own->core, 1);
    assert_int_equal(own->budget_us, 3000);
    assert_int_equal(own->period_us, 10000);
    assert_int_equal(lent->object, first_thread(&view, vm)->lent);
    assert_int_equal(lent->core, 1);
    assert_int_equal(lent->budget_us, 2000);
    assert_int_equal(lent->period_us, 10000);
    assert_int_equal(view.header->core_count, 2);
    assert_int_equal(test.plan.core_count, 2);
    /* Every context is large enough for its refills. */
    for (uint32_t i = 0; i < view_count(&view, PLAN_BUDGETS); i++) {
        unsigned bits = view.objects[view.budgets[i].object].size_bits;

        assert_true(((1u << bits) - 96) / 16 >= view.budgets[i].extra_refills + 2);
    }
    plan_close(&test);
}

static const char moved[] = "board: test\n"
                            "vms:\n"
                            "  - name: vm\n"
                            "    memory: 64M\n"
                            "    initrd: initrd\n"
                            "    map:\n"
                            "      ram: 0\n"
                            "      gic-distributor: 0xf9010000\n"
                            "      gic-cpu: 0xf9020000\n"
                            "      uart: 0x10000000\n"
                            "      uart-interrupt: 64\n"
                            "      bells: 0x1001f000\n"
                            "      kernel: 0x200000\n"
                            "      dtb: 0x100000\n"
                            "      initrd: 0x2000000\n"
                            "  - {name: other, memory: 64M}\n"
                            "shared:\n"
                            "  - {name: s, size: 4K, between: {vm: rw, other: r}}\n"
                            "channels:\n"
                            "  - {name: one, size: 4K, between: [vm, other]}\n"
                            "  - name: two\n"
                            "    size: 4K\n"
                            "    between:\n"
                            "      - name: other\n"
                            "        own-address: 0x10000000\n"
                            "        peer-address: 0xffffffe000\n"
                            "        interrupt: 65\n"
                            "      - {name: vm, peer-address: 0x10003000, interrupt: 255}\n"
                            "  - {name: three, size: 4K, between: [vm, other]}\n";

static void assert_numbers(const void *blob, const char *name, uint64_t first, uint64_t second)
{
    assert_int_equal(number(blob, 0, name, 0), first);
    assert_int_equal(number(blob, 0, name, 1), second);
}

/* One end's addresses and interrupt, mapped as its configuration says. */
static void assert_end(const struct view *view, const char *vm, const char *path, uint64_t own,
                       uint64_t other, uint32_t interrupt)
{
    uint32_t component = view_component(view, vm), object;
    uint32_t guest = (first_thread(view, component) + 1)->vspace;
    const void *blob = view_config(view, component);
    int node = fdt_path_offset(blob, path);

    assert_int_equal(number(blob, node, "own", 0), own);
    assert_int_equal(number(blob, node, "other", 0), other);
    assert_int_equal(word(blob, node, "interrupt", 0), interrupt);
    assert_int_equal(map_flags(view, guest, blob, node, "own", &object),
                     PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(map_flags(view, guest, blob, node, "other", &object), PLAN_MAP_READ);
}

/* What is written down lies there, and the rest around it. */
static void a_vm_is_mapped_as_written(void **state)
{
    struct plan_test test;
    struct view view = open_good(&test, moved);
    uint32_t vm = view_component(&view, "vm");
    uint32_t guest = (first_thread(&view, vm) + 1)->vspace;
    const void *blob = view_config(&view, vm);

    view_check(&view);
    assert_int_equal(view_map(&view, guest, 0)->count, 32);
    assert_int_equal(view.objects[view_map(&view, guest, 0xf9021000)->object].address, 0xf9070000);
    assert_null(view_map(&view, guest, 0x40000000));
    assert_null(view_map(&view, guest, 0x08010000));
    assert_null(view_map(&view, guest, 0xf9010000));
    assert_int_equal(number(blob, 0, "ram", 0), 0);
    assert_numbers(blob, "gic", 0xf9010000, 0xf9020000);
    assert_numbers(blob, "uart", 0x10000000, 64);
    assert_int_equal(number(blob, 0, "bells", 0), 0x1001f000);
    assert_int_equal(number(blob, 0, "kernel-address", 0), 0x200000);
    assert_int_equal(number(blob, 0, "tree-address", 0), 0x100000);
    assert_int_equal(number(blob, 0, "initrd-address", 0), 0x2000000);
    assert_int_equal(number(blob, fdt_path_offset(blob, "/shared/0"), "address", 0), 0x10001000);
    /* One after the other, around the region of `two`; interrupts around the UART's. */
    assert_end(&view, "vm", "/channel/0", 0x10005000, 0x10008000, 65);
    assert_end(&view, "vm", "/channel/1", 0x1000b000, 0x10003000, 255);
    assert_end(&view, "vm", "/channel/2", 0x1000e000, 0x10011000, 66);
    assert_end(&view, "other", "/channel/0", 0x10004000, 0x10007000, 64);
    assert_end(&view, "other", "/channel/1", 0x10000000, UINT64_C(0xffffffe000), 65);
    assert_end(&view, "other", "/channel/2", 0x1000a000, 0x1000d000, 66);
    blob = view_config(&view, view_component(&view, "other"));
    assert_int_equal(number(blob, 0, "ram", 0), 0x40000000);
    assert_numbers(blob, "gic", 0x08000000, 0x08010000);
    assert_numbers(blob, "uart", 0x09000000, 33);
    assert_int_equal(number(blob, 0, "bells", 0), 0x0a000000);
    assert_null(fdt_getprop(blob, 0, "kernel-address", NULL));
    assert_null(fdt_getprop(blob, 0, "tree-address", NULL));
    assert_null(fdt_getprop(blob, 0, "initrd-address", NULL));
    plan_close(&test);
}

/* A component sees a channel where it wants to, and the VMM's rules are none of its. */
static void a_component_sees_channels_where_written(void **state)
{
    struct plan_test test;
    struct view view = open_good(
        &test,
        "board: test\n"
        "vms: [{name: vm, memory: 64M}]\n"
        "components: [{name: app, elf: app}]\n"
        "shared: [{name: s, size: 4K, between: {vm: rw, app: r}}]\n"
        "channels:\n"
        "  - name: talk\n"
        "    between: [vm, {name: app, own-address: 0x20000000, peer-address: 0x8000000}]\n");
    uint32_t app = view_component(&view, "app");
    const void *blob = view_config(&view, app);
    int node = fdt_path_offset(blob, "/channel/0");

    view_check(&view);
    assert_int_equal(number(blob, node, "own", 0), 0x20000000);
    assert_int_equal(number(blob, node, "other", 0), 0x8000000);
    assert_null(fdt_getprop(blob, node, "interrupt", NULL));
    assert_int_equal(number(blob, fdt_path_offset(blob, "/shared/0"), "address", 0), 0x20011000);
    plan_close(&test);
}

static void assert_fact(const struct plan_test *test, const char *what, const char *value,
                        const char *source)
{
    size_t length = strlen(value);

    for (size_t i = 0; i < test->plan.fact_count; i++) {
        const struct plan_fact *fact = &test->plan.facts[i];

        if (strcmp(fact->subject, "vm") != 0 || strcmp(fact->what, what) != 0)
            continue;
        /* A file's path is another each time. */
        assert_memory_equal(fact->value, value, length);
        assert_true(fact->value[length] == '\0' || strstr(value, ", file ") != NULL);
        assert_string_equal(fact->source, source);
        return;
    }
    fail_msg("nothing is told of %s", what);
}

static void facts_tell_what_was_moved(void **state)
{
    struct plan_test test;

    plan_open(&test, moved);
    assert_fact(&test, "guest RAM", "0x0-0x3ffffff, 32 pages of 2 MiB",
                "line 4, its address line 7");
    assert_fact(&test, "guest GIC distributor", "0xf9010000-0xf9010fff", "line 8");
    assert_fact(&test, "guest GIC CPU interface", "0xf9020000-0xf9021fff", "line 9");
    assert_fact(&test, "guest UART", "0x10000000-0x10000fff", "line 10");
    assert_fact(&test, "guest UART's interrupt", "64", "line 11");
    assert_fact(&test, "guest bells", "0x1001f000-0x1001ffff", "line 12");
    assert_fact(&test, "guest kernel", "0x200000-0x11fffff, file ", "line 13");
    assert_fact(&test, "guest device tree", "0x100000", "line 14");
    assert_fact(&test, "guest initrd", "0x2000000-0x20493df, file ", "line 15");
    assert_fact(&test, "channel two, own", "0x1000b000, read and write", "the next free address");
    assert_fact(&test, "channel two, peer's", "0x10003000, read only", "line 28");
    assert_fact(&test, "channel two, interrupt", "255", "line 28");
    assert_fact(&test, "channel three, interrupt", "66", "the next free from 64 on");
    assert_fact(&test, "channel three, bell", "2", "its place among the VM's channels");
    plan_close(&test);
}

static void facts_tell_where_values_come_from(void **state)
{
    struct plan_test test;
    bool memory = false, core = false;

    plan_open(&test, everything);
    for (size_t i = 0; i < test.plan.fact_count; i++) {
        const struct plan_fact *fact = &test.plan.facts[i];

        if (strcmp(fact->subject, "linux1") != 0)
            continue;
        if (strcmp(fact->what, "guest RAM") == 0) {
            assert_string_equal(fact->value, "0x40000000-0x47ffffff, 64 pages of 2 MiB");
            assert_string_equal(fact->source, "line 4");
            memory = true;
        } else if (strcmp(fact->what, "core") == 0) {
            assert_string_equal(fact->value, "1");
            assert_string_equal(fact->source, "line 5");
            core = true;
        }
    }
    assert_true(memory && core);
    plan_close(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_are_sound),
        cmocka_unit_test(same_inputs_make_same_bytes),
        cmocka_unit_test(vms_share_files_alone),
        cmocka_unit_test(regions_have_one_writer),
        cmocka_unit_test(a_vm_has_its_guest),
        cmocka_unit_test(a_vm_has_its_vcpus),
        cmocka_unit_test(a_vm_is_configured),
        cmocka_unit_test(seeds_are_as_written),
        cmocka_unit_test(programs_are_mapped_and_filled),
        cmocka_unit_test(the_console_has_its_channels),
        cmocka_unit_test(components_have_channels),
        cmocka_unit_test(one_uart_is_shared),
        cmocka_unit_test(a_component_has_its_devices),
        cmocka_unit_test(memory_is_shared_as_written),
        cmocka_unit_test(shared_memory_finds_room),
        cmocka_unit_test(channels_connect_two),
        cmocka_unit_test(channels_connect_a_component),
        cmocka_unit_test(many_vms_have_a_plan),
        cmocka_unit_test(arguments_are_passed),
        cmocka_unit_test(time_is_as_written),
        cmocka_unit_test(a_vm_is_mapped_as_written),
        cmocka_unit_test(a_component_sees_channels_where_written),
        cmocka_unit_test(facts_tell_what_was_moved),
        cmocka_unit_test(facts_tell_where_values_come_from),
    };

    return cmocka_run_group_tests(tests, files_make, files_remove);
}
