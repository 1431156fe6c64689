/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where each core's redistributor is: a GICv3 has one a core, in a row or in several, and only they
 * themselves say whose they are. Runs while booting only. Source: Arm IHI 0069G 12.10, 12.11.35.
 */
#pragma once

#include "kernel/boot/board.h"
#include "kernel/dev/affinity.h"

/* Lists all, by physical address, at most `most`; returns how many. read_type(base) is the
 * GICR_TYPER of the redistributor at this physical address, which lies in one of the board's
 * regions. */
unsigned redistributor_list(const struct board *board, uint64_t (*read_type)(uint64_t base),
                            struct gicv3_redistributor *list, unsigned most);
