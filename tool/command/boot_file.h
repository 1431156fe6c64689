/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a boot image (abi/image.h) that lies in a file is, for commands that take one in a
 * manifest's place. Stands on abi and tool/image; believes no number in the file.
 */
#ifndef TOOL_COMMAND_BOOT_FILE_H
#define TOOL_COMMAND_BOOT_FILE_H

#include "tool/image/bytes.h"

struct boot_file {
    struct file file;
    const void *tree; /* the board's device tree; NULL: the image has none */
    size_t tree_size;
    const void *plan; /* on a page's boundary in the file; NULL: the image has none */
    size_t plan_size;
};

/* Does the file begin as an image does? False also when it cannot be read. */
bool boot_file_is_image(const char *path);

bool boot_file_open(struct boot_file *boot, const char *path, struct fault *fault);
void boot_file_close(struct boot_file *boot);

#endif
