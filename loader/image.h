/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Judges a boot image's header before anything in it is believed.
 * Stands on abi/image.h; only reads.
 */
#ifndef LOADER_IMAGE_H
#define LOADER_IMAGE_H

#include <stdbool.h>

#include "abi/image.h"

/* Computes a CRC-32 as abi/crc32.h does; the board has faster ones. */
typedef uint32_t image_checksum(const void *data, uint64_t size);

enum image_result {
    IMAGE_OK,
    IMAGE_HEADER_DAMAGED,    /* its checksum is wrong */
    IMAGE_HEADER_IMPOSSIBLE, /* whole, but what it says cannot be */
};

/* `file` is the image's first byte. On IMAGE_OK every part lies within the image's length. */
enum image_result image_check_header(const void *file, image_checksum *checksum);

/* The part of this kind; NULL if the image has none. The header has been checked. */
const struct image_part *image_find_part(const struct image_header *header,
                                         enum image_part_kind kind);

/* Whether a part's bytes are what they were when the image was made. */
bool image_part_is_whole(const void *file, const struct image_part *part, image_checksum *checksum);

/* Whether the end of the file is there; the image's whole length can be read. */
bool image_has_end(const void *file);

/* A part's name for messages. */
const char *image_part_name(enum image_part_kind kind);

/* The checksum of the header as it is now, for messages. */
uint32_t image_header_checksum(const void *file, image_checksum *checksum);

static inline const struct image_header *image_header_of(const void *file)
{
    return (const struct image_header *)((const char *)file + IMAGE_HEADER_OFFSET);
}

#endif
