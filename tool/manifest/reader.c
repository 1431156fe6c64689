/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A YAML tree read into structs. Stands on libyaml, document, values, schema. Depth is bounded by
 * the schema's, and each list by the schema's `most`.
 */
#include <string.h>

#include "tool/manifest/entry.h"
#include "tool/manifest/reader.h"

#define ARGUMENT_MAX 255

static void read_entry(const struct entry *entry);

/* ---- one value ---- */

/* False: it is none, which was complained of. */
static bool take_scalar(const struct entry *entry, const struct item *item, struct value *value)
{
    if (!item_check_scalar(entry, item))
        return false;
    *value = item_value(entry, item);
    return true;
}

static void read_value(const struct entry *entry, const struct item *item)
{
    struct value value;

    if (take_scalar(entry, item, &value))
        (void)value_read(entry->reader, item->key, &value, entry->base);
}

/* ---- lists ---- */

/* Makes the array that `key` says, and its count. */
static void *make_array(const struct entry *entry, const struct key *key, size_t count, size_t size)
{
    void *array = storage_take(entry->reader->storage, count, size);

    *(void **)((char *)entry->base + key->offset) = array;
    *(size_t *)((char *)entry->base + key->count_offset) = count;
    return array;
}

static bool take_entry(const struct entry *entry, const struct item *list, size_t index,
                       struct value *value)
{
    struct item item = item_entry(entry, list, index);

    return take_scalar(entry, &item, value);
}

static void read_devices(const struct entry *entry, const struct item *list)
{
    size_t count = item_count(list);
    struct device_use *devices = make_array(entry, list->key, count, sizeof(*devices));

    for (size_t i = 0; i < count; i++) {
        struct value value;

        if (take_entry(entry, list, i, &value))
            (void)value_read_device(entry->reader, &value, &devices[i].path);
    }
}

static void read_arguments(const struct entry *entry, const struct item *list)
{
    size_t count = item_count(list);
    struct text *arguments = make_array(entry, list->key, count, sizeof(*arguments));

    for (size_t i = 0; i < count; i++) {
        struct value value;

        if (!take_entry(entry, list, i, &value))
            continue;
        arguments[i] = (struct text){value.text, value.place};
        if (strlen(value.text) > ARGUMENT_MAX)
            complain_at(entry_complaints(entry), value.place,
                        "%s is longer than %d bytes: shorten it", value.label, ARGUMENT_MAX);
    }
}

static void read_cores(const struct entry *entry, const struct item *list)
{
    struct core *cores = (struct core *)((char *)entry->base + list->key->offset);

    for (size_t i = 0; i < item_count(list); i++) {
        struct value value;

        cores[i].value = 0; /* whatever it is, it counts */
        if (take_entry(entry, list, i, &value))
            (void)value_read_core(entry->reader, list->key, &value, &cores[i]);
    }
}

static void complain_of_entry(const struct entry *entry, const struct item *item)
{
    complain_at(entry_complaints(entry), node_place(item->node),
                "%s is %s: write keys and values, such as %s", item->label,
                node_is_nothing(item->node) ? "empty" : node_describe(item->node), item->example);
    entry->reader->lost = true;
}

static void read_list(const struct entry *entry, const struct item *list)
{
    const struct mapping *mapping = list->key->entries;
    size_t count = item_count(list);
    char *array = make_array(entry, list->key, count, mapping->size);

    for (size_t i = 0; i < count; i++) {
        struct item item = item_entry(entry, list, i);
        struct entry inner = {entry->reader, entry->document, mapping,
                              item.node,     item.key_place,  array + i * mapping->size};

        if (item.node->type == YAML_MAPPING_NODE)
            read_entry(&inner);
        else
            complain_of_entry(entry, &item);
    }
}

