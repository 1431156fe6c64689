/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Good manifests: each key's value arrives in its field with its place, and what is not written
 * gets its default. Runs from the top of the tree.
 */
#include "tests/unit/manifest/cmocka_includes.h"
#include "tool/manifest/complaints.h"

#define FOLDER "tests/unit/manifest/"

static struct manifest *read_good(const char *path)
{
    struct complaints complaints = {.file = path};
    struct manifest *manifest = manifest_read(path, &complaints);

    complaints_print(&complaints, stderr);
    assert_int_equal(complaints.count, 0);
    assert_non_null(manifest);
    complaints_release(&complaints);
    return manifest;
}

static struct manifest *read_text(const char *path, const char *text)
{
    struct complaints complaints = {.file = path};
    struct manifest *manifest = manifest_read_text(path, text, strlen(text), &complaints);

    complaints_print(&complaints, stderr);
    assert_non_null(manifest);
    complaints_release(&complaints);
    return manifest;
}

static void assert_place(struct place place, unsigned line, unsigned column)
{
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
}

static void assert_text(struct text text, const char *value, unsigned line, unsigned column)
{
    assert_string_equal(text.value, value);
    assert_place(text.place, line, column);
}

static void assert_number(struct number number, uint64_t value, unsigned line, unsigned column)
{
    assert_int_equal(number.value, value);
    assert_place(number.place, line, column);
}

static void assert_core(struct core core, int value, unsigned line, unsigned column)
{
    assert_int_equal(core.value, value);
    assert_place(core.place, line, column);
}

static void assert_file(struct file_use file, const char *text, const char *path, unsigned line,
                        unsigned column)
{
    assert_int_equal(file.source, FILE_PATH);
    assert_text(file.text, text, line, column);
    assert_string_equal(file.path, path);
}

static void assert_restart(struct restart restart, enum restart_policy policy, unsigned limit,
                           unsigned line, unsigned column)
{
    assert_int_equal(restart.policy, policy);
    assert_int_equal(restart.limit, limit);
    assert_place(restart.place, line, column);
}

static void check_linux1(const struct manifest_vm *vm)
{
    assert_place(vm->place, 4, 5);
    assert_text(vm->name, "linux1", 4, 11);
    assert_number(vm->memory, 512 << 20, 5, 13);
    assert_file(vm->kernel, "images/Image", FOLDER "images/Image", 6, 13);
    assert_file(vm->initrd, "/srv/initrd.gz", "/srv/initrd.gz", 7, 13);
    assert_file(vm->overlay, "../linux1.dtbo", FOLDER "../linux1.dtbo", 8, 14);
    assert_int_equal(vm->tree.source, FILE_ABSENT);
    assert_text(vm->bootargs, "console=ttyAMA0 quiet", 9, 15);
    assert_core(vm->cores[0], 1, 10, 13);
    assert_core(vm->cores[1], 2, 10, 16);
    for (unsigned i = 2; i < MANIFEST_CORE_MAX; i++)
        assert_core(vm->cores[i], -1, 0, 0);
    assert_number(vm->cpus, 2, 11, 11);
    assert_number(vm->priority, 80, 12, 15);
    assert_number(vm->time.period_us, 20000, 13, 13);
    assert_number(vm->time.budget_us, 6000, 14, 13);
    assert_false(vm->console);
    assert_place(vm->console_place, 15, 14);
    assert_restart(vm->restart, RESTART_ON_FAILURE, 3, 16, 14);
    assert_int_equal(vm->device_count, 2);
    assert_text(vm->devices[0].path, "/axi/can@ff060000", 18, 9);
    assert_text(vm->devices[1].path, "i2c0", 19, 9);
    assert_true(vm->report_exits);
}

static void check_linux2(const struct manifest_vm *vm)
{
    assert_place(vm->place, 21, 5);
    assert_text(vm->name, "linux_2", 21, 12);
    assert_number(vm->memory, 256 << 20, 21, 29);
    assert_int_equal(vm->kernel.source, FILE_BUILT_IN);
    assert_text(vm->kernel.text, "debian", 21, 49);
    assert_null(vm->kernel.path);
    assert_int_equal(vm->initrd.source, FILE_ABSENT);
    assert_text(vm->initrd.text, "none", 21, 65);
    assert_file(vm->tree, "linux2.dtb", FOLDER "linux2.dtb", 21, 76);
    assert_text(vm->bootargs, "", 22, 16);
    assert_restart(vm->restart, RESTART_ALWAYS, 0, 22, 29);
    assert_int_equal(vm->seed.source, SEED_RANDOM);
    assert_place(vm->seed.place, 22, 43);
    assert_number(vm->events_us, 2000, 22, 59);
}

