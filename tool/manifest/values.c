/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Single values of a manifest: words, and what is made of numbers. Stands on storage, quantities.c
 * and the schema; knows no YAML.
 */
#include <stdlib.h>
#include <string.h>

#include "tool/manifest/nearest.h"
#include "tool/manifest/values.h"

#define SHOWN_MAX  40
#define PATH_BYTES 1023

const char *value_show(struct reader *reader, const char *text)
{
    size_t length = SHOWN_MAX;

    if (strlen(text) <= length)
        return text;
    while (((unsigned char)text[length] & 0xc0) == 0x80) /* within a character */
        length--;
    return storage_print(reader->storage, "%.*s...", (int)length, text);
}

/* ---- words ---- */

static bool is_word_character(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '-' || character == '_';
}

static bool is_word(const char *text)
{
    while (is_word_character(*text))
        text++;
    return *text == '\0';
}

static bool is_letter(char character)
{
    return is_word_character(character) && (character < '0' || character > '9') &&
           character != '-' && character != '_';
}

bool value_read_name(struct reader *reader, const struct value *value, struct text *name)
{
    const char *text = value->text;

    if (!is_letter(text[0]) || !is_word(text))
        return complain_at(
            reader->complaints, value->place,
            "%s is '%s', which is no name: begin with a letter, and go on with letters, "
            "digits, '-' and '_'",
            value->label, value_show(reader, text));
    if (strlen(text) > MANIFEST_NAME_MAX)
        return complain_at(reader->complaints, value->place,
                           "%s is '%s', longer than %d characters: shorten it", value->label,
                           value_show(reader, text), MANIFEST_NAME_MAX);
    *name = (struct text){text, value->place};
    return true;
}

static bool too_long(struct reader *reader, const struct value *value, size_t most)
{
    if (strlen(value->text) <= most)
        return false;
    complain_at(reader->complaints, value->place, "%s is longer than %zu bytes: shorten it",
                value->label, most);
    return true;
}

static bool read_text(struct reader *reader, const struct key *key, const struct value *value,
                      struct text *field)
{
    if (too_long(reader, value, key->most))
        return false;
    *field = (struct text){value->text, value->place};
    return true;
}

/* A path has something behind each of its slashes, made of what names of nodes are made of. */
static bool is_tree_path(const char *text)
{
    while (*text == '/') {
        text++;
        if (!is_word_character(*text))
            return false;
        while (is_word_character(*text) || (*text != '\0' && strchr(",.+@", *text) != NULL))
            text++;
    }
    return *text == '\0';
}

bool value_read_device(struct reader *reader, const struct value *value, struct text *path)
{
    const char *text = value->text;
    bool good = text[0] == '/' ? is_tree_path(text) : is_word(text);

    if (!good)
        return complain_at(
            reader->complaints, value->place,
            "%s is '%s', neither a path nor an alias in a device tree: write one such "
            "as /axi/can@ff060000 or serial1",
            value->label, value_show(reader, text));
    if (too_long(reader, value, PATH_BYTES))
        return false;
    *path = (struct text){text, value->place};
    return true;
}

static bool read_file(struct reader *reader, const struct key *key, const struct value *value,
                      struct file_use *file)
{
    if (too_long(reader, value, PATH_BYTES))
        return false;
    file->text = (struct text){value->text, value->place};
    if (key->may_be_none && strcmp(value->text, "none") == 0) {
        file->source = FILE_ABSENT;
    } else if (key->built_in != NULL && strcmp(value->text, key->built_in) == 0) {
        file->source = FILE_BUILT_IN;
    } else {
        file->source = FILE_PATH;
        file->path = value->text[0] == '/'
                         ? value->text
                         : storage_print(reader->storage, "%s%s", reader->folder, value->text);
    }
    return true;
}

/* A word out of a few: its number, or -1. The list ends in NULL. */
static int find_word(struct reader *reader, const struct value *value, const char *const *words,
                     const char *remedy)
{
    struct nearest nearest = {.text = value->text};

    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], value->text) == 0)
            return i;
        nearest_offer(&nearest, words[i]);
    }
    if (nearest.word != NULL)
        complain_at(reader->complaints, value->place, "%s is '%s': did you mean '%s'?",
                    value->label, value_show(reader, value->text), nearest.word);
    else
        complain_at(reader->complaints, value->place, "%s is '%s': write %s", value->label,
                    value_show(reader, value->text), remedy);
    return -1;
}

static bool read_switch(struct reader *reader, const struct key *key, const struct value *value,
                        void *base)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", NULL};
    int found = find_word(reader, value, words, "yes or no");

    if (found < 0)
        return false;
    *(bool *)((char *)base + key->offset) = found % 2 == 1;
    if (key->count_offset != SIZE_MAX)
        *(struct place *)((char *)base + key->count_offset) = value->place;
    return true;
}

bool value_read_rights(struct reader *reader, const struct value *value, unsigned *rights)
{
    static const char *const words[] = {"r", "rw", NULL};
    int found;

    if (strcmp(value->text, "w") == 0)
        return complain_at(reader->complaints, value->place,
                           "%s is 'w', but memory that can be written can be read too: write rw",
                           value->label);
    found = find_word(reader, value, words, "r or rw");
    if (found < 0)
        return false;
    *rights = found == 0 ? SHARE_READ : SHARE_READ | SHARE_WRITE;
    return true;
}

