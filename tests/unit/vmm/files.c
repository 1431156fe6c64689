/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's files: configuration, where kernel and initrd go, unpacking, the device tree, seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <libfdt.h>
#include <zlib.h>

#include "abi/linux_image.h"
#include "tests/unit/vmm/random.h"
#include "vmm/machine/config.h"
#include "vmm/machine/guest_dt.h"
#include "vmm/machine/image.h"
#include "vmm/machine/seed.h"
#include "vmm/machine/unzip.h"
#include "vmm/mem/copy.h"

/* Of the machine that most of these have. */
static const struct layout layout = {
    .ram = {0x40000000},
    .gicd = {0x08000000},
    .gicc = {0x08010000},
    .uart = {0x09000000},
    .bells = {0x0a000000},
    .uart_intid = 33,
};

static const struct image_wish no_wish = {IMAGE_ANYWHERE, IMAGE_ANYWHERE, IMAGE_ANYWHERE};

/* --- configuration --- */

struct blob {
    char bytes[16384];
};

static void blob_begin(struct blob *blob)
{
    assert_int_equal(fdt_create(blob, sizeof(*blob)), 0);
    assert_int_equal(fdt_finish_reservemap(blob), 0);
    assert_int_equal(fdt_begin_node(blob, ""), 0);
}

static size_t blob_end(struct blob *blob)
{
    assert_int_equal(fdt_end_node(blob), 0);
    assert_int_equal(fdt_finish(blob), 0);
    return fdt_totalsize(blob);
}

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

/* --- kernel and initrd --- */

enum { KERNEL_FILE = 100000, RAM_MIB = 16 };

struct guest {
    struct ram ram;
    uint8_t kernel_bytes[KERNEL_FILE];
    uint8_t packed[KERNEL_FILE + 1000];
    struct image_file kernel, initrd;
    struct image_wish wish;
    struct image_plan plan;
    struct complaint complaint;
};

static void put64(uint8_t *bytes, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
}

static struct guest *start(void)
{
    static struct guest guest;
    uint64_t seed = 5;

    free(guest.ram.host);
    memset(&guest, 0, sizeof(guest));
    guest.ram = (struct ram){.base = IPA(0x40000000), .size = MIB(RAM_MIB)};
    guest.wish = no_wish;
    guest.ram.host = malloc(guest.ram.size); /* behind it the sanitizer watches */
    memset(guest.ram.host, 0xee, guest.ram.size);
    for (size_t i = 0; i < KERNEL_FILE; i++)
        guest.kernel_bytes[i] = (uint8_t)(random_next(&seed) >> 61);
    put64(guest.kernel_bytes + 8, 0);
    put64(guest.kernel_bytes + 16, MIB(1));
    put64(guest.kernel_bytes + 24, 0xa);
    memcpy(guest.kernel_bytes + 56, "ARM\x64", 4);
    guest.kernel = (struct image_file){guest.kernel_bytes, KERNEL_FILE};
    return &guest;
}

static bool plan(struct guest *guest)
{
    return image_plan(&guest->ram, &guest->kernel, &guest->initrd, &guest->wish, &guest->plan,
                      &guest->complaint);
}

/* What the tool tries beforehand is what comes of it. */
static bool load(struct guest *guest)
{
    bool could = image_try(&guest->kernel, &guest->plan, &guest->complaint);

    assert_int_equal(could, image_load(&guest->ram, &guest->kernel, &guest->initrd, &guest->plan,
                                       &guest->complaint));
    return could;
}

static void assert_refused(struct guest *guest, const char *text)
{
    assert_false(plan(guest));
    if (strstr(guest->complaint.text, text) == NULL)
        fail_msg("'%s' does not say '%s'", guest->complaint.text, text);
}

static size_t pack(struct guest *guest)
{
    z_stream stream = {.next_in = guest->kernel_bytes,
                       .avail_in = KERNEL_FILE,
                       .next_out = guest->packed,
                       .avail_out = sizeof(guest->packed)};

    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, 0), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    guest->kernel = (struct image_file){guest->packed, stream.total_out};
    deflateEnd(&stream);
    return guest->kernel.size;
}

