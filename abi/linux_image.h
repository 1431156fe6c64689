/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 64-byte header of an arm64 Linux Image, and a checked reader of it.
 * Stands on freestanding C alone; never looks past the bytes it is given.
 *
 * Source: Linux, Documentation/arch/arm64/booting.rst, "Call the kernel image".
 */
#ifndef ABI_LINUX_IMAGE_H
#define ABI_LINUX_IMAGE_H

#define LINUX_IMAGE_HEADER_SIZE 64
#define LINUX_IMAGE_MAGIC       0x644d5241 /* "ARM\x64" at offset 56 */

/* Flags, at offset 24. */
#define LINUX_IMAGE_BIG_ENDIAN  0x1
#define LINUX_IMAGE_PAGES       0x6 /* 0 not told, 2: 4 KiB, 4: 16 KiB, 6: 64 KiB */
#define LINUX_IMAGE_PAGES_4K    0x2
#define LINUX_IMAGE_ANYWHERE    0x8 /* may lie anywhere; clear: near the start of RAM */

/* The image lies `text_offset` bytes behind an address that is a multiple of this. */
#define LINUX_IMAGE_ALIGN       0x200000

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

struct linux_image_header {
    uint32_t code0; /* the first two instructions; the image is entered here */
    uint32_t code1;
    uint64_t text_offset;
    uint64_t image_size; /* memory to keep free from the image's start; 0 before Linux 3.17 */
    uint64_t flags;
    uint64_t reserved[3];
    uint32_t magic;
    uint32_t pe_offset; /* of the PE header, for EFI firmware */
};

_Static_assert(sizeof(struct linux_image_header) == LINUX_IMAGE_HEADER_SIZE, "a fixed format");
_Static_assert(offsetof(struct linux_image_header, magic) == 56, "a fixed format");

enum linux_image_result {
    LINUX_IMAGE_OK,
    LINUX_IMAGE_TOO_SHORT,    /* less than a header */
    LINUX_IMAGE_GZIP,         /* compressed: unpack it, then ask again */
    LINUX_IMAGE_NO_MAGIC,     /* no arm64 Image */
    LINUX_IMAGE_WRONG_ENDIAN, /* a big-endian kernel */
    LINUX_IMAGE_TOO_OLD,      /* before 3.17: does not say how much memory it needs */
    LINUX_IMAGE_BAD_SIZE,     /* its sizes contradict each other or the file's */
};

/* What a loader needs to know of an Image. */
struct linux_image {
    uint64_t text_offset; /* from a multiple of LINUX_IMAGE_ALIGN to the Image's first byte */
    uint64_t image_size;  /* bytes of memory it takes from its first byte, at least the file's */
    uint64_t flags;
};

/* Why a file was refused, as the end of a sentence that names it: "vmlinuz is ...". */
static inline const char *linux_image_reason(enum linux_image_result result)
{
    switch (result) {
    case LINUX_IMAGE_OK:
        return "an arm64 Linux Image";
    case LINUX_IMAGE_TOO_SHORT:
        return "too short for an arm64 Linux Image";
    case LINUX_IMAGE_GZIP:
        return "compressed with gzip";
    case LINUX_IMAGE_NO_MAGIC:
        return "no arm64 Linux Image";
    case LINUX_IMAGE_WRONG_ENDIAN:
        return "a big-endian Linux Image";
    case LINUX_IMAGE_TOO_OLD:
        return "an arm64 Linux Image from before Linux 3.17";
    case LINUX_IMAGE_BAD_SIZE:
        return "an arm64 Linux Image whose header is damaged or that was cut short";
    }
    return "an arm64 Linux Image with an unknown fault";
}

static inline uint64_t linux_image_read(const unsigned char *bytes, unsigned count)
{
    uint64_t value = 0;

    while (count-- > 0)
        value = value << 8 | bytes[count];
    return value;
}

/*
 * Reads the header of the `size` bytes at `data`, which need no alignment. On LINUX_IMAGE_OK
 * `image` is filled in, and text_offset + image_size does not wrap.
 */
static inline enum linux_image_result linux_image_parse(const void *data, uint64_t size,
                                                        struct linux_image *image)
{
    const unsigned char *bytes = data;

    if (size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
        return LINUX_IMAGE_GZIP;
    if (size < LINUX_IMAGE_HEADER_SIZE)
        return LINUX_IMAGE_TOO_SHORT;
    if (linux_image_read(bytes + 56, 4) != LINUX_IMAGE_MAGIC)
        return LINUX_IMAGE_NO_MAGIC;
    image->text_offset = linux_image_read(bytes + 8, 8);
    image->image_size = linux_image_read(bytes + 16, 8);
    image->flags = linux_image_read(bytes + 24, 8);
    if (image->flags & LINUX_IMAGE_BIG_ENDIAN)
        return LINUX_IMAGE_WRONG_ENDIAN;
    if (image->image_size == 0)
        return LINUX_IMAGE_TOO_OLD;
    /* The file may be shorter than image_size, never longer: what follows it is the bss. */
    if (image->image_size < size || image->text_offset % 4 != 0 ||
        image->image_size > UINT64_MAX - image->text_offset)
        return LINUX_IMAGE_BAD_SIZE;
    return LINUX_IMAGE_OK;
}

#endif
#endif
