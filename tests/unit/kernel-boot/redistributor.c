/* SPDX-License-Identifier: BSD-2-Clause */
/* Walking rows of redistributors, and the words a GICv3 driver makes of affinities and list
 * entries: arithmetic of kernel/boot/redistributor.c, kernel/dev/affinity.h, kernel/dev/list.h. */
#include "tests/unit/kernel-boot/support.h"
#include "hw/gicv3.h"
#include "kernel/boot/redistributor.h"
#include "kernel/dev/affinity.h"
#include "kernel/dev/list.h"
#include "kernel/lib/bits.h"

#define AFFINITY(word) ((uint64_t)(word) << GICR_TYPER_AFFINITY_SHIFT)

/* The rows a test sets up, a GICR_TYPER every 128 KiB. */
static uint64_t types[32];
static unsigned reads;

static uint64_t read_type(uint64_t base)
{
    assert_true(base < ARRAY_COUNT(types) * GICR_STRIDE && base % GICR_STRIDE == 0);
    reads++;
    return types[base / GICR_STRIDE];
}

static struct board board_of(unsigned first, unsigned count)
{
    struct board board = {.gic_redistributors_count = 1};
    board.gic_redistributors[0] = (struct fdt_reg){(uint64_t)first * GICR_STRIDE,
                                                   (uint64_t)count * GICR_STRIDE};
    memset(types, 0, sizeof(types));
    return board;
}

static void a_row_ends_with_its_last(void **state)
{
    struct board board = board_of(4, 20);
    struct gicv3_redistributor list[8];
    types[4] = AFFINITY(0);
    types[5] = AFFINITY(0x01000203);
    types[6] = AFFINITY(2) | GICR_TYPER_LAST;
    assert_int_equal(redistributor_list(&board, read_type, list, 8), 3);
    assert_int_equal(list[0].base, 4 * GICR_STRIDE);
    assert_int_equal(list[1].base, 5 * GICR_STRIDE);
    assert_int_equal(list[1].affinity, 0x01000203);
    assert_int_equal(list[2].affinity, 2);
}

static void a_row_ends_with_its_region(void **state)
{
    struct board board = board_of(0, 3);
    struct gicv3_redistributor list[8];
    reads = 0;
    assert_int_equal(redistributor_list(&board, read_type, list, 8), 3);
    assert_int_equal(redistributor_list(&board, read_type, list, 2), 2);
    assert_int_equal(reads, 5);
    /* No room for two frames at its end. */
    board.gic_redistributors[0].size -= 1;
    assert_int_equal(redistributor_list(&board, read_type, list, 8), 2);
}

static void several_rows(void **state)
{
    struct board board = board_of(0, 2);
    struct gicv3_redistributor list[8];
    board.gic_redistributors_count = 2;
    board.gic_redistributors[1] = (struct fdt_reg){8 * GICR_STRIDE, 2 * GICR_STRIDE};
    types[0] = AFFINITY(0) | GICR_TYPER_LAST;
    types[8] = AFFINITY(0x100);
    types[9] = AFFINITY(0x101) | GICR_TYPER_LAST;
    assert_int_equal(redistributor_list(&board, read_type, list, 8), 3);
    assert_int_equal(list[1].base, 8 * GICR_STRIDE);
    assert_int_equal(list[2].affinity, 0x101);
}

static void wider_redistributors(void **state)
{
    struct board board = board_of(0, 8);
    struct gicv3_redistributor list[8];
    types[0] = GICR_TYPER_VLPIS;
    types[2] = AFFINITY(1) | GICR_TYPER_VLPIS;
    types[4] = AFFINITY(2) | GICR_TYPER_VLPIS | GICR_TYPER_LAST;
    assert_int_equal(redistributor_list(&board, read_type, list, 8), 3);
    assert_int_equal(list[2].base, 4 * GICR_STRIDE);
    /* The device tree knows better. */
    board.gic_redistributor_stride = 4 * GICR_STRIDE;
    assert_int_equal(redistributor_list(&board, read_type, list, 8), 2);
    assert_int_equal(list[1].affinity, 2);
}

/* ---- names of cores ---- */

static void affinities(void **state)
{
    assert_int_equal(affinity_word(0x0400030201), 0x04030201);
    assert_int_equal(affinity_word(0x80000000), 0); /* of MPIDR, the affinity alone counts */
    assert_int_equal(affinity_sgi(0, 1), 1UL << 24 | 1);
    assert_int_equal(affinity_sgi(3, 15), 15UL << 24 | 8);
    /* The nineteenth of its row: the second sixteen, the fourth of them. */
    assert_int_equal(affinity_sgi(19, 0), 1UL << 44 | 8);
    assert_int_equal(affinity_sgi(0x0400030201, 2),
                     4UL << 48 | 3UL << 32 | 2UL << 24 | 2UL << 16 | 2);
}

/* ---- list entries: the fields of each format ---- */

static void entries_of_a_gicv2(void **state)
{
    uint64_t list = list_make(false, 1023, 31, 1);
    assert_int_equal(list, 0x5f8003ff); /* pending, group 1 */
    assert_int_equal(list_make(false, 27, 20, 0), 0x1a00001b);
    assert_int_equal(list_eoi(false), 0x80000);
    assert_int_equal(list_tie(false, 27), 0x80000000 | 27 << 10);
    assert_int_equal(list_state(false, list), GIC_LIST_PENDING);
    assert_int_equal(list_state(false, 0x20000000), GIC_LIST_ACTIVE);
    assert_int_equal(list_state(false, 0x3000001b), GIC_LIST_BOTH);
    assert_int_equal(list_state(false, 0xcfffffff), GIC_LIST_INACTIVE);
}

static void entries_of_a_gicv3(void **state)
{
    uint64_t list = list_make(true, 1023, 31, 1);
    assert_int_equal(list, 0x50f80000000003ff);
    assert_int_equal(list_make(true, 27, 20, 0), 0x40a000000000001b);
    assert_int_equal(list_eoi(true), 1UL << 41);
    assert_int_equal(list_tie(true, 27), 1UL << 61 | 27UL << 32);
    assert_int_equal(list_state(true, list), GIC_LIST_PENDING);
    assert_int_equal(list_state(true, 0x8000000000000000), GIC_LIST_ACTIVE);
    assert_int_equal(list_state(true, 0xc00000000000001b), GIC_LIST_BOTH);
    assert_int_equal(list_state(true, 0x3fffffffffffffff), GIC_LIST_INACTIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_ends_with_its_last),
        cmocka_unit_test(a_row_ends_with_its_region),
        cmocka_unit_test(several_rows),
        cmocka_unit_test(wider_redistributors),
        cmocka_unit_test(affinities),
        cmocka_unit_test(entries_of_a_gicv2),
        cmocka_unit_test(entries_of_a_gicv3),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