static void image_is_placed_and_loaded(void **state)
{
    static uint8_t initrd[70000];
    struct guest *guest = start();

    memset(initrd, 0x77, sizeof(initrd));
    guest->initrd = (struct image_file){initrd, sizeof(initrd)};
    put64(guest->kernel_bytes + 8, 0x80000);
    put64(guest->kernel_bytes + 16, MIB(1) + 1);
    assert_true(plan(guest));
    assert_int_equal(guest->plan.kernel.address.value, 0x40080000);
    assert_int_equal(guest->plan.tree.address.value, 0x40190000);
    assert_int_equal(guest->plan.initrd.address.value, 0x401a0000);
    assert_true(load(guest));
    assert_memory_equal(guest->ram.host + 0x80000, guest->kernel_bytes, KERNEL_FILE);
    assert_memory_equal(guest->ram.host + 0x1a0000, initrd, sizeof(initrd));
    assert_int_equal(guest->ram.host[0x7ffff], 0xee);
    assert_int_equal(guest->ram.host[0x80000 + KERNEL_FILE], 0xee);
    assert_int_equal(guest->ram.host[0x1a0000 + sizeof(initrd)], 0xee);
}

/* Each where it is wished, or around what is. */
static void files_go_where_they_are_wished(void **state)
{
    static uint8_t initrd[70000];
    struct guest *guest = start();

    memset(initrd, 0x77, sizeof(initrd));
    guest->initrd = (struct image_file){initrd, sizeof(initrd)};
    guest->wish = (struct image_wish){0x40200000, 0x40001000, 0x40101000};
    assert_true(plan(guest));
    assert_int_equal(guest->plan.kernel.address.value, 0x40200000);
    assert_int_equal(guest->plan.tree.address.value, 0x40001000);
    assert_int_equal(guest->plan.initrd.address.value, 0x40101000);
    assert_true(load(guest));
    assert_memory_equal(guest->ram.host + 0x200000, guest->kernel_bytes, KERNEL_FILE);
    assert_memory_equal(guest->ram.host + 0x101000, initrd, sizeof(initrd));
    assert_int_equal(guest->ram.host[0], 0xee);

    /* The tree finds the initrd in its way. */
    guest->wish = (struct image_wish){IMAGE_ANYWHERE, IMAGE_ANYWHERE, 0x40100000};
    assert_true(plan(guest));
    assert_int_equal(guest->plan.kernel.address.value, 0x40000000);
    assert_int_equal(guest->plan.tree.address.value, 0x40120000);

    /* Behind this kernel there is room for one of the two. */
    put64(guest->kernel_bytes + 16, MIB(2) - KIB(64));
    guest->wish = (struct image_wish){0x40000000 + MIB(RAM_MIB - 2), IMAGE_ANYWHERE,
                                      IMAGE_ANYWHERE};
    assert_true(plan(guest));
    assert_int_equal(guest->plan.tree.address.value, 0x40000000 + MIB(RAM_MIB) - KIB(64));
    assert_int_equal(guest->plan.initrd.address.value, 0x40000000);
}

static void assert_wish_refused(struct guest *guest, struct image_wish wish, const char *text)
{
    guest->wish = wish;
    assert_refused(guest, text);
}

#define WISH(kernel, tree, initrd) ((struct image_wish){kernel, tree, initrd})

static void wishes_that_cannot_be_are_refused(void **state)
{
    static uint8_t initrd[70000];
    struct guest *guest = start();
    const uint64_t any = IMAGE_ANYWHERE, end = 0x40000000 + MIB(RAM_MIB);

    guest->initrd = (struct image_file){initrd, sizeof(initrd)};
    put64(guest->kernel_bytes + 8, 0x80000);
    assert_wish_refused(guest, WISH(0x40200000, any, any),
                        "kernel-address: 0x40200000, not "
                        "0x80000 behind a multiple of 2 MiB, as its Image header wants: write "
                        "0x40080000");
    assert_wish_refused(guest, WISH(0x1000, any, any), "write 0x80000");
    assert_wish_refused(guest, WISH(end + 0x80000, any, any), "from where not all of it is in RAM");
    assert_wish_refused(guest, WISH(0x3fe80000, any, any), "from where not all of it is in RAM");
    assert_wish_refused(guest, WISH(any, end - 0xf000, any),
                        "tree-address: 0x40ff1000, from where not all");
    assert_wish_refused(guest, WISH(any, 0, any), "from where not all of it is in RAM");
    assert_wish_refused(guest, WISH(any, UINT64_MAX - 1, any),
                        "from where not all of it is in RAM");
    assert_wish_refused(guest, WISH(any, 0x4017f000, any),
                        "tree-address: 0x4017f000, which puts it over the kernel (0x40080000 to "
                        "0x4017ffff): move it, or leave it out");
    assert_wish_refused(guest, WISH(any, 0x40200000, 0x4020f000),
                        "initrd-address: 0x4020f000, which puts it over the device tree "
                        "(0x40200000 to 0x4020ffff)");
    assert_wish_refused(guest, WISH(any, any, end - 4096), "from where not all of it is in RAM");
    /* Without an initrd its place is nobody's. */
    guest->initrd.size = 0;
    guest->wish = WISH(any, any, end);
    assert_true(plan(guest));
}