/* Names, or mappings that say more. */
static void read_ends(const struct entry *entry, const struct item *list)
{
    const struct mapping *mapping = list->key->entries;
    size_t count = item_count(list);
    struct manifest_end *ends = make_array(entry, list->key, count, sizeof(*ends));

    for (size_t i = 0; i < count; i++) {
        struct item item = item_entry(entry, list, i);
        struct entry inner = {entry->reader, entry->document, mapping,
                              item.node,     item.key_place,  &ends[i]};
        struct value value;

        if (item.node->type == YAML_MAPPING_NODE)
            read_entry(&inner);
        else if (take_scalar(entry, &item, &value))
            (void)value_read_name(entry->reader, &value, &ends[i].name);
    }
}

static void read_list_item(const struct entry *entry, const struct item *item)
{
    if (item_check_list(entry, item))
        read_list(entry, item);
    else
        entry->reader->lost = true;
}

/* ---- mappings ---- */

/* One pair NAME: RIGHTS of `between`. */
static void read_pair(const struct entry *entry, const struct item *between,
                      const yaml_node_pair_t *pair, struct manifest_sharer *sharer)
{
    const struct mapping *mapping = between->key->entries;
    struct storage *storage = entry->reader->storage;
    yaml_node_t *node = entry_node(entry, pair->key);
    struct item name = {.key = &mapping->keys[0],
                        .label = "a name in 'between'",
                        .example = mapping->keys[0].example,
                        .node = node,
                        .key_place = node_place(node)};
    struct item rights = {.key = &mapping->keys[1],
                          .example = mapping->keys[1].example,
                          .node = entry_node(entry, pair->value),
                          .key_place = name.key_place};
    struct value value;

    if (!take_scalar(entry, &name, &value))
        return;
    (void)value_read_name(entry->reader, &value, &sharer->name);
    rights.label = storage_print(storage, "what '%s' may do",
                                 value_show(entry->reader, value.text));
    if (take_scalar(entry, &rights, &value))
        (void)value_read_rights(entry->reader, &value, &sharer->rights);
}

static void read_between(const struct entry *entry, const struct item *item)
{
    const yaml_node_pair_t *pairs;
    struct manifest_sharer *sharers;
    size_t count;

    if (item->node->type != YAML_MAPPING_NODE) {
        read_list_item(entry, item);
        return;
    }
    pairs = item->node->data.mapping.pairs.start;
    count = (size_t)(item->node->data.mapping.pairs.top - pairs);
    if (!item_check_count(entry, item, count))
        return;
    sharers = make_array(entry, item->key, count, sizeof(*sharers));
    for (size_t i = 0; i < count; i++)
        read_pair(entry, item, &pairs[i], &sharers[i]);
}

/* A mapping within a mapping; `node` NULL: its defaults. */
static void read_inner(const struct entry *entry, const struct key *key, yaml_node_t *node,
                       struct place place)
{
    struct entry inner = {entry->reader, entry->document, key->entries,
                          node,          place,           (char *)entry->base + key->offset};

    read_entry(&inner);
}

static void read_mapping(const struct entry *entry, const struct item *item)
{
    bool good = item_check_mapping(entry, item);

    read_inner(entry, item->key, good ? item->node : NULL, item->key_place);
}

/* Reads `none` or `mixed`. */
static void read_console_word(const struct entry *entry, const struct item *item,
                              struct manifest_console *console)
{
    struct value value;

    read_inner(entry, item->key, NULL, item->key_place);
    if (!take_scalar(entry, item, &value))
        return;
    if (strcmp(value.text, "none") == 0)
        console->present = false;
    else if (strcmp(value.text, "mixed") == 0)
        console->mixed = true;
    else
        complain_at(entry_complaints(entry), value.place,
                    "%s is '%s': write none, mixed or a mapping", item->label,
                    value_show(entry->reader, value.text));
}

static void read_console(const struct entry *entry, const struct item *item)
{
    struct manifest_console *console = (void *)((char *)entry->base + item->key->offset);

    console->present = true;
    console->place = item->key_place;
    if (item->node->type == YAML_SCALAR_NODE && !node_is_nothing(item->node))
        read_console_word(entry, item, console);
    else
        read_mapping(entry, item);
}

