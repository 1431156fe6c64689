/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's device tree: made, laid over, or the user's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <libfdt.h>

#include "tests/unit/vmm/blob.h"
#include "tests/unit/vmm/layout.h"
#include "vmm/machine/guest_dt.h"

static uint32_t cell(const void *tree, const char *path, const char *name, int index)
{
    int length, node = fdt_path_offset(tree, path);
    const fdt32_t *cells = fdt_getprop(tree, node, name, &length);

    assert_non_null(cells);
    assert_true(length >= 4 * (index + 1));
    return fdt32_ld(&cells[index]);
}

static void device_tree_describes_the_machine(void **state)
{
    static uint8_t buffer[GUEST_DT_SIZE];
    struct guest_dt tree = {.layout = layout,
                            .ram_size = UINT64_C(0x120000000),
                            .bootargs = "quiet",
                            .initrd = IPA(0x48000000),
                            .initrd_size = 1234,
                            .seed = (const uint8_t *)"seedseed",
                            .seed_size = 8,
                            .kaslr_seed = 0x123456789abcdef0,
                            .cpu_count = 1};
    int length;

    assert_true(guest_dt_write(buffer, sizeof(buffer), &tree));
    assert_int_equal(fdt_check_full(buffer, sizeof(buffer)), 0);
    assert_int_equal(cell(buffer, "/memory@40000000", "reg", 1), 0x40000000);
    assert_int_equal(cell(buffer, "/memory@40000000", "reg", 2), 1);
    assert_int_equal(cell(buffer, "/memory@40000000", "reg", 3), 0x20000000);
    assert_int_equal(cell(buffer, "/chosen", "linux,initrd-start", 1), 0x48000000);
    assert_int_equal(cell(buffer, "/chosen", "linux,initrd-end", 1), 0x48000000 + 1234);
    assert_int_equal(cell(buffer, "/uart@9000000", "interrupts", 1), 1);
    assert_int_equal(cell(buffer, "/timer", "interrupts", 7), 11);
    assert_int_equal(cell(buffer, "/interrupt-controller@8000000", "reg", 5), 0x8010000);

    int chosen = fdt_path_offset(buffer, "/chosen");
    assert_string_equal(fdt_getprop(buffer, chosen, "bootargs", NULL), "quiet");
    assert_memory_equal(fdt_getprop(buffer, chosen, "rng-seed", &length), "seedseed", 8);
    assert_int_equal(fdt64_ld(fdt_getprop(buffer, chosen, "kaslr-seed", &length)),
                     0x123456789abcdef0);
    const char *console = fdt_getprop(buffer, chosen, "stdout-path", NULL);
    assert_true(fdt_path_offset(buffer, console) > 0);
    assert_int_equal(fdt_stringlist_search(buffer, fdt_path_offset(buffer, "/psci"), "compatible",
                                           "arm,psci-1.0"),
                     0);

    tree.initrd_size = tree.seed_size = tree.kaslr_seed = 0;
    assert_true(guest_dt_write(buffer, sizeof(buffer), &tree));
    chosen = fdt_path_offset(buffer, "/chosen");
    assert_null(fdt_getprop(buffer, chosen, "linux,initrd-start", NULL));
    assert_null(fdt_getprop(buffer, chosen, "rng-seed", NULL));
    assert_null(fdt_getprop(buffer, chosen, "kaslr-seed", NULL));
    assert_false(guest_dt_write(buffer, 500, &tree));
}

/* A machine that is nowhere where it mostly is. */
static void device_tree_follows_the_layout(void **state)
{
    static uint8_t buffer[GUEST_DT_SIZE];
    static const struct guest_channel channel = {
        "talk", "linux2", IPA(0x8000000000), IPA(0x20000000), 0x1000, 0x1000, 0, 255};
    struct guest_dt tree = {
        .layout = {{0}, {0xf9010000}, {0xf9020000}, {0x90ff000000}, {0xff0e0000}, 53},
        .ram_size = MIB(64),
        .bootargs = "",
        .cpu_count = 1,
        .channels = &channel,
        .channel_count = 1,
    };
    static const char gic[] = "/interrupt-controller@f9010000", uart[] = "/uart@90ff000000",
                      talk[] = "/vchan@8000000000";

    assert_true(guest_dt_write(buffer, sizeof(buffer), &tree));
    assert_int_equal(cell(buffer, "/memory@0", "reg", 1), 0);
    assert_int_equal(cell(buffer, "/memory@0", "reg", 3), MIB(64));
    assert_int_equal(cell(buffer, gic, "reg", 1), 0xf9010000);
    assert_int_equal(cell(buffer, gic, "reg", 3), 0x1000);
    assert_int_equal(cell(buffer, gic, "reg", 5), 0xf9020000);
    assert_int_equal(cell(buffer, gic, "reg", 7), 0x2000);
    assert_int_equal(cell(buffer, uart, "reg", 0), 0x90);
    assert_int_equal(cell(buffer, uart, "reg", 1), 0xff000000);
    assert_int_equal(cell(buffer, uart, "interrupts", 1), 21);
    assert_string_equal(
        fdt_getprop(buffer, fdt_path_offset(buffer, "/chosen"), "stdout-path", NULL), uart);
    assert_int_equal(cell(buffer, talk, "reg", 9), 0xff0e0000);
    assert_int_equal(cell(buffer, talk, "interrupts", 1), 223);
}

