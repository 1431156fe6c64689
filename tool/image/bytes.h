/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the image library's parts share: files read whole, bytes that grow, errors as sentences.
 * Stands on the C library.
 */
#ifndef TOOL_IMAGE_BYTES_H
#define TOOL_IMAGE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file as it was read, or an input that never was one; `name` is how errors call it. */
struct file {
    const char *name;
    uint8_t *data;
    size_t size;
};

/* Bytes that grow; zero-initialised is empty. */
struct bytes {
    uint8_t *data;
    size_t size;
    size_t capacity;
};

/* The first fault, as a sentence without a full stop: "kernel.elf: no ELF file". */
struct fault {
    char text[512];
};

/* Always false, so that a caller can fail and say why in one line. */
bool fault_set(struct fault *fault, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool file_read(struct file *file, const char *name, struct fault *fault);
void file_release(struct file *file);

/* Writes beside the file and renames, so that a broken write leaves no broken image behind. */
bool file_write(const char *name, const struct bytes *bytes, struct fault *fault);

/* Appends; `data` NULL appends zeros. Running out of memory ends the program. */
void bytes_add(struct bytes *bytes, const void *data, size_t size);

/* Appends zeros up to a multiple of `alignment`. */
void bytes_align(struct bytes *bytes, size_t alignment);
void bytes_release(struct bytes *bytes);

#endif
