/* SPDX-License-Identifier: BSD-2-Clause */
/* What a manifest moves is where it says, and everything else knows. */
#include <libfdt.h>

#include "abi/vmm.h"
#include "tests/unit/plan/view.h"

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
    assert_int_equal(config_number(blob, 0, name, 0), first);
    assert_int_equal(config_number(blob, 0, name, 1), second);
}

/* One end's addresses and interrupt, mapped as its configuration says. */
static void assert_end(const struct view *view, const char *vm, const char *path, uint64_t own,
                       uint64_t other, uint32_t interrupt)
{
    uint32_t component = view_component(view, vm), object;
    uint32_t guest = (view_thread(view, component) + 1)->vspace;
    const void *blob = view_config(view, component);
    int node = fdt_path_offset(blob, path);

    assert_int_equal(config_number(blob, node, "own", 0), own);
    assert_int_equal(config_number(blob, node, "other", 0), other);
    assert_int_equal(config_word(blob, node, "interrupt", 0), interrupt);
    assert_int_equal(view_map_flags(view, guest, blob, node, "own", &object),
                     PLAN_MAP_READ | PLAN_MAP_WRITE);
    assert_int_equal(view_map_flags(view, guest, blob, node, "other", &object), PLAN_MAP_READ);
}

/* What is written down lies there, and the rest around it. */
static void a_vm_is_mapped_as_written(void **state)
{
    struct plan_test test;
    struct view view = view_good(&test, moved);
    uint32_t vm = view_component(&view, "vm");
    uint32_t guest = (view_thread(&view, vm) + 1)->vspace;
    const void *blob = view_config(&view, vm);

    view_check(&view);
    assert_int_equal(view_map(&view, guest, 0)->count, 32);
    assert_int_equal(view.objects[view_map(&view, guest, 0xf9021000)->object].address, 0xf9070000);
    assert_null(view_map(&view, guest, 0x40000000));
    assert_null(view_map(&view, guest, 0x08010000));
    assert_null(view_map(&view, guest, 0xf9010000));
    assert_int_equal(config_number(blob, 0, "ram", 0), 0);
    assert_numbers(blob, "gic", 0xf9010000, 0xf9020000);
    assert_numbers(blob, "uart", 0x10000000, 64);
    assert_int_equal(config_number(blob, 0, "bells", 0), 0x1001f000);
    assert_int_equal(config_number(blob, 0, "kernel-address", 0), 0x200000);
    assert_int_equal(config_number(blob, 0, "tree-address", 0), 0x100000);
    assert_int_equal(config_number(blob, 0, "initrd-address", 0), 0x2000000);
    assert_int_equal(config_number(blob, fdt_path_offset(blob, "/shared/0"), "address", 0),
                     0x10001000);
    /* One after the other, around the region of `two`; interrupts around the UART's. */
    assert_end(&view, "vm", "/channel/0", 0x10005000, 0x10008000, 65);
    assert_end(&view, "vm", "/channel/1", 0x1000b000, 0x10003000, 255);
    assert_end(&view, "vm", "/channel/2", 0x1000e000, 0x10011000, 66);
    assert_end(&view, "other", "/channel/0", 0x10004000, 0x10007000, 64);
    assert_end(&view, "other", "/channel/1", 0x10000000, UINT64_C(0xffffffe000), 65);
    assert_end(&view, "other", "/channel/2", 0x1000a000, 0x1000d000, 66);
    blob = view_config(&view, view_component(&view, "other"));
    assert_int_equal(config_number(blob, 0, "ram", 0), 0x40000000);
    assert_numbers(blob, "gic", 0x08000000, 0x08010000);
    assert_numbers(blob, "uart", 0x09000000, 33);
    assert_int_equal(config_number(blob, 0, "bells", 0), 0x0a000000);
    assert_null(fdt_getprop(blob, 0, "kernel-address", NULL));
    assert_null(fdt_getprop(blob, 0, "tree-address", NULL));
    assert_null(fdt_getprop(blob, 0, "initrd-address", NULL));
    plan_close(&test);
}

/* A component sees a channel where it wants to, and the VMM's rules are none of its. */
static void a_component_sees_channels_where_written(void **state)
{
    struct plan_test test;
    struct view view = view_good(
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
    assert_int_equal(config_number(blob, node, "own", 0), 0x20000000);
    assert_int_equal(config_number(blob, node, "other", 0), 0x8000000);
    assert_null(fdt_getprop(blob, node, "interrupt", NULL));
    assert_int_equal(config_number(blob, fdt_path_offset(blob, "/shared/0"), "address", 0),
                     0x20011000);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vm_is_mapped_as_written),
        cmocka_unit_test(a_component_sees_channels_where_written),
        cmocka_unit_test(facts_tell_what_was_moved),
    };

    return cmocka_run_group_tests(tests, files_make, files_remove);
}
