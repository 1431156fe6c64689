/* SPDX-License-Identifier: BSD-2-Clause */
/* What the VM is: its configuration, which the tool makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <libfdt.h>

#include "tests/unit/vmm/blob.h"
#include "tests/unit/vmm/layout.h"
#include "vmm/machine/config.h"

/* Two numbers, as files and the console have them. */
static void blob_pair(struct blob *blob, const char *name, uint64_t first, uint64_t second)
{
    fdt64_t cells[2];

    fdt64_st(&cells[0], first);
    fdt64_st(&cells[1], second);
    assert_int_equal(fdt_property(blob, name, cells, sizeof(cells)), 0);
}

/* What there has to be, but for one of them. */
static void blob_needed(struct blob *blob, const char *but)
{
    blob_begin(blob);
    if (strcmp(but, "memory") != 0)
        fdt_property_u64(blob, "memory", MIB(64));
    if (strcmp(but, "status") != 0)
        fdt_property_u64(blob, "status", 0x20000000);
    if (strcmp(but, "kernel") != 0)
        blob_pair(blob, "kernel", 0x100000000, 1000);
    if (strcmp(but, "ram") != 0)
        fdt_property_u64(blob, "ram", layout.ram.value);
    if (strcmp(but, "gic") != 0)
        blob_pair(blob, "gic", layout.gicd.value, layout.gicc.value);
    if (strcmp(but, "uart") != 0)
        blob_pair(blob, "uart", layout.uart.value, layout.uart_intid);
    if (strcmp(but, "bells") != 0)
        fdt_property_u64(blob, "bells", layout.bells.value);
}

static void blob_region(struct blob *blob, const char *node, const char *name, uint64_t address)
{
    fdt_begin_node(blob, node);
    if (name != NULL)
        fdt_property_string(blob, "name", name);
    fdt_property_u64(blob, "address", address);
    fdt_property_u64(blob, "size", MIB(2));
    if (address == MIB(512))
        fdt_property(blob, "writable", NULL, 0);
    assert_int_equal(fdt_end_node(blob), 0);
}

static void blob_channel(struct blob *blob, const char *node, const char *peer, uint64_t own)
{
    fdt_begin_node(blob, node);
    fdt_property_string(blob, "name", "talk");
    fdt_property_string(blob, "peer", peer);
    fdt_property_u64(blob, "own", own);
    fdt_property_u64(blob, "other", own + MIB(1));
    fdt_property_u32(blob, "interrupt", own == MIB(256) ? 70 : 200);
    if (own != MIB(256)) {
        fdt_property_u32(blob, "send-ring", 4096);
        fdt_property_u32(blob, "compat-port", 80);
    }
    if (own == MIB(256))
        fdt_property_u32(blob, "receive-ring", 65536);
    assert_int_equal(fdt_end_node(blob), 0);
}

