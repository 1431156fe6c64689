/* SPDX-License-Identifier: BSD-2-Clause */
/* Plans of good manifests: what every plan must be, and what VMs are made of. */
#include <libfdt.h>
#include <stdio.h>

#include "abi/component.h"
#include "abi/vmm.h"
#include "tests/unit/plan/view.h"

static void plans_are_sound(void **state)
{
    static const char *const texts[] = {two_vms, everything};

    for (unsigned i = 0; i < 2; i++) {
        struct plan_test test;
        struct view view = view_good(&test, texts[i]);

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
    struct view view = view_good(&test, two_vms);
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
                        i == view_thread(&view, view_component(&view, "console"))->notification);
    }
    assert_int_equal(shared, 6); /* two pages of the GIC, kernel, initrd, two of the program */
    plan_close(&test);
}

/* Of each region of a channel one side writes. */
static void regions_have_one_writer(void **state)
{
    struct plan_test test;
    struct view view = view_good(&test, two_vms);
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
    struct view view = view_good(&test, everything);
    uint32_t vm = view_component(&view, "linux1");
    const struct plan_component *component = &view.components[vm];
    const struct plan_thread *handler = view_thread(&view, vm), *vcpu = handler + 1;
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
    assert_null(view_cap(&view, vcpu->cnode, 0));
    assert_null(view_cap(&view, vcpu->cnode, 1));
    cap = view_cap(&view, handler->cnode, VMM_SLOT_ENDPOINT);
    assert_int_equal(cap->object, vcpu->fault_endpoint);
    assert_int_equal(cap->rights, 2);
    assert_int_equal(view_cap(&view, handler->cnode, VMM_SLOT_TCB)->object, vcpu->tcb);
    assert_int_equal(view_cap(&view, handler->cnode, VMM_SLOT_VCPU)->object, vcpu->vcpu);
    assert_int_equal(view.objects[view_cap(&view, handler->cnode, VMM_SLOT_REPLY)->object].type,
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
    struct view view = view_good(&test, text);
    uint32_t vm = view_component(&view, "three");
    const struct plan_thread *handler = view_thread(&view, vm), *vcpus = handler + 1;
    const struct plan_cap *park = view_cap(&view, handler->cnode, VMM_SLOT_PARK);

    view_check(&view);
    assert_int_equal(view.header->core_count, 2);
    assert_int_equal(view.components[vm].ranges[PLAN_RANGE(PLAN_THREADS)].count, 4);
    assert_int_equal(config_word(view_config(&view, vm), 0, "cpus", 0), 3);
    assert_int_equal(handler->heir, vcpus[0].tcb);
    assert_int_equal(core_of(&view, handler->sched_context), 1);
    assert_int_equal(core_of(&view, vcpus[1].sched_context), 1);
    assert_int_equal(core_of(&view, vcpus[2].sched_context), 0);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(vcpus[i].flags, PLAN_THREAD_VCPU);
        assert_int_equal(vcpus[i].vspace, vcpus[0].vspace);
        assert_int_equal(vcpus[i].fault_endpoint, vcpus[0].fault_endpoint);
        assert_int_equal(vcpus[i].fault_badge, VMM_BADGE_VCPU_OF(i));
        assert_null(view_cap(&view, vcpus[i].cnode, 0));
        assert_int_equal(view_cap(&view, handler->cnode, VMM_SLOT_TCB + i)->object, vcpus[i].tcb);
        assert_int_equal(view_cap(&view, handler->cnode, VMM_SLOT_VCPU + i)->object, vcpus[i].vcpu);
    }
    assert_int_equal(park->object, handler->notification);
    assert_int_equal(park->badge, VMM_BADGE_PARK);
    assert_int_equal(park->rights, 1);
    /* By turns, behind those of the VMs before. */
    handler = view_thread(&view, view_component(&view, "two"));
    assert_int_equal(core_of(&view, handler->sched_context), 0);
    assert_int_equal(core_of(&view, handler[2].sched_context), 1);
    /* One alone has nothing to stop. */
    handler = view_thread(&view, view_component(&view, "one"));
    assert_null(view_cap(&view, handler->cnode, VMM_SLOT_PARK));
    assert_null(view_cap(&view, handler->cnode, VMM_SLOT_VCPU + 1));
    plan_close(&test);
}

