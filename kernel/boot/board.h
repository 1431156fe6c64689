/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the board's device tree says, as far as the kernel needs it.
 *
 * The tree comes with the boot image or from the boot loader. It is trusted to describe the
 * machine, but not to be undamaged: every offset and length in it is checked before use.
 */
#pragma once

#include "kernel/boot/fdt_reg.h"
#include "kernel/boot/region.h"
#include "kernel/lib/bits.h"

#define PAGE_BITS                12
#define ADDRESS_LIMIT            BIT(40)
#define BOARD_REDISTRIBUTORS_MAX 8

/* Of devices, their registers; size 0: there is no such device. */
struct board {
    const char *model;
    struct region_list ram;      /* whole pages, below 2^40 */
    struct region_list reserved; /* whole pages: others' memory, in RAM or not */
    unsigned gic_version;        /* 2 or 3 */
    struct fdt_reg gic_distributor;
    struct fdt_reg gic_cpu; /* GICv2: CPU and hypervisor interface */
    struct fdt_reg gic_hyp;
    struct fdt_reg gic_redistributors[BOARD_REDISTRIBUTORS_MAX]; /* GICv3: each many cores' */
    unsigned gic_redistributors_count;
    uint64_t gic_redistributor_stride; /* from one core's to the next; 0: each says it itself */
    struct region_list gic_kept;       /* whole pages: of the controller, what no user may have */
    struct fdt_reg uart; /* the console, if the kernel knows its kind: uart_select() is done */
    unsigned core_count;
};

/* Reads the tree of at most `limit` bytes. Panics, saying why, if it is damaged or describes a
 * machine the kernel cannot run on. Returns the tree's true size. */
uint64_t board_read(struct board *board, const void *tree, uint64_t limit);

/* Finds the console and nothing else: so that the rest can be complained about. False if the tree
 * is damaged or the console unknown; board->uart then has size 0. */
bool board_find_console(struct board *board, const void *tree, uint64_t limit);