static void check_map(const struct manifest_map *map)
{
    assert_number(map->bells, 0xff0e0000, 22, 77);
    assert_number(map->uart_interrupt, 255, 22, 105);
    assert_number(map->tree, 0x100000, 22, 116);
    assert_number(map->kernel, 0, 22, 134);
    assert_number(map->uart, 0xff000000, 22, 143);
    assert_number(map->gicc, 0xf9020000, 22, 164);
    assert_number(map->gicd, 0xf9010000, 22, 193);
    assert_number(map->ram, 0, 22, 210);
}

static void check_channel(const struct manifest_channel *channel)
{
    const struct manifest_end *ends = channel->ends;

    assert_text(channel->name, "talk", 59, 11);
    assert_int_equal(channel->end_count, 2);
    assert_text(ends[0].name, "linux1", 61, 16);
    assert_number(ends[0].own, 0x80000000, 61, 37);
    assert_number(ends[0].peer, 0x80100000, 61, 63);
    assert_number(ends[0].interrupt, 70, 61, 86);
    assert_text(ends[1].name, "sensor", 62, 9);
    assert_number(ends[1].own, 0, 0, 0);
    assert_number(ends[1].peer, 0, 0, 0);
    assert_number(ends[1].interrupt, 0, 0, 0);
    assert_number(channel->size, 4096, 63, 11);
    assert_true(channel->one_way);
    assert_number(channel->port, 7, 65, 18);
}

static void check_sensor(const struct manifest_component *component)
{
    assert_place(component->place, 24, 5);
    assert_text(component->name, "sensor", 24, 11);
    assert_file(component->elf, "sensor.elf", FOLDER "sensor.elf", 25, 10);
    assert_int_equal(component->argument_count, 3);
    assert_text(component->arguments[0], "--rate", 26, 17);
    assert_text(component->arguments[1], "10", 26, 25);
    assert_text(component->arguments[2], "", 26, 31);
    assert_number(component->priority, 120, 27, 15);
    assert_number(component->time.period_us, 1000000, 28, 13);
    assert_number(component->time.budget_us, 1500, 29, 13);
    assert_core(component->core, 3, 30, 11);
    assert_restart(component->restart, RESTART_NEVER, 0, 31, 14);
    assert_int_equal(component->device_count, 1);
    assert_text(component->devices[0].path, "serial1", 32, 15);
}

static void check_shared(const struct manifest_shared *shared)
{
    assert_place(shared[0].place, 34, 5);
    assert_text(shared[0].name, "frames", 34, 11);
    assert_number(shared[0].size, 65536, 35, 11);
    assert_int_equal(shared[0].sharer_count, 2);
    assert_text(shared[0].sharers[0].name, "linux1", 36, 15);
    assert_int_equal(shared[0].sharers[0].rights, SHARE_READ);
    assert_number(shared[0].sharers[0].address, 0, 0, 0);
    assert_text(shared[0].sharers[1].name, "sensor", 36, 26);
    assert_int_equal(shared[0].sharers[1].rights, SHARE_READ | SHARE_WRITE);
    assert_number(shared[1].size, 8192, 38, 11);
    assert_text(shared[1].sharers[0].name, "linux1", 40, 15);
    assert_int_equal(shared[1].sharers[0].rights, SHARE_READ | SHARE_WRITE);
    assert_number(shared[1].sharers[0].address, 0x90000000, 42, 18);
    assert_text(shared[1].sharers[1].name, "linux_2", 43, 16);
    assert_int_equal(shared[1].sharers[1].rights, SHARE_READ);
}

