/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the loader learns of the board from its device tree.
 * Stands on loader/fdt.h; never touches the board.
 */
#ifndef LOADER_MACHINE_H
#define LOADER_MACHINE_H

#include "abi/image.h"
#include "loader/fdt.h"

#define MACHINE_RAM_MAX      16
#define MACHINE_RESERVED_MAX 64

/* Physical addresses from start up to, not including, end. */
struct range {
    uint64_t start;
    uint64_t end;
};

enum uart_model { UART_NONE, UART_PL011, UART_CADENCE, UART_IMX };

struct machine {
    struct range ram[MACHINE_RAM_MAX]; /* ascending */
    unsigned ram_count;
    struct range reserved[MACHINE_RESERVED_MAX];
    unsigned reserved_count;
    uint64_t cores[IMAGE_CORE_MAX]; /* affinity fields of MPIDR_EL1, as the tree orders them */
    unsigned core_count;
    bool psci_by_smc;
    uint32_t psci_cpu_on; /* function id; 0: the tree names no PSCI */
    enum uart_model uart_model;
    uint64_t uart_base;
};

enum machine_result {
    MACHINE_OK,
    MACHINE_DAMAGED,       /* the tree does not end as it should, or nests too deeply */
    MACHINE_MANY_RESERVED, /* more than MACHINE_RESERVED_MAX */
    MACHINE_NO_RAM,
};

/*
 * Reads the tree. What was found before a fault is kept, so that the fault can be told on the
 * UART. RAM and cores beyond the limits stay unused.
 */
enum machine_result machine_learn(struct machine *machine, const struct fdt *tree);

#endif
