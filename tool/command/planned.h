/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plan to look at: made from a manifest, or taken out of an image that was built before.
 * Stands on tool/command/system and boot_file.
 */
#ifndef TOOL_COMMAND_PLANNED_H
#define TOOL_COMMAND_PLANNED_H

#include "tool/command/boot_file.h"
#include "tool/command/system.h"

struct planned {
    const void *plan;
    size_t plan_size;
    const void *tree; /* the board's device tree; NULL: an image without one */
    bool from_image;
    struct system system;  /* of a manifest */
    struct boot_file boot; /* of an image */
    void *copy;
};

/* False: what is wrong was printed on standard error; nothing is to be closed. */
bool planned_open(struct planned *planned, const char *path);
void planned_close(struct planned *planned);

#endif
