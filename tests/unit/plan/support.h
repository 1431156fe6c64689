/* SPDX-License-Identifier: BSD-2-Clause */
/* Files to make plans of, in a folder of their own, and plans of manifests given as text. */
#ifndef TESTS_UNIT_PLAN_SUPPORT_H
#define TESTS_UNIT_PLAN_SUPPORT_H

#include "tests/unit/plan/cmocka_includes.h"
#include "tool/plan/plan.h"

/* A program's segment: `flags` as in <elf.h>. */
struct test_segment {
    uint64_t address, file_size, memory_size;
    uint32_t flags;
};

/* For cmocka's group: makes the folder with
 *   vmm, console, app   programs      Image, initrd   a guest's files
 * and takes it away. */
int files_make(void **state);
int files_remove(void **state);

/* More files there. */
void files_write(const char *name, const void *data, size_t size);
void files_write_program(const char *name, const struct test_segment *segments, unsigned count);
void files_write_kernel(const char *name, uint64_t image_size);

struct plan_test {
    struct manifest *manifest;
    struct board board;
    struct plan_result plan;
    char *complaints; /* as printed */
    bool fine;
};

/* The manifest is called m.yaml and lies in the folder; FOLDER in it stands for the folder. */
void plan_open(struct plan_test *test, const char *text);
void plan_close(struct plan_test *test);

/* Manifests: of two VMs alone; of a VM, components and memory that they share. */
extern const char two_vms[];
extern const char everything[];

#endif
