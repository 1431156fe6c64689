/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot image: what mkimage writes and the loader reads.
 * Stands on freestanding C alone; holds the layout and its limits, no behaviour.
 *
 * One flat file, loaded as a whole at a page-aligned address in RAM:
 *
 *        0  arm64 Linux Image header (abi/linux_image.h): boot loaders start the file by it
 *       64  struct image_header
 *      512  the loader's code, then its working memory (zeros in the file)
 *     page  device tree of the board           (absent if the boot loader is to bring one)
 *     page  kernel, as it lies in memory, without the zeros at its end
 *     page  init, as it lies in memory, zeros included
 *     page  payload: struct image_payload_head and the plan (abi/plan.h), or abi/payload.h
 *     page  one page with init's program headers (struct image_program_headers)
 *    2 MiB  files that the plan names         (absent without a plan)
 *      end  struct image_trailer, the last 16 bytes: a file that was cut short lacks it
 *
 * Files are used where they lie, never copied; the kernel gives them out as it does a device's
 * memory and never clears them. Init and payload are the user image, which it maps for init.
 *
 * ELF files are read, checked and laid out when the image is made; the loader parses none.
 * All numbers are little-endian; offsets count from the start of the file.
 */
#ifndef ABI_IMAGE_H
#define ABI_IMAGE_H

#define IMAGE_HEADER_OFFSET   64
#define IMAGE_HEADER_SIZE     448
#define IMAGE_CODE_OFFSET     (IMAGE_HEADER_OFFSET + IMAGE_HEADER_SIZE)
#define IMAGE_PAGE            4096
#define IMAGE_VERSION         2
#define IMAGE_MAGIC           0x006567616d494842 /* "BHImage\0" */
#define IMAGE_TRAILER_MAGIC   0x646e45676d494842 /* "BHImgEnd" */
#define IMAGE_PART_MAX        8
#define IMAGE_CORE_MAX        8

/* x6 at the kernel's entry, beside the seL4 hand-over: this plus the number of cores started. Under
 * another loader x6 may hold anything, but not this by chance. */
#define IMAGE_CORES_STARTED   0x4248434f52455300

/* x7 and x8 then: where the files start, and the first address behind them; both 0 without files.
 */
#define IMAGE_FILES_ALIGNMENT 0x200000
#define IMAGE_PAYLOAD_MAGIC   0x0064614c79504842 /* "BHPyLad\0" */

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* The kernel may lie at any 2 MiB-aligned place. */
#define IMAGE_ANYWHERE UINT64_MAX

enum image_part_kind {
    IMAGE_PART_LOADER = 1,      /* the loader's code; its working memory is not summed */
    IMAGE_PART_DEVICE_TREE = 2, /* optional */
    IMAGE_PART_KERNEL = 3,
    IMAGE_PART_INIT = 4,
    IMAGE_PART_PAYLOAD = 5,         /* directly behind init */
    IMAGE_PART_PROGRAM_HEADERS = 6, /* directly behind the payload */
    IMAGE_PART_FILES = 7,           /* optional */
};

/* A part of the file. Every kind occurs at most once; parts stand in the order of their kinds. */
struct image_part {
    uint32_t kind;     /* enum image_part_kind */
    uint32_t checksum; /* CRC-32 (abi/crc32.h) of its bytes */
    uint64_t offset;   /* of its first byte: page aligned, except for the loader's code */
    uint64_t size;     /* bytes in the file; whole pages for init, payload and program headers,
                        * whole IMAGE_FILES_ALIGNMENT, as is the offset, for files */
};

/* Starts the payload of an image that has files; the plan follows. */
struct image_payload_head {
    uint64_t magic;       /* IMAGE_PAYLOAD_MAGIC */
    uint64_t files_start; /* physical address; 0 in the image, the loader fills it in */
    uint64_t files_size;  /* bytes */
    uint64_t plan_size;   /* bytes behind this head, without the padding to a page */
    uint64_t reserved[4]; /* 0 */
};

struct image_header {
    uint64_t magic;   /* IMAGE_MAGIC */
    uint32_t version; /* IMAGE_VERSION */
    uint32_t cores;   /* cores to start, 1..IMAGE_CORE_MAX; fewer if the board has fewer */
    uint64_t length;  /* of the whole file, trailer included */
    uint32_t part_count;
    uint32_t reserved0; /* 0 */

    uint64_t kernel_vaddr;       /* of the kernel's first byte */
    uint64_t kernel_paddr;       /* where that byte belongs, or IMAGE_ANYWHERE */
    uint64_t kernel_memory_size; /* bytes it takes in memory; those not in the file are zero */
    uint64_t kernel_entry;       /* virtual */

    uint64_t user_vaddr; /* of init's first page */
    uint64_t user_entry; /* virtual */

    struct image_part parts[IMAGE_PART_MAX];
    uint8_t reserved1[168]; /* 0 */

    uint32_t reserved2; /* 0 */
    uint32_t checksum;  /* CRC-32 of the file's bytes from 0 up to this field */
};

struct image_trailer {
    uint64_t length; /* as in the header */
    uint64_t magic;  /* IMAGE_TRAILER_MAGIC: the very last byte is no zero */
};

/* What the kernel ABI wants in the page behind the user image: init's ELF program headers. */
struct image_program_headers {
    uint32_t count;
    uint32_t entry_size; /* 56: Elf64_Phdr */
    uint8_t table[IMAGE_PAGE - 8];
};

_Static_assert(sizeof(struct image_part) == 24, "part of the image format");
_Static_assert(sizeof(struct image_header) == IMAGE_HEADER_SIZE, "part of the image format");
_Static_assert(offsetof(struct image_header, parts) == 80, "part of the image format");
_Static_assert(offsetof(struct image_header, checksum) == IMAGE_HEADER_SIZE - 4, "ends it");
_Static_assert(sizeof(struct image_trailer) == 16, "part of the image format");
_Static_assert(sizeof(struct image_payload_head) == 64, "part of the image format");
_Static_assert(sizeof(struct image_program_headers) == IMAGE_PAGE, "one page");

#endif
#endif
