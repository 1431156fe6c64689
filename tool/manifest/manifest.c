/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a manifest: YAML, then the schema, then what the parts must be to each other. Stands on all
 * of tool/manifest.
 */
#include <stdlib.h>
#include <string.h>

#include "tool/manifest/check.h"
#include "tool/manifest/document.h"
#include "tool/manifest/reader.h"

static const char *folder_of(struct storage *storage, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? "" : storage_copy(storage, path, (size_t)(slash + 1 - path));
}

static struct manifest *read_document(const char *path, yaml_document_t *document,
                                      struct complaints *complaints)
{
    struct storage *storage = storage_make();
    struct manifest *manifest = storage_take(storage, 1, sizeof(*manifest));
    struct reader reader = {storage, complaints, folder_of(storage, path), false};
    size_t before = complaints->count;

    manifest->storage = storage;
    manifest->path = storage_copy(storage, path, strlen(path));
    reader_read(&reader, document, &SCHEMA_MANIFEST, manifest);
    manifest_check(manifest, reader.lost, complaints);
    if (complaints->count == before)
        return manifest;
    manifest_release(manifest);
    return NULL;
}

struct manifest *manifest_read_text(const char *path, const void *text, size_t size,
                                    struct complaints *complaints)
{
    struct source source = {text, size};
    struct manifest *manifest;
    yaml_document_t document;

    if (!document_load(&document, &source, complaints))
        return NULL;
    manifest = read_document(path, &document, complaints);
    yaml_document_delete(&document);
    return manifest;
}

struct manifest *manifest_read(const char *path, struct complaints *complaints)
{
    struct manifest *manifest = NULL;
    unsigned char *data;
    size_t size;

    if (document_read(path, &data, &size, complaints)) {
        manifest = manifest_read_text(path, data, size, complaints);
        free(data);
    }
    return manifest;
}

void manifest_release(struct manifest *manifest)
{
    if (manifest != NULL)
        storage_release(manifest->storage);
}
