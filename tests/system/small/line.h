/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small guest's end of a channel, by libs/vchan: found in the device tree, with its bell, and
 * with the machine around it. It sleeps by WFI, so that nothing but a bell (or the timer) wakes it.
 */
#ifndef TESTS_SYSTEM_SMALL_LINE_H
#define TESTS_SYSTEM_SMALL_LINE_H

#include "libs/vchan/vchan.h"
#include "tests/system/small/byte.h"
#include "tests/system/small/small.h"

struct line {
    struct vchan_shape shape;
    struct vchan end;
    uint32_t number;
    uint32_t interrupt; /* of its bell */
};

/* What the device tree tells; addresses, and interrupts by the GIC's numbers. 0: it does not. */
struct machine {
    uint64_t ram, ram_size, gicd, gicc, uart, bells, shared, initrd, initrd_end;
    uint32_t uart_interrupt;
    bool may_write_shared;
};

/* The first channels of the tree; their interrupts and the virtual timer's can come from now on. */
void line_find(struct line *lines, unsigned count);
/* The guest's `bootargs`, which are there: after line_find(). */
const char *line_arguments(void);
const struct machine *line_machine(void); /* after line_find(), too */
/* Rings the other end, if any call since has asked for it. */
void line_ring(struct line *line);

/* Bells so far. */
uint64_t line_bells(void);
/* How often the UART's interrupt came, which a guest has to enable; each masks all of the
 * UART's. */
uint64_t line_uart_interrupts(void);
/* Until there are more than those, or the timer's interrupt has come. */
void line_sleep(uint64_t bells);
/* The virtual timer's interrupt comes after that many of the counter's ticks; or not at all. */
void line_set_timer(uint64_t ticks);
void line_clear_timer(void);

/* The guest's own: the timer's interrupt has come. */
void line_timer(void);

#endif
