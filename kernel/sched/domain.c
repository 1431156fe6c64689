/* SPDX-License-Identifier: BSD-2-Clause */
/* The domain schedule of kernel/sched/domain.h. Pure arithmetic. */
#include "kernel/sched/domain.h"
#include "kernel/lib/bits.h"

/* An entry: domain [63:56], duration [55:0]. */
#define DURATION_BITS 56

static struct {
    uint64_t entries[seL4_NumDomainSchedules];
    unsigned start;
    unsigned current;
    uint8_t domain; /* of the current entry, as it was when it began */
    uint64_t end;
} schedule;

static uint64_t entry_duration(unsigned index)
{
    return schedule.entries[index] & bits_mask(DURATION_BITS);
}

static void begin(unsigned index, uint64_t from)
{
    schedule.current = index;
    schedule.domain = (uint8_t)(schedule.entries[index] >> DURATION_BITS);
    schedule.end = from + entry_duration(index);
}

void domain_init(uint64_t now)
{
    _Static_assert(seL4_MaxDomainDuration == (1UL << DURATION_BITS) - 1, "fills its field");
    domain_configure(0, 0, seL4_MaxDomainDuration);
    domain_set_start(0, now);
}

/* The last entry is an end marker: nothing is behind it. */
static unsigned successor(unsigned index)
{
    unsigned next = index + 1;
    return next == seL4_NumDomainSchedules || domain_is_end_marker(next) ? schedule.start : next;
}

uint8_t domain_at(uint64_t now)
{
    if (now >= schedule.end) {
        unsigned next = successor(schedule.current);
        /* Each begins where the one before it ends: nothing adds up. But where the kernel was busy
         * for longer than the entry lasts, it is had in full and late rather than not at all. */
        bool missed = schedule.end + entry_duration(next) <= now;
        begin(next, missed ? now : schedule.end);
    }
    return schedule.domain;
}

uint64_t domain_end(void)
{
    return schedule.end;
}

unsigned domain_start(void)
{
    return schedule.start;
}

bool domain_is_end_marker(unsigned index)
{
    return entry_duration(index) == 0;
}

void domain_configure(unsigned index, uint8_t domain, uint64_t duration)
{
    CHECK(index < seL4_NumDomainSchedules && domain < seL4_NumDomains);
    CHECK(duration <= seL4_MaxDomainDuration);
    schedule.entries[index] = (uint64_t)domain << DURATION_BITS | duration;
}

void domain_set_start(unsigned index, uint64_t now)
{
    CHECK(!domain_is_end_marker(index));
    schedule.start = index;
    begin(index, now);
}
