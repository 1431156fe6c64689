/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A YAML tree read into structs. Stands on libyaml, document, values, schema. Depth is bounded by
 * the schema's, and each list by the schema's `most`.
 */
#include <string.h>

#include "tool/manifest/document.h"
#include "tool/manifest/nearest.h"
#include "tool/manifest/reader.h"

#define MAPPING_KEY_MAX 20
#define ARGUMENT_MAX    255

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

static void read_entry(const struct entry *entry);

static struct complaints *complaints_of(const struct entry *entry)
{
    return entry->reader->complaints;
}

static yaml_node_t *node_at(const struct entry *entry, int index)
{
    return yaml_document_get_node(entry->document, index);
}

static struct place place_of(const yaml_node_t *node)
{
    return document_place(node->start_mark);
}

static const char *text_of(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

/* An empty word without quotes: what YAML makes of a key with nothing behind its colon. */
static bool is_nothing(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.length == 0 &&
           node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static const char *describe(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE     ? "a single value"
           : node->type == YAML_SEQUENCE_NODE ? "a list"
                                              : "a mapping";
}

/* ---- one value ---- */

static bool complain_of_character(const struct entry *entry, const struct item *item,
                                  unsigned char character)
{
    if (character == '\n' || character == '\r')
        return complain_at(complaints_of(entry), place_of(item->node),
                           "%s has a line break in it: write it in one line, or behind '>-'",
                           item->label);
    return complain_at(complaints_of(entry), place_of(item->node),
                       "%s has a control character in it, 0x%02x: take it out", item->label,
                       character);
}

/* A text for a C program: without NUL, and without what a terminal or a kernel would act on. */
static bool check_text(const struct entry *entry, const struct item *item, bool may_be_empty)
{
    const unsigned char *text = item->node->data.scalar.value;
    size_t length = item->node->data.scalar.length;

    if (length == 0 && !may_be_empty)
        return complain_at(complaints_of(entry), place_of(item->node),
                           "%s is empty: write something, such as %s", item->label, item->example);
    for (size_t i = 0; i < length; i++) {
        if (text[i] < 0x20 || text[i] == 0x7f)
            return complain_of_character(entry, item, text[i]);
    }
    return true;
}

static bool check_scalar(const struct entry *entry, const struct item *item)
{
    if (is_nothing(item->node))
        return complain_at(complaints_of(entry), item->key_place,
                           "%s has no value: write one, such as %s", item->label, item->example);
    if (item->node->type != YAML_SCALAR_NODE)
        return complain_at(complaints_of(entry), place_of(item->node),
                           "%s is %s: write a single value, such as %s", item->label,
                           describe(item->node), item->example);
    return check_text(entry, item, item->key->kind == KEY_TEXT || item->key->kind == KEY_ARGUMENTS);
}

static struct value value_of(const struct entry *entry, const struct item *item)
{
    return (struct value){
        .label = item->label,
        .example = item->example,
        .text = storage_copy(entry->reader->storage, text_of(item->node),
                             item->node->data.scalar.length),
        .place = place_of(item->node),
    };
}

static void read_value(const struct entry *entry, const struct item *item)
{
    struct value value;

    if (!check_scalar(entry, item))
        return;
    value = value_of(entry, item);
    (void)value_read(entry->reader, item->key, &value, entry->base);
}

/* ---- lists ---- */

static bool check_count(const struct entry *entry, const struct item *item, size_t count)
{
    const struct key *key = item->key;
    size_t most = key->kind == KEY_CORES ? MANIFEST_CORE_MAX : key->most;

    if (count > most)
        return complain_at(complaints_of(entry), place_of(item->node),
                           "%s has %zu entries: leave at most %zu", item->label, count, most);
    if (count == 0 && key->least > 0)
        return complain_at(complaints_of(entry), place_of(item->node),
                           "%s is empty: write at least one entry, such as %s", item->label,
                           key->example);
    return true;
}

static size_t list_count(const struct item *item)
{
    return (size_t)(item->node->data.sequence.items.top - item->node->data.sequence.items.start);
}

static bool check_list(const struct entry *entry, const struct item *item)
{
    const char *shape = item->key->kind == KEY_BETWEEN ? "mapping" : "list";

    if (is_nothing(item->node))
        return complain_at(complaints_of(entry), item->key_place,
                           "%s has no value: write a %s, such as %s", item->label, shape,
                           item->example);
    if (item->node->type != YAML_SEQUENCE_NODE)
        return complain_at(complaints_of(entry), place_of(item->node),
                           "%s is %s: write a %s, such as %s", item->label, describe(item->node),
                           shape, item->example);
    return check_count(entry, item, list_count(item));
}

/* The i-th entry as an item of its own. */
static struct item list_item(const struct entry *entry, const struct item *item, size_t i)
{
    yaml_node_t *node = node_at(entry, item->node->data.sequence.items.start[i]);

    return (struct item){
        .key = item->key,
        .label = storage_print(entry->reader->storage, "an entry of '%s'", item->key->name),
        .example = item->key->entry_example,
        .node = node,
        .key_place = place_of(node),
    };
}

/* Makes the array that `key` says, and its count. */
static void *make_array(const struct entry *entry, const struct key *key, size_t count, size_t size)
{
    void *array = storage_take(entry->reader->storage, count, size);

    *(void **)((char *)entry->base + key->offset) = array;
    *(size_t *)((char *)entry->base + key->count_offset) = count;
    return array;
}

static void read_devices(const struct entry *entry, const struct item *list)
{
    size_t count = list_count(list);
    struct device_use *devices = make_array(entry, list->key, count, sizeof(*devices));

    for (size_t i = 0; i < count; i++) {
        struct item item = list_item(entry, list, i);
        struct value value;

        if (!check_scalar(entry, &item))
            continue;
        value = value_of(entry, &item);
        (void)value_read_device(entry->reader, &value, &devices[i].path);
    }
}

static void read_arguments(const struct entry *entry, const struct item *list)
{
    size_t count = list_count(list);
    struct text *arguments = make_array(entry, list->key, count, sizeof(*arguments));

    for (size_t i = 0; i < count; i++) {
        struct item item = list_item(entry, list, i);
        struct value value;

        if (!check_scalar(entry, &item))
            continue;
        value = value_of(entry, &item);
        arguments[i] = (struct text){value.text, value.place};
        if (strlen(value.text) > ARGUMENT_MAX)
            complain_at(complaints_of(entry), value.place, "%s is longer than %d bytes: shorten it",
                        value.label, ARGUMENT_MAX);
    }
}

static void read_cores(const struct entry *entry, const struct item *list)
{
    struct core *cores = (struct core *)((char *)entry->base + list->key->offset);

    for (size_t i = 0; i < list_count(list); i++) {
        struct item item = list_item(entry, list, i);
        struct value value;

        cores[i].value = 0; /* whatever it is, it counts */
        if (!check_scalar(entry, &item))
            continue;
        value = value_of(entry, &item);
        (void)value_read_core(entry->reader, list->key, &value, &cores[i]);
    }
}

static void complain_of_entry(const struct entry *entry, const struct item *item)
{
    complain_at(complaints_of(entry), place_of(item->node),
                "%s is %s: write keys and values, such as %s", item->label,
                is_nothing(item->node) ? "empty" : describe(item->node), item->example);
    entry->reader->lost = true;
}

static void read_list(const struct entry *entry, const struct item *list)
{
    const struct mapping *mapping = list->key->entries;
    size_t count = list_count(list);
    char *array = make_array(entry, list->key, count, mapping->size);

    for (size_t i = 0; i < count; i++) {
        struct item item = list_item(entry, list, i);
        struct entry inner = {entry->reader, entry->document, mapping,
                              item.node,     item.key_place,  array + i * mapping->size};

        if (item.node->type == YAML_MAPPING_NODE)
            read_entry(&inner);
        else
            complain_of_entry(entry, &item);
    }
}

static void read_list_item(const struct entry *entry, const struct item *item)
{
    if (check_list(entry, item))
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
    yaml_node_t *node = node_at(entry, pair->key);
    struct item name = {.key = &mapping->keys[0],
                        .label = "a name in 'between'",
                        .example = mapping->keys[0].example,
                        .node = node,
                        .key_place = place_of(node)};
    struct item rights = {.key = &mapping->keys[1],
                          .example = mapping->keys[1].example,
                          .node = node_at(entry, pair->value),
                          .key_place = name.key_place};
    struct value value;

    if (!check_scalar(entry, &name))
        return;
    value = value_of(entry, &name);
    (void)value_read_name(entry->reader, &value, &sharer->name);
    rights.label = storage_print(storage, "what '%s' may do",
                                 value_show(entry->reader, value.text));
    if (!check_scalar(entry, &rights))
        return;
    value = value_of(entry, &rights);
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
    if (!check_count(entry, item, count))
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
    if (item->node->type == YAML_MAPPING_NODE) {
        read_inner(entry, item->key, item->node, item->key_place);
        return;
    }
    if (is_nothing(item->node))
        complain_at(complaints_of(entry), item->key_place,
                    "%s has no value: write a mapping, such as %s", item->label, item->example);
    else
        complain_at(complaints_of(entry), place_of(item->node),
                    "%s is %s: write a mapping, such as %s", item->label, describe(item->node),
                    item->example);
    read_inner(entry, item->key, NULL, item->key_place);
}

static void read_console(const struct entry *entry, const struct item *item)
{
    struct manifest_console *console = (void *)((char *)entry->base + item->key->offset);
    bool word = item->node->type == YAML_SCALAR_NODE && !is_nothing(item->node);
    bool none = word && strcmp(text_of(item->node), "none") == 0;
    bool mixed = word && strcmp(text_of(item->node), "mixed") == 0;

    if (word && !none && !mixed)
        complain_at(complaints_of(entry), place_of(item->node),
                    "%s is '%s': write none, mixed or a mapping", item->label,
                    value_show(entry->reader, text_of(item->node)));
    if (word)
        read_inner(entry, item->key, NULL, item->key_place);
    else
        read_mapping(entry, item);
    console->present = !none;
    console->mixed |= mixed;
    console->place = item->key_place;
}

static void read_item(const struct entry *entry, const struct item *item)
{
    switch (item->key->kind) {
    case KEY_DEVICES:
        if (check_list(entry, item))
            read_devices(entry, item);
        break;
    case KEY_ARGUMENTS:
        if (check_list(entry, item))
            read_arguments(entry, item);
        break;
    case KEY_CORES:
        if (check_list(entry, item))
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
        complain_at(complaints_of(entry), entry->place,
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
    const char *text = text_of(node);
    struct nearest nearest = {.text = text};
    char list[KEY_LIST_SIZE];

    if (strcmp(text, "<<") == 0) {
        complain_at(complaints_of(entry), place_of(node),
                    "a merge key ('<<'), which a manifest has no use for: write out what it stands "
                    "for");
        return;
    }
    for (size_t i = 0; i < mapping->key_count; i++)
        nearest_offer(&nearest, mapping->keys[i].name);
    for (size_t i = 0; i < mapping->key_count; i++)
        items[i].meant |= nearest.word == mapping->keys[i].name;
    text = value_show(entry->reader, text);
    if (nearest.word != NULL)
        complain_at(complaints_of(entry), place_of(node), "unknown key '%s': did you mean '%s'?",
                    text, nearest.word);
    else
        complain_at(complaints_of(entry), place_of(node), "unknown key '%s': %s has %s", text,
                    mapping->what, list_keys(mapping, list));
}

/* Whether a key's text is all that it is: a NUL in it would hide the rest. */
static bool check_key(const struct entry *entry, const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE)
        return complain_at(complaints_of(entry), place_of(node),
                           "a key is %s: write one word, such as '%s'", describe(node),
                           entry->mapping->keys[0].name);
    if (strlen(text_of(node)) != node->data.scalar.length)
        return complain_at(complaints_of(entry), place_of(node),
                           "a key has a NUL in it: write one word, such as '%s'",
                           entry->mapping->keys[0].name);
    return true;
}

/* The number of a key in the schema; key_count if it has no such key. */
static size_t find_key(const struct entry *entry, const yaml_node_t *node)
{
    size_t i = 0;

    while (i < entry->mapping->key_count &&
           strcmp(entry->mapping->keys[i].name, text_of(node)) != 0)
        i++;
    return i;
}

static void complain_of_duplicate(const struct entry *entry, const yaml_node_t *node,
                                  struct place first)
{
    complain_at(complaints_of(entry), place_of(node),
                "'%s' is given twice: keep one, the first is in line %u", text_of(node),
                first.line);
}

static void fill_item(const struct entry *entry, const yaml_node_pair_t *pair, struct item *item,
                      const struct key *key)
{
    *item = (struct item){
        .key = key,
        .label = storage_print(entry->reader->storage, "'%s'", key->name),
        .example = key->example,
        .node = node_at(entry, pair->value),
        .key_place = place_of(node_at(entry, pair->key)),
    };
}

static void find_items(const struct entry *entry, struct item items[MAPPING_KEY_MAX])
{
    const yaml_node_pair_t *top = entry->node->data.mapping.pairs.top;

    for (const yaml_node_pair_t *at = entry->node->data.mapping.pairs.start; at < top; at++) {
        yaml_node_t *node = node_at(entry, at->key);
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

static void read_entry(const struct entry *entry)
{
    struct item items[MAPPING_KEY_MAX] = {0};

    if (entry->mapping->place_offset != 0)
        *(struct place *)((char *)entry->base + entry->mapping->place_offset) = entry->place;
    if (entry->node != NULL)
        find_items(entry, items);
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
    struct entry entry = {reader, document, mapping, root, place_of(root), base};
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
