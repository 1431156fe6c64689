/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of a manifest against their range, and budgets against their period. Stands on units and
 * the schema.
 */
#include <inttypes.h>
#include <string.h>

#include "tool/manifest/units.h"
#include "tool/manifest/values.h"

/* ---- ranges and units ---- */

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

bool value_read_quantity(struct reader *reader, const struct key *key, const struct value *value,
                         uint64_t *number)
{
    enum quantity_result result = quantity_parse(value->text, units_of(key), number);

    if (result != QUANTITY_OK)
        return complain_of_quantity(reader, key, value, result);
    return check_range(reader, key, value, *number);
}

/* ---- budgets ---- */

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

bool value_read_budget(struct reader *reader, const struct key *key, const struct value *value,
                       struct time_share *time)
{
    char text[QUANTITY_TEXT_SIZE];
    uint64_t budget;

    if (strchr(value->text, '%') != NULL)
        return read_percent(reader, key, value, time);
    if (!value_read_quantity(reader, key, value, &budget))
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
