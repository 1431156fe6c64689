/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The payload: named files that the boot image carries for init, read-only by convention.
 * Stands on freestanding C alone; holds the layout and a checked look-up, never changes anything.
 *
 * The directory starts the payload and lies directly behind init in its address space: at the
 * end of its last segment, rounded up to a page. Each file starts on a page; what is left of a
 * file's last page is zero. All numbers are little-endian.
 */
#ifndef ABI_PAYLOAD_H
#define ABI_PAYLOAD_H

#include <stddef.h>
#include <stdint.h>

#define PAYLOAD_MAGIC     UINT64_C(0x0044414f4c594150) /* "PAYLOAD\0" */
#define PAYLOAD_VERSION   1
#define PAYLOAD_PAGE      4096
#define PAYLOAD_NAME_SIZE 32 /* with the NUL at the end */
#define PAYLOAD_ENTRY_MAX 1024

struct payload_entry {
    char name[PAYLOAD_NAME_SIZE]; /* padded with zeros; no name occurs twice */
    uint64_t offset;              /* from the directory's start, page aligned */
    uint64_t size;                /* bytes, may be 0 */
};

struct payload_directory {
    uint64_t magic;    /* PAYLOAD_MAGIC */
    uint32_t version;  /* PAYLOAD_VERSION */
    uint32_t count;    /* of entries, up to PAYLOAD_ENTRY_MAX */
    uint64_t size;     /* of the whole payload: directory, files and padding; whole pages */
    uint64_t reserved; /* 0 */
    struct payload_entry entries[];
};

_Static_assert(sizeof(struct payload_entry) == 48, "part of the payload format");
_Static_assert(sizeof(struct payload_directory) == 32, "part of the payload format");

enum payload_result {
    PAYLOAD_OK,
    PAYLOAD_NOT_ONE,   /* no payload directory of this version lies there */
    PAYLOAD_DAMAGED,   /* sizes or offsets point outside, or a name has no end */
    PAYLOAD_NOT_FOUND, /* no file has this name */
};

static inline int payload_name_equals(const struct payload_entry *entry, const char *name)
{
    for (size_t i = 0; i < PAYLOAD_NAME_SIZE; i++) {
        if (entry->name[i] != name[i])
            return 0;
        if (name[i] == '\0')
            return 1;
    }
    return 0; /* as long as the field: not terminated, or too long to be an entry's name */
}

/*
 * Checks the whole directory. `available` is how many bytes are mapped from its start; pass
 * SIZE_MAX when whoever mapped it vouches for `size`.
 */
static inline enum payload_result payload_check(const struct payload_directory *directory,
                                                size_t available)
{
    if (available < sizeof(*directory) || directory->magic != PAYLOAD_MAGIC ||
        directory->version != PAYLOAD_VERSION)
        return PAYLOAD_NOT_ONE;
    if (directory->count > PAYLOAD_ENTRY_MAX || directory->size > available ||
        directory->size < sizeof(*directory) + directory->count * sizeof(struct payload_entry))
        return PAYLOAD_DAMAGED;
    for (uint32_t i = 0; i < directory->count; i++) {
        const struct payload_entry *entry = &directory->entries[i];

        if (entry->offset % PAYLOAD_PAGE != 0 || entry->offset > directory->size ||
            entry->size > directory->size - entry->offset ||
            entry->name[PAYLOAD_NAME_SIZE - 1] != '\0')
            return PAYLOAD_DAMAGED;
    }
    return PAYLOAD_OK;
}

/* Finds a file by its name in a directory that payload_check() accepted. */
static inline enum payload_result payload_find(const struct payload_directory *directory,
                                               const char *name, const void **data, size_t *size)
{
    for (uint32_t i = 0; i < directory->count; i++) {
        const struct payload_entry *entry = &directory->entries[i];

        if (payload_name_equals(entry, name)) {
            *data = (const char *)directory + entry->offset;
            *size = entry->size;
            return PAYLOAD_OK;
        }
    }
    return PAYLOAD_NOT_FOUND;
}

#endif
