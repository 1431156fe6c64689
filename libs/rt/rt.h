/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start-up of a native program, and what picolibc needs under it. Stands on <sel4/sel4.h>;
 * allocates no kernel object and knows no device.
 *
 * A program defines `int main(void)`. Before it runs: stack, TLS, IPC buffer, stdout and stderr
 * are ready. The same program starts as a root task (bootinfo in x0) or as a component
 * (abi/component.h). When main returns, or exit is called, a root task switches the board off, and
 * a component tells init, which stops it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sel4/sel4.h>

/* First byte after the program's own image, page aligned: where the loader put the payload. */
extern char __payload_start[];
/* First byte of the program's own image, page aligned. */
extern char __image_start[];

/* What the kernel handed over; NULL for a component. */
seL4_BootInfo *rt_bootinfo(void);

/* What init handed over; NULL for a root task. libs/component reads the configuration. */
struct rt_component {
    const void *config;
    size_t config_size;
    uint64_t starts; /* how often init started it before */
};
const struct rt_component *rt_component(void);

/* The board's device tree out of bootinfo's extra chunks, or NULL if there is none. `*size` is
 * what the chunk holds; the tree's own header is checked by whoever reads it (libs/fdt). */
const void *rt_bootinfo_fdt(const seL4_BootInfo *bootinfo, size_t *size);

/*
 * Console. What is printed before there is one waits in a buffer of RT_PENDING_BYTES and is
 * replayed by rt_console_set(); what does not fit is counted, and the count is told.
 * rt_console_set_drain(): a function that returns when every character has left the machine;
 * called before power-off. A newline is passed on as it is: whoever sets the hook adds the return.
 */
#define RT_PENDING_BYTES 4096
void rt_console_set(void (*put)(char c));
void rt_console_set_drain(void (*drain)(void));

/* Switches the board off (PSCI SYSTEM_OFF by the SMC capability). Where firmware or kernel
 * refuse, the thread stops for good. Of a root task alone. */
_Noreturn void rt_poweroff(void);

/* Tells init that this component is at its end, by `reason` (enum init_end, abi/init.h) and exit
 * status. Of a component alone. */
_Noreturn void rt_component_end(unsigned reason, int status);

/* Prints "panic: " and the sentence, then ends the program: a root task switches off, a component
 * ends with INIT_END_FAILED. For what cannot go on. A program that must
 * do something else first (a test that reports a failure) gives a hook, called after printing. */
_Noreturn void rt_panic(const char *format, ...) __attribute__((format(printf, 1, 2)));
void rt_panic_set_hook(void (*hook)(void));

/* Our own bug if false. Always compiled in; no side effects; never judges outside input. */
#define CHECK(condition)                                     \
    do {                                                     \
        if (__builtin_expect(!(condition), 0))               \
            rt_check_failed(__FILE__, __LINE__, #condition); \
    } while (0)
_Noreturn void rt_check_failed(const char *file, int line, const char *condition);

/* malloc's arena is RT_HEAP_BYTES unless the program says otherwise, once, at file scope:
 * RT_HEAP_DEFINE(1 << 20); A program that never allocates carries none. The main stack likewise:
 * RT_STACK_DEFINE(65536), a multiple of 4096. The page below it is unmapped at start-up. */
#define RT_HEAP_BYTES  (256 * 1024)
#define RT_STACK_BYTES (32 * 1024)

/* A name under .bss keeps their zeros out of the file; user.ld gathers them. */
#define RT_HEAP_DEFINE(bytes) \
    char rt_heap[(bytes)] __attribute__((section(".bss.rt_heap"), aligned(16)))
extern char rt_heap[];

extern char rt_stack[];
#define RT_STACK_DEFINE(bytes) \
    char rt_stack[(bytes)] __attribute__((section(".bss.rt_stack"), aligned(4096)))
