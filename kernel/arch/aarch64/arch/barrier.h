/* SPDX-License-Identifier: BSD-2-Clause */
/* Barriers (Arm ARM B2.3.12). All of them also keep the compiler from moving memory accesses. */
#pragma once

/* What follows is fetched anew, with all earlier system register writes in force. */
static inline void barrier_instruction(void)
{
    __asm__ volatile("isb" : : : "memory");
}

/* All stores before are done, seen by all cores: before a table walker or a device looks. */
static inline void barrier_sync_stores(void)
{
    __asm__ volatile("dsb ishst" : : : "memory");
}

/* The same for all accesses, towards the whole system, devices included. */
static inline void barrier_sync_system(void)
{
    __asm__ volatile("dsb sy" : : : "memory");
}
