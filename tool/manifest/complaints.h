/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is wrong with a manifest, as sentences with places. Stands on the C library. Every part of
 * the tool that judges a manifest adds to the same list.
 */
#ifndef TOOL_MANIFEST_COMPLAINTS_H
#define TOOL_MANIFEST_COMPLAINTS_H

#include <stdio.h>

#include "tool/manifest/manifest.h"

struct complaint {
    struct place place;
    char *text; /* "what: how to mend it" */
};

/* Zero-initialised but for `file`, it has none; complaints_release() frees what it holds. */
struct complaints {
    const char *file; /* the manifest's path as the user gave it */
    struct complaint *list;
    size_t count;
};

/* Adds one; `place` of line 0 is printed as FILE alone. Always false, so that a check can end with
 * it. The text has two parts, "WHAT: HOW TO MEND IT"; it is copied. */
bool complain_at(struct complaints *complaints, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints all, ascending by place, to `stream`; of one place, in the order they were added. */
void complaints_print(struct complaints *complaints, FILE *stream);
void complaints_release(struct complaints *complaints);

#endif
