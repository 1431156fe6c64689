/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Judges a boot image's header before anything in it is believed.
 * Stands on abi/image.h; only reads, and reads no further than the header until that is whole.
 */
#include "loader/image.h"

#define MIB               0x100000ull
#define GIB               0x40000000ull

/* Far more than any board's RAM wants to give away, far less than what could wrap. */
#define LENGTH_MAX        (64 * GIB)
#define KERNEL_MEMORY_MAX GIB
#define KERNEL_VADDR_MIN  0x8000000000ull /* the first top-level entry is the loader's */
#define KERNEL_VADDR_MAX  0x1000000000000ull

uint32_t image_header_checksum(const void *file, image_checksum *checksum)
{
    return checksum(file, IMAGE_HEADER_OFFSET + offsetof(struct image_header, checksum));
}

/* Parts stand in ascending order of kind and place, and do not overlap. */
static bool parts_are_possible(const struct image_header *header)
{
    uint64_t end = header->length - sizeof(struct image_trailer);
    uint64_t free_from = IMAGE_CODE_OFFSET;
    uint32_t previous = 0;

    for (uint32_t i = 0; i < header->part_count; i++) {
        const struct image_part *part = &header->parts[i];
        bool whole_pages = part->kind >= IMAGE_PART_INIT;

        if (part->kind <= previous || part->kind > IMAGE_PART_FILES)
            return false;
        if (part->kind == IMAGE_PART_FILES &&
            (part->offset % IMAGE_FILES_ALIGNMENT != 0 || part->size % IMAGE_FILES_ALIGNMENT != 0))
            return false;
        if (part->kind != IMAGE_PART_LOADER && part->offset % IMAGE_PAGE != 0)
            return false;
        if (whole_pages && part->size % IMAGE_PAGE != 0)
            return false;
        if (part->offset < free_from || part->offset > end || part->size > end - part->offset)
            return false;
        free_from = part->offset + part->size;
        previous = part->kind;
    }
    return true;
}

/* What the kernel ABI asks: one 1 GiB window, above the identity map, same place in 2 MiB. */
static bool kernel_is_possible(const struct image_header *header, const struct image_part *part)
{
    uint64_t vaddr = header->kernel_vaddr, paddr = header->kernel_paddr;
    uint64_t size = header->kernel_memory_size;

    if (size == 0 || size > KERNEL_MEMORY_MAX || part->size > size)
        return false;
    if (vaddr < KERNEL_VADDR_MIN || vaddr >= KERNEL_VADDR_MAX || vaddr % GIB + size > GIB)
        return false;
    if (paddr == IMAGE_ANYWHERE ? vaddr % (2 * MIB) != 0 : (vaddr - paddr) % (2 * MIB) != 0)
        return false;
    if (paddr != IMAGE_ANYWHERE && paddr >= KERNEL_VADDR_MAX)
        return false;
    return header->kernel_entry >= vaddr && header->kernel_entry - vaddr < size;
}

static bool user_is_possible(const struct image_header *header, const struct image_part *init)
{
    const struct image_part *payload = image_find_part(header, IMAGE_PART_PAYLOAD);
    const struct image_part *table = image_find_part(header, IMAGE_PART_PROGRAM_HEADERS);

    if (init == NULL || payload == NULL || table == NULL || init->size == 0)
        return false;
    if (payload->offset != init->offset + init->size ||
        table->offset != payload->offset + payload->size ||
        table->size != sizeof(struct image_program_headers))
        return false;
    if (image_find_part(header, IMAGE_PART_FILES) != NULL &&
        payload->size < sizeof(struct image_payload_head))
        return false;
    return header->user_vaddr % IMAGE_PAGE == 0 && header->user_entry >= header->user_vaddr &&
           header->user_entry - header->user_vaddr < init->size;
}

enum image_result image_check_header(const void *file, image_checksum *checksum)
{
    const struct image_header *header = image_header_of(file);
    const struct image_part *kernel;

    if (image_header_checksum(file, checksum) != header->checksum)
        return IMAGE_HEADER_DAMAGED;
    if (header->magic != IMAGE_MAGIC || header->version != IMAGE_VERSION || header->cores == 0 ||
        header->cores > IMAGE_CORE_MAX || header->part_count > IMAGE_PART_MAX ||
        header->length < IMAGE_CODE_OFFSET + sizeof(struct image_trailer) ||
        header->length > LENGTH_MAX || header->length % sizeof(struct image_trailer) != 0 ||
        !parts_are_possible(header))
        return IMAGE_HEADER_IMPOSSIBLE;
    kernel = image_find_part(header, IMAGE_PART_KERNEL);
    if (kernel == NULL || image_find_part(header, IMAGE_PART_LOADER) == NULL ||
        !kernel_is_possible(header, kernel) ||
        !user_is_possible(header, image_find_part(header, IMAGE_PART_INIT)))
        return IMAGE_HEADER_IMPOSSIBLE;
    return IMAGE_OK;
}

const struct image_part *image_find_part(const struct image_header *header,
                                         enum image_part_kind kind)
{
    for (uint32_t i = 0; i < header->part_count && i < IMAGE_PART_MAX; i++) {
        if (header->parts[i].kind == kind)
            return &header->parts[i];
    }
    return NULL;
}

bool image_part_is_whole(const void *file, const struct image_part *part, image_checksum *checksum)
{
    return checksum((const char *)file + part->offset, part->size) == part->checksum;
}

bool image_has_end(const void *file)
{
    const struct image_header *header = image_header_of(file);
    const struct image_trailer *trailer =
        (const struct image_trailer *)((const char *)file + header->length - sizeof(*trailer));

    return trailer->magic == IMAGE_TRAILER_MAGIC && trailer->length == header->length;
}

const char *image_part_name(enum image_part_kind kind)
{
    switch (kind) {
    case IMAGE_PART_LOADER:
        return "loader";
    case IMAGE_PART_DEVICE_TREE:
        return "device tree";
    case IMAGE_PART_KERNEL:
        return "kernel";
    case IMAGE_PART_INIT:
        return "init";
    case IMAGE_PART_PAYLOAD:
        return "payload";
    case IMAGE_PART_PROGRAM_HEADERS:
        return "program headers";
    case IMAGE_PART_FILES:
        return "files";
    }
    return "unknown part";
}
