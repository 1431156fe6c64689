/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads an arm64 ELF program and lays it out as it lies in memory.
 * Stands on <elf.h>; believes no number in the file, which may be anyone's.
 */
#ifndef TOOL_IMAGE_PROGRAM_H
#define TOOL_IMAGE_PROGRAM_H

#include "tool/image/bytes.h"

#define PROGRAM_SEGMENT_MAX 16

/* One part that is loaded. Its file bytes lie within the file, its addresses do not wrap. */
struct segment {
    uint64_t vaddr;
    uint64_t paddr;
    uint64_t file_offset;
    uint64_t file_size;
    uint64_t memory_size; /* at least file_size, not 0 */
    uint32_t flags;       /* PF_R, PF_W, PF_X of <elf.h> */
};

struct program {
    const struct file *file;
    uint64_t entry;
    unsigned segment_count;
    struct segment segments[PROGRAM_SEGMENT_MAX]; /* ascending by vaddr, none overlap */
    const uint8_t *table; /* the program headers, as they stand in the file */
    unsigned table_count;
};

/* `program` refers to `file` and its bytes. */
bool program_read(struct program *program, const struct file *file, struct fault *fault);

/* The lowest virtual address, and the first one behind the last. */
uint64_t program_start(const struct program *program);
uint64_t program_end(const struct program *program);

/*
 * Appends the program as it lies in memory from `start`, a multiple of a page at or below its
 * first byte, without the zeros behind its last byte in the file.
 */
void program_lay_out(const struct program *program, uint64_t start, struct bytes *out);

#endif
