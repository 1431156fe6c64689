/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Single values of a manifest. Stands on storage, units and the schema; knows no YAML.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tool/manifest/nearest.h"
#include "tool/manifest/units.h"
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

/* A path has something behind each of its slashes. */
static bool is_tree_path(const char *text)
{
    for (; *text == '/'; text += strcspn(text, "/")) {
        text++;
        if (*text == '/' || *text == '\0')
            return false;
    }
    return *text == '\0';
}

bool value_read_device(struct reader *reader, const struct value *value, struct text *path)
{
    const char *text = value->text;
    bool good = text[0] == '/' ? is_tree_path(text) && strchr(text, ' ') == NULL : is_word(text);

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

static enum unit_system units_of(const struct key *key)
{
    switch (key->kind) {
    case KEY_SIZE:
    case KEY_ADDRESS:
        return UNITS_SIZE;
    case KEY_PERIOD:
    case KEY_BUDGET:
        return UNITS_TIME;
    default:
        return UNITS_NONE;
    }
}

static const char *print(const struct key *key, uint64_t number, char text[QUANTITY_TEXT_SIZE])
{
    if (key->kind != KEY_ADDRESS)
        return quantity_print(number, units_of(key), text);
    snprintf(text, QUANTITY_TEXT_SIZE, "0x%" PRIx64, number);
    return text;
}

static bool complain_of_unit(struct reader *reader, enum unit_system units,
                             const struct value *value)
{
    static const char *const remedies[] = {
        [UNITS_NONE] = "write the number alone",
        [UNITS_SIZE] = "use K, M or G, or nothing for bytes",
        [UNITS_TIME] = "use us, ms or s",
    };
    const char *unit = quantity_unit(value->text);

    if (*unit == '\0')
        return complain_at(reader->complaints, value->place,
                           "%s is '%s', without a unit: write us, ms or s behind the number",
                           value->label, value_show(reader, value->text));
    return complain_at(reader->complaints, value->place, "%s has the unknown unit '%s': %s",
                       value->label, value_show(reader, unit), remedies[units]);
}

static bool complain_of_quantity(struct reader *reader, const struct key *key,
                                 const struct value *value, enum quantity_result result)
{
    static const char *const faults[][2] = {
        [QUANTITY_NEGATIVE] = {"below zero", "take the '-' off"},
        [QUANTITY_FRACTION] = {"no whole number", "use the next smaller unit"},
        [QUANTITY_LEADING_ZERO] = {"which may be octal",
                                   "take the leading zero off, or write 0x for hexadecimal"},
        [QUANTITY_BLANK] = {"with a blank before the unit", "take the blank out"},
    };
    char most[QUANTITY_TEXT_SIZE];
    const char *shown = value_show(reader, value->text);

    switch (result) {
    case QUANTITY_NO_UNIT:
    case QUANTITY_UNKNOWN_UNIT:
        return complain_of_unit(reader, units_of(key), value);
    case QUANTITY_TOO_LARGE:
        return complain_at(reader->complaints, value->place,
                           "%s is '%s', too large: write at most %s", value->label, shown,
                           print(key, key->most, most));
    case QUANTITY_NO_NUMBER:
        return complain_at(reader->complaints, value->place,
                           "%s is '%s', which is no number: write one such as %s", value->label,
                           shown, value->example);
    default:
        return complain_at(reader->complaints, value->place, "%s is '%s', %s: %s", value->label,
                           shown, faults[result][0], faults[result][1]);
    }
}

static bool check_range(struct reader *reader, const struct key *key, const struct value *value,
                        uint64_t number)
{
    char limit[QUANTITY_TEXT_SIZE], next[QUANTITY_TEXT_SIZE];
    const char *shown = value_show(reader, value->text);
    uint64_t below;

    if (number < key->least)
        return complain_at(reader->complaints, value->place,
                           "%s is '%s', too small: write at least %s", value->label, shown,
                           print(key, key->least, limit));
    if (number > key->most)
        return complain_at(reader->complaints, value->place,
                           "%s is '%s', too large: write at most %s", value->label, shown,
                           print(key, key->most, limit));
    if (key->step == 0 || number % key->step == 0)
        return true;
    below = number - number % key->step;
    print(key, below, limit);
    print(key, below + key->step, next);
    return complain_at(reader->complaints, value->place,
                       "%s is '%s', not a multiple of %s: write %s or %s", value->label, shown,
                       quantity_print(key->step, UNITS_SIZE, (char[QUANTITY_TEXT_SIZE]){0}), limit,
                       next);
}

static bool read_quantity(struct reader *reader, const struct key *key, const struct value *value,
                          uint64_t *number)
{
    enum quantity_result result = quantity_parse(value->text, units_of(key), number);

    if (result != QUANTITY_OK)
        return complain_of_quantity(reader, key, value, result);
    return check_range(reader, key, value, *number);
}

static bool read_number(struct reader *reader, const struct key *key, const struct value *value,
                        struct number *field)
{
    uint64_t number;

    if (!read_quantity(reader, key, value, &number))
        return false;
    *field = (struct number){number, value->place};
    return true;
}

bool value_read_core(struct reader *reader, const struct key *key, const struct value *value,
                     struct core *core)
{
    uint64_t number;

    if (!read_quantity(reader, key, value, &number))
        return false;
    *core = (struct core){(int)number, value->place};
    return true;
}

/* ---- time ---- */

static bool complain_of_percent(struct reader *reader, const struct key *key,
                                const struct value *value, uint64_t period)
{
    char time[QUANTITY_TEXT_SIZE], least[QUANTITY_TEXT_SIZE];

    return complain_at(reader->complaints, value->place,
                       "%s is '%s' of %s, which is less than %s: write at least %" PRIu64 "%%",
                       value->label, value->text, quantity_print(period, UNITS_TIME, time),
                       quantity_print(key->least, UNITS_TIME, least),
                       (key->least * 100 + period - 1) / period);
}

static bool read_percent(struct reader *reader, const struct key *key, const struct value *value,
                         struct time_share *time)
{
    uint64_t period = time->period_us.value, percent, budget;

    if (!percent_parse(value->text, &percent) || percent == 0 || percent > 100)
        return complain_at(reader->complaints, value->place,
                           "%s is '%s': write a whole percentage from 1%% to 100%%, or a time such "
                           "as 3ms",
                           value->label, value_show(reader, value->text));
    if (period == 0) /* complained of already */
        return false;
    budget = period * percent / 100;
    if (budget < key->least && value->place.line != 0)
        return complain_of_percent(reader, key, value, period);
    time->budget_us = (struct number){budget < key->least ? key->least : budget, value->place};
    return true;
}

static bool read_budget(struct reader *reader, const struct key *key, const struct value *value,
                        struct time_share *time)
{
    char text[QUANTITY_TEXT_SIZE];
    uint64_t budget;

    if (strchr(value->text, '%') != NULL)
        return read_percent(reader, key, value, time);
    if (!read_quantity(reader, key, value, &budget))
        return false;
    if (time->period_us.value == 0) /* complained of already */
        return false;
    if (budget > time->period_us.value)
        return complain_at(reader->complaints, value->place,
                           "%s is '%s', more than the period of %s: write less, or a longer period",
                           value->label, value->text,
                           quantity_print(time->period_us.value, UNITS_TIME, text));
    time->budget_us = (struct number){budget, value->place};
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
    if (!read_quantity(reader, key, &limit, &number))
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
        return read_budget(reader, key, value, field);
    case KEY_SWITCH:
        return read_switch(reader, key, value, base);
    case KEY_CORE:
        return value_read_core(reader, key, value, field);
    case KEY_RESTART:
        return read_restart(reader, key, value, field);
    case KEY_RIGHTS:
        return value_read_rights(reader, value, field);
    case KEY_BOARD_OFF:
        return read_board_off(reader, value, base);
    default: /* of several values: the reader's */
        abort();
    }
}
