/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests/unit/kernel/support.h promises, and the fake architecture's functions. */
#include <stdio.h>

#include "tests/unit/kernel/support.h"
#include "arch/interrupt.h"
#include "arch/zero.h"
#include "kernel/lib/check.h"

unsigned interrupt_every;
unsigned long interrupt_looks;

static size_t arena_used;
static uint64_t random_state = 1;

int arena_make(void **state)
{
    (void)state;
    arena_used = 0;
    interrupt_every = 0;
    interrupt_looks = 0;
    return fake_memory_make() ? 0 : -1;
}

int arena_free(void **state)
{
    (void)state;
    fake_memory_free();
    return 0;
}

void *arena_take(unsigned bits)
{
    arena_used = align_up(arena_used, bits);
    void *piece = phys_to_virt(paddr(FAKE_BASE + arena_used));
    arena_used += BIT(bits);
    assert_true(arena_used <= FAKE_BYTES);
    return piece;
}

bool interrupt_pending(void)
{
    interrupt_looks++;
    return interrupt_every != 0 && interrupt_looks % interrupt_every == 0;
}

void zero_memory(void *start, uint64_t size)
{
    assert_int_equal((uintptr_t)start % 16, 0);
    assert_int_equal(size % 16, 0);
    memset(start, 0, size);
}

void zero_and_clean(void *start, uint64_t size)
{
    zero_memory(start, size);
}

void random_seed(uint64_t seed)
{
    random_state = seed * 2 + 1;
}

/* xorshift64* */
uint64_t random_word(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(2685821657736338717);
}

unsigned random_below(unsigned limit)
{
    return (unsigned)((random_word() >> 33) % limit);
}

NO_RETURN void check_failed(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: CHECK(%s)\n", file, line, what);
    abort();
}
