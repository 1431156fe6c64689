/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes a boot image from its parts.
 * Stands on abi/image.h; the layout is described there.
 */
#include <inttypes.h>
#include <string.h>

#include "abi/crc32.h"
#include "abi/linux_image.h"
#include "tool/image/image.h"
#include "tool/image/program.h"

#define BLOCK            0x200000ull
#define GIB              0x40000000ull
#define KERNEL_VADDR_MIN 0x8000000000ull
#define KERNEL_VADDR_MAX 0x1000000000000ull
#define LOADER_SIZE_MAX  0x100000ull /* within reach of `adr` */
#define TREE_SIZE_MAX    0x200000u

struct maker {
    const struct image_inputs *inputs;
    struct bytes *out;
    struct image_header header;
    struct fault *fault;
};

static uint64_t align_up(uint64_t value, uint64_t alignment)
{
    return (value + alignment - 1) / alignment * alignment;
}

/* Enters what was appended since `offset` into the table of parts. */
static void add_part(struct maker *maker, enum image_part_kind kind, size_t offset)
{
    struct image_part *part = &maker->header.parts[maker->header.part_count++];

    part->kind = kind;
    part->offset = offset;
    part->size = maker->out->size - offset;
    part->checksum = crc32_feed(0, maker->out->data + offset, part->size);
}

/* The loader's binary starts with a Linux header whose size is that of its memory, and ours. */
static bool add_loader(struct maker *maker)
{
    const struct file *file = &maker->inputs->loader;
    struct linux_image image;
    uint64_t magic = 0;
    uint32_t version = 0;

    if (file->size >= IMAGE_CODE_OFFSET) {
        memcpy(&magic, file->data + IMAGE_HEADER_OFFSET, sizeof(magic));
        memcpy(&version, file->data + IMAGE_HEADER_OFFSET + 8, sizeof(version));
    }
    if (linux_image_parse(file->data, file->size, &image) != LINUX_IMAGE_OK ||
        magic != IMAGE_MAGIC || image.image_size > LOADER_SIZE_MAX)
        return fault_set(maker->fault, "%s: no Bulkhead loader", file->name);
    if (version != IMAGE_VERSION)
        return fault_set(maker->fault, "%s: a loader for image version %u, this is version %d",
                         file->name, version, IMAGE_VERSION);
    bytes_add(maker->out, file->data, file->size);
    add_part(maker, IMAGE_PART_LOADER, 0);
    maker->header.parts[0].offset = IMAGE_CODE_OFFSET; /* the headers have their own checksum */
    maker->header.parts[0].size = file->size - IMAGE_CODE_OFFSET;
    maker->header.parts[0].checksum = crc32_feed(0, file->data + IMAGE_CODE_OFFSET,
                                                 file->size - IMAGE_CODE_OFFSET);
    bytes_add(maker->out, NULL, image.image_size - file->size);
    bytes_align(maker->out, IMAGE_PAGE);
    return true;
}

static bool add_tree(struct maker *maker)
{
    const struct file *file = &maker->inputs->tree;
    const uint8_t *data = file->data;
    size_t offset = maker->out->size;
    uint32_t size;

    if (data == NULL)
        return true;
    if (file->size < 40 || memcmp(data, "\xd0\x0d\xfe\xed", 4) != 0)
        return fault_set(maker->fault, "%s: no device tree blob", file->name);
    size = (uint32_t)data[4] << 24 | data[5] << 16 | data[6] << 8 | data[7];
    if (size < 40 || size > file->size)
        return fault_set(maker->fault, "%s: cut short: %zu bytes of %u", file->name, file->size,
                         size);
    if (size > TREE_SIZE_MAX)
        return fault_set(maker->fault, "%s: device tree is larger than 2 MiB", file->name);
    bytes_add(maker->out, data, size);
    add_part(maker, IMAGE_PART_DEVICE_TREE, offset);
    bytes_align(maker->out, IMAGE_PAGE);
    return true;
}