static void channels_are_read(void **state)
{
    struct blob blob;
    struct config config;
    struct complaint complaint;

    blob_needed(&blob, "");
    fdt_begin_node(&blob, "channel");
    blob_channel(&blob, "1", "linux3", MIB(512));
    blob_channel(&blob, "0", "linux2", MIB(256));
    fdt_end_node(&blob);
    assert_true(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_int_equal(config.channel_count, 2);
    assert_string_equal(config.channels[0].name, "talk");
    assert_string_equal(config.channels[0].peer, "linux2");
    assert_int_equal(config.channels[0].own.value, MIB(256));
    assert_int_equal(config.channels[0].other.value, MIB(257));
    assert_int_equal(config.channels[0].send_ring, 0);
    assert_int_equal(config.channels[0].receive_ring, 65536);
    assert_string_equal(config.channels[1].peer, "linux3");
    assert_int_equal(config.channels[1].send_ring, 4096);
    assert_int_equal(config.channels[0].compat_port, 0);
    assert_int_equal(config.channels[1].compat_port, 80);
    assert_int_equal(config.channels[0].intid, 70);
    assert_int_equal(config.channels[1].intid, 200);
    assert_int_equal(config.line_count, 224);

    blob_needed(&blob, "");
    fdt_begin_node(&blob, "channel");
    blob_region(&blob, "0", "talk", MIB(256));
    fdt_end_node(&blob);
    assert_false(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_string_equal(complaint.text, "config: '/channel/0' is no channel");

    blob_needed(&blob, "");
    fdt_begin_node(&blob, "channel");
    for (unsigned i = 0; i <= VMM_CHANNEL_MAX; i++) {
        char name[8];

        snprintf(name, sizeof(name), "%u", i);
        blob_channel(&blob, name, "linux2", MIB(512));
    }
    fdt_end_node(&blob);
    assert_false(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_string_equal(complaint.text, "config: more than 64 channels");
}

static void shared_memory_is_read(void **state)
{
    struct blob blob;
    struct config config;
    struct complaint complaint;

    blob_needed(&blob, "");
    fdt_begin_node(&blob, "shared");
    blob_region(&blob, "0", "frames", MIB(256));
    blob_region(&blob, "1", "ring", MIB(512));
    fdt_end_node(&blob);
    assert_true(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_int_equal(config.shared_count, 2);
    assert_string_equal(config.shared[0].name, "frames");
    assert_int_equal(config.shared[0].address.value, MIB(256));
    assert_int_equal(config.shared[0].size, MIB(2));
    assert_false(config.shared[0].writable);
    assert_true(config.shared[1].writable);

    blob_needed(&blob, "");
    fdt_begin_node(&blob, "shared");
    blob_region(&blob, "0", NULL, MIB(256));
    fdt_end_node(&blob);
    assert_false(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_string_equal(complaint.text, "config: '/shared/0' is no name, address and size");

    blob_needed(&blob, "");
    fdt_begin_node(&blob, "shared");
    for (unsigned i = 0; i <= VMM_SHARED_MAX; i++) {
        char name[8];

        snprintf(name, sizeof(name), "%u", i);
        blob_region(&blob, name, "frames", MIB(2) * i);
    }
    fdt_end_node(&blob);
    assert_false(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_string_equal(complaint.text, "config: more than 64 regions of shared memory");
}

static void config_is_read(void **state)
{
    struct blob blob;
    struct config config;
    struct complaint complaint;

    blob_needed(&blob, "");
    fdt_property_string(&blob, "bootargs", "console=ttyAMA0");
    fdt_property_string(&blob, "model", "linux1");
    fdt_property(&blob, "rng-seed", "12345678", 8);
    fdt_property(&blob, "report-exits", NULL, 0);
    fdt_property_u32(&blob, "cpus", 1);
    blob_pair(&blob, "initrd", 0x100200000, 2000);
    blob_pair(&blob, "overlay", 0x100400000, 3000);
    blob_pair(&blob, "console", 0x20010000, 0x20020000);
    assert_true(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_int_equal(config.memory, MIB(64));
    assert_ptr_equal(config.kernel.data, (void *)0x100000000);
    assert_int_equal(config.kernel.size, 1000);
    assert_ptr_equal(config.initrd.data, (void *)0x100200000);
    assert_int_equal(config.initrd.size, 2000);
    assert_int_equal(config.overlay.size, 3000);
    assert_int_equal(config.tree.size, 0);
    assert_int_equal(config.console_own, 0x20010000);
    assert_int_equal(config.console_peer, 0x20020000);
    assert_int_equal(config.status, 0x20000000);
    assert_string_equal(config.bootargs, "console=ttyAMA0");
    assert_string_equal(config.name, "linux1");
    assert_int_equal(config.seed_size, 8);
    assert_true(config.report_exits);
}

static void config_has_defaults(void **state)
{
    struct blob blob;
    struct config config;
    struct complaint complaint;

    blob_needed(&blob, "");
    assert_true(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_string_equal(config.bootargs, "");
    assert_string_equal(config.name, "guest");
    assert_null(config.seed);
    assert_int_equal(config.cpu_count, 1);
    assert_int_equal(config.initrd.size + config.tree.size + config.overlay.size, 0);
    assert_int_equal(config.console_own, 0);
    assert_false(config.report_exits);
}

static void assert_config_refused(const char *property, const void *value, int size,
                                  const char *text)
{
    struct blob blob;
    struct config config;
    struct complaint complaint;

    blob_needed(&blob, property);
    fdt_property(&blob, property, value, size);
    assert_false(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_non_null(strstr(complaint.text, text));
}

static void bad_config_is_refused(void **state)
{
    static char long_text[3000];
    static const uint8_t odd[8] = {0, 0, 0, 0, 0, 0x10, 0, 0}, zero[16],
                         huge[8] = {0, 1, 0, 0, 0, 0, 0, 0};

    memset(long_text, 'x', sizeof(long_text) - 1);
    assert_config_refused("memory", odd, 8, "multiple of 2 MiB");
    assert_config_refused("memory", zero, 8, "multiple of 2 MiB");
    assert_config_refused("memory", huge, 8, "can be addressed");
    assert_config_refused("memory", zero, 4, "64-bit number");
    assert_config_refused("bootargs", long_text, sizeof(long_text), "shorten it");
    assert_config_refused("bootargs", "ab\0cd", 6, "not one string");
    assert_config_refused("bootargs", "ab", 2, "not one string");
    assert_config_refused("model", long_text, 40, "not one string");
    assert_config_refused("model", long_text + sizeof(long_text) - 40, 40, "shorten it");
    assert_config_refused("model", "", 0, "not one string");
    assert_config_refused("rng-seed", long_text, 257, "at most");
    assert_config_refused("cpus", zero, 4, "0 cpus: a VM has 1 to");
    assert_config_refused("cpus", long_text, 4, "cpus: a VM has 1 to");
    assert_config_refused("cpus", zero, 8, "one 32-bit number");
    assert_config_refused("status", zero, 8, "address of a status page");
    assert_config_refused("status", "\0\0\0\0\0\0\0\1", 8, "address of a status page");
    assert_config_refused("status", zero, 7, "64-bit number");
    assert_config_refused("console", zero, 16, "not two addresses");
    assert_config_refused("console", zero, 8, "2 64-bit numbers");
}

static void the_machine_is_read(void **state)
{
    static const struct image_wish no_wish = {IMAGE_ANYWHERE, IMAGE_ANYWHERE, IMAGE_ANYWHERE};
    struct blob blob;
    struct config config;
    struct complaint complaint;

    blob_needed(&blob, "");
    assert_true(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_memory_equal(&config.layout, &layout, sizeof(layout));
    assert_int_equal(config.line_count, 128);
    assert_memory_equal(&config.wish, &no_wish, sizeof(no_wish));

    blob_needed(&blob, "uart");
    blob_pair(&blob, "uart", UINT64_C(0xfffffff000), 128);
    fdt_property_u64(&blob, "kernel-address", 1);
    fdt_property_u64(&blob, "tree-address", 2);
    fdt_property_u64(&blob, "initrd-address", 3);
    assert_true(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_int_equal(config.layout.uart.value, UINT64_C(0xfffffff000));
    assert_int_equal(config.layout.uart_intid, 128);
    assert_int_equal(config.line_count, 160);
    assert_int_equal(config.wish.kernel, 1);
    assert_int_equal(config.wish.tree, 2);
    assert_int_equal(config.wish.initrd, 3);
}

/* Two 64-bit numbers. */
static void assert_pair_refused(const char *property, uint64_t first, uint64_t second,
                                const char *text)
{
    fdt64_t cells[2];

    fdt64_st(&cells[0], first);
    fdt64_st(&cells[1], second);
    assert_config_refused(property, cells, sizeof(cells), text);
}

static void bad_machines_are_refused(void **state)
{
    static const uint8_t odd[8] = {0, 0, 0, 0, 0x40, 0x10, 0, 0}, /* 1 MiB behind 2 */
        high[8] = {0, 0, 0, 0xff, 0xff, 0, 0, 0},                 /* its end is beyond */
        page[8] = {0, 0, 0, 0, 0, 0, 0x10, 0}, half[8] = {0, 0, 0, 0, 0, 0, 0x18, 0};

    assert_config_refused("ram", odd, 8, "where no RAM can be");
    assert_config_refused("ram", high, 8, "where no RAM can be");
    assert_config_refused("ram", page, 4, "64-bit number");
    assert_config_refused("bells", half, 8, "where no device can be");
    assert_pair_refused("gic", 0x8000800, 0x8010000, "where no device can be");
    assert_pair_refused("gic", 0x8000000, UINT64_C(0xfffffff000), "where no device can be");
    assert_pair_refused("uart", UINT64_C(0x10000000000), 33, "where no device can be");
    assert_pair_refused("uart", 0x9000000, 31, "interrupt 31: 32 to 255 can be given");
    assert_pair_refused("uart", 0x9000000, 256, "interrupt 256: 32 to 255 can be given");
    assert_pair_refused("kernel-address", 0, 0, "64-bit number");
    assert_config_refused("tree-address", page, 4, "64-bit number");
    assert_config_refused("initrd-address", page, 4, "64-bit number");
}

/* What it would read a file by. */
static void bad_files_are_refused(void **state)
{
    static const char *const names[] = {"kernel", "initrd", "tree", "overlay"};
    uint8_t pair[16];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        memset(pair, 0, sizeof(pair));
        assert_config_refused(names[i], pair, 16, "not the address and size of a file");
        pair[0] = 1;
        assert_config_refused(names[i], pair, 16, "not the address and size of a file");
        assert_config_refused(names[i], pair, 12, "64-bit numbers");
        memset(pair, 0xff, sizeof(pair));
        assert_config_refused(names[i], pair, 16, "not the address and size of a file");
    }
}

static void what_is_missing_is_named(void **state)
{
    static const struct {
        const char *name, *text;
    } needed[] = {{"memory", "no 'memory'"}, {"kernel", "no 'kernel'"}, {"status", "'status'"},
                  {"ram", "no 'ram'"},       {"gic", "no 'gic'"},       {"uart", "no 'uart'"},
                  {"bells", "no 'bells'"}};
    struct blob blob;
    struct config config;
    struct complaint complaint;

    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        blob_needed(&blob, needed[i].name);
        assert_false(config_read(&blob, blob_end(&blob), &config, &complaint));
        assert_non_null(strstr(complaint.text, needed[i].text));
    }
    blob_needed(&blob, "");
    blob_pair(&blob, "tree", 4096, 1);
    blob_pair(&blob, "overlay", 4096, 1);
    assert_false(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_non_null(strstr(complaint.text, "both 'tree' and 'overlay'"));
    assert_false(config_read("no blob", 7, &config, &complaint));
    assert_non_null(strstr(complaint.text, "not a device tree blob"));
    assert_false(config_read(NULL, 0, &config, &complaint));
    assert_false(config_read(&blob, 20, &config, &complaint));
}

/* Who is to hear of a bad configuration is read first. */
static void complaints_find_the_console(void **state)
{
    struct blob blob;
    struct config config;
    struct complaint complaint;

    blob_needed(&blob, "memory");
    blob_pair(&blob, "console", 0x20010000, 0x20020000);
    fdt_property_string(&blob, "model", "linux7");
    assert_false(config_read(&blob, blob_end(&blob), &config, &complaint));
    assert_int_equal(config.console_own, 0x20010000);
    assert_int_equal(config.console_peer, 0x20020000);
    assert_string_equal(config.name, "linux7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_is_read),           cmocka_unit_test(the_machine_is_read),
        cmocka_unit_test(bad_machines_are_refused), cmocka_unit_test(shared_memory_is_read),
        cmocka_unit_test(channels_are_read),        cmocka_unit_test(config_has_defaults),
        cmocka_unit_test(bad_config_is_refused),    cmocka_unit_test(bad_files_are_refused),
        cmocka_unit_test(what_is_missing_is_named), cmocka_unit_test(complaints_find_the_console),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
