/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks of accesses and calls, and the list of all checks. Prints one line a check in the
 * form of cmocka, then powers off. */
#include "tests/system/hostile/guest.h"

void guest_main(void);

static void nothing_answers(void)
{
    static const uint64_t places[] = {
        0,
        NOWHERE,
        GICC + 0x2000,
        UART + 0x1000,
        RAM - 8,
        RAM + RAM_SIZE,
        UINT64_C(0x100000000) + UART, /* no alias of the device below 4 GiB */
        UINT64_C(0xfffffffff8),
    };

    for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        EXPECT_ABORT(load64(places[i]));
        EXPECT_ABORT(store8(places[i], 1));
        EXPECT_ABORT(load_pair(places[i]));
        EXPECT_ABORT(store_vector(places[i]));
        EXPECT(fault.far == places[i], fault.far); /* the MMU is off: known */
    }
    EXPECT_NO_FAULT(prefetch(NOWHERE));
}

/* Beyond the 40 bits that stage 2 translates: whatever it is, an abort, and no device's. */
static void beyond_the_address_space(void)
{
    uint64_t before = fault.count;

    (void)load32((UINT64_C(1) << 40) + UART);
    store32((UINT64_C(1) << 47) + GICD, 3);
    EXPECT(fault.count == before + 2, fault.count - before);
}

static void fetch_from_nowhere(void)
{
    static const uint64_t places[] = {0, NOWHERE, UART, GICD, RAM + RAM_SIZE};

    for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        uint64_t before = fault.count;

        call_at(places[i]);
        expect_abort(before, 0x21, __LINE__);
        EXPECT(fault.elr == places[i] && fault.far == places[i], fault.elr);
    }
}

static void accesses_without_syndrome(void)
{
    uint32_t word = 0;

    EXPECT_NO_FAULT(store32(UART + PL011_IBRD, 0x1234));
    EXPECT_NO_FAULT(store32(UART + PL011_FBRD, 0x21));
    uint64_t both = load_pair(UART + PL011_IBRD);
    EXPECT(both == UINT64_C(0x2100001234), both);
    EXPECT_NO_FAULT(store_pair(UART + PL011_IBRD, UINT64_C(0x1100000042)));
    both = load_pair(UART + PL011_IBRD);
    EXPECT(both == UINT64_C(0x1100000042), both);
    uint64_t after = load_back(UART + PL011_IBRD, &word);
    EXPECT(after == UART + PL011_IBRD + 4 && word == 0x42, word);
    after = store_back(UART + PL011_IBRD - 4, 7);
    EXPECT(after == UART + PL011_IBRD && load32(after) == 7, after);
    /* What no device takes. */
    EXPECT_ABORT(load_vector(GICD));
    EXPECT_ABORT(store_vector(GICD));
    EXPECT_NO_FAULT(clean_line(GICD));
    EXPECT_NO_FAULT(invalidate_line(UART));
    EXPECT_NO_FAULT(load_acquire(GICD + GICD_TYPER));
    EXPECT_NO_FAULT(set_way());
    /* Hardware may take these or not. */
    (void)load_exclusive(GICD);
    zero_line(UART);
    (void)load32(GICD + 2);
    store64(UART + 4, 0);
}

static void access_somehow(uint64_t address)
{
    switch (random_next() % 10) {
    case 0:
        store8(address, random_next());
        break;
    case 1:
        store16(address & ~UINT64_C(1), random_next());
        break;
    case 2:
        store64(address & ~UINT64_C(7), random_next());
        break;
    case 3:
        (void)load8(address);
        break;
    case 4:
        (void)load16(address);
        break;
    case 5:
        (void)load64(address);
        break;
    case 6:
        (void)load_pair(address);
        break;
    case 7:
        store_pair(address, random_next());
        break;
    case 8:
        (void)load32(address & ~UINT64_C(3));
        break;
    default:
        store32(address & ~UINT64_C(3), random_next());
        break;
    }
}

static void any_distributor_access(void)
{
    for (uint64_t offset = 0; offset < 0x1400; offset += 4) {
        (void)load32(GICD + offset);
        store32(GICD + offset, UINT32_MAX);
    }
    for (unsigned i = 0; i < 6000; i++)
        access_somehow(GICD + random_next() % (i % 8 == 0 ? 0x10000 : 0x1000));
    store32(GICD + GICD_CTLR, UINT32_MAX);
    uint64_t control = load32(GICD + GICD_CTLR);
    EXPECT((control & ~UINT64_C(3)) == 0, control);
    machine_still_works();
}

