/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arrays that hold a bit or more of every interrupt: enabled, pending, active, priority,
 * trigger. A distributor has them, and a GICv3's redistributor has them once more for the private
 * interrupts of its core; `base` says whose. Private to this folder.
 *
 * Source: Arm IHI 0048B 4.3; IHI 0069G 12.9, 12.11.
 */
#pragma once

#include "hw/gicv2.h"
#include "kernel/lib/types.h"

/* Writes the interrupt's bit, and zeros, which mean nothing: sets or clears, by the array. */
void lines_write(uint64_t base, enum gicd_register array, uint32_t irq);
bool lines_read(uint64_t base, enum gicd_register array, uint32_t irq);

void lines_set_trigger(uint64_t base, uint32_t irq, bool edge);

/* Interrupts [32 * word, 32 * word + 32): as if nobody had ever used them, all of one priority. */
void lines_reset(uint64_t base, unsigned word);
