/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine a guest sees: its physical address map and interrupt numbers, on every board alike.
 * Written here and nowhere else; the guest's device tree is made from it.
 *
 *   0x0800_0000  64 KiB   GICD   emulated
 *   0x0801_0000   8 KiB   GICC   the hardware's virtual CPU interface (GICV), mapped
 *   0x0900_0000   4 KiB   UART   emulated PL011
 *   0x0a00_0000   4 KiB   bells  a register that rings the other ends of channels
 *   0x4000_0000  ...      RAM    2 MiB pages, as large as the configuration says
 */
#ifndef VMM_MEM_LAYOUT_H
#define VMM_MEM_LAYOUT_H

#include "hw/gicv2.h"
#include "vmm/mem/address.h"

#define LAYOUT_GICD_BASE     UINT64_C(0x08000000)
#define LAYOUT_GICD_SIZE     KIB(64)
#define LAYOUT_GICC_BASE     UINT64_C(0x08010000)
#define LAYOUT_GICC_SIZE     KIB(8)
#define LAYOUT_UART_BASE     UINT64_C(0x09000000)
#define LAYOUT_UART_SIZE     KIB(4)
#define LAYOUT_BELLS_BASE    UINT64_C(0x0a000000)
#define LAYOUT_BELLS_SIZE    KIB(4)
#define LAYOUT_RAM_BASE      UINT64_C(0x40000000)
#define LAYOUT_RAM_PAGE      MIB(2)

/* One past the last address: 40 bits, what a Cortex-A53 translates at stage 2. */
#define LAYOUT_ADDRESS_LIMIT (UINT64_C(1) << 40)
#define LAYOUT_RAM_SIZE_MAX  (LAYOUT_ADDRESS_LIMIT - LAYOUT_RAM_BASE)

#define LAYOUT_UART_INTID    33u  /* SPI 1 */
#define LAYOUT_CHANNEL_INTID 64u  /* + number: SPI 32 and on, one each channel */
#define LAYOUT_GIC_LINES     128u /* 32 private and 96 shared interrupts */

#endif
