/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's files and its RAM. Stands on tool/image and, inside, on the VMM's rules. */
#ifndef TOOL_PLAN_GUEST_H
#define TOOL_PLAN_GUEST_H

#include "tool/image/bytes.h"
#include "tool/manifest/manifest.h"

/* A tree or overlay of the user's that is larger is refused by the VMM. */
#define GUEST_TREE_BYTES_MAX 65536

enum guest_file {
    GUEST_KERNEL,
    GUEST_INITRD,
    GUEST_TREE,
};

struct guest_places {
    uint64_t kernel, kernel_size, tree, initrd, initrd_size;
    bool packed;
};

struct guest_refusal {
    enum guest_file about;
    bool no_room; /* memory is too small for it, rather than the file wrong */
    bool wished;  /* it cannot be where `map` puts it */
    char text[256];
};

/* The guest's files against its RAM. False: `text` says why, and `about` which. */
bool guest_place(const struct manifest_vm *vm, const struct file *kernel, const struct file *initrd,
                 struct guest_places *places, struct guest_refusal *refusal);

/* Unpacks the kernel to nowhere, if it is packed: a tenth of a second for a common one. */
bool guest_unpacks(const struct file *kernel, const struct guest_places *places,
                   struct guest_refusal *refusal);

#endif
