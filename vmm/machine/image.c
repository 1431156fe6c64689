/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the kernel's header, places the files one behind the other, and copies them. */
#include "vmm/machine/image.h"

#include <inttypes.h>

#include "abi/linux_image.h"
#include "vmm/machine/guest_dt.h"
#include "vmm/machine/unzip.h"
#include "vmm/mem/copy.h"

/* Also right for kernels with 64 KiB pages. */
#define IMAGE_ALIGN  KIB(64)

#define IMAGE_ADVICE "give Debian's vmlinuz or arch/arm64/boot/Image"

static bool image_judge_gzip(enum unzip_result result, struct complaint *complaint)
{
    switch (result) {
    case UNZIP_OK:
        return true;
    case UNZIP_TOO_LARGE:
        return complain(complaint, "kernel: %s: " IMAGE_ADVICE,
                        linux_image_reason(LINUX_IMAGE_BAD_SIZE));
    case UNZIP_NO_MEMORY:
        return complain(complaint, "kernel: too large to be unpacked here: give it unpacked");
    case UNZIP_DAMAGED:
        break;
    }
    return complain(complaint, "kernel: a damaged gzip file: " IMAGE_ADVICE);
}

/* The header, out of the file or out of the file in it. */
static bool image_read_header(const struct image_file *kernel, struct linux_image *image,
                              bool *packed, struct complaint *complaint)
{
    uint8_t head[LINUX_IMAGE_HEADER_SIZE];
    enum linux_image_result result = linux_image_parse(kernel->data, kernel->size, image);

    *packed = result == LINUX_IMAGE_GZIP;
    if (*packed) {
        if (!image_judge_gzip(unzip_head(kernel->data, kernel->size, head, sizeof(head)),
                              complaint))
            return false;
        result = linux_image_parse(head, sizeof(head), image);
    }
    switch (result) {
    case LINUX_IMAGE_OK:
        return true;
    case LINUX_IMAGE_TOO_SHORT:
    case LINUX_IMAGE_NO_MAGIC:
        return complain(complaint,
                        "kernel: not an arm64 Image (no \"ARM\\x64\" at byte 56): " IMAGE_ADVICE);
    default:
        return complain(complaint, "kernel: %s: " IMAGE_ADVICE, linux_image_reason(result));
    }
}

/* ---- where files go ---- */

static bool image_overlap(const struct image_place *a, const struct image_place *b)
{
    return a->address.value < b->address.value + b->size &&
           b->address.value < a->address.value + a->size;
}

/* What of the plan lies in a place, or NULL. What is not placed yet has no size. */
static const struct image_place *image_in_the_way(const struct image_plan *plan,
                                                  const struct image_place *place)
{
    const struct image_place *places[] = {&plan->kernel, &plan->tree, &plan->initrd};

    for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (places[i]->size > 0 && image_overlap(places[i], place))
            return places[i];
    }
    return NULL;
}

/* The first aligned address from `from` on where `size` bytes have room: obstacles are passed once,
 * as the address only grows. */
static bool image_find(const struct ram *ram, const struct image_plan *plan, ipa_t from,
                       uint64_t size, struct image_place *place)
{
    struct image_place candidate = {IPA(align_up(from.value, IMAGE_ALIGN)), size};

    while (ram_contains(ram, candidate.address, size)) {
        const struct image_place *obstacle = image_in_the_way(plan, &candidate);

        if (obstacle == NULL) {
            *place = candidate;
            return true;
        }
        candidate.address = IPA(align_up(obstacle->address.value + obstacle->size, IMAGE_ALIGN));
    }
    return false;
}

static bool image_no_room(const struct ram *ram, const char *file, uint64_t size,
                          const char *beside, struct complaint *complaint)
{
    struct size_text text;

    return complain(complaint, "%s: %s does not fit into %" PRIu64 " MiB of RAM%s: raise memory",
                    file, size_text(&text, size), ram->size >> 20, beside);
}

/* Behind the kernel; if somebody put that elsewhere, before it will do. */
static bool image_place(const struct ram *ram, const char *file, uint64_t size, bool anywhere,
                        struct image_plan *plan, struct image_place *place,
                        struct complaint *complaint)
{
    ipa_t behind = IPA(plan->kernel.address.value + plan->kernel.size);

    return image_find(ram, plan, behind, size, place) ||
           (anywhere && image_find(ram, plan, ram->base, size, place)) ||
           image_no_room(ram, file, size, " beside the kernel", complaint);
}

static const char *image_name(const struct image_plan *plan, const struct image_place *place)
{
    return place == &plan->kernel ? "the kernel"
           : place == &plan->tree ? "the device tree"
                                  : "the initrd";
}

/* Where somebody wished it. */
static bool image_put(const struct ram *ram, const char *name, struct image_place wanted,
                      const struct image_plan *plan, struct image_place *place,
                      struct complaint *complaint)
{
    const struct image_place *obstacle = image_in_the_way(plan, &wanted);

