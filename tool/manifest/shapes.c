/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a value is a scalar, a list or a mapping, as its key wants. Stands on libyaml and
 * entry.h.
 */
#include "tool/manifest/entry.h"

static bool complain_of_character(const struct entry *entry, const struct item *item,
                                  unsigned char character)
{
    if (character == '\n' || character == '\r')
        return complain_at(entry_complaints(entry), node_place(item->node),
                           "%s has a line break in it: write it in one line, or behind '>-'",
                           item->label);
    return complain_at(entry_complaints(entry), node_place(item->node),
                       "%s has a control character in it, 0x%02x: take it out", item->label,
                       character);
}

/* A text for a C program: without NUL, and without what a terminal or a kernel would act on. */
static bool check_text(const struct entry *entry, const struct item *item, bool may_be_empty)
{
    const unsigned char *text = item->node->data.scalar.value;
    size_t length = item->node->data.scalar.length;

    if (length == 0 && !may_be_empty)
        return complain_at(entry_complaints(entry), node_place(item->node),
                           "%s is empty: write something, such as %s", item->label, item->example);
    for (size_t i = 0; i < length; i++) {
        if (text[i] < 0x20 || text[i] == 0x7f)
            return complain_of_character(entry, item, text[i]);
    }
    return true;
}

bool item_check_scalar(const struct entry *entry, const struct item *item)
{
    if (node_is_nothing(item->node))
        return complain_at(entry_complaints(entry), item->key_place,
                           "%s has no value: write one, such as %s", item->label, item->example);
    if (item->node->type != YAML_SCALAR_NODE)
        return complain_at(entry_complaints(entry), node_place(item->node),
                           "%s is %s: write a single value, such as %s", item->label,
                           node_describe(item->node), item->example);
    return check_text(entry, item, item->key->kind == KEY_TEXT || item->key->kind == KEY_ARGUMENTS);
}

struct value item_value(const struct entry *entry, const struct item *item)
{
    return (struct value){
        .label = item->label,
        .example = item->example,
        .text = storage_copy(entry->reader->storage, node_text(item->node),
                             item->node->data.scalar.length),
        .place = node_place(item->node),
    };
}

bool item_check_count(const struct entry *entry, const struct item *item, size_t count)
{
    const struct key *key = item->key;
    size_t most = key->kind == KEY_CORES ? MANIFEST_CORE_MAX : key->most;

    if (count > most)
        return complain_at(entry_complaints(entry), node_place(item->node),
                           "%s has %zu entries: leave at most %zu", item->label, count, most);
    if (count == 0 && key->least > 0)
        return complain_at(entry_complaints(entry), node_place(item->node),
                           "%s is empty: write at least one entry, such as %s", item->label,
                           key->example);
    return true;
}

size_t item_count(const struct item *item)
{
    return (size_t)(item->node->data.sequence.items.top - item->node->data.sequence.items.start);
}

bool item_check_list(const struct entry *entry, const struct item *item)
{
    const char *shape = item->key->kind == KEY_BETWEEN ? "mapping" : "list";

    if (node_is_nothing(item->node))
        return complain_at(entry_complaints(entry), item->key_place,
                           "%s has no value: write a %s, such as %s", item->label, shape,
                           item->example);
    if (item->node->type != YAML_SEQUENCE_NODE)
        return complain_at(entry_complaints(entry), node_place(item->node),
                           "%s is %s: write a %s, such as %s", item->label,
                           node_describe(item->node), shape, item->example);
    return item_check_count(entry, item, item_count(item));
}

/* The i-th entry as an item of its own. */
struct item item_entry(const struct entry *entry, const struct item *item, size_t i)
{
    yaml_node_t *node = entry_node(entry, item->node->data.sequence.items.start[i]);

    return (struct item){
        .key = item->key,
        .label = storage_print(entry->reader->storage, "an entry of '%s'", item->key->name),
        .example = item->key->entry_example,
        .node = node,
        .key_place = node_place(node),
    };
}

bool item_check_mapping(const struct entry *entry, const struct item *item)
{
    if (item->node->type == YAML_MAPPING_NODE)
        return true;
    if (node_is_nothing(item->node))
        return complain_at(entry_complaints(entry), item->key_place,
                           "%s has no value: write a mapping, such as %s", item->label,
                           item->example);
    return complain_at(entry_complaints(entry), node_place(item->node),
                       "%s is %s: write a mapping, such as %s", item->label,
                       node_describe(item->node), item->example);
}
