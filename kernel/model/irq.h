/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts handed to user level: who holds the right to each, and what it signals. */
#pragma once

#include "kernel/model/cap.h"

#define IRQ_COUNT_MAX 1020

/* Boot: the table's slots must be reached through the window onto physical memory. */
void irq_init(void);

/* Whether the kernel keeps the interrupt, or a handler capability for it exists. */
bool irq_is_taken(uint32_t irq);

void irq_issue(uint32_t irq, bool edge, uint32_t core);
void irq_release(uint32_t irq);

/* Where the notification capability of the interrupt stands. */
struct slot *irq_slot(uint32_t irq);
