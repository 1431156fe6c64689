/* SPDX-License-Identifier: BSD-2-Clause */
/* What a talker says in each life, last of all. */
#ifndef TESTS_SYSTEM_SMALL_TALK_H
#define TESTS_SYSTEM_SMALL_TALK_H

#include "tests/system/small/small.h"

#define TALK_LIVES 4u

/* The number of this life, 1 for the first; what it has to say is said. */
uint64_t talk(const char *name);

static inline volatile uint64_t *talk_lives(unsigned who)
{
    return (volatile uint64_t *)(uintptr_t)(PAGES + who * PAGE);
}

#endif
