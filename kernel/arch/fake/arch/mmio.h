/* SPDX-License-Identifier: BSD-2-Clause */
/* Device registers on the host: the machine's interrupt controller (tests/unit/kernel-whole/gic.c).
 */
#pragma once

#include <stdint.h>

uint32_t mmio_read32(uint64_t address);
void mmio_write32(uint64_t address, uint32_t value);
uint64_t mmio_read64(uint64_t address);
void mmio_write64(uint64_t address, uint64_t value);
void mmio_write8(uint64_t address, uint8_t value);
