/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tool finds in a board's device tree, and what it makes of trees that are none. */
#include <libfdt.h>
#include <stdio.h>

#include "tests/unit/plan/cmocka_includes.h"
#include "tool/board/board.h"

static void open_good(struct board *board)
{
    struct fault fault;

    if (!board_open(board, "test", TREE_FILE, &fault))
        fail_msg("%s", fault.text);
}

static void facts_are_found(void **state)
{
    struct board board;

    open_good(&board);
    assert_int_equal(board.ram_count, 2);
    assert_int_equal(board.ram[1].base, UINT64_C(0x800000000));
    assert_int_equal(board.reserved_count, 2);
    assert_int_equal(board_memory(&board), (2048 - 16 - 1) << 20);
    assert_int_equal(board.gic_version, 2);
    assert_int_equal(board.seed_size, 16);
    assert_int_equal(board.seed[15], 0xff);
    assert_int_equal(board.core_count, 2); /* one of three is broken */
    /* Each page of the virtual CPU interface has 64 KiB to itself. */
    assert_int_equal(board.gicv[0], 0xf9060000);
    assert_int_equal(board.gicv[1], 0xf9070000);
    board_close(&board);
}

static void uarts_are_chosen(void **state)
{
    struct board board;

    open_good(&board);
    assert_int_equal(board.uart_count, 2); /* the third is disabled */
    assert_string_equal(board.log->alias, "serial0");
    assert_string_equal(board.log->path, "/bus/serial@1000000");
    assert_string_equal(board_uart_name(board.log), "cdns,uart-r1p12");
    assert_string_equal(board.vms->alias, "serial1");
    assert_int_equal(board.vms->registers[0].base, 0xe1010000);
    assert_int_equal(board.vms->interrupts[0].number, 54);
    assert_false(board.vms->interrupts[0].edge);
    board_close(&board);
}

static void devices_are_found(void **state)
{
    struct board board;
    struct board_device device;

    open_good(&board);
    assert_int_equal(board_find(&board, "timer0", &device), BOARD_FOUND);
    assert_string_equal(device.path, "/bus/timer@2000000");
    assert_int_equal(device.register_count, 2);
    assert_int_equal(device.registers[1].base, 0xe2010800);
    assert_int_equal(device.registers[1].size, 0x100);
    assert_int_equal(device.interrupt_count, 2);
    assert_int_equal(device.interrupts[1].number, 69);
    assert_true(device.interrupts[1].edge);
    assert_int_equal(board_find(&board, "serial1:115200n8", &device), BOARD_FOUND);
    assert_int_equal(board_find(&board, "/pmu", &device), BOARD_FOUND);
    assert_int_equal(device.register_count, 0);
    assert_null(board_uart_name(&device));
    assert_int_equal(board_find(&board, "/cpus/cpu@0", &device), BOARD_UNREADABLE);
    assert_int_equal(board_find(&board, "serial9", &device), BOARD_UNKNOWN);
    assert_int_equal(board_find(&board, "", &device), BOARD_UNKNOWN);
    board_close(&board);
}

/* A line that is listed twice is one interrupt; by edge and by level at once it cannot be. */
static void interrupts_are_counted_once(void **state)
{
    struct board board;
    struct board_device device;

    open_good(&board);
    assert_int_equal(board_find(&board, "/bus/net@2700000", &device), BOARD_FOUND);
    assert_int_equal(device.interrupt_count, 2);
    assert_int_equal(device.interrupts[0].number, 95);
    assert_false(device.interrupts[0].edge);
    assert_int_equal(device.interrupts[1].number, 96);
    assert_true(device.interrupts[1].edge);
    assert_int_equal(board_find(&board, "/bus/torn@2701000", &device), BOARD_UNREADABLE);
    board_close(&board);
}

static void near_devices_are_offered(void **state)
{
    struct board board;

    open_good(&board);
    assert_string_equal(board_nearest(&board, "serial3"), "serial0");
    assert_string_equal(board_nearest(&board, "/axi/watchdg@2010000"), "/bus/watchdog@2010000");
    assert_string_equal(board_nearest(&board, "watchdog@2010000"), "/bus/watchdog@2010000");
    assert_null(board_nearest(&board, "/nothing/at/all"));
    board_close(&board);
}

/* A tree with the given changes, in a file of its own. */
static void refuse(void (*change)(void *tree), const char *said)
{
    char path[] = "/tmp/bulkhead-board-XXXXXX", wanted[256];
    static uint8_t tree[65536];
    int descriptor = mkstemp(path);
    struct fault fault;
    struct board board;
    struct file file;
    struct bytes out = {0};

    assert_true(descriptor >= 0);
    assert_true(file_read(&file, TREE_FILE, &fault));
    assert_int_equal(fdt_open_into(file.data, tree, sizeof(tree)), 0);
    change(tree);
    bytes_add(&out, tree, sizeof(tree));
    assert_true(file_write(path, &out, &fault));
    assert_false(board_open(&board, "test", path, &fault));
    snprintf(wanted, sizeof(wanted), "%s: %s", path, said);
    assert_string_equal(fault.text, wanted);
    bytes_release(&out);
    file_release(&file);
    remove(path);
}

static void no_memory(void *tree)
{
    assert_int_equal(fdt_del_node(tree, fdt_path_offset(tree, "/memory@0")), 0);
}

static void no_gic(void *tree)
{
    int node = fdt_path_offset(tree, "/interrupt-controller@f9010000");

    assert_int_equal(fdt_setprop_string(tree, node, "compatible", "test,other"), 0);
}

static void no_cores(void *tree)
{
    assert_int_equal(fdt_del_node(tree, fdt_path_offset(tree, "/cpus")), 0);
}

static void no_magic(void *tree)
{
    fdt_set_magic(tree, 0);
}

static void bad_trees_are_refused(void **state)
{
    refuse(no_memory, "tells of no RAM");
    refuse(no_gic, "has no GICv2 or GICv3");
    refuse(no_cores, "tells of no cores");
    refuse(no_magic, "no device tree, or a damaged one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_found),          cmocka_unit_test(uarts_are_chosen),
        cmocka_unit_test(devices_are_found),        cmocka_unit_test(interrupts_are_counted_once),
        cmocka_unit_test(near_devices_are_offered), cmocka_unit_test(bad_trees_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
