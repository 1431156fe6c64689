/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A mapping of the YAML tree at work, and the values of its keys: what reader.c goes by. Stands on
 * libyaml, document, values, schema.
 */
#ifndef TOOL_MANIFEST_ENTRY_H
#define TOOL_MANIFEST_ENTRY_H

#include "tool/manifest/document.h"
#include "tool/manifest/values.h"

/* One mapping at work. `node` NULL: nobody wrote it, all of it is defaults. */
struct entry {
    struct reader *reader;
    yaml_document_t *document;
    const struct mapping *mapping;
    yaml_node_t *node;
    struct place place;
    void *base;
};

/* A key's value in it, and what complaints call it. */
struct item {
    const struct key *key;
    const char *label;
    const char *example;
    yaml_node_t *node;
    struct place key_place;
    bool meant; /* by an unknown key, most likely */
};

static inline struct complaints *entry_complaints(const struct entry *entry)
{
    return entry->reader->complaints;
}

static inline yaml_node_t *entry_node(const struct entry *entry, int index)
{
    return yaml_document_get_node(entry->document, index);
}

static inline struct place node_place(const yaml_node_t *node)
{
    return document_place(node->start_mark);
}

static inline const char *node_text(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

/* An empty word without quotes: what YAML makes of a key with nothing behind its colon. */
static inline bool node_is_nothing(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.length == 0 &&
           node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static inline const char *node_describe(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE     ? "a single value"
           : node->type == YAML_SEQUENCE_NODE ? "a list"
                                              : "a mapping";
}

/* Finds the values of a mapping's keys, by their numbers in the schema; complains of unknown keys
 * and of those given twice. (keys.c) */
void entry_find_items(const struct entry *entry, struct item items[MAPPING_KEY_MAX]);

/* Whether a value has the shape it must have; they complain if not. (shapes.c) */
bool item_check_scalar(const struct entry *entry, const struct item *item);
bool item_check_list(const struct entry *entry, const struct item *item);
bool item_check_mapping(const struct entry *entry, const struct item *item);
bool item_check_count(const struct entry *entry, const struct item *item, size_t count);

/* Of what has the shape: the text of a scalar, the count and the i-th entry of a list. */
struct value item_value(const struct entry *entry, const struct item *item);
size_t item_count(const struct item *item);
struct item item_entry(const struct entry *entry, const struct item *item, size_t i);

#endif
