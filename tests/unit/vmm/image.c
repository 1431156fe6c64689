/* SPDX-License-Identifier: BSD-2-Clause */
/* Where kernel and initrd go, unpacking, and the copies that bring them there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>

#include "tests/unit/vmm/random.h"
#include "vmm/machine/guest_dt.h"
#include "vmm/machine/image.h"
#include "vmm/machine/unzip.h"
#include "vmm/mem/copy.h"

static const struct image_wish no_wish = {IMAGE_ANYWHERE, IMAGE_ANYWHERE, IMAGE_ANYWHERE};

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
    assert_refused(guest, "initrd: 1 KiB does not fit");
    put64(guest->kernel_bytes + 16, MIB(1));
    guest->initrd.size = MIB(700);
    assert_refused(guest,
                   "initrd: 700.0 MiB does not fit into 16 MiB of RAM beside the kernel: raise "
                   "memory");
    guest->initrd.size = SIZE_MAX;
    assert_refused(guest, "initrd");
}

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

/* Whatever the header says: refused, or all places in RAM and apart. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
