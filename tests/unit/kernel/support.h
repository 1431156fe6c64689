/* SPDX-License-Identifier: BSD-2-Clause */
/* The host under the kernel's pure parts: an arena for memory, interrupts by script, numbers that
 * are the same in every run. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "arch/physmap.h"
#include "kernel/model/cap.h"

/* Setup and teardown of a cmocka test that uses memory: a fresh arena of zeros. */
int arena_make(void **state);
int arena_free(void **state);

/* The next piece of the arena of 2^bits bytes, aligned to its size. */
void *arena_take(unsigned bits);

/* An interrupt waits at every n-th look; 0: never. `interrupt_looks` counts the looks. */
extern unsigned interrupt_every;
extern unsigned long interrupt_looks;

/* The same sequence after the same seed. */
void random_seed(uint64_t seed);
uint64_t random_word(void);
/* 0 to limit - 1. */
unsigned random_below(unsigned limit);
