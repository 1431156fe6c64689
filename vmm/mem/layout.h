/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine a guest sees: where its parts lie and which interrupts they have. The configuration
 * says it (abi/vmm.h), with what a manifest has written down or the defaults of docs/manifest.md;
 * sizes are the same for all. The guest's device tree is made from it.
 *
 *   ram     as large as the configuration says, in 2 MiB pages
 *   gicd    the GIC's distributor, emulated
 *   gicc    its CPU interface: the hardware's virtual one (GICV), mapped
 *   uart    a PL011, emulated
 *   bells   a register that rings the other ends of channels
 */
#ifndef VMM_MEM_LAYOUT_H
#define VMM_MEM_LAYOUT_H

#include "abi/vmm.h"
#include "vmm/mem/address.h"

#define LAYOUT_RAM_PAGE  MIB(2)
#define LAYOUT_PAGE      KIB(4)

/* Of the distributor: 32 private and 96 shared interrupts, and more where one has a higher
 * number. */
#define LAYOUT_GIC_LINES 128u

struct layout {
    ipa_t ram, gicd, gicc, uart, bells;
    unsigned uart_intid;
};

#endif
