/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long the kernel goes without looking for an interrupt. Stands on the kernel; for one core.
 *
 *   entry ----> look ----> look ----> exit      each arrow is a stretch
 *
 * The longest of each kind of entry is kept, and printed when the board is switched off, so that
 * printing delays nothing that is measured.
 */
#pragma once

/* Begins one, of the kind "interrupt", unless one has begun. */
void stretch_begin_interrupt(void);

/* Ends one and begins the next of the same kind. */
void stretch_look(void);

/* Ends one, if there is any. */
void stretch_end(void);