static void check_console(const struct manifest_console *console)
{
    assert_true(console->present); /* linux_2 has one */
    assert_true(console->mixed);
    assert_place(console->place, 44, 1);
    assert_text(console->uart, "/pl011@9000000", 46, 9);
    assert_text(console->log, "serial0", 47, 8);
    assert_number(console->priority, 210, 48, 13);
    assert_number(console->time.period_us, 5000, 49, 11);
    assert_number(console->time.budget_us, 500, 50, 11);
    assert_core(console->core, 1, 51, 9);
}

static void reads_every_key(void **state)
{
    struct manifest *manifest = read_good(FOLDER "whole.yaml");

    assert_string_equal(manifest->path, FOLDER "whole.yaml");
    assert_text(manifest->board, "qemu-virt", 2, 8);
    assert_int_equal(manifest->vm_count, 2);
    check_linux1(&manifest->vms[0]);
    check_linux2(&manifest->vms[1]);
    assert_int_equal(manifest->component_count, 1);
    check_sensor(&manifest->components[0]);
    assert_int_equal(manifest->shared_count, 2);
    check_shared(manifest->shared);
    check_map(&manifest->vms[1].map);
    assert_int_equal(manifest->channel_count, 1);
    check_channel(&manifest->channels[0]);
    check_console(&manifest->console);
    assert_number(manifest->init_priority, 253, 53, 13);
    assert_number(manifest->init_time.period_us, 50000, 54, 11);
    assert_number(manifest->init_time.budget_us, 2000, 55, 11);
    assert_core(manifest->init_core, 2, 56, 9);
    assert_int_equal(manifest->board_off, BOARD_OFF_NEVER);
    assert_place(manifest->board_off_place, 57, 12);
    manifest_release(manifest);
}

static void assert_vm_defaults(const struct manifest_vm *vm)
{
    assert_int_equal(vm->kernel.source, FILE_BUILT_IN);
    assert_text(vm->kernel.text, "debian", 0, 0);
    assert_int_equal(vm->initrd.source, FILE_BUILT_IN);
    assert_text(vm->initrd.text, "demo", 0, 0);
    assert_int_equal(vm->tree.source, FILE_ABSENT);
    assert_int_equal(vm->overlay.source, FILE_ABSENT);
    assert_null(vm->bootargs.value);
    assert_number(vm->map.ram, 0x40000000, 0, 0);
    assert_number(vm->map.gicd, 0x08000000, 0, 0);
    assert_number(vm->map.gicc, 0x08010000, 0, 0);
    assert_number(vm->map.uart, 0x09000000, 0, 0);
    assert_number(vm->map.uart_interrupt, 33, 0, 0);
    assert_number(vm->map.bells, 0x0a000000, 0, 0);
    assert_number(vm->map.kernel, 0, 0, 0);
    assert_number(vm->map.tree, 0, 0, 0);
    assert_number(vm->map.initrd, 0, 0, 0);
    assert_number(vm->cpus, 1, 0, 0);
    for (unsigned i = 0; i < MANIFEST_CORE_MAX; i++)
        assert_core(vm->cores[i], -1, 0, 0);
    assert_number(vm->priority, 100, 0, 0);
    assert_number(vm->time.period_us, 10000, 0, 0);
    assert_number(vm->time.budget_us, 10000, 0, 0);
    assert_number(vm->events_us, 500, 0, 0);
    assert_true(vm->console);
    assert_restart(vm->restart, RESTART_ON_FAILURE, 0, 0, 0);
    assert_int_equal(vm->seed.source, SEED_OF_BOARD);
    assert_place(vm->seed.place, 0, 0);
    assert_int_equal(vm->device_count, 0);
    assert_false(vm->report_exits);
}

static void seeds_are_bytes(void **state)
{
    struct manifest *manifest = read_text("m.yaml",
                                          "board: b\nvms:\n  - {name: a, memory: 2M, seed: 0001020"
                                          "30405060708090a0B0c0d0E0f101112131415161718191a1b1c1d1e"
                                          "FF}\n  - {name: b, memory: 2M, seed: none}\n");
    const struct seed *seed = &manifest->vms[0].seed;

    assert_int_equal(seed->source, SEED_GIVEN);
    assert_place(seed->place, 3, 33);
    for (unsigned i = 0; i < MANIFEST_SEED_BYTES; i++)
        assert_int_equal(seed->bytes[i], i == 31 ? 0xff : i);
    assert_int_equal(manifest->vms[1].seed.source, SEED_ABSENT);
    manifest_release(manifest);
}

