/* SPDX-License-Identifier: BSD-2-Clause */
/* Barriers on the host: none is needed, as one core runs at a time and no device looks. */
#pragma once

static inline void barrier_instruction(void)
{
}

static inline void barrier_sync_stores(void)
{
}

static inline void barrier_sync_system(void)
{
}
