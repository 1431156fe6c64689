/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts rounds. */
#include "tests/system/small/measure.h"

#define CALIBRATIONS 50
#define ROUNDS_EACH  10
#define MILLION      1000000

static uint64_t ten_rounds; /* in ticks */

void measure_begin(void)
{
    ten_rounds = UINT64_MAX;
    for (unsigned i = 0; i < CALIBRATIONS; i++) {
        uint64_t start = board_time(), taken;

        for (unsigned j = 0; j < ROUNDS_EACH; j++)
            share_round();
        taken = board_time() - start;
        if (taken < ten_rounds)
            ten_rounds = taken;
    }
}

static uint64_t native_rounds(void)
{
    return *(const volatile uint64_t *)(uintptr_t)PAGES;
}

static void print_share(const char *name, const char *whose, uint64_t rounds, uint64_t elapsed)
{
    print(name);
    print(whose);
    print_number(rounds * ten_rounds * (MILLION / 10) / elapsed);
    print("\n");
}

void measure_window(const char *name, uint64_t from, uint64_t to)
{
    uint64_t rounds = 0, native, start, now;

    while ((start = board_time()) < MILLISECONDS(from))
        share_round();
    native = native_rounds();
    do {
        share_round();
        rounds++;
    } while ((now = board_time()) < MILLISECONDS(to));
    native = native_rounds() - native;
    print_share(name, ": own ", rounds, now - start);
    print_share(name, ": native ", native, now - start);
}

void guest_interrupt(void)
{
    guest_fault(0, 0, 0); /* they are masked */
}