    if (!ram_contains(ram, wanted.address, wanted.size))
        return complain(complaint,
                        "%s: 0x%" PRIx64 ", from where not all of it is in RAM (0x%" PRIx64
                        " to 0x%" PRIx64 "): move it, or leave it out",
                        name, wanted.address.value, ram->base.value,
                        ram->base.value + ram->size - 1);
    if (obstacle != NULL)
        return complain(complaint,
                        "%s: 0x%" PRIx64 ", which puts it over %s (0x%" PRIx64 " to 0x%" PRIx64
                        "): move it, or leave it out",
                        name, wanted.address.value, image_name(plan, obstacle),
                        obstacle->address.value, obstacle->address.value + obstacle->size - 1);
    *place = wanted;
    return true;
}

static bool image_put_kernel(const struct ram *ram, const struct linux_image *image, uint64_t wish,
                             struct image_plan *plan, struct complaint *complaint)
{
    struct image_place wanted = {IPA(wish), image->image_size};
    uint64_t base = wish - image->text_offset, below = base - base % MIB(2);

    if (wish < image->text_offset || base % MIB(2) != 0)
        return complain(complaint,
                        "kernel-address: 0x%" PRIx64 ", not 0x%" PRIx64
                        " behind a multiple of 2 MiB, as its Image header wants: write 0x%" PRIx64,
                        wish, image->text_offset,
                        (wish < image->text_offset ? 0 : below) + image->text_offset);
    return image_put(ram, "kernel-address", wanted, plan, &plan->kernel, complaint);
}

static bool image_place_kernel(const struct ram *ram, const struct linux_image *image,
                               uint64_t wish, struct image_plan *plan, struct complaint *complaint)
{
    /* RAM starts on a 2 MiB boundary; the parser made sure that the sum does not wrap. */
    if (image->text_offset + image->image_size > ram->size)
        return image_no_room(ram, "kernel", image->text_offset + image->image_size, "", complaint);
    if (wish != IMAGE_ANYWHERE)
        return image_put_kernel(ram, image, wish, plan, complaint);
    plan->kernel = (struct image_place){.address = IPA(ram->base.value + image->text_offset),
                                        .size = image->image_size};
    return true;
}

bool image_plan(const struct ram *ram, const struct image_file *kernel,
                const struct image_file *initrd, const struct image_wish *wish,
                struct image_plan *plan, struct complaint *complaint)
{
    struct image_place tree = {IPA(wish->tree), GUEST_DT_SIZE};
    struct image_place disk = {IPA(wish->initrd), initrd->size};
    bool anywhere = wish->kernel != IMAGE_ANYWHERE;
    struct linux_image image = {0};

    *plan = (struct image_plan){0};
    if (!image_read_header(kernel, &image, &plan->packed, complaint) ||
        !image_place_kernel(ram, &image, wish->kernel, plan, complaint))
        return false;
    if (wish->tree != IMAGE_ANYWHERE &&
        !image_put(ram, "tree-address", tree, plan, &plan->tree, complaint))
        return false;
    if (wish->initrd != IMAGE_ANYWHERE && disk.size > 0 &&
        !image_put(ram, "initrd-address", disk, plan, &plan->initrd, complaint))
        return false;
    if (plan->tree.size == 0 &&
        !image_place(ram, "device tree", tree.size, anywhere, plan, &plan->tree, complaint))
        return false;
    return disk.size == 0 || plan->initrd.size > 0 ||
           image_place(ram, "initrd", disk.size, anywhere, plan, &plan->initrd, complaint);
}

static bool image_load_kernel(const struct ram *ram, const struct image_file *kernel,
                              const struct image_plan *plan, struct complaint *complaint)
{
    size_t size = kernel->size;
    void *to = ram_view(ram, plan->kernel.address, plan->kernel.size);

    if (plan->packed) {
        if (!image_judge_gzip(unzip(kernel->data, kernel->size, to, plan->kernel.size, &size),
                              complaint))
            return false;
    } else {
        copy_bulk(to, kernel->data, size);
    }
    copy_clean(to, size);
    return true;
}

bool image_try(const struct image_file *kernel, const struct image_plan *plan,
               struct complaint *complaint)
{
    return !plan->packed ||
           image_judge_gzip(unzip_try(kernel->data, kernel->size, plan->kernel.size), complaint);
}

bool image_load(const struct ram *ram, const struct image_file *kernel,
                const struct image_file *initrd, const struct image_plan *plan,
                struct complaint *complaint)
{
    if (!image_load_kernel(ram, kernel, plan, complaint))
        return false;
    /* The initrd needs no cleaning: Linux reads it with its caches on. */
    if (plan->initrd.size > 0)
        copy_bulk(ram_view(ram, plan->initrd.address, plan->initrd.size), initrd->data,
                  initrd->size);
    return true;
}
