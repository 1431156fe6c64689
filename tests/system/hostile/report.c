/* SPDX-License-Identifier: BSD-2-Clause */
/* What the checks say and ask, and where faults and interrupts are noted. */
#include "tests/system/hostile/guest.h"

struct fault fault;
struct interrupts interrupts;

static unsigned failures;
static const char *check_name;

void power_off(void)
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

void expect_at(bool good, int line, uint64_t value)
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

uint64_t random_next(void)
{
    static uint64_t state = 0x9e3779b97f4a7c15;

    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(0x2545f4914f6cdd1d);
}

/* One fault, of this class, with this status. */
void expect_abort(uint64_t before, uint64_t class, int line)
{
    expect_at(fault.count == before + 1, line, fault.count - before);
    expect_at(fault.esr >> 26 == class && (fault.esr & 0x3f) == 0x10, line, fault.esr);
    expect_at((fault.spsr & 0x1f) == 5, line, fault.spsr);
}

void machine_still_works(void)
{
    uint64_t version = secure_call(PSCI_VERSION, 0);

    EXPECT(version == 0x10001, version);
    EXPECT(load32(GICD + GICD_IIDR) == GICD_IIDR_GIC400, load32(GICD + GICD_IIDR));
}

void run(const char *name, void (*check)(void))
{
    unsigned before = failures;

    check_name = name;
    check();
    print(failures == before ? "[       OK ] " : "[  FAILED  ] ");
    print(name);
    print("\n");
}

bool all_passed(void)
{
    return failures == 0;
}
