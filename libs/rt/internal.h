/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of libs/rt and its linker script tell each other; not for programs. */
#pragma once

#include "libs/rt/rt.h"

typedef void rt_constructor(void);

/* user.ld */
extern char __stack_guard[];
extern rt_constructor *const __init_array_start[];
extern rt_constructor *const __init_array_end[];
extern const char __tls_image[]; /* .tdata */
extern char __tls_image_bytes[]; /* these four are numbers, not addresses */
extern char __tls_bytes[];       /* .tdata and .tbss */
extern char __tls_offset[];      /* from the thread pointer to .tdata */
extern char __tls_reserve[];     /* all of it, a multiple of 64 */

int main(void);
/* The registers at the entry point: x0, or x1 to x4 where x0 is 0. */
void rt_main(seL4_BootInfo *bi, seL4_IPCBuffer *buffer, const void *config, size_t config_size,
             uint64_t starts);

/* Fills a TLS block of __tls_reserve bytes; `block` is 64-byte aligned and is the thread pointer.
 */
void *rt_tls_fill(void *block);

/* Last resort of a program that ends without a console: what waits goes out through the kernel,
 * where the build has the system call for it. */
void rt_console_rescue(void);
void rt_console_drain(void);