/* Physical addresses follow the virtual ones, or equal them: then any place will do. */
static bool find_kernel_place(const struct program *kernel, uint64_t *paddr, struct fault *fault)
{
    const struct segment *first = &kernel->segments[0];
    uint64_t vaddr = program_start(kernel);

    for (unsigned i = 1; i < kernel->segment_count; i++) {
        if (kernel->segments[i].paddr - first->paddr != kernel->segments[i].vaddr - vaddr)
            return fault_set(fault,
                             "%s: physical addresses of its segments do not follow the virtual "
                             "ones",
                             kernel->file->name);
    }
    *paddr = first->paddr == vaddr ? IMAGE_ANYWHERE : first->paddr;
    if (*paddr == IMAGE_ANYWHERE ? vaddr % BLOCK != 0 : (vaddr - *paddr) % BLOCK != 0)
        return fault_set(fault,
                         "%s: starts at 0x%" PRIx64 ", which a map of 2 MiB blocks cannot reach",
                         kernel->file->name, vaddr);
    return true;
}

static bool add_kernel(struct maker *maker)
{
    const struct file *file = &maker->inputs->kernel;
    struct image_header *header = &maker->header;
    size_t offset = maker->out->size;
    struct program kernel;
    uint64_t start;

    if (!program_read(&kernel, file, maker->fault) ||
        !find_kernel_place(&kernel, &header->kernel_paddr, maker->fault))
        return false;
    start = program_start(&kernel);
    if (start < KERNEL_VADDR_MIN || program_end(&kernel) > KERNEL_VADDR_MAX)
        return fault_set(maker->fault, "%s: linked at 0x%" PRIx64 ", not between 0x%llx and 0x%llx",
                         file->name, start, KERNEL_VADDR_MIN, KERNEL_VADDR_MAX);
    if (start % GIB + (program_end(&kernel) - start) > GIB)
        return fault_set(maker->fault, "%s: crosses a multiple of 1 GiB", file->name);
    header->kernel_vaddr = start;
    header->kernel_memory_size = program_end(&kernel) - start;
    header->kernel_entry = kernel.entry;
    program_lay_out(&kernel, start, maker->out);
    add_part(maker, IMAGE_PART_KERNEL, offset);
    bytes_align(maker->out, IMAGE_PAGE);
    return true;
}

static void add_program_headers(struct maker *maker, const struct program *init)
{
    struct image_program_headers page = {.count = init->table_count, .entry_size = 56};
    size_t offset = maker->out->size;

    memcpy(page.table, init->table, init->table_count * page.entry_size);
    bytes_add(maker->out, &page, sizeof(page));
    add_part(maker, IMAGE_PART_PROGRAM_HEADERS, offset);
}

/* The head's address of the files stays 0: it is known when the image lies in RAM. */
static void add_plan(struct maker *maker)
{
    const struct image_inputs *inputs = maker->inputs;
    struct image_payload_head head = {
        .magic = IMAGE_PAYLOAD_MAGIC,
        .files_size = inputs->files->size,
        .plan_size = inputs->plan->size,
    };

    bytes_add(maker->out, &head, sizeof(head));
    bytes_add(maker->out, inputs->plan->data, inputs->plan->size);
    bytes_align(maker->out, IMAGE_PAGE);
}

