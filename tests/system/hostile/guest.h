/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that does what it should not: what its files share. Each check makes accesses that must
 * end in what hardware would do, and afterwards the machine must still work. Stands on start.S;
 * freestanding.
 */
#ifndef TESTS_SYSTEM_HOSTILE_GUEST_H
#define TESTS_SYSTEM_HOSTILE_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "hw/gicv2.h"
#include "hw/uart.h"
#include "tests/bare_guest/print.h"

#define GICD               UINT64_C(0x08000000)
#define GICC               UINT64_C(0x08010000)
#define UART               UINT64_C(0x09000000)
#define RAM                UINT64_C(0x40000000)
#define RAM_SIZE           UINT64_C(0x04000000) /* as hostile.yaml.in says */
#define NOWHERE            UINT64_C(0x10000000)

#define PSCI_VERSION       UINT64_C(0x84000000)
#define PSCI_SYSTEM_OFF    UINT64_C(0x84000008)
#define PSCI_CPU_OFF       UINT64_C(0x84000002)
#define PSCI_CPU_ON        UINT64_C(0x84000003)
#define NOT_SUPPORTED      UINT64_MAX
#define INVALID_PARAMETERS ((uint64_t)-2)
#define DENIED             ((uint64_t)-3)

/* Written by start.S: offsets are known there. */
struct fault {
    uint64_t count, esr, far, elr, spsr;
};

struct interrupts {
    uint64_t count;
    uint32_t last;
    uint32_t list[64]; /* of number n at n % 64 */
};

extern struct fault fault;
extern struct interrupts interrupts;

/* start.S */
uint64_t load8(uint64_t address), load16(uint64_t address), load32(uint64_t address);
uint64_t load64(uint64_t address), load_pair(uint64_t address), load_exclusive(uint64_t address);
uint64_t load_acquire(uint64_t address), load_back(uint64_t address, uint32_t *value);
void load_vector(uint64_t address), clean_line(uint64_t address), zero_line(uint64_t address);
void invalidate_line(uint64_t address), prefetch(uint64_t address);
void store8(uint64_t address, uint64_t value), store16(uint64_t address, uint64_t value);
void store32(uint64_t address, uint64_t value), store64(uint64_t address, uint64_t value);
void store_pair(uint64_t address, uint64_t value), store_vector(uint64_t address);
uint64_t store_back(uint64_t address, uint64_t value);
void call_at(uint64_t address);
uint64_t hypercall(uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4, uint64_t x5,
                   uint64_t x6, uint64_t x7);
uint64_t secure_call(uint64_t function, uint64_t argument);
bool call_keeps_registers(uint64_t number, uint64_t secure);
uint64_t made_instruction(void);
void set_way(void);
uint64_t run_at_el0(void (*program)(void));
void wait_at_el0(void);

/* report.c */
void power_off(void);
void guest_fail(const char *text);
void run(const char *name, void (*check)(void));
bool all_passed(void);
uint64_t random_next(void);
void machine_still_works(void);
/* Notes a failure in this line unless `good`; `value` is what was found. */
void expect_at(bool good, int line, uint64_t value);
/* One fault since there were `before`, of this class. */
void expect_abort(uint64_t before, uint64_t class, int line);

#define EXPECT(good, value) expect_at(good, __LINE__, value)

#define EXPECT_ABORT(access)                   \
    do {                                       \
        uint64_t before_ = fault.count;        \
        access;                                \
        expect_abort(before_, 0x25, __LINE__); \
    } while (0)

#define EXPECT_NO_FAULT(access)                      \
    do {                                             \
        uint64_t before_ = fault.count;              \
        access;                                      \
        EXPECT(fault.count == before_, fault.count); \
    } while (0)

/* interrupts.c */
void interrupts_still_come(void);
void many_at_once(void);
void waiting_ends(void);
void waiting_at_el0(void);

#endif
