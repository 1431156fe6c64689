/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes a plan (abi/plan.h) of a manifest and a board: every object, capability, mapping, thread
 * and budget of the system, and the files it starts from. Stands on tool/manifest, tool/board and
 * tool/image. The same inputs make the same bytes.
 */
#ifndef TOOL_PLAN_PLAN_H
#define TOOL_PLAN_PLAN_H

#include "abi/plan.h"
#include "tool/board/board.h"
#include "tool/image/bytes.h"
#include "tool/manifest/complaints.h"
#include "tool/manifest/manifest.h"

/* Paths of what we build ourselves. */
struct plan_inputs {
    const char *vmm;
    const char *console;
    const char *kernel;  /* what `debian` means */
    const char *initrd;  /* what `demo` means */
    uint64_t boot_bytes; /* of RAM that kernel and init keep, beside plan and files */
};

/* A value that the manifest does not spell out, and where it came from. */
struct plan_fact {
    const char *subject; /* a VM, a component, "init", "board", "image" */
    const char *what;
    const char *value;
    const char *source; /* "line 7", "default", or what it was derived from */
};

struct plan_result {
    struct bytes plan;  /* struct plan_header and what follows */
    struct bytes files; /* whole IMAGE_FILES_ALIGNMENT */
    unsigned core_count;
    struct plan_fact *facts;
    size_t fact_count;
    void *storage; /* the facts, for plan_release() */
};

/*
 * False: at least one complaint was added, and `result` is empty. What the manifest says for itself
 * was judged by manifest_read(); here everything that needs the board or the files.
 */
bool plan_make(const struct manifest *manifest, const struct board *board,
               const struct plan_inputs *inputs, struct plan_result *result,
               struct complaints *complaints);
void plan_release(struct plan_result *result);

#endif
