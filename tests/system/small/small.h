/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What small guests without an operating system share. Each links start.S, small.c and a file or
 * two with its guest_main(). Freestanding; the MMU stays off, interrupts are masked until asked
 * for.
 */
#ifndef TESTS_SYSTEM_SMALL_SMALL_H
#define TESTS_SYSTEM_SMALL_SMALL_H

#include <stdbool.h>
#include <stdint.h>

#include "hw/gicv2.h"
#include "hw/uart.h"
#include "tests/bare_guest/print.h"

#define GICD                  UINT64_C(0x08000000)
#define GICC                  UINT64_C(0x08010000)
#define UART                  UINT64_C(0x09000000)
#define RAM                   UINT64_C(0x40000000)
#define RAM_SIZE              UINT64_C(0x00200000) /* as the manifests say */
#define PAGES                 UINT64_C(0x30000000) /* where the manifests show shared memory */
#define PAGE                  4096u

#define PSCI_VERSION          UINT64_C(0x84000000)
#define PSCI_SYSTEM_OFF       UINT64_C(0x84000008)
#define PSCI_SYSTEM_RESET     UINT64_C(0x84000009)
#define PSCI_FEATURES         UINT64_C(0x8400000a)
#define PSCI_SYSTEM_RESET2_64 UINT64_C(0xc4000012)

#define MILLISECONDS(n)       ((n) * frequency() / 1000)

/* What a guest found in its registers when it was entered; written by start.S. */
struct entry {
    uint64_t x[30];
    uint64_t vbar, cpacr, sp, daif;
    uint64_t vectors[64];
};

extern struct entry entry;
extern char guest_image_start[], guest_stack_top[]; /* guest.ld */

/* start.S */
void vectors_store(uint64_t *to);
void vectors_load(const uint64_t *from);
uint64_t hypercall(uint64_t function, uint64_t argument);
uint64_t secure_call(uint64_t function, uint64_t argument);
void turn(uint64_t count);

/* Each guest's own. */
void guest_main(void);
void guest_interrupt(void);

/* small.c */
_Noreturn void guest_fault(uint64_t syndrome, uint64_t pc, uint64_t address);
_Noreturn void power_off(void);
/* One line in the form of cmocka; with a value that was found. */
void report(const char *name, bool good);
void report_value(const char *name, bool good, uint64_t value);
/* The interrupt controller is on, and the virtual timer's interrupt can come: where DAIF lets
 * it. */
void timer_interrupts_enable(uint64_t gicd, uint64_t gicc);

static inline uint32_t load32(uint64_t address)
{
    return *(volatile uint32_t *)(uintptr_t)address;
}

static inline void store32(uint64_t address, uint64_t value)
{
    *(volatile uint32_t *)(uintptr_t)address = (uint32_t)value;
}

#define READ_REGISTER(name)                                \
    __extension__({                                        \
        uint64_t value_;                                   \
        __asm__ volatile("mrs %0, " #name : "=r"(value_)); \
        value_;                                            \
    })
#define WRITE_REGISTER(name, value) \
    __asm__ volatile("msr " #name ", %0; isb" : : "r"((uint64_t)(value)) : "memory")

static inline uint64_t frequency(void)
{
    return READ_REGISTER(cntfrq_el0);
}

/* The physical counter, which all guests of a board read alike. */
static inline uint64_t board_time(void)
{
    __asm__ volatile("isb");
    return READ_REGISTER(cntpct_el0);
}

/* The guest's own. */
static inline uint64_t guest_time(void)
{
    __asm__ volatile("isb");
    return READ_REGISTER(cntvct_el0);
}

#endif
