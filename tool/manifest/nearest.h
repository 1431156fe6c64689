/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which known word someone may have meant. Stands on the C library.
 */
#ifndef TOOL_MANIFEST_NEAREST_H
#define TOOL_MANIFEST_NEAREST_H

#include <stddef.h>

/* The best so far. Zero-initialise but for `text`. */
struct nearest {
    const char *text; /* what was written */
    const char *word; /* the nearest known one; NULL if none is near */
    unsigned distance;
};

/* Offers a known word. */
void nearest_offer(struct nearest *nearest, const char *word);

#endif