static bool add_user(struct maker *maker)
{
    const struct image_inputs *inputs = maker->inputs;
    size_t offset = maker->out->size;
    struct program init;
    uint64_t start, end;

    if (!program_read(&init, &inputs->init, maker->fault))
        return false;
    if (init.table_count * 56 > sizeof(((struct image_program_headers *)0)->table))
        return fault_set(maker->fault, "%s: has too many program headers", inputs->init.name);
    start = program_start(&init) / IMAGE_PAGE * IMAGE_PAGE;
    end = align_up(program_end(&init), IMAGE_PAGE);
    if (end > KERNEL_VADDR_MAX)
        return fault_set(maker->fault, "%s: linked above the user's address space",
                         inputs->init.name);
    maker->header.user_vaddr = start;
    maker->header.user_entry = init.entry;
    program_lay_out(&init, start, maker->out);
    bytes_add(maker->out, NULL, offset + (end - start) - maker->out->size);
    add_part(maker, IMAGE_PART_INIT, offset);

    offset = maker->out->size;
    if (inputs->plan != NULL)
        add_plan(maker);
    else if (!payload_make(inputs->payload, inputs->payload_count, maker->out, maker->fault))
        return false;
    add_part(maker, IMAGE_PART_PAYLOAD, offset);
    add_program_headers(maker, &init);
    return true;
}

static bool add_files(struct maker *maker)
{
    const struct bytes *files = maker->inputs->files;
    size_t offset;

    if (maker->inputs->plan == NULL || files->size == 0)
        return true;
    if (files->size % IMAGE_FILES_ALIGNMENT != 0)
        return fault_set(maker->fault, "the plan's files have %zu bytes, not whole 2 MiB",
                         files->size);
    bytes_align(maker->out, IMAGE_FILES_ALIGNMENT);
    offset = maker->out->size;
    bytes_add(maker->out, files->data, files->size);
    add_part(maker, IMAGE_PART_FILES, offset);
    return true;
}

/* A device tree of the boot loader's may be of any size, and then goes elsewhere. */
static uint64_t room_below(const struct image_header *header)
{
    uint64_t room = align_up(header->kernel_memory_size, IMAGE_PAGE);

    for (unsigned i = 0; i < header->part_count; i++) {
        const struct image_part *part = &header->parts[i];

        if (part->kind == IMAGE_PART_DEVICE_TREE || part->kind == IMAGE_PART_INIT ||
            part->kind == IMAGE_PART_PAYLOAD || part->kind == IMAGE_PART_PROGRAM_HEADERS)
            room += align_up(part->size, IMAGE_PAGE);
    }
    return room;
}

/*
 * Completes both headers. The room that text_offset asks for below the image is where kernel,
 * device tree and user image go, if the kernel may go anywhere or to the start of RAM.
 */
static void finish(struct maker *maker)
{
    struct image_trailer trailer = {.magic = IMAGE_TRAILER_MAGIC};
    struct image_header *header = &maker->header;
    struct linux_image_header linux_header;

    header->length = maker->out->size + sizeof(trailer);
    trailer.length = header->length;
    bytes_add(maker->out, &trailer, sizeof(trailer));
    memcpy(&linux_header, maker->out->data, sizeof(linux_header));
    linux_header.text_offset = align_up(room_below(header), BLOCK);
    linux_header.image_size = align_up(header->length, IMAGE_PAGE);
    memcpy(maker->out->data, &linux_header, sizeof(linux_header));
    memcpy(maker->out->data + IMAGE_HEADER_OFFSET, header, sizeof(*header));
    header->checksum = crc32_feed(0, maker->out->data,
                                  IMAGE_HEADER_OFFSET + offsetof(struct image_header, checksum));
    memcpy(maker->out->data + IMAGE_HEADER_OFFSET, header, sizeof(*header));
}

bool image_make(const struct image_inputs *inputs, struct bytes *out, struct image_header *header,
                struct fault *fault)
{
    struct maker maker = {
        .inputs = inputs,
        .out = out,
        .header = {.magic = IMAGE_MAGIC, .version = IMAGE_VERSION, .cores = inputs->cores},
        .fault = fault,
    };

    if (inputs->cores == 0 || inputs->cores > IMAGE_CORE_MAX)
        return fault_set(fault, "the number of cores is not between 1 and %d", IMAGE_CORE_MAX);
    if (!add_loader(&maker) || !add_tree(&maker) || !add_kernel(&maker) || !add_user(&maker) ||
        !add_files(&maker))
        return false;
    finish(&maker);
    *header = maker.header;
    return true;
}
