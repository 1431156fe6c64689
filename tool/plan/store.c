/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a plan: each content once. And files of the host, each read once. */
#include "tool/plan/builder.h"

#include <string.h>

/* From this size on a file is padded to large pages. */
#define LARGE_FILE_BYTES (1u << 20)

struct stored_file *stored_file(const struct builder *builder, uint32_t file)
{
    return (struct stored_file *)builder->files.data + file;
}

uint32_t store_add(struct builder *builder, const char *name, const void *data, size_t size,
                   bool small)
{
    bool large = size >= LARGE_FILE_BYTES && !small;
    uint32_t count = (uint32_t)(builder->files.size / sizeof(struct stored_file));
    unsigned bits = large ? LARGE_BITS : PAGE_BITS;
    struct stored_file file = {.data = data, .size = size, .large = large};

    for (uint32_t i = 0; i < count; i++) {
        const struct stored_file *other = stored_file(builder, i);

        if (other->size == size && other->large == large && memcmp(other->data, data, size) == 0)
            return i;
    }
    file.object = build_object(builder,
                               (struct build_object){
                                   .component = SYSTEM,
                                   .name = name,
                                   .type = large ? PLAN_TYPE_LARGE_PAGE : PLAN_TYPE_SMALL_PAGE,
                                   .flags = PLAN_IN_FILES,
                                   .count = (uint32_t)((size + (UINT64_C(1) << bits) - 1) >> bits),
                                   .file = count,
                               });
    bytes_add(&builder->files, &file, sizeof(file));
    return count;
}

handle_t store_object(struct builder *builder, uint32_t file)
{
    return stored_file(builder, file)->object;
}

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static const struct file *read_once(struct builder *builder, const char *path, struct fault *fault)
{
    struct file **opened = (struct file **)builder->opened.data;
    struct file *file;

    for (size_t i = 0; i < builder->opened.size / sizeof(file); i++) {
        if (strcmp(opened[i]->name, path) == 0)
            return opened[i];
    }
    file = storage_take(builder->storage, 1, sizeof(*file));
    if (!file_read(file, path, fault))
        return NULL;
    bytes_add(&builder->opened, &file, sizeof(file));
    return file;
}

bool complain_of_file(struct builder *builder, struct place place, const char *key,
                      const char *path, const struct fault *fault, const char *remedy)
{
    const char *why = fault->text;
    size_t length = strlen(path);

    if (strncmp(why, path, length) == 0 && strncmp(why + length, ": ", 2) == 0)
        why += length + 2;
    return complain_at(builder->complaints, place, "'%s' is '%s', which cannot be used (%s): %s",
                       key, path, why, remedy);
}

const struct file *load_file(struct builder *builder, const char *path, struct place place,
                             const char *key)
{
    struct fault fault;
    const struct file *file = read_once(builder, path, &fault);

    if (file == NULL) {
        complain_of_file(builder, place, key, path, &fault,
                         "give the path of a file that can be read");
        return NULL;
    }
    if (file->size == 0) {
        complain_at(builder->complaints, place, "'%s' is '%s', which is empty: give another file",
                    key, path);
        return NULL;
    }
    return file;
}

const struct file *load_own(struct builder *builder, const char *path)
{
    struct fault fault;
    const struct file *file = read_once(builder, path, &fault);

    if (file == NULL)
        complain_at(builder->complaints, (struct place){0, 0},
                    "a file of the build cannot be used (%s): run make in Bulkhead's folder first",
                    fault.text);
    return file;
}
