/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What cases about several cores share. The case runs on core 0; settle() lets the threads of that
 * core run, so what other cores do is waited for by the clock, with a limit.
 */
#pragma once

#include "tests/kernel/harness/harness.h"

#define CORES_MAX   8
/* Generous: an emulator may have fewer cores than it emulates. */
#define LIMIT_US    10000000
/* Rounds of a thread that is always running, or looks of one that waits, between two pauses: a
 * pause costs an emulator as much as many instructions. */
#define PAUSE_EVERY 64

static inline const seL4_BootInfo *info(void)
{
    return seL4_GetBootInfo();
}

static inline unsigned core_count(void)
{
    return (unsigned)info()->numNodes;
}

/* A word that a thread on another core writes. */
typedef volatile seL4_Word shared_word;

bool wait_for(shared_word *word, seL4_Word least);

struct alloc_thread *thread_on(seL4_Word core, rt_thread_entry *entry, void *argument,
                               seL4_CPtr fault_ep);

/* A thread that counts in the word it is given. It never waits, but lets an emulator's other cores
 * go on. */
void count(void *word);

/* By its scheduling context, to 10 ms of every 10 ms of that core. */
void move(const struct alloc_thread *thread, seL4_Word core);