static void a_vm_is_configured(void **state)
{
    struct plan_test test;
    struct view view = view_good(&test, everything);
    uint32_t vm = view_component(&view, "linux1");
    const struct plan_thread *handler = view_thread(&view, vm);
    const void *blob = view_config(&view, vm);
    const struct plan_map *kernel = view_map(&view, handler->vspace,
                                             config_number(blob, 0, "kernel", 0));
    const struct plan_map *initrd = view_map(&view, handler->vspace,
                                             config_number(blob, 0, "initrd", 0));
    const uint8_t *files = view.files->data;

    assert_string_equal(fdt_getprop(blob, 0, "model", NULL), "linux1");
    assert_string_equal(fdt_getprop(blob, 0, "bootargs", NULL), "quiet");
    assert_non_null(fdt_getprop(blob, 0, "report-exits", NULL));
    assert_int_equal(config_number(blob, 0, "memory", 0), 128 << 20);
    assert_int_equal(config_number(blob, 0, "kernel", 1), 3 << 20);
    assert_int_equal(view.objects[kernel->object].type, PLAN_TYPE_LARGE_PAGE);
    assert_int_equal(view.objects[kernel->object].count, 2);
    assert_int_equal(kernel->flags, PLAN_MAP_READ);
    assert_memory_equal(files + view.objects[kernel->object].address + 56, "ARM\x64", 4);
    assert_int_equal(config_number(blob, 0, "initrd", 1), 300000);
    assert_int_equal(files[view.objects[initrd->object].address + 299999], 0x1d);
    assert_int_equal(view_map(&view, handler->vspace, config_number(blob, 0, "console", 0))->flags,
                     PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(view_map(&view, handler->vspace, config_number(blob, 0, "console", 1))->flags,
                     PLAN_MAP_READ);
    assert_non_null(view_map(&view, handler->vspace, config_number(blob, 0, "status", 0)));
    plan_close(&test);
    view = view_good(&test, two_vms);
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
    struct view view = view_good(&test, text);
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
    struct view view = view_good(&test, two_vms);
    uint32_t vm = view_component(&view, "linux2");
    const struct plan_thread *handler = view_thread(&view, vm);
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

/* Two cores have room for what these do for others than their guests, and no more. */
static void many_vms_have_a_plan(void **state)
{
    char text[4096] = "board: test\nvms:\n";
    struct plan_test test;

    for (unsigned i = 0; i < 32; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 "  - {name: vm%u, memory: 18M, initrd: none}\n", i);
    struct view view = view_good(&test, text);
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
    struct view view = view_good(&test, everything);
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
    struct view view = view_good(&test, everything);
    uint32_t vm = view_component(&view, "linux1");
    const struct plan_range *range = &view.components[vm].ranges[PLAN_RANGE(PLAN_BUDGETS)];
    const struct plan_budget *own = &view.budgets[range->first], *lent = own + 1;

    assert_int_equal(range->count, 2);
    assert_int_equal(own->object, view_thread(&view, vm)->sched_context);
    assert_int_equal(own->core, 1);
    assert_int_equal(own->budget_us, 3000);
    assert_int_equal(own->period_us, 10000);
    assert_int_equal(lent->object, view_thread(&view, vm)->lent);
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
        cmocka_unit_test(many_vms_have_a_plan),
        cmocka_unit_test(arguments_are_passed),
        cmocka_unit_test(time_is_as_written),
        cmocka_unit_test(facts_tell_where_values_come_from),
    };

    return cmocka_run_group_tests(tests, files_make, files_remove);
}