/* docs/shared-memory.md */
static void device_tree_names_shared_memory(void **state)
{
    static uint8_t buffer[GUEST_DT_SIZE];
    static const struct guest_shared shared[] = {
        {"frames", IPA(0x30000000), 0x10000, false},
        {"ring", IPA(0x9000000000), 0x200000, true},
    };
    struct guest_dt tree = {.layout = layout,
                            .ram_size = MIB(64),
                            .bootargs = "",
                            .cpu_count = 1,
                            .shared = shared,
                            .shared_count = 2};
    static const char frames[] = "/shared-memory@30000000", ring[] = "/shared-memory@9000000000";
    int node;

    assert_true(guest_dt_write(buffer, sizeof(buffer), &tree));
    assert_int_equal(cell(buffer, frames, "reg", 1), 0x30000000);
    assert_int_equal(cell(buffer, frames, "reg", 3), 0x10000);
    assert_int_equal(cell(buffer, ring, "reg", 0), 0x90);
    assert_int_equal(cell(buffer, ring, "reg", 3), 0x200000);
    node = fdt_path_offset(buffer, frames);
    assert_int_equal(fdt_node_check_compatible(buffer, node, "bulkhead,shared-memory"), 0);
    assert_string_equal(fdt_getprop(buffer, node, "label", NULL), "frames");
    assert_non_null(fdt_getprop(buffer, node, "read-only", NULL));
    node = fdt_path_offset(buffer, ring);
    assert_string_equal(fdt_getprop(buffer, node, "label", NULL), "ring");
    assert_null(fdt_getprop(buffer, node, "read-only", NULL));
}

/* guest/linux/vchan/binding.md */
static void device_tree_names_channels(void **state)
{
    static uint8_t buffer[GUEST_DT_SIZE];
    static const struct guest_channel channels[] = {
        {"talk", "linux2", IPA(0x10000000), IPA(0x10012000), 0x10000, 0x10000, 0, 64},
        {"feed", "linux3", IPA(0x10024000), IPA(0x10027000), 0x1000, 0, 80, 65},
    };
    struct guest_dt tree = {.layout = layout,
                            .ram_size = MIB(64),
                            .bootargs = "",
                            .cpu_count = 1,
                            .channels = channels,
                            .channel_count = 2};
    static const char talk[] = "/vchan@10000000", feed[] = "/vchan@10024000";
    int node;

    assert_true(guest_dt_write(buffer, sizeof(buffer), &tree));
    node = fdt_path_offset(buffer, talk);
    assert_int_equal(fdt_node_check_compatible(buffer, node, "bulkhead,vchan-1"), 0);
    assert_int_equal(cell(buffer, talk, "reg", 1), 0x10000000);
    assert_int_equal(cell(buffer, talk, "reg", 3), 0x11000);
    assert_int_equal(cell(buffer, talk, "reg", 5), 0x10012000);
    assert_int_equal(cell(buffer, talk, "reg", 9), 0x0a000000);
    assert_int_equal(cell(buffer, talk, "interrupts", 1), 32);
    assert_int_equal(cell(buffer, talk, "interrupts", 2), 1);
    assert_int_equal(fdt_stringlist_search(buffer, node, "reg-names", "peer"), 1);
    assert_string_equal(fdt_getprop(buffer, node, "bulkhead,name", NULL), "talk");
    assert_string_equal(fdt_getprop(buffer, node, "bulkhead,peer", NULL), "linux2");
    assert_int_equal(cell(buffer, talk, "bulkhead,doorbell", 0), 0);
    node = fdt_path_offset(buffer, feed);
    assert_int_equal(cell(buffer, feed, "interrupts", 1), 33);
    assert_int_equal(cell(buffer, feed, "reg", 7), 0x1000);
    assert_int_equal(cell(buffer, feed, "bulkhead,send-ring", 0), 0x1000);
    assert_null(fdt_getprop(buffer, node, "bulkhead,receive-ring", NULL));
    assert_int_equal(cell(buffer, feed, "bulkhead,doorbell", 0), 1);
    assert_int_equal(cell(buffer, feed, "bulkhead,compat-port", 0), 80);
    assert_null(fdt_getprop(buffer, fdt_path_offset(buffer, talk), "bulkhead,compat-port", NULL));
}

