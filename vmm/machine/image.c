/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the kernel's header, places the files one behind the other, and copies them. */
#include "vmm/machine/image.h"

#include <inttypes.h>

#include "abi/linux_image.h"
#include "vmm/machine/guest_dt.h"
#include "vmm/machine/unzip.h"
#include "vmm/mem/copy.h"

/* Also right for kernels with 64 KiB pages. */
#define IMAGE_ALIGN KIB(64)

static bool image_bad_gzip(enum unzip_result result, struct complaint *complaint)
{
    if (result == UNZIP_NO_MEMORY)
        return complain(complaint, "kernel: too large to be unpacked here: give it unpacked");
    return complain(complaint,
                    "kernel: a damaged gzip file: give Debian's vmlinuz or arch/arm64/boot/Image");
}

/* The header, out of the file or out of the file in it. */
static bool image_read_header(const struct image_file *kernel, struct linux_image *image,
                              bool *packed, struct complaint *complaint)
{
    uint8_t head[LINUX_IMAGE_HEADER_SIZE];
    enum linux_image_result result = linux_image_parse(kernel->data, kernel->size, image);

    *packed = result == LINUX_IMAGE_GZIP;
    if (*packed) {
        enum unzip_result unzipped = unzip_head(kernel->data, kernel->size, head, sizeof(head));

        if (unzipped != UNZIP_OK)
            return image_bad_gzip(unzipped, complaint);
        result = linux_image_parse(head, sizeof(head), image);
    }
    switch (result) {
    case LINUX_IMAGE_OK:
        return true;
    case LINUX_IMAGE_TOO_SHORT:
    case LINUX_IMAGE_NO_MAGIC:
        return complain(complaint, "kernel: not an arm64 Image (no \"ARM\\x64\" at byte 56): give "
                                   "Debian's vmlinuz or arch/arm64/boot/Image");
    default:
        return complain(complaint, "kernel: %s: give Debian's vmlinuz or arch/arm64/boot/Image",
                        linux_image_reason(result));
    }
}

/* Puts `size` bytes at the first aligned address from `*next` on and moves `*next` behind them. */
static bool image_place(const struct ram *ram, ipa_t *next, uint64_t size,
                        struct image_place *place)
{
    ipa_t address = IPA(align_up(next->value, IMAGE_ALIGN));

    if (!ram_contains(ram, address, size))
        return false;
    *place = (struct image_place){.address = address, .size = size};
    next->value = address.value + size;
    return true;
}

static bool image_no_room(const struct ram *ram, const char *file, uint64_t size,
                          const char *beside, struct complaint *complaint)
{
    struct mib size_text;

    return complain(complaint,
                    "%s: %s MiB does not fit into %" PRIu64 " MiB of RAM%s: raise memory", file,
                    mib(&size_text, size), ram->size >> 20, beside);
}

bool image_plan(const struct ram *ram, const struct image_file *kernel,
                const struct image_file *initrd, struct image_plan *plan,
                struct complaint *complaint)
{
    struct linux_image image = {0};

    if (!image_read_header(kernel, &image, &plan->packed, complaint))
        return false;

    /* RAM starts on a 2 MiB boundary; the parser made sure that the sum does not wrap. */
    if (image.text_offset + image.image_size > ram->size)
        return image_no_room(ram, "kernel", image.text_offset + image.image_size, "", complaint);
    plan->kernel = (struct image_place){.address = IPA(ram->base.value + image.text_offset),
                                        .size = image.image_size};

    ipa_t next = IPA(plan->kernel.address.value + plan->kernel.size);
    if (!image_place(ram, &next, GUEST_DT_SIZE, &plan->tree))
        return image_no_room(ram, "device tree", GUEST_DT_SIZE, " beside the kernel", complaint);
    plan->initrd = (struct image_place){.address = next, .size = 0};
    if (initrd->size > 0 && !image_place(ram, &next, initrd->size, &plan->initrd))
        return image_no_room(ram, "initrd", initrd->size, " beside the kernel", complaint);
    return true;
}

static bool image_load_kernel(const struct ram *ram, const struct image_file *kernel,
                              const struct image_plan *plan, struct complaint *complaint)
{
    size_t size = kernel->size;
    void *to = ram_view(ram, plan->kernel.address, plan->kernel.size);

    if (plan->packed) {
        switch (unzip(kernel->data, kernel->size, to, plan->kernel.size, &size)) {
        case UNZIP_OK:
            break;
        case UNZIP_TOO_LARGE:
            return complain(complaint, "kernel: %s", linux_image_reason(LINUX_IMAGE_BAD_SIZE));
        case UNZIP_NO_MEMORY:
            return image_bad_gzip(UNZIP_NO_MEMORY, complaint);
        case UNZIP_DAMAGED:
            return image_bad_gzip(UNZIP_DAMAGED, complaint);
        }
    } else {
        copy_bulk(to, kernel->data, size);
    }
    copy_clean(to, size);
    return true;
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
