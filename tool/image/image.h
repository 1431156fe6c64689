/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes a boot image (abi/image.h) from its parts.
 * Stands on the C library; the same inputs always make the same bytes.
 */
#ifndef TOOL_IMAGE_IMAGE_H
#define TOOL_IMAGE_IMAGE_H

#include "abi/image.h"
#include "abi/payload.h"
#include "tool/image/bytes.h"

/* A file of the payload and the name that init finds it by. */
struct payload_file {
    const char *name;
    struct file file;
};

struct image_inputs {
    struct file loader;
    struct file kernel;
    struct file init;
    struct file tree; /* data NULL: the boot loader brings the device tree */
    unsigned cores;
    /* Either a plan (abi/plan.h) and the files it names, whole IMAGE_FILES_ALIGNMENT ... */
    const struct bytes *plan;
    const struct bytes *files;
    /* ... or, `plan` NULL, named files. */
    const struct payload_file *payload;
    unsigned payload_count;
};

/*
 * On success `out`, empty before, is the image and `header` a copy of its header. Otherwise
 * `fault` names the input and what is wrong with it.
 */
bool image_make(const struct image_inputs *inputs, struct bytes *out, struct image_header *header,
                struct fault *fault);

/* Appends the payload, directory first, whole pages. Files with the same bytes are kept once. */
bool payload_make(const struct payload_file *files, unsigned count, struct bytes *out,
                  struct fault *fault);

#endif
