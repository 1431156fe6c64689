/* SPDX-License-Identifier: BSD-2-Clause */
/* Where each file lies in the image's files part: large ones on 2 MiB first, then page by page. */
#include "tool/plan/finish.h"

#include "abi/image.h"

static void place(struct builder *builder, struct stored_file *file, struct bytes *out)
{
    file->offset = out->size;
    object_of(builder, file->object)->address = file->offset;
    bytes_add(out, file->data, file->size);
    bytes_align(out, file->large ? LARGE_BYTES : PAGE_BYTES);
}

void files_place(struct builder *builder, struct bytes *out)
{
    uint32_t count = (uint32_t)(builder->files.size / sizeof(struct stored_file));

    for (int large = 1; large >= 0; large--) {
        for (uint32_t i = 0; i < count; i++) {
            if (stored_file(builder, i)->large == large)
                place(builder, stored_file(builder, i), out);
        }
    }
    bytes_align(out, IMAGE_FILES_ALIGNMENT);
}