static bool read_direction(struct reader *reader, const struct value *value, bool *one_way)
{
    static const char *const words[] = {"both", "a-to-b", NULL};
    int found;

    if (strcmp(value->text, "b-to-a") == 0)
        return complain_at(reader->complaints, value->place,
                           "%s is 'b-to-a': write a-to-b, and the two of 'between' the other way "
                           "round",
                           value->label);
    found = find_word(reader, value, words, "both or a-to-b");
    if (found < 0)
        return false;
    *one_way = found == 1;
    return true;
}

static bool read_board_off(struct reader *reader, const struct value *value,
                           struct manifest *manifest)
{
    static const char *const words[] = {"idle", "never", NULL};
    int found = find_word(reader, value, words, "idle or never");

    if (found < 0)
        return false;
    manifest->board_off = found == 0 ? BOARD_OFF_IDLE : BOARD_OFF_NEVER;
    manifest->board_off_place = value->place;
    return true;
}

/* ---- numbers ---- */

static bool read_number(struct reader *reader, const struct key *key, const struct value *value,
                        struct number *field)
{
    uint64_t number;

    if (!value_read_quantity(reader, key, value, &number))
        return false;
    *field = (struct number){number, value->place};
    return true;
}

bool value_read_core(struct reader *reader, const struct key *key, const struct value *value,
                     struct core *core)
{
    uint64_t number;

    if (!value_read_quantity(reader, key, value, &number))
        return false;
    *core = (struct core){(int)number, value->place};
    return true;
}

/* ---- restart ---- */

static bool read_restart_limit(struct reader *reader, const struct key *key,
                               const struct value *value, struct restart *restart)
{
    struct value limit = *value;
    uint64_t number;

    limit.label = storage_print(reader->storage, "the number in %s", value->label);
    limit.example = "3";
    limit.text += strlen("on-failure:");
    if (*limit.text == '\0')
        return complain_at(reader->complaints, value->place,
                           "%s is '%s', without a number: write one behind the ':', or take it off",
                           value->label, value->text);
    if (!value_read_quantity(reader, key, &limit, &number))
        return false;
    *restart = (struct restart){RESTART_ON_FAILURE, (unsigned)number, value->place};
    return true;
}

static bool read_restart(struct reader *reader, const struct key *key, const struct value *value,
                         struct restart *restart)
{
    static const char *const words[] = {
        [RESTART_NEVER] = "never",
        [RESTART_ON_FAILURE] = "on-failure",
        [RESTART_ALWAYS] = "always",
        NULL,
    };
    int found;

    if (strncmp(value->text, "on-failure:", strlen("on-failure:")) == 0)
        return read_restart_limit(reader, key, value, restart);
    found = find_word(reader, value, words, "never, on-failure, on-failure:N or always");
    if (found < 0)
        return false;
    *restart = (struct restart){(enum restart_policy)found, 0, value->place};
    return true;
}

/* ---- seeds ---- */

static int digit_of(char character)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = character == '\0' ? NULL : strchr(digits, character | ('a' ^ 'A'));

    return found == NULL ? -1 : (int)(found - digits);
}

static bool read_digits(const char *text, uint8_t bytes[MANIFEST_SEED_BYTES])
{
    for (unsigned i = 0; i < MANIFEST_SEED_BYTES; i++) {
        int high = digit_of(text[2 * i]), low = high < 0 ? -1 : digit_of(text[2 * i + 1]);

        if (low < 0)
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return text[2 * MANIFEST_SEED_BYTES] == '\0';
}

static bool read_seed(struct reader *reader, const struct value *value, struct seed *seed)
{
    static const char *const words[] = {"none", "random", NULL};
    struct seed given = {.source = SEED_GIVEN, .place = value->place};
    int found;

    if (read_digits(value->text, given.bytes)) {
        *seed = given;
        return true;
    }
    found = find_word(reader, value, words, "none, random or 64 hexadecimal digits");
    if (found < 0)
        return false;
    *seed = (struct seed){.source = found == 0 ? SEED_ABSENT : SEED_RANDOM, .place = value->place};
    return true;
}

/* ---- any ---- */

bool value_read(struct reader *reader, const struct key *key, const struct value *value, void *base)
{
    void *field = (char *)base + key->offset;

    switch (key->kind) {
    case KEY_NAME:
        return value_read_name(reader, value, field);
    case KEY_TEXT:
        return read_text(reader, key, value, field);
    case KEY_DEVICE:
        return value_read_device(reader, value, field);
    case KEY_FILE:
        return read_file(reader, key, value, field);
    case KEY_NUMBER:
    case KEY_SIZE:
    case KEY_ADDRESS:
    case KEY_PERIOD:
        return read_number(reader, key, value, field);
    case KEY_BUDGET:
        return value_read_budget(reader, key, value, field);
    case KEY_SWITCH:
        return read_switch(reader, key, value, base);
    case KEY_CORE:
        return value_read_core(reader, key, value, field);
    case KEY_RESTART:
        return read_restart(reader, key, value, field);
    case KEY_SEED:
        return read_seed(reader, value, field);
    case KEY_RIGHTS:
        return value_read_rights(reader, value, field);
    case KEY_DIRECTION:
        return read_direction(reader, value, field);
    case KEY_BOARD_OFF:
        return read_board_off(reader, value, base);
    default: /* of several values: the reader's */
        abort();
    }
}
