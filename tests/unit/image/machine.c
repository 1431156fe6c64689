/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the loader reads from device trees: boards as they are written, and broken blobs.
 */
#include "loader/machine.h"
#include "tests/unit/image/blob.h"
#include "tests/unit/image/cmocka_includes.h"

#define RANGE(range, from, to)                 \
    do {                                       \
        assert_int_equal((range).start, from); \
        assert_int_equal((range).end, to);     \
    } while (0)

/* How trees differ that must give the same answers. */
struct variant {
    const char *stdout_path; /* NULL: none */
    const char *psci;
};

/* A board with its console behind two buses, the outer of which moves addresses. */
static void build_board(struct blob *blob, const struct variant *variant)
{
    blob_reserve(blob, 0x41000000, 0x1000);
    blob_begin(blob, "");
    blob_cells(blob, "#address-cells", 1, 2);
    blob_cells(blob, "#size-cells", 1, 2);
    blob_begin(blob, "aliases");
    blob_string(blob, "serial0", "/soc@0/bus@30000000/serial@860000");
    blob_string(blob, "serial1", "/soc@0/serial@9000000");
    blob_end(blob);
    blob_begin(blob, "chosen");
    if (variant->stdout_path != NULL)
        blob_string(blob, "stdout-path", variant->stdout_path);
    blob_end(blob);
    blob_begin(blob, "memory@80000000");
    blob_string(blob, "device_type", "memory");
    blob_cells(blob, "reg", 8, 0, 0x80000000, 0, 0x80000000, 0, 0x40000000, 0, 0x40000000);
    blob_end(blob);
    blob_begin(blob, "memory@100000000");
    blob_string(blob, "device_type", "memory");
    blob_string(blob, "status", "disabled");
    blob_cells(blob, "reg", 4, 1, 0, 0, 0x80000000);
    blob_end(blob);
    blob_begin(blob, "reserved-memory");
    blob_cells(blob, "#address-cells", 1, 2);
    blob_cells(blob, "#size-cells", 1, 2);
    blob_property(blob, "ranges", "", 0);
    blob_begin(blob, "dsp@92400000");
    blob_cells(blob, "reg", 4, 0, 0x92400000, 0, 0x2000000);
    blob_end(blob);
    blob_begin(blob, "linux,cma"); /* a size alone reserves no fixed place */
    blob_cells(blob, "size", 2, 0, 0x10000000);
    blob_end(blob);
    blob_end(blob);
    blob_begin(blob, "cpus");
    blob_cells(blob, "#address-cells", 1, 1);
    blob_cells(blob, "#size-cells", 1, 0);
    blob_begin(blob, "cpu-map");
    blob_end(blob);
    for (unsigned i = 0; i < 4; i++) {
        blob_begin(blob, "cpu");
        blob_string(blob, "device_type", "cpu");
        blob_cells(blob, "reg", 1, 0x100 * (i / 2) + i % 2);
        blob_string(blob, "status", i == 2 ? "fail" : "okay");
        blob_end(blob);
    }
    blob_end(blob);
    blob_begin(blob, "psci");
    blob_string(blob, "compatible", variant->psci);
    blob_string(blob, "method", "smc");
    blob_cells(blob, "cpu_on", 1, 0x95c10001);
    blob_end(blob);
    blob_begin(blob, "soc@0");
    blob_cells(blob, "#address-cells", 1, 1);
    blob_cells(blob, "#size-cells", 1, 1);
    blob_cells(blob, "ranges", 4, 0, 0, 0, 0x40000000);
    blob_begin(blob, "serial@9000000");
    blob_property(blob, "compatible", "arm,pl011\0arm,primecell", 24);
    blob_cells(blob, "reg", 2, 0x9000000, 0x1000);
    blob_end(blob);
    blob_begin(blob, "bus@30000000");
    blob_cells(blob, "#address-cells", 1, 1);
    blob_cells(blob, "#size-cells", 1, 1);
    blob_cells(blob, "ranges", 3, 0, 0x30000000, 0x1000000);
    blob_begin(blob, "serial@860000");
    blob_string(blob, "compatible", "fsl,imx8mp-uart");
    blob_cells(blob, "reg", 2, 0x860000, 0x10000);
    blob_end(blob);
    blob_end(blob);
    blob_end(blob);
    blob_end(blob);
}

static void *make_board(const struct variant *variant, uint32_t *size)
{
    static struct blob blob;

    memset(&blob, 0, sizeof(blob));
    build_board(&blob, variant);
    return blob_finish(&blob, size);
}

static struct machine learn(const struct variant *variant)
{
    struct machine machine;
    struct fdt tree;
    uint32_t size;
    void *blob = make_board(variant, &size);

    assert_true(fdt_open(&tree, blob, size));
    assert_int_equal(machine_learn(&machine, &tree), MACHINE_OK);
    free(blob);
    return machine;
}

static void reads_a_board(void **state)
{
    struct machine machine = learn(&(struct variant){"serial0:115200n8", "arm,psci-1.0"});

    assert_int_equal(machine.ram_count, 2);
    RANGE(machine.ram[0], 0x40000000, 0x80000000);
    RANGE(machine.ram[1], 0x80000000, 0x100000000);
    assert_int_equal(machine.reserved_count, 2);
    RANGE(machine.reserved[0], 0x41000000, 0x41001000);
    RANGE(machine.reserved[1], 0x92400000, 0x94400000);
    assert_int_equal(machine.core_count, 3); /* one is broken */
    assert_int_equal(machine.cores[2], 0x101);
    assert_true(machine.psci_by_smc);
    assert_int_equal(machine.psci_cpu_on, 0xc4000003);
    assert_int_equal(machine.uart_model, UART_IMX);
    assert_int_equal(machine.uart_base, 0x30860000);
}

