/* SPDX-License-Identifier: BSD-2-Clause */
/* A vCPU whose registers lie in plain memory, a device that remembers the last access, and a
 * page of code in RAM. */
#ifndef TESTS_UNIT_VMM_FAKE_VCPU_H
#define TESTS_UNIT_VMM_FAKE_VCPU_H

#include "vmm/arch/esr.h"
#include "vmm/machine/exits.h"

enum { CPUS = 3 };

struct fake {
    struct bus bus;
    struct gic gic;
    struct psci psci;
    struct vcpu vcpus[CPUS]; /* all with the same registers */
    struct exits exits;
    unsigned cpu; /* whose the exits are */
    uint64_t counts[EXIT_REASON_COUNT];

    seL4_UserContext context;
    uint64_t system[seL4_VCPUReg_Num];
    unsigned read_count, write_count; /* of contexts */

    struct ram ram;
    uint8_t memory[0x10000]; /* RAM, from PC's page on */

    uint64_t device_value, device_offset;
    unsigned device_size, device_writes, device_reads;
    unsigned injected; /* last INTID */

    unsigned started; /* how many vCPUs; the last one, and what with: */
    unsigned started_cpu;
    uint64_t started_at, started_with;
    bool start_fails;
};

enum { DEVICE = 0x9000000, DEVICE_SIZE = 0x1000, PC = 0x40200000, VBAR = 0x40300000 };

/* The device's operations, for a second bus. */
extern const struct bus_device_ops device_ops;

/* A fresh one: EL1 with its own stack, MMU on, registers full of different values. */
struct fake *start(void);
void put_instruction(struct fake *fake, uint64_t address, uint32_t instruction);

/* A VM fault message; the guest has to go on. */
void vm_fault(struct fake *fake, uint64_t address, uint64_t syndrome, bool fetch);

#endif