static void packed_image_is_loaded(void **state)
{
    struct guest *guest = start();

    pack(guest);
    assert_true(plan(guest));
    assert_true(guest->plan.packed);
    assert_int_equal(guest->plan.kernel.size, MIB(1));
    assert_true(load(guest));
    assert_memory_equal(guest->ram.host, guest->kernel_bytes, KERNEL_FILE);
    assert_int_equal(guest->ram.host[KERNEL_FILE], 0xee);

    /* Exactly as large as its header says. */
    put64(guest->kernel_bytes + 16, KERNEL_FILE);
    pack(guest);
    assert_true(plan(guest) && load(guest));
    /* Larger: nothing behind the announced size is written. */
    memset(guest->ram.host, 0xee, MIB(1));
    put64(guest->kernel_bytes + 16, KERNEL_FILE - 1);
    pack(guest);
    assert_true(plan(guest));
    assert_false(load(guest));
    assert_int_equal(guest->ram.host[KERNEL_FILE - 1], 0xee);
}

static void damaged_packed_images(void **state)
{
    struct guest *guest = start();
    size_t size = pack(guest);

    guest->kernel.size = size - 1;
    assert_true(plan(guest));
    assert_false(load(guest));
    assert_non_null(strstr(guest->complaint.text, "damaged gzip"));
    guest->kernel.size = size;
    guest->packed[size / 2] ^= 0x10;
    assert_false(plan(guest) && load(guest));
    for (size_t cut = 2; cut < 100; cut++) {
        guest->kernel.size = cut;
        assert_false(plan(guest) && load(guest));
    }
}

static void wrong_files_are_named(void **state)
{
    struct guest *guest = start();

    guest->kernel_bytes[56] = 'X';
    assert_refused(guest, "kernel: not an arm64 Image (no \"ARM\\x64\" at byte 56): give "
                          "Debian's vmlinuz or arch/arm64/boot/Image");
    guest = start();
    guest->kernel.size = 63;
    assert_refused(guest, "not an arm64 Image");
    guest->kernel.size = 0;
    assert_refused(guest, "not an arm64 Image");
    guest = start();
    put64(guest->kernel_bytes + 16, 0);
    assert_refused(guest, "3.17");
    guest = start();
    put64(guest->kernel_bytes + 16, KERNEL_FILE - 1);
    assert_refused(guest, "damaged");
    guest = start();
    put64(guest->kernel_bytes + 8, UINT64_MAX - 3);
    assert_false(plan(guest));
}

static void what_does_not_fit(void **state)
{
    struct guest *guest = start();

    put64(guest->kernel_bytes + 16, MIB(16) + 1);
    assert_refused(guest, "kernel: 16.0 MiB does not fit into 16 MiB of RAM: raise memory");
    put64(guest->kernel_bytes + 16, MIB(16));
    assert_refused(guest, "device tree");
    put64(guest->kernel_bytes + 16, MIB(16) - GUEST_DT_SIZE);
    assert_true(plan(guest));
    guest->initrd = (struct image_file){guest->kernel_bytes, 1};
    assert_refused(guest, "initrd: 0.0 MiB does not fit");
    put64(guest->kernel_bytes + 16, MIB(1));
    guest->initrd.size = MIB(700);
    assert_refused(guest,
                   "initrd: 700.0 MiB does not fit into 16 MiB of RAM beside the kernel: raise "
                   "memory");
    guest->initrd.size = SIZE_MAX;
    assert_refused(guest, "initrd");
}

/* Whatever the header says: refused, or all places in RAM and apart. */
/* `in_order`: each behind the one before. */
static void assert_apart(const struct ram *ram, const struct image_plan *plan, bool in_order)
{
    const struct image_place *places[] = {&plan->kernel, &plan->tree, &plan->initrd};

    for (unsigned i = 0; i < 3; i++) {
        uint64_t first = places[i]->address.value, size = places[i]->size;

        if (size == 0 && i == 2)
            continue; /* there is none */
        assert_true(ram_contains(ram, IPA(first), size));
        for (unsigned j = 0; j < i; j++) {
            uint64_t other = places[j]->address.value, end = other + places[j]->size;

            assert_true(first >= end || (!in_order && first + size <= other));
        }
    }
}

static uint64_t random_wish(uint64_t *seed)
{
    switch (random_below(seed, 8)) {
    case 0:
        return random_next(seed) >> random_below(seed, 64);
    case 1:
    case 2:
        return IMAGE_ANYWHERE;
    default:
        return 0x40000000 + random_below(seed, RAM_MIB) * MIB(1);
    }
}