static void read_item(const struct entry *entry, const struct item *item)
{
    switch (item->key->kind) {
    case KEY_DEVICES:
        if (item_check_list(entry, item))
            read_devices(entry, item);
        break;
    case KEY_ARGUMENTS:
        if (item_check_list(entry, item))
            read_arguments(entry, item);
        break;
    case KEY_ENDS:
        if (item_check_list(entry, item))
            read_ends(entry, item);
        break;
    case KEY_CORES:
        if (item_check_list(entry, item))
            read_cores(entry, item);
        break;
    case KEY_LIST:
        read_list_item(entry, item);
        break;
    case KEY_BETWEEN:
        read_between(entry, item);
        break;
    case KEY_MAPPING:
        read_mapping(entry, item);
        break;
    case KEY_CONSOLE:
        read_console(entry, item);
        break;
    default:
        read_value(entry, item);
        break;
    }
}

/* ---- keys ---- */

/* "VM 'linux1'" once its name was read, else "a VM". */
static const char *entry_label(const struct entry *entry)
{
    const struct key *first = &entry->mapping->keys[0];
    const struct text *name = (const struct text *)((char *)entry->base + first->offset);

    if (strcmp(first->name, "name") != 0 || name->value == NULL)
        return entry->mapping->what;
    return storage_print(entry->reader->storage, "%s '%s'", entry->mapping->noun, name->value);
}

/* Gives a key that is not there its default. */
static void read_absent(const struct entry *entry, const struct key *key, bool meant)
{
    char *field = (char *)entry->base + key->offset;
    struct value value = {key->name, key->example, key->fallback, {0, 0}};

    if (key->required && !meant)
        complain_at(entry_complaints(entry), entry->place,
                    "%s has no '%s': add a line such as '%s: %s'", entry_label(entry), key->name,
                    key->name, key->example);
    else if (key->fallback != NULL)
        (void)value_read(entry->reader, key, &value, entry->base);
    else if (key->kind == KEY_MAPPING || key->kind == KEY_CONSOLE)
        read_inner(entry, key, NULL, (struct place){0, 0});
    if (key->kind == KEY_CONSOLE)
        ((struct manifest_console *)(void *)field)->present = true;
}

/* Cores are chosen by the tool until a value says otherwise. */
static void prepare(const struct entry *entry, const struct key *key)
{
    struct core *cores = (struct core *)((char *)entry->base + key->offset);
    unsigned count = key->kind == KEY_CORES ? MANIFEST_CORE_MAX : key->kind == KEY_CORE;

    for (unsigned i = 0; i < count; i++)
        cores[i].value = -1;
}

static void read_entry(const struct entry *entry)
{
    struct item items[MAPPING_KEY_MAX] = {0};

    if (entry->mapping->place_offset != 0)
        *(struct place *)((char *)entry->base + entry->mapping->place_offset) = entry->place;
    if (entry->node != NULL)
        entry_find_items(entry, items);
    for (size_t i = 0; i < entry->mapping->key_count; i++) {
        prepare(entry, &entry->mapping->keys[i]);
        if (items[i].node != NULL)
            read_item(entry, &items[i]);
        else
            read_absent(entry, &entry->mapping->keys[i], items[i].meant);
    }
}

void reader_read(struct reader *reader, yaml_document_t *document, const struct mapping *mapping,
                 void *base)
{
    yaml_node_t *root = yaml_document_get_root_node(document);
    struct entry entry = {reader, document, mapping, root, node_place(root), base};
    struct item item = {
        .label = mapping->what,
        .example = storage_print(reader->storage, "'%s: %s'", mapping->keys[0].name,
                                 mapping->keys[0].example),
        .node = root,
    };

    if (root->type == YAML_MAPPING_NODE)
        read_entry(&entry);
    else
        complain_of_entry(&entry, &item);
}