/* An overlay that adds a node under /chosen's neighbour and one property. */
static size_t make_overlay(struct blob *blob, const char *target, size_t padding)
{
    static char text[8192];

    blob_begin(blob);
    fdt_begin_node(blob, "fragment@0");
    fdt_property_string(blob, "target-path", target);
    fdt_begin_node(blob, "__overlay__");
    fdt_property_string(blob, "model", "changed");
    if (padding > 0)
        fdt_property(blob, "padding", text, (int)padding);
    fdt_begin_node(blob, "leds");
    fdt_property_u32(blob, "count", 3);
    fdt_end_node(blob);
    fdt_end_node(blob);
    fdt_end_node(blob);
    return blob_end(blob);
}

static uint64_t scratch[GUEST_DT_SIZE / 8];

static bool apply(void *buffer, size_t size, const void *overlay, size_t overlay_size,
                  struct complaint *complaint)
{
    static const uint64_t zeros[GUEST_DT_SIZE / 8];
    struct guest_dt tree = {.layout = layout, .ram_size = MIB(64), .bootargs = "", .cpu_count = 1};

    assert_true(guest_dt_write(buffer, size, &tree));
    bool applied = guest_dt_overlay(buffer, size, overlay, overlay_size, scratch, complaint);
    assert_memory_equal(scratch, zeros, sizeof(zeros)); /* it is guest RAM */
    return applied;
}

static void overlays_are_applied(void **state)
{
    static uint64_t buffer[GUEST_DT_SIZE / 8];
    struct complaint complaint;
    struct blob overlay;
    size_t size = make_overlay(&overlay, "/", 0);

    assert_true(apply(buffer, sizeof(buffer), &overlay, size, &complaint));
    assert_int_equal(fdt_check_full(buffer, sizeof(buffer)), 0);
    assert_string_equal(fdt_getprop(buffer, 0, "model", NULL), "changed");
    assert_int_equal(cell(buffer, "/leds", "count", 0), 3);
    assert_int_equal(cell(buffer, "/uart@9000000", "interrupts", 1), 1);
}

static void bad_overlays_are_refused(void **state)
{
    static uint64_t buffer[GUEST_DT_SIZE / 8];
    static const char big[GUEST_DT_SIZE + 1];
    struct complaint complaint;
    struct blob overlay;
    size_t size = make_overlay(&overlay, "/nowhere", 0);

    assert_false(apply(buffer, sizeof(buffer), &overlay, size, &complaint));
    assert_non_null(strstr(complaint.text, "overlay: cannot be applied"));
    assert_false(apply(buffer, sizeof(buffer), "nothing of the kind", 19, &complaint));
    assert_non_null(strstr(complaint.text, "overlay: cannot be applied"));
    size = make_overlay(&overlay, "/", 0);
    assert_false(apply(buffer, sizeof(buffer), &overlay, size - 9, &complaint));
    assert_false(apply(buffer, sizeof(buffer), big, sizeof(big), &complaint));
    assert_non_null(strstr(complaint.text, "at most 65536"));
    size = make_overlay(&overlay, "/", 7000);
    assert_false(apply(buffer, 4096, &overlay, size, &complaint));
    assert_non_null(strstr(complaint.text, "exceeds 4096 bytes"));
}

static void a_tree_of_the_users(void **state)
{
    static uint64_t buffer[GUEST_DT_SIZE / 8], tree[GUEST_DT_SIZE / 8];
    struct guest_dt values = {
        .layout = layout, .ram_size = MIB(64), .bootargs = "own", .cpu_count = 1};
    struct complaint complaint;

    assert_true(guest_dt_write(tree, sizeof(tree), &values));
    assert_true(guest_dt_take(buffer, sizeof(buffer), tree, fdt_totalsize(tree), &complaint));
    assert_memory_equal(buffer, tree, fdt_totalsize(tree));
    assert_false(guest_dt_take(buffer, 100, tree, fdt_totalsize(tree), &complaint));
    assert_non_null(strstr(complaint.text, "at most 100"));
    assert_false(guest_dt_take(buffer, sizeof(buffer), "text", 5, &complaint));
    assert_non_null(strstr(complaint.text, "dtb: not a device tree blob"));
    assert_false(guest_dt_take(buffer, sizeof(buffer), tree, 200, &complaint));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(device_tree_describes_the_machine),
        cmocka_unit_test(device_tree_follows_the_layout),
        cmocka_unit_test(device_tree_names_shared_memory),
        cmocka_unit_test(device_tree_names_channels),
        cmocka_unit_test(overlays_are_applied),
        cmocka_unit_test(bad_overlays_are_refused),
        cmocka_unit_test(a_tree_of_the_users),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
