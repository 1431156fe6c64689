/* SPDX-License-Identifier: BSD-2-Clause */
/* The board's console as a root task sees it: the UART that the device tree in bootinfo names,
 * mapped, and set as stdout. Stands on libs/rt, alloc, fdt and uart. */
#pragma once

#include "libs/alloc/alloc.h"
#include "libs/fdt/devtree.h"
#include "libs/uart/uart.h"

enum console_result {
    CONSOLE_OK = 0,
    CONSOLE_NO_TREE,  /* bootinfo has no device tree, or a damaged one */
    CONSOLE_NO_UART,  /* stdout-path names no UART that libs/uart knows */
    CONSOLE_NO_FRAME, /* its registers cannot be mapped */
};

/* Where it is. */
struct console_site {
    const char *compatible; /* as the tree has it */
    struct devtree_range registers;
    bool has_interrupt;
    struct devtree_interrupt interrupt;
};

struct console {
    struct uart uart; /* for bytes as they are, and for input */
    struct console_site site;
    struct alloc_area registers;
};

/* There is one console: `console` must live as long as the program prints. stdout turns a newline
 * into return and newline; the UART's own functions do not. */
__attribute__((warn_unused_result)) enum console_result
console_open(struct console *console, struct alloc *alloc, const seL4_BootInfo *bootinfo);

/* Its parts, for who maps the registers itself: which UART it is, and any UART as stdout, as long
 * as `uart` lives. CONSOLE_NO_UART where libs/uart does not know it. */
__attribute__((warn_unused_result)) enum console_result console_find(const seL4_BootInfo *bootinfo,
                                                                     struct console_site *site);
__attribute__((warn_unused_result)) enum console_result
console_use(struct uart *uart, const char *compatible, volatile void *registers);