/* `initrd` of a map is for who has one. */
static void initrd_has_a_place(void **state)
{
    struct manifest *manifest = read_text("m.yaml", "board: b\n"
                                                    "vms:\n"
                                                    "- {name: a, memory: 2M, map: {initrd: 1M}}\n");

    assert_number(manifest->vms[0].map.initrd, 0x100000, 3, 39);
    assert_number(manifest->vms[0].map.ram, 0x40000000, 0, 0);
    manifest_release(manifest);
}

/* End to start, and two VMs with the same addresses and interrupts. */
static void neighbours_may_touch(void **state)
{
    struct manifest *manifest = read_text(
        "m.yaml",
        "board: b\n"
        "vms:\n"
        "- {name: a, memory: 64M, map: {gic-cpu: 0x8001000, uart: 0x44000000, bells: 0}}\n"
        "- {name: b, memory: 64M, map: {ram: 0xfffc000000, uart: 0x44000000}}\n"
        "channels:\n"
        "- name: x\n"
        "  between:\n"
        "  - {name: a, own-address: 0x44001000, peer-address: 0x44012000, interrupt: 70}\n"
        "  - {name: b, own-address: 0x44001000, peer-address: 0x44012000, interrupt: 70}\n"
        "- name: y\n"
        "  direction: a-to-b\n"
        "  between:\n"
        "  - {name: a, own-address: 0x44024000, peer-address: 0x44023000, interrupt: 255}\n"
        "  - {name: b, own-address: 0x44023000, peer-address: 0x44024000, interrupt: 32}\n");

    assert_number(manifest->channels[1].ends[1].interrupt, 32, 14, 77);
    manifest_release(manifest);
}

static void fills_in_defaults(void **state)
{
    struct manifest *manifest = read_good(FOLDER "small.yaml");

    assert_int_equal(manifest->vm_count, 1);
    assert_vm_defaults(&manifest->vms[0]);
    assert_int_equal(manifest->component_count, 0);
    assert_int_equal(manifest->shared_count, 0);
    assert_true(manifest->console.present);
    assert_false(manifest->console.mixed);
    assert_null(manifest->console.uart.value);
    assert_null(manifest->console.log.value);
    assert_number(manifest->console.priority, 200, 0, 0);
    assert_number(manifest->console.time.period_us, 5000, 0, 0);
    assert_number(manifest->console.time.budget_us, 500, 0, 0);
    assert_core(manifest->console.core, -1, 0, 0);
    assert_number(manifest->init_priority, 254, 0, 0);
    assert_number(manifest->init_time.period_us, 10000, 0, 0);
    assert_number(manifest->init_time.budget_us, 500, 0, 0);
    assert_core(manifest->init_core, -1, 0, 0);
    assert_int_equal(manifest->board_off, BOARD_OFF_DEFAULT);
    manifest_release(manifest);
}

static void component_has_defaults_too(void **state)
{
    struct manifest *manifest = read_text("here.yaml", "board: zcu102\n"
                                                       "components: [{name: a, elf: a.elf}]\n");
    const struct manifest_component *component = &manifest->components[0];

    assert_file(component->elf, "a.elf", "a.elf", 2, 29);
    assert_int_equal(component->argument_count, 0);
    assert_number(component->priority, 150, 0, 0);
    assert_number(component->time.period_us, 10000, 0, 0);
    assert_number(component->time.budget_us, 1000, 0, 0);
    assert_core(component->core, -1, 0, 0);
    assert_restart(component->restart, RESTART_ON_FAILURE, 0, 0, 0);
    assert_int_equal(component->device_count, 0);
    assert_false(component->console);
    assert_false(manifest->console.present); /* nobody has one */
    manifest_release(manifest);
}

static void a_component_may_have_the_console(void **state)
{
    struct manifest *manifest = read_text("m.yaml",
                                          "board: zcu102\n"
                                          "vms: [{name: a, memory: 2M, console: no}]\n"
                                          "components: [{name: b, elf: b, console: yes}]\n");

    assert_true(manifest->components[0].console);
    assert_place(manifest->components[0].console_place, 3, 41);
    assert_true(manifest->console.present);
    manifest_release(manifest);
}

