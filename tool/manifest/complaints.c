/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Complaints: a list that grows, printed in the order of places. Stands on the C library. Text from
 * a manifest can hold anything, so what could steer a terminal is printed as \xNN.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "tool/manifest/complaints.h"
#include "tool/manifest/storage.h"

static void add(struct complaints *complaints, struct place place, char *text)
{
    size_t count = complaints->count;

    if ((count & (count - 1)) == 0) { /* full: it holds a power of two */
        size_t size = (count == 0 ? 1 : 2 * count) * sizeof(*complaints->list);
        struct complaint *list = realloc(complaints->list, size);

        if (list == NULL)
            storage_exhausted();
        complaints->list = list;
    }
    complaints->list[complaints->count++] = (struct complaint){place, text};
}

bool complain_at(struct complaints *complaints, struct place place, const char *format, ...)
{
    va_list list;
    char *text;
    int length;

    va_start(list, format);
    length = vasprintf(&text, format, list);
    va_end(list);
    if (length < 0)
        storage_exhausted();
    add(complaints, place, text);
    return false;
}

/* By place; then as they came, which their addresses tell. */
static int compare(const void *left, const void *right)
{
    const struct complaint *a = *(const struct complaint *const *)left;
    const struct complaint *b = *(const struct complaint *const *)right;

    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column)
        return a->place.column < b->place.column ? -1 : 1;
    return a < b ? -1 : a > b;
}

/* Control characters: below 0x20, DEL, and U+0080 to U+009F, which are two bytes of UTF-8. */
static void print_text(const char *text, FILE *stream)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        bool wide = at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0;

        if (*at >= 0x20 && *at != 0x7f && !wide)
            putc(*at, stream);
        else
            fprintf(stream, "\\x%02x", wide ? *++at : *at);
    }
}

static void print_one(const char *file, const struct complaint *complaint, FILE *stream)
{
    print_text(file, stream);
    if (complaint->place.line != 0)
        fprintf(stream, ":%u:%u", complaint->place.line, complaint->place.column);
    fputs(": ", stream);
    print_text(complaint->text, stream);
    putc('\n', stream);
}

static void print_in_order(const struct complaints *complaints, FILE *stream)
{
    const struct complaint **order = malloc((complaints->count + 1) * sizeof(struct complaint *));

    if (order == NULL)
        storage_exhausted();
    for (size_t i = 0; i < complaints->count; i++)
        order[i] = &complaints->list[i];
    qsort(order, complaints->count, sizeof(*order), compare);
    for (size_t i = 0; i < complaints->count; i++)
        print_one(complaints->file, order[i], stream);
    free(order);
}

/* In one piece: of a stream without a buffer, as stderr is, each character would be a system
 * call. */
void complaints_print(struct complaints *complaints, FILE *stream)
{
    char *text = NULL;
    size_t size = 0;
    FILE *lines = open_memstream(&text, &size);

    if (lines == NULL)
        storage_exhausted();
    print_in_order(complaints, lines);
    if (fclose(lines) != 0)
        storage_exhausted();
    fwrite(text, 1, size, stream);
    free(text);
}

void complaints_release(struct complaints *complaints)
{
    for (size_t i = 0; i < complaints->count; i++)
        free(complaints->list[i].text);
    free(complaints->list);
    complaints->list = NULL;
    complaints->count = 0;
}
