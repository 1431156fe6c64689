/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that does what it should not: each check makes accesses that must end in what hardware
 * would do, and afterwards the machine must still work. Prints one line a check in the form of
 * cmocka, then powers off. Stands on start.S; freestanding.
 */
#include <stdbool.h>
#include <stdint.h>

#include "hw/gicv2.h"
#include "hw/uart.h"

#define GICD            UINT64_C(0x08000000)
#define GICC            UINT64_C(0x08010000)
#define UART            UINT64_C(0x09000000)
#define RAM             UINT64_C(0x40000000)
#define RAM_SIZE        UINT64_C(0x04000000) /* as hostile.dts says */
#define NOWHERE         UINT64_C(0x10000000)

#define PSCI_VERSION    UINT64_C(0x84000000)
#define PSCI_SYSTEM_OFF UINT64_C(0x84000008)
#define NOT_SUPPORTED   UINT64_MAX

/* Written by start.S: offsets are known there. */
struct {
    uint64_t count, esr, far, elr, spsr;
} fault;

struct {
    uint64_t count;
    uint32_t last;
} interrupts;

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
void guest_main(void);
void guest_fail(const char *text);

static unsigned failures;
static const char *check_name;

static void print(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            store32(UART + PL011_DR, '\r');
        store32(UART + PL011_DR, (uint8_t)*text);
    }
}

static void print_hex(uint64_t value)
{
    char digits[19] = "0x";

    for (unsigned i = 0; i < 16; i++)
        digits[2 + i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
    print(digits);
}

static void power_off(void)
{
    (void)secure_call(PSCI_SYSTEM_OFF, 0);
}

void guest_fail(const char *text)
{
    print("[  FAILED  ] ");
    print(text);
    print("\n");
    power_off();
}

static void expect_at(bool good, int line, uint64_t value)
{
    if (good)
        return;
    failures++;
    print("             ");
    print(check_name);
    print(": line ");
    print_hex((uint64_t)line);
    print(", value ");
    print_hex(value);
    print(", last fault ");
    print_hex(fault.esr);
    print("\n");
}

#define EXPECT(good, value) expect_at(good, __LINE__, value)

static uint64_t random_next(void)
{
    static uint64_t state = 0x9e3779b97f4a7c15;

    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(0x2545f4914f6cdd1d);
}

/* One fault, of this class, with this status. */
static void expect_abort(uint64_t before, uint64_t class, int line)
{
    expect_at(fault.count == before + 1, line, fault.count - before);
    expect_at(fault.esr >> 26 == class && (fault.esr & 0x3f) == 0x10, line, fault.esr);
    expect_at((fault.spsr & 0x1f) == 5, line, fault.spsr);
}

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

static void machine_still_works(void)
{
    uint64_t version = secure_call(PSCI_VERSION, 0);

    EXPECT(version == 0x10001, version);
    EXPECT(load32(GICD + GICD_IIDR) == GICD_IIDR_GIC400, load32(GICD + GICD_IIDR));
}

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
    EXPECT(secure_call(0x84000003, 1) == NOT_SUPPORTED, 0);
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

static void open_interrupts(void)
{
    store32(GICD + GICD_CTLR, 0);
    for (uint64_t i = 0; i < 64; i += 32) {
        store32(GICD + GICD_IGROUPR + i / 8, 0);
        store32(GICD + GICD_ICENABLER + i / 8, UINT32_MAX);
        store32(GICD + GICD_ICPENDR + i / 8, UINT32_MAX);
        store32(GICD + GICD_ICACTIVER + i / 8, UINT32_MAX);
    }
    for (uint64_t i = 0; i < 64; i += 4)
        store32(GICD + GICD_IPRIORITYR + i, 0xa0a0a0a0);
    for (uint64_t i = 0; i < 16; i += 4)
        store32(GICD + GICD_CPENDSGIR + i, UINT32_MAX);
    store32(GICC + GICC_PMR, 0xff);
    store32(GICC + GICC_CTLR, 7); /* group 1 is acknowledged like group 0 */
    store32(GICD + GICD_CTLR, 3);
    /* What random accesses left pending in list registers comes now. */
    __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
    for (unsigned i = 0; i < 1000; i++)
        (void)load32(GICD + GICD_CTLR);
}

static void wait_for_interrupt(uint64_t before)
{
    for (unsigned i = 0; i < 100000 && interrupts.count == before; i++)
        (void)load32(GICD + GICD_CTLR);
}

static void interrupts_still_come(void)
{
    open_interrupts();
    for (uint32_t sgi = 0; sgi < 16; sgi++) {
        uint64_t before = interrupts.count;

        store32(GICD + GICD_SGIR, 2u << 24 | sgi);
        wait_for_interrupt(before);
        EXPECT(interrupts.count == before + 1 && interrupts.last == sgi, interrupts.last);
    }
    __asm__ volatile("msr daifset, #2" ::: "memory");
    for (uint32_t sgi = 0; sgi < 16; sgi++) /* more than there are list registers */
        store32(GICD + GICD_SGIR, 2u << 24 | sgi);
    uint64_t before = interrupts.count;
    __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
    for (unsigned i = 0; i < 100000 && interrupts.count < before + 16; i++)
        (void)load32(GICD + GICD_CTLR);
    EXPECT(interrupts.count == before + 16, interrupts.count - before);
}

static void set_timer(uint64_t ticks)
{
    uint64_t now;

    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(now));
    __asm__ volatile("msr cntv_cval_el0, %0; msr cntv_ctl_el0, %1; isb"
                     :
                     : "r"(now + ticks), "r"(UINT64_C(1)));
}

/* Masked until it waits: an interrupt taken before would leave nothing to wait for. */
static void waiting_ends(void)
{
    store32(GICD + GICD_ISENABLER, 1u << GIC_PPI_VIRTUAL_TIMER);
    for (unsigned i = 0; i < 20; i++) {
        uint64_t before = interrupts.count;

        __asm__ volatile("msr daifset, #2" ::: "memory");
        set_timer(i * 5000);
        __asm__ volatile("wfi");
        EXPECT(interrupts.count == before, i);
        __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
        wait_for_interrupt(before);
        EXPECT(interrupts.count == before + 1 && interrupts.last == GIC_PPI_VIRTUAL_TIMER,
               interrupts.last);
    }
    EXPECT_NO_FAULT(__asm__ volatile("sevl; wfe"));
}

static void run(const char *name, void (*check)(void))
{
    unsigned before = failures;

    check_name = name;
    check();
    print(failures == before ? "[       OK ] " : "[  FAILED  ] ");
    print(name);
    print("\n");
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
    run("waiting_ends", waiting_ends);
    run("hypercalls", hypercalls);
    run("secure_calls", secure_calls);
    run("system_registers", system_registers);
    run("interrupts_at_the_end", interrupts_still_come);
    print(failures == 0 ? "hostile guest: all checks passed\n" : "hostile guest: failed\n");
    power_off();
}
