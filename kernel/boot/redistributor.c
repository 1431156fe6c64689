/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks the rows of kernel/boot/redistributor.h. Runs while booting only. */
#include "kernel/boot/redistributor.h"

static uint64_t stride_of(const struct board *board, uint64_t type)
{
    if (board->gic_redistributor_stride >= GICR_STRIDE) {
        return board->gic_redistributor_stride;
    }
    return (type & GICR_TYPER_VLPIS) != 0 ? GICR_STRIDE_VIRTUAL : GICR_STRIDE;
}

unsigned redistributor_list(const struct board *board, uint64_t (*read_type)(uint64_t base),
                            struct gicv3_redistributor *list, unsigned most)
{
    unsigned count = 0;
    for (unsigned i = 0; i < board->gic_redistributors_count; i++) {
        struct fdt_reg row = board->gic_redistributors[i];
        uint64_t type = 0;
        for (uint64_t offset = 0;
             count < most && offset <= row.size - GICR_STRIDE && (type & GICR_TYPER_LAST) == 0;
             offset += stride_of(board, type)) {
            type = read_type(row.base + offset);
            list[count++] = (struct gicv3_redistributor){
                row.base + offset, (uint32_t)(type >> GICR_TYPER_AFFINITY_SHIFT)};
        }
    }
    return count;
}
