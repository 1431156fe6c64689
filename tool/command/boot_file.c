/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads boot images. Stands on abi and tool/image.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/image.h"
#include "abi/crc32.h"
#include "tool/command/boot_file.h"

bool boot_file_is_image(const char *path)
{
    struct stat status;
    /* A FIFO is a manifest, and opened once: its writer would take our end of it for the last. */
    int descriptor = stat(path, &status) == 0 && S_ISREG(status.st_mode)
                         ? open(path, O_RDONLY | O_CLOEXEC)
                         : -1;
    uint64_t magic = 0;
    bool is = descriptor >= 0 &&
              pread(descriptor, &magic, sizeof(magic), IMAGE_HEADER_OFFSET) == sizeof(magic) &&
              magic == IMAGE_MAGIC;

    if (descriptor >= 0)
        close(descriptor);
    return is;
}

static bool check_header(const struct boot_file *boot, struct fault *fault)
{
    const struct image_header *header = (const void *)(boot->file.data + IMAGE_HEADER_OFFSET);
    size_t summed = IMAGE_HEADER_OFFSET + offsetof(struct image_header, checksum);

    if (boot->file.size < IMAGE_CODE_OFFSET || header->magic != IMAGE_MAGIC)
        return fault_set(fault, "%s: is no boot image", boot->file.name);
    if (header->version != IMAGE_VERSION)
        return fault_set(fault,
                         "%s: is an image of version %u, this is for version %u: build it anew",
                         boot->file.name, header->version, IMAGE_VERSION);
    if (header->length != boot->file.size || header->part_count > IMAGE_PART_MAX ||
        header->checksum != crc32_feed(0, boot->file.data, summed))
        return fault_set(fault, "%s: is damaged: build it anew", boot->file.name);
    return true;
}

static bool take_part(struct boot_file *boot, const struct image_part *part, struct fault *fault)
{
    const uint8_t *data = boot->file.data + part->offset;
    const struct image_payload_head *head = (const void *)data;

    if (part->offset > boot->file.size || part->size > boot->file.size - part->offset ||
        part->checksum != crc32_feed(0, data, part->size))
        return fault_set(fault, "%s: is damaged: build it anew", boot->file.name);
    if (part->kind == IMAGE_PART_DEVICE_TREE) {
        boot->tree = data;
        boot->tree_size = part->size;
    }
    if (part->kind == IMAGE_PART_PAYLOAD && part->offset % 8 == 0 && part->size >= sizeof(*head) &&
        head->magic == IMAGE_PAYLOAD_MAGIC) {
        if (head->plan_size > part->size - sizeof(*head))
            return fault_set(fault, "%s: is damaged: build it anew", boot->file.name);
        boot->plan = head + 1;
        boot->plan_size = head->plan_size;
    }
    return true;
}

bool boot_file_open(struct boot_file *boot, const char *path, struct fault *fault)
{
    const struct image_header *header;
    bool ok;

    *boot = (struct boot_file){0};
    if (!file_read(&boot->file, path, fault))
        return false;
    header = (const void *)(boot->file.data + IMAGE_HEADER_OFFSET);
    ok = check_header(boot, fault);
    for (unsigned i = 0; ok && i < header->part_count; i++) {
        /* The files are large, and nobody here looks at them. */
        if (header->parts[i].kind == IMAGE_PART_DEVICE_TREE ||
            header->parts[i].kind == IMAGE_PART_PAYLOAD)
            ok = take_part(boot, &header->parts[i], fault);
    }
    if (!ok)
        boot_file_close(boot);
    return ok;
}

void boot_file_close(struct boot_file *boot)
{
    file_release(&boot->file);
    *boot = (struct boot_file){0};
}
