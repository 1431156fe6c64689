/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides where in RAM each part of the image belongs.
 * Stands on the image's checked header and the machine; never writes to memory.
 */
#include "loader/layout.h"

#define BLOCK 0x200000ull

/* Everything that a part must not touch. */
struct obstacle {
    const char *name;
    struct range range;
};

struct obstacles {
    unsigned count;
    struct obstacle at[MACHINE_RESERVED_MAX + 5];
};

static bool overlaps(struct range left, struct range right)
{
    return left.start < right.end && right.start < left.end;
}

static void add_obstacle(struct obstacles *obstacles, const char *name, struct range range)
{
    obstacles->at[obstacles->count++] = (struct obstacle){name, range};
}

static const struct obstacle *find_obstacle(const struct obstacles *obstacles, struct range range)
{
    for (unsigned i = 0; i < obstacles->count; i++) {
        if (overlaps(obstacles->at[i].range, range))
            return &obstacles->at[i];
    }
    return NULL;
}

/* Banks are ascending, and may touch: a range may span two that do. */
static bool lies_in_ram(const struct machine *machine, struct range range)
{
    for (unsigned i = 0; i < machine->ram_count; i++) {
        if (machine->ram[i].start <= range.start && range.start < machine->ram[i].end)
            range.start = machine->ram[i].end;
        if (range.start >= range.end)
            return true;
    }
    return false;
}

/* Rounds up; an address that cannot be is rounded to the end of all addresses. */
static uint64_t align_up(uint64_t address, uint64_t alignment)
{
    uint64_t mask = alignment - 1;

    return address > UINT64_MAX - mask ? UINT64_MAX & ~mask : (address + mask) & ~mask;
}

/* The lowest free place at or above `from`. Each obstacle moves the candidate up at most once. */
static bool find_place(const struct machine *machine, const struct obstacles *obstacles,
                       uint64_t from, uint64_t size, uint64_t alignment, struct range *place)
{
    for (unsigned i = 0; i < machine->ram_count; i++) {
        struct range bank = machine->ram[i];
        uint64_t start = align_up(bank.start > from ? bank.start : from, alignment);

        while (start < bank.end && size <= bank.end - start) {
            struct range candidate = {start, start + size};
            const struct obstacle *obstacle = find_obstacle(obstacles, candidate);

            if (obstacle == NULL) {
                *place = candidate;
                return true;
            }
            start = align_up(obstacle->range.end, alignment);
        }
    }
    return false;
}

static bool refuse(struct layout_fault *fault, const char *part, struct range place,
                   const struct obstacle *obstacle)
{
    *fault = (struct layout_fault){.part = part, .place = place};
    if (obstacle != NULL) {
        fault->other = obstacle->name;
        fault->other_place = obstacle->range;
    }
    return false;
}

static bool check_place(const struct layout_request *request, const struct obstacles *obstacles,
                        const char *part, struct range place, struct layout_fault *fault)
{
    const struct obstacle *obstacle = find_obstacle(obstacles, place);

    if (obstacle != NULL || place.end < place.start || !lies_in_ram(request->machine, place))
        return refuse(fault, part, place, obstacle);
    return true;
}

static struct range part_range(const struct layout_request *request, enum image_part_kind kind)
{
    const struct image_part *part = image_find_part(request->header, kind);
    uint64_t start = request->image + part->offset;

    return (struct range){start, start + part->size};
}

static void lay_out_image(const struct layout_request *request, struct layout *layout)
{
    layout->image = (struct range){request->image, request->image + request->header->length};
    layout->loader = (struct range){request->image, request->image + request->loader_size};
    layout->files = (struct range){0, 0};
    if (image_find_part(request->header, IMAGE_PART_FILES) != NULL)
        layout->files = part_range(request, IMAGE_PART_FILES);
}

/* The loader's working memory must end before the first part that follows it. */
static bool loader_fits(const struct layout_request *request, struct layout_fault *fault)
{
    const struct image_header *header = request->header;
    struct range loader = {request->image, request->image + request->loader_size};

    for (uint32_t i = 0; i < header->part_count; i++) {
        struct range part = part_range(request, header->parts[i].kind);
        struct obstacle obstacle = {image_part_name(header->parts[i].kind), part};

        if (header->parts[i].kind != IMAGE_PART_LOADER && overlaps(loader, part))
            return refuse(fault, "loader", loader, &obstacle);
    }
    return true;
}

static bool place_kernel(const struct layout_request *request, struct obstacles *obstacles,
                         struct layout *layout, struct layout_fault *fault)
{
    const struct image_header *header = request->header;
    uint64_t size = align_up(header->kernel_memory_size, IMAGE_PAGE);

    if (header->kernel_paddr == IMAGE_ANYWHERE) {
        if (!find_place(request->machine, obstacles, 0, size, BLOCK, &layout->kernel))
            return refuse(fault, "kernel", (struct range){0, size}, NULL);
    } else {
        layout->kernel = (struct range){header->kernel_paddr, header->kernel_paddr + size};
        if (!check_place(request, obstacles, "kernel", layout->kernel, fault))
            return false;
    }
    add_obstacle(obstacles, "kernel", layout->kernel);
    return true;
}

/* Behind `after` if there is room, or anywhere. */
static bool place_behind(const struct layout_request *request, struct obstacles *obstacles,
                         const char *part, struct range after, uint64_t size, struct range *place,
                         struct layout_fault *fault)
{
    if (!find_place(request->machine, obstacles, after.end, size, IMAGE_PAGE, place) &&
        !find_place(request->machine, obstacles, 0, size, IMAGE_PAGE, place))
        return refuse(fault, part, (struct range){0, size}, NULL);
    add_obstacle(obstacles, part, *place);
    return true;
}

static bool place_tree(const struct layout_request *request, struct obstacles *obstacles,
                       struct layout *layout, struct layout_fault *fault)
{
    return place_behind(request, obstacles, "device tree", layout->kernel,
                        request->tree.end - request->tree.start, &layout->tree, fault);
}

static bool place_user(const struct layout_request *request, struct obstacles *obstacles,
                       struct layout *layout, struct layout_fault *fault)
{
    struct range init = part_range(request, IMAGE_PART_INIT);
    struct range headers = part_range(request, IMAGE_PART_PROGRAM_HEADERS);
    struct range place;

    if (!place_behind(request, obstacles, "user image", layout->tree, headers.end - init.start,
                      &place, fault))
        return false;
    layout->user = (struct range){place.start, place.start + (headers.start - init.start)};
    layout->headers = (struct range){layout->user.end, place.end};
    return true;
}

bool layout_decide(const struct layout_request *request, struct layout *layout,
                   struct layout_fault *fault)
{
    struct obstacles obstacles = {.count = 0};
    const struct machine *machine = request->machine;

    lay_out_image(request, layout);
    for (unsigned i = 0; i < machine->reserved_count; i++)
        add_obstacle(&obstacles, "reserved memory", machine->reserved[i]);
    if (!check_place(request, &obstacles, "image", layout->image, fault) ||
        !loader_fits(request, fault))
        return false;
    add_obstacle(&obstacles, "image", layout->image);
    if (!overlaps(request->tree, layout->image))
        add_obstacle(&obstacles, "boot loader's device tree", request->tree);
    return place_kernel(request, &obstacles, layout, fault) &&
           place_tree(request, &obstacles, layout, fault) &&
           place_user(request, &obstacles, layout, fault);
}