static void finds_the_console(void **state)
{
    static const struct {
        const char *path;
        uint64_t base;
    } cases[] = {
        {NULL, 0x9000000}, /* the first that is known */
        {"serial1", 0x9000000},
        {"serial0", 0x30860000},
        {"/soc@0/bus@30000000/serial@860000", 0x30860000},
        {"/soc/bus/serial:115200", 0x30860000}, /* unit addresses may be left out */
        {"/soc@0/bus@30000000", 0x9000000},
        {"/soc@0/bus@30000000/serial@86000", 0x9000000},
        {"/soc@0/bus@30000000/serial@860000/more", 0x9000000},
        {"serial", 0x9000000}, /* no such alias */
        {"", 0x9000000},
        {"/", 0x9000000},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct machine machine = learn(&(struct variant){cases[i].path, "arm,psci-1.0"});

        if (machine.uart_base != cases[i].base)
            fail_msg("%s: 0x%lx", cases[i].path, (unsigned long)machine.uart_base);
    }
}

static void knows_old_psci(void **state)
{
    assert_int_equal(learn(&(struct variant){NULL, "arm,psci-0.2"}).psci_cpu_on, 0xc4000003);
    assert_int_equal(learn(&(struct variant){NULL, "arm,psci"}).psci_cpu_on, 0x95c10001);
}

/* A stdout-path without an end must not be read beyond the property. */
static void bounds_unterminated_strings(void **state)
{
    struct blob blob = {.structure_cells = 0};
    struct machine machine;
    struct fdt tree;
    uint32_t size;
    void *bytes;

    blob_begin(&blob, "");
    blob_begin(&blob, "memory");
    blob_property(&blob, "device_type", "memory", 6); /* without its NUL: not a match */
    blob_cells(&blob, "reg", 3, 0, 0x40000000, 0x1000);
    blob_end(&blob);
    blob_begin(&blob, "chosen");
    blob_property(&blob, "stdout-path", "/serial", 4);
    blob_end(&blob);
    blob_end(&blob);
    bytes = blob_finish(&blob, &size);
    assert_true(fdt_open(&tree, bytes, size));
    assert_int_equal(machine_learn(&machine, &tree), MACHINE_NO_RAM);
    free(bytes);
}

static void tells_too_many_reservations(void **state)
{
    struct blob blob = {.structure_cells = 0};
    struct machine machine;
    struct fdt tree;
    uint32_t size;
    void *bytes;

    for (unsigned i = 0; i <= MACHINE_RESERVED_MAX; i++)
        blob_reserve(&blob, 0x1000 * i, 0x1000);
    blob_begin(&blob, "");
    blob_end(&blob);
    bytes = blob_finish(&blob, &size);
    assert_true(fdt_open(&tree, bytes, size));
    /* No RAM is the later finding. */
    assert_int_equal(machine_learn(&machine, &tree), MACHINE_MANY_RESERVED);
    free(bytes);
}

static void refuses_deep_trees(void **state)
{
    struct blob blob = {.structure_cells = 0};
    struct machine machine;
    struct fdt tree;
    uint32_t size;
    void *bytes;

    for (unsigned i = 0; i < 40; i++)
        blob_begin(&blob, "n");
    for (unsigned i = 0; i < 40; i++)
        blob_end(&blob);
    bytes = blob_finish(&blob, &size);
    assert_true(fdt_open(&tree, bytes, size));
    assert_int_equal(machine_learn(&machine, &tree), MACHINE_DAMAGED);
    free(bytes);
}

static void refuses_what_is_no_tree(void **state)
{
    uint32_t size;
    uint32_t *bytes = make_board(&(struct variant){NULL, "arm,psci"}, &size);
    struct fdt tree;

    assert_true(fdt_open(&tree, bytes, FDT_SIZE_MAX));
    assert_false(fdt_open(&tree, bytes, size - 1));
    assert_false(fdt_open(&tree, bytes, 39));
    assert_false(fdt_open(&tree, (char *)bytes + 4, size - 4));
    for (unsigned cell = 0; cell < 10; cell++) {
        uint32_t was = bytes[cell];

        bytes[cell] = 0xffffffff;
        /* The boot core's number and, if the kernel were older, the last version do not matter. */
        assert_int_equal(fdt_open(&tree, bytes, size), cell == 5 || cell == 7);
        bytes[cell] = was;
    }
    free(bytes);
}

/* Whatever is in the blob: an answer, and no access outside it. */
static void garbage_does_no_harm(void **state)
{
    uint64_t random = 1;
    unsigned opened = 0;

    for (unsigned round = 0; round < 20000; round++) {
        struct machine machine;
        struct fdt tree;
        uint32_t size;
        uint8_t *bytes = make_board(&(struct variant){"serial0", "arm,psci"}, &size);

        for (unsigned change = 0; change <= round % 4; change++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            bytes[(random >> 33) % size] = round % 2 ? random >> 24 : random >> 24 & 3;
        }
        if (fdt_open(&tree, bytes, size)) {
            opened++;
            (void)machine_learn(&machine, &tree);
            assert_in_range(machine.ram_count, 0, MACHINE_RAM_MAX);
            assert_in_range(machine.core_count, 0, IMAGE_CORE_MAX);
        }
        free(bytes);
    }
    assert_in_range(opened, 10000, 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_board),
        cmocka_unit_test(finds_the_console),
        cmocka_unit_test(knows_old_psci),
        cmocka_unit_test(bounds_unterminated_strings),
        cmocka_unit_test(tells_too_many_reservations),
        cmocka_unit_test(refuses_deep_trees),
        cmocka_unit_test(refuses_what_is_no_tree),
        cmocka_unit_test(garbage_does_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
