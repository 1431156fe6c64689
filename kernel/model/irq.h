/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts handed to user level: who holds the right to each, and what it signals.
 *
 * A line is an interrupt as a capability names it. Shared interrupts are one line each; the 32
 * private ones exist once a core:
 *
 *   core 0: 0..31 | shared: 32..1019 | core 1: 1020..1051 | core 2: ...
 */
#pragma once

#include "kernel/model/cap.h"

#define IRQ_PRIVATE    32
#define IRQ_COUNT_MAX  1020
#define IRQ_LINE_COUNT (IRQ_COUNT_MAX + (CORE_MAX - 1) * IRQ_PRIVATE)

static inline uint32_t irq_line(uint32_t irq, uint32_t core)
{
    return irq >= IRQ_PRIVATE || core == 0 ? irq : IRQ_COUNT_MAX + (core - 1) * IRQ_PRIVATE + irq;
}

static inline uint32_t irq_of_line(uint32_t line)
{
    return line < IRQ_COUNT_MAX ? line : (line - IRQ_COUNT_MAX) % IRQ_PRIVATE;
}

static inline uint32_t irq_core_of_line(uint32_t line)
{
    return line < IRQ_COUNT_MAX ? 0 : (line - IRQ_COUNT_MAX) / IRQ_PRIVATE + 1;
}

/* Boot: the table's slots must be reached through the window onto physical memory. */
void irq_init(void);

/* Every core, after the controller's init_core(): the interrupts the kernel keeps are enabled. */
void irq_init_core(void);

/* Whether the kernel keeps the interrupt, or a handler capability for it exists. */
bool irq_is_taken(uint32_t line);

/* Shared interrupts go to `core`. */
void irq_issue(uint32_t line, bool edge, uint32_t core);
void irq_release(uint32_t line);

/* It may be raised again. */
void irq_acknowledge(uint32_t line);

/* Where the notification capability of the interrupt stands. */
struct slot *irq_slot(uint32_t line);
