/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keys of a mapping, found in the schema. Stands on libyaml, entry.h and nearest.h.
 */
#include <string.h>

#include "tool/manifest/entry.h"
#include "tool/manifest/nearest.h"

#define KEY_LIST_SIZE 512

static const char *list_keys(const struct mapping *mapping, char list[KEY_LIST_SIZE])
{
    size_t used = 0;

    for (size_t i = 0; i < mapping->key_count && used < KEY_LIST_SIZE; i++)
        used += (size_t)snprintf(list + used, KEY_LIST_SIZE - used, "%s%s",
                                 i == 0                       ? ""
                                 : i + 1 < mapping->key_count ? ", "
                                                              : " and ",
                                 mapping->keys[i].name);
    return list;
}

static void complain_of_key(const struct entry *entry, const yaml_node_t *node,
                            struct item items[MAPPING_KEY_MAX])
{
    const struct mapping *mapping = entry->mapping;
    const char *text = node_text(node);
    struct nearest nearest = {.text = text};
    char list[KEY_LIST_SIZE];

    if (strcmp(text, "<<") == 0) {
        complain_at(entry_complaints(entry), node_place(node),
                    "a merge key ('<<'), which a manifest has no use for: write out what it stands "
                    "for");
        return;
    }
    for (size_t i = 0; i < mapping->key_count; i++)
        nearest_offer(&nearest, mapping->keys[i].name);
    for (size_t i = 0; i < mapping->key_count; i++) {
        bool meant = nearest.word == mapping->keys[i].name;

        items[i].meant |= meant;
        entry->reader->lost |= meant && mapping->keys[i].kind == KEY_LIST;
    }
    text = value_show(entry->reader, text);
    if (nearest.word != NULL)
        complain_at(entry_complaints(entry), node_place(node),
                    "unknown key '%s': did you mean '%s'?", text, nearest.word);
    else
        complain_at(entry_complaints(entry), node_place(node), "unknown key '%s': %s has %s", text,
                    mapping->what, list_keys(mapping, list));
}

/* Whether a key's text is all that it is: a NUL in it would hide the rest. */
static bool check_key(const struct entry *entry, const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE)
        return complain_at(entry_complaints(entry), node_place(node),
                           "a key is %s: write one word, such as '%s'", node_describe(node),
                           entry->mapping->keys[0].name);
    if (strlen(node_text(node)) != node->data.scalar.length)
        return complain_at(entry_complaints(entry), node_place(node),
                           "a key has a NUL in it: write one word, such as '%s'",
                           entry->mapping->keys[0].name);
    return true;
}

/* The number of a key in the schema; key_count if it has no such key. */
static size_t find_key(const struct entry *entry, const yaml_node_t *node)
{
    size_t i = 0;

    while (i < entry->mapping->key_count &&
           strcmp(entry->mapping->keys[i].name, node_text(node)) != 0)
        i++;
    return i;
}

static void complain_of_duplicate(const struct entry *entry, const yaml_node_t *node,
                                  struct place first)
{
    complain_at(entry_complaints(entry), node_place(node),
                "'%s' is given twice: keep one, the first is in line %u", node_text(node),
                first.line);
}

static void fill_item(const struct entry *entry, const yaml_node_pair_t *pair, struct item *item,
                      const struct key *key)
{
    *item = (struct item){
        .key = key,
        .label = storage_print(entry->reader->storage, "'%s'", key->name),
        .example = key->example,
        .node = entry_node(entry, pair->value),
        .key_place = node_place(entry_node(entry, pair->key)),
    };
}

void entry_find_items(const struct entry *entry, struct item items[MAPPING_KEY_MAX])
{
    const yaml_node_pair_t *top = entry->node->data.mapping.pairs.top;

    for (const yaml_node_pair_t *at = entry->node->data.mapping.pairs.start; at < top; at++) {
        yaml_node_t *node = entry_node(entry, at->key);
        size_t i;

        if (!check_key(entry, node))
            continue;
        i = find_key(entry, node);
        if (i == entry->mapping->key_count)
            complain_of_key(entry, node, items);
        else if (items[i].node != NULL)
            complain_of_duplicate(entry, node, items[i].key_place);
        else
            fill_item(entry, at, &items[i], &entry->mapping->keys[i]);
    }
}