static void random_wishes(void **state)
{
    struct guest *guest = start();
    unsigned placed = 0;
    uint64_t seed = 12;

    for (unsigned i = 0; i < 100000; i++) {
        put64(guest->kernel_bytes + 8, random_below(&seed, 2) * 0x80000);
        put64(guest->kernel_bytes + 16, KERNEL_FILE + random_below(&seed, MIB(4)));
        guest->initrd = (struct image_file){NULL,
                                            random_below(&seed, 3) * random_below(&seed, MIB(4))};
        guest->wish = WISH(random_wish(&seed), random_wish(&seed), random_wish(&seed));
        if (!plan(guest))
            continue;
        assert_apart(&guest->ram, &guest->plan, false);
        placed++;
    }
    assert_true(placed > 10000);
    free(guest->ram.host);
    guest->ram.host = NULL;
}

static void random_headers(void **state)
{
    struct guest *guest = start();
    uint64_t seed = 11;

    for (unsigned i = 0; i < 100000; i++) {
        unsigned field = random_below(&seed, 3);

        put64(guest->kernel_bytes + 8 + 8 * field, random_next(&seed) >> random_below(&seed, 64));
        guest->initrd = (struct image_file){NULL, random_next(&seed) >> random_below(&seed, 64)};
        if (plan(guest))
            assert_apart(&guest->ram, &guest->plan, true);
    }
    free(guest->ram.host);
    guest->ram.host = NULL;
}

static void bulk_copies(void **state)
{
    uint8_t from[700], to[700];

    for (size_t i = 0; i < sizeof(from); i++)
        from[i] = (uint8_t)(i * 7 + 1);
    for (size_t size = 0; size < 600; size += 13) {
        size_t offset = size % 32;

        memset(to, 0, sizeof(to));
        copy_bulk(to + offset, from + 3, size);
        assert_memory_equal(to + offset, from + 3, size);
        assert_int_equal(to[offset + size], 0);
        copy_zero(to + offset, size);
        for (size_t i = 0; i < sizeof(to); i++)
            assert_int_equal(to[i], 0);
    }
}

/* --- device tree --- */

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

/* --- seeds --- */

static void assert_digest(const char *text, const char *expected)
{
    uint8_t digest[SEED_SIZE];

    sha256(text, strlen(text), digest);
    for (unsigned i = 0; i < SEED_SIZE; i++) {
        char byte[3] = {expected[2 * i], expected[2 * i + 1], 0};

        assert_int_equal(digest[i], strtoul(byte, NULL, 16));
    }
}

/* Examples of FIPS 180-4. */
static void hash_is_sha256(void **state)
{
    assert_digest("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void seeds_differ(void **state)
{
    static const uint8_t board[] = {1, 2, 3, 4};
    uint8_t seeds[4][SEED_SIZE];

    seed_derive(board, sizeof(board), "a", 1, seeds[0]);
    seed_derive(board, sizeof(board), "a", 2, seeds[1]);
    seed_derive(board, sizeof(board), "b", 1, seeds[2]);
    seed_derive(board, 3, "a", 1, seeds[3]);
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned j = i + 1; j < 4; j++) {
            assert_memory_not_equal(seeds[i], seeds[j], SEED_SIZE);
            assert_true(seed_kaslr(seeds[i]) != seed_kaslr(seeds[j]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_is_read),
        cmocka_unit_test(the_machine_is_read),
        cmocka_unit_test(bad_machines_are_refused),
        cmocka_unit_test(shared_memory_is_read),
        cmocka_unit_test(channels_are_read),
        cmocka_unit_test(config_has_defaults),
        cmocka_unit_test(bad_config_is_refused),
        cmocka_unit_test(bad_files_are_refused),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(complaints_find_the_console),
        cmocka_unit_test(image_is_placed_and_loaded),
        cmocka_unit_test(files_go_where_they_are_wished),
        cmocka_unit_test(wishes_that_cannot_be_are_refused),
        cmocka_unit_test(packed_image_is_loaded),
        cmocka_unit_test(damaged_packed_images),
        cmocka_unit_test(wrong_files_are_named),
        cmocka_unit_test(what_does_not_fit),
        cmocka_unit_test(random_headers),
        cmocka_unit_test(random_wishes),
        cmocka_unit_test(bulk_copies),
        cmocka_unit_test(device_tree_describes_the_machine),
        cmocka_unit_test(device_tree_follows_the_layout),
        cmocka_unit_test(device_tree_names_shared_memory),
        cmocka_unit_test(device_tree_names_channels),
        cmocka_unit_test(overlays_are_applied),
        cmocka_unit_test(bad_overlays_are_refused),
        cmocka_unit_test(a_tree_of_the_users),
        cmocka_unit_test(hash_is_sha256),
        cmocka_unit_test(seeds_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