/* Defaults that depend on what else is written. */
static void defaults_follow_other_keys(void **state)
{
    struct manifest *manifest = read_text("m.yaml", "board: zcu102\n"
                                                    "console: none\n"
                                                    "vms:\n"
                                                    "- {name: a, memory: 2M, kernel: Image}\n"
                                                    "- {name: b, memory: 2M, cores: [3, 3, 0]}\n"
                                                    "- {name: c, memory: 2M, period: 200us}\n"
                                                    "components:\n"
                                                    "- {name: d, elf: d, period: 200us}\n");

    assert_int_equal(manifest->vms[0].initrd.source, FILE_ABSENT); /* not our kernel */
    assert_false(manifest->vms[0].console);
    assert_false(manifest->console.present);
    assert_number(manifest->vms[1].cpus, 3, 0, 0);
    assert_core(manifest->vms[1].cores[1], 3, 5, 36);
    assert_number(manifest->vms[2].time.budget_us, 200, 0, 0);
    /* A tenth would be less than a budget can be. */
    assert_number(manifest->components[0].time.budget_us, 100, 0, 0);
    manifest_release(manifest);
}

static void console_may_be_a_word(void **state)
{
    struct manifest *manifest = read_text("m.yaml", "board: zcu102\n"
                                                    "vms: [{name: a, memory: 64G}]\n"
                                                    "console: mixed\n");

    assert_true(manifest->console.present);
    assert_true(manifest->console.mixed);
    assert_number(manifest->console.priority, 200, 0, 0);
    assert_number(manifest->vms[0].memory, UINT64_C(64) << 30, 2, 25);
    manifest_release(manifest);
}

static void switches_have_three_spellings(void **state)
{
    static const char *const words[] = {"yes", "no", "true", "false", "on", "off", "\"yes\""};

    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        char text[200];
        struct manifest *manifest;

        snprintf(text, sizeof(text), "board: a\nvms: [{name: a, memory: 2M, console: %s}]\n",
                 words[i]);
        manifest = read_text("m.yaml", text);
        assert_int_equal(manifest->vms[0].console, i % 2 == 0);
        manifest_release(manifest);
    }
}

/* What editors and YAML allow, and changes nothing. */
static void takes_yaml_as_it_comes(void **state)
{
    static const char *const texts[] = {
        "\357\273\277board: a\nvms: [{name: b, memory: 2M}]\n",
        "board: a\r\nvms:\r\n- name: b\r\n  memory: 2M\r\n",
        "%YAML 1.1\n---\nboard: a\nvms: [{name: b, memory: 2M}]\n...\n",
        "{\"board\": \"a\", \"vms\": [{\"name\": \"b\", \"memory\": \"2M\"}]}",
        "# \xc3\xa4\xf0\x9f\x98\x80\nboard: >-\n  a\nvms:\n - name: 'b'\n   memory:\t2M\n",
    };

    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct manifest *manifest = read_text("m.yaml", texts[i]);

        assert_string_equal(manifest->board.value, "a");
        assert_string_equal(manifest->vms[0].name.value, "b");
        assert_int_equal(manifest->vms[0].memory.value, 2 << 20);
        manifest_release(manifest);
    }
}

/* As many as there can be: one beside the console's and the system's would be too many. */
static void takes_sixty(void **state)
{
    char text[4096] = "board: a\nvms:\n";
    struct manifest *manifest;

    for (unsigned i = 0; i < 60; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 "- {name: linux%u, memory: 2M}\n", i);
    manifest = read_text("m.yaml", text);
    assert_int_equal(manifest->vm_count, 60);
    assert_string_equal(manifest->vms[59].name.value, "linux59");
    manifest_release(manifest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_key),
        cmocka_unit_test(initrd_has_a_place),
        cmocka_unit_test(neighbours_may_touch),
        cmocka_unit_test(fills_in_defaults),
        cmocka_unit_test(seeds_are_bytes),
        cmocka_unit_test(component_has_defaults_too),
        cmocka_unit_test(a_component_may_have_the_console),
        cmocka_unit_test(defaults_follow_other_keys),
        cmocka_unit_test(console_may_be_a_word),
        cmocka_unit_test(switches_have_three_spellings),
        cmocka_unit_test(takes_yaml_as_it_comes),
        cmocka_unit_test(takes_sixty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
