/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words for the kernel in the device tree's /chosen bootargs: "kernel.NAME=off". All others are
 * somebody else's. docs/kernel/clocks.md lists the names.
 */
#pragma once

/* Carries them out; says so of words that begin with "kernel." and mean nothing. The tree was
 * checked by board_read(). */
void options_read(const void *tree);
