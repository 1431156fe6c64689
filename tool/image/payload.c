/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the payload of a boot image.
 * Stands on abi/payload.h.
 */
#include <string.h>

#include "tool/image/image.h"

static bool check_name(const struct payload_file *files, unsigned index, struct fault *fault)
{
    const char *name = files[index].name;

    if (name[0] == '\0')
        return fault_set(fault, "payload %s: has no name", files[index].file.name);
    if (strlen(name) >= PAYLOAD_NAME_SIZE)
        return fault_set(fault, "payload %s: name is longer than %d characters", name,
                         PAYLOAD_NAME_SIZE - 1);
    for (unsigned i = 0; i < index; i++) {
        if (strcmp(files[i].name, name) == 0)
            return fault_set(fault, "payload %s: there are two files of this name", name);
    }
    return true;
}

/* Where an earlier file with the same bytes lies; 0 if there is none. */
static uint64_t find_same(const struct payload_file *files, const struct payload_entry *entries,
                          unsigned index)
{
    const struct file *file = &files[index].file;

    for (unsigned i = 0; i < index; i++) {
        if (files[i].file.size == file->size &&
            memcmp(files[i].file.data, file->data, file->size) == 0)
            return entries[i].offset;
    }
    return 0;
}

bool payload_make(const struct payload_file *files, unsigned count, struct bytes *out,
                  struct fault *fault)
{
    struct payload_directory directory = {
        .magic = PAYLOAD_MAGIC,
        .version = PAYLOAD_VERSION,
        .count = count,
    };
    struct payload_entry entries[PAYLOAD_ENTRY_MAX] = {0};
    size_t base = out->size;

    if (count > PAYLOAD_ENTRY_MAX)
        return fault_set(fault, "payload has more than %d files", PAYLOAD_ENTRY_MAX);
    bytes_add(out, NULL, sizeof(directory) + count * sizeof(entries[0]));
    bytes_align(out, PAYLOAD_PAGE);
    for (unsigned i = 0; i < count; i++) {
        if (!check_name(files, i, fault))
            return false;
        memcpy(entries[i].name, files[i].name, strlen(files[i].name));
        entries[i].size = files[i].file.size;
        entries[i].offset = find_same(files, entries, i);
        if (entries[i].offset != 0)
            continue;
        entries[i].offset = out->size - base;
        bytes_add(out, files[i].file.data, files[i].file.size);
        bytes_align(out, PAYLOAD_PAGE);
    }
    directory.size = out->size - base;
    memcpy(out->data + base, &directory, sizeof(directory));
    memcpy(out->data + base + sizeof(directory), entries, count * sizeof(entries[0]));
    return true;
}
