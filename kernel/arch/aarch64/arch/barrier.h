/* SPDX-License-Identifier: BSD-2-Clause */
/* Barriers (Arm ARM B2.3.12). All of them also keep the compiler from moving memory accesses. */
#pragma once

/* What follows is fetched anew, with all earlier system register writes in force. */
static inline void barrier_instruction(void)
{
    __asm__ volatile("isb" : : : "memory");
}

/* Everything before is done, seen by all cores, before anything behind begins. */
static inline void barrier_sync(void)
{
    __asm__ volatile("dsb ish" : : : "memory");
}

/* The same for stores alone: before a table walker or a device looks. */
static inline void barrier_sync_stores(void)
{
    __asm__ volatile("dsb ishst" : : : "memory");
}

/* The same towards the whole system, devices included. */
static inline void barrier_sync_system(void)
{
    __asm__ volatile("dsb sy" : : : "memory");
}

/* Order among memory accesses, seen by all cores. */
static inline void barrier_memory(void)
{
    __asm__ volatile("dmb ish" : : : "memory");
}

static inline void barrier_stores(void)
{
    __asm__ volatile("dmb ishst" : : : "memory");
}