/* All but the data register, whose output would be in the way. */
static void any_uart_access(void)
{
    for (unsigned i = 0; i < 4000; i++)
        access_somehow(UART + 8 + random_next() % 0xff0);
    store32(UART + PL011_IMSC, 0);
    store32(UART + PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
    machine_still_works();
}

/* System call numbers, and what is none, with arguments that a program could mean. */
static void hypercalls(void)
{
    for (int64_t number = -40; number <= 4; number++) {
        for (uint64_t cap = 0; cap < 20; cap++) {
            (void)hypercall(cap, (UINT64_C(45) << 12) | 4, 1, 2, 3, 4, cap, (uint64_t)number);
            EXPECT(call_keeps_registers((uint64_t)number, 0), (uint64_t)number);
        }
    }
    for (unsigned i = 0; i < 500; i++)
        (void)hypercall(random_next(), random_next(), random_next(), random_next(), random_next(),
                        random_next(), random_next(), random_next() >> (random_next() % 64));
    uint64_t version = hypercall(PSCI_VERSION, 0, 0, 0, 0, 0, 0, 0);
    EXPECT(version == 0x10001, version);
    uint64_t unknown = hypercall(0x86000000, 0, 0, 0, 0, 0, 0, 0);
    EXPECT(unknown == NOT_SUPPORTED, unknown);
    machine_still_works();
}

static void secure_calls(void)
{
    for (unsigned i = 0; i < 2000; i++) {
        uint64_t function = random_next();

        if ((uint32_t)function == PSCI_SYSTEM_OFF || (uint32_t)function == PSCI_SYSTEM_OFF + 1)
            continue;
        uint64_t result = secure_call(function, random_next());
        EXPECT(result == NOT_SUPPORTED, function);
    }
    /* The board's own power management, through the firmware of its maker: not for us. */
    EXPECT(secure_call(0xc2000001, 0) == NOT_SUPPORTED, 0);
    /* One vCPU, which is on: there is no other, and it cannot leave the VM without any. */
    EXPECT(secure_call(PSCI_CPU_ON, 1) == INVALID_PARAMETERS, 0);
    EXPECT(secure_call(PSCI_CPU_OFF, 0) == DENIED, 0);
    EXPECT(call_keeps_registers(0, 1), 0);
    machine_still_works();
}

/* Reads every system register there could be: an answer or an undefined instruction. */
static void system_registers(void)
{
    volatile uint32_t *code = (volatile uint32_t *)(uintptr_t)made_instruction;

    for (uint32_t name = 0; name < 1u << 15; name++) {
        /* MRS x0: op0 is 2 or 3; name is the rest of it, op1, CRn, CRm and op2. */
        uint64_t before = fault.count;

        *code = 0xd5300000 | name << 5;
        __asm__ volatile("dc cvau, %0; dsb sy; ic ivau, %0; dsb sy; isb" : : "r"(code) : "memory");
        (void)made_instruction();
        if (fault.count != before)
            EXPECT(fault.count == before + 1 && fault.esr >> 26 == 0, name);
    }
    *code = 0xd503201f;
    __asm__ volatile("dc cvau, %0; dsb sy; ic ivau, %0; dsb sy; isb" : : "r"(code) : "memory");
    machine_still_works();
}

void guest_main(void)
{
    run("nothing_answers", nothing_answers);
    run("beyond_the_address_space", beyond_the_address_space);
    run("fetch_from_nowhere", fetch_from_nowhere);
    run("accesses_without_syndrome", accesses_without_syndrome);
    run("any_uart_access", any_uart_access);
    run("any_distributor_access", any_distributor_access);
    run("interrupts_still_come", interrupts_still_come);
    run("many_at_once", many_at_once);
    run("waiting_ends", waiting_ends);
    run("waiting_at_el0", waiting_at_el0);
    run("hypercalls", hypercalls);
    run("secure_calls", secure_calls);
    run("system_registers", system_registers);
    run("interrupts_at_the_end", interrupts_still_come);
    print(all_passed() ? "hostile guest: all checks passed\n" : "hostile guest: failed\n");
    power_off();
}
