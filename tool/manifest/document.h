/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A YAML file as a tree, with what a manifest has no use for refused: what could not be shown in an
 * editor, anchors and aliases, tags, several documents, deep nesting. Stands on libyaml.
 */
#ifndef TOOL_MANIFEST_DOCUMENT_H
#define TOOL_MANIFEST_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "tool/manifest/complaints.h"

#define DOCUMENT_SIZE_MAX  ((size_t)1 << 20)
#define DOCUMENT_DEPTH_MAX 16

struct source {
    const unsigned char *data;
    size_t size;
};

/* Reads a file, or of a larger one no more than one byte beyond DOCUMENT_SIZE_MAX. On success the
 * caller frees `data`. */
bool document_read(const char *path, unsigned char **data, size_t *size,
                   struct complaints *complaints);

/* On success the tree has a root, and the caller deletes it. */
bool document_load(yaml_document_t *document, const struct source *source,
                   struct complaints *complaints);

struct place document_place(yaml_mark_t mark);

#endif
