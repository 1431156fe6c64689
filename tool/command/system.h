/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A system as most commands need it: manifest, board and plan, or the complaints why there is none.
 * Stands on tool/manifest, tool/board and tool/plan.
 */
#ifndef TOOL_COMMAND_SYSTEM_H
#define TOOL_COMMAND_SYSTEM_H

#include "tool/command/tree.h"
#include "tool/image/image.h"
#include "tool/plan/plan.h"

/* Our own files: as built for release, or for debugging. */
struct system_files {
    struct tree_path loader, kernel, init, vmm, console, debian, demo;
};

struct system_options {
    const char *manifest;
    const char *kernel; /* another kernel's ELF file, or NULL */
    const char *board;  /* in place of the manifest's, or NULL */
    bool debug;         /* our debug build */
};

struct system {
    struct system_files files;
    struct manifest *manifest;
    struct board board;
    struct plan_result plan;
};

/* False: what is wrong was printed on standard error; nothing is to be closed. */
bool system_open(struct system *system, const struct system_options *options);
void system_close(struct system *system);

/* The boot image. False: what is wrong was printed. */
bool system_make_image(const struct system *system, struct bytes *out, struct image_header *header);

#endif
