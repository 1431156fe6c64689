/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tool knows of a board: RAM, interrupt controller, cores, UARTs, and any device by its
 * path. Read from the very device tree that the image carries. Stands on libfdt and libs/fdt; names
 * no board.
 */
#ifndef TOOL_BOARD_BOARD_H
#define TOOL_BOARD_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/image/bytes.h"

#define BOARD_RANGE_MAX            32
#define BOARD_UART_MAX             8
#define BOARD_CORE_MAX             8
#define BOARD_DEVICE_REG_MAX       16
#define BOARD_DEVICE_INTERRUPT_MAX 32
#define BOARD_PATH_MAX             256
#define BOARD_NAME_MAX             64

struct board_range {
    uint64_t base, size;
};

struct board_interrupt {
    uint32_t number; /* of the GIC: 16..31 private to a core, 32.. shared */
    bool edge;
};

/* A device of the tree. */
struct board_device {
    int node; /* libfdt's offset */
    char path[BOARD_PATH_MAX];
    char alias[BOARD_NAME_MAX]; /* empty: it has none */
    bool enabled;
    const char *compatible; /* strings, each ending in NUL; NULL: none */
    size_t compatible_size;
    struct board_range registers[BOARD_DEVICE_REG_MAX];
    unsigned register_count;
    struct board_interrupt interrupts[BOARD_DEVICE_INTERRUPT_MAX]; /* each once */
    unsigned interrupt_count;
};

struct board {
    const char *name;
    struct file tree;
    struct board_range ram[BOARD_RANGE_MAX];
    unsigned ram_count;
    struct board_range reserved[BOARD_RANGE_MAX]; /* by the firmware; may lie outside RAM */
    unsigned reserved_count;
    unsigned gic_version; /* 2 or 3 */
    struct board_device gic;
    uint64_t gicv[2]; /* physical pages of the virtual CPU interface, GICv2 alone; or 0 */
    unsigned core_count;
    struct board_device uarts[BOARD_UART_MAX]; /* those we have a driver for, enabled */
    unsigned uart_count;
    const uint8_t *seed; /* the tree's rng-seed; NULL: none */
    size_t seed_size;
    const struct board_device *log; /* where kernel and init write; NULL: nowhere */
    const struct board_device *vms; /* the VMs' UART; the same one if there is no other */
};

/* Reads the tree at `path`. False: `fault` names the file and what is wrong with it. `name` must
 * live as long as `board`. */
bool board_open(struct board *board, const char *name, const char *path, struct fault *fault);
void board_close(struct board *board);

/* Bytes of RAM that no firmware reserved. */
uint64_t board_memory(const struct board *board);

enum board_answer {
    BOARD_FOUND,
    BOARD_UNKNOWN,    /* no such path or alias */
    BOARD_UNREADABLE, /* its registers or interrupts cannot be made out, or are too many */
};

/* `text` is a path or an alias, perhaps with a colon and settings behind it. */
enum board_answer board_find(const struct board *board, const char *text,
                             struct board_device *device);

/* The name by which we have a driver for it, or NULL. */
const char *board_uart_name(const struct board_device *device);

/* A known path or alias that is near to `text`, or NULL. Valid until the next call. */
const char *board_nearest(const struct board *board, const char *text);

#endif
