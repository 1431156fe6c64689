/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes JSON. Stands on the C library.
 */
#include <inttypes.h>

#include "tool/show/json.h"

static void write_quoted(struct json *json, const char *text)
{
    fputc('"', json->stream);
    for (; *text != '\0'; text++) {
        unsigned char byte = *text;

        if (byte == '"' || byte == '\\')
            fprintf(json->stream, "\\%c", byte);
        else if (byte < 0x20 || byte >= 0x7f)
            fprintf(json->stream, "\\u%04x", byte); /* names are ASCII; others stay readable */
        else
            fputc(byte, json->stream);
    }
    fputc('"', json->stream);
}

static void start(struct json *json, const char *key)
{
    if (json->filled)
        fputc(',', json->stream);
    if (json->depth > 0)
        fprintf(json->stream, "\n%*s", (int)json->depth * 2, "");
    json->filled = true;
    if (key != NULL) {
        write_quoted(json, key);
        fputs(": ", json->stream);
    }
}

static void begin(struct json *json, const char *key, char bracket)
{
    start(json, key);
    fputc(bracket, json->stream);
    json->depth++;
    json->filled = false;
}

static void end(struct json *json, char bracket)
{
    json->depth--;
    if (json->filled)
        fprintf(json->stream, "\n%*s", (int)json->depth * 2, "");
    fputc(bracket, json->stream);
    json->filled = true;
    if (json->depth == 0)
        fputc('\n', json->stream);
}

void json_begin_object(struct json *json, const char *key)
{
    begin(json, key, '{');
}

void json_end_object(struct json *json)
{
    end(json, '}');
}

void json_begin_array(struct json *json, const char *key)
{
    begin(json, key, '[');
}

void json_end_array(struct json *json)
{
    end(json, ']');
}

void json_string(struct json *json, const char *key, const char *value)
{
    start(json, key);
    write_quoted(json, value);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
    start(json, key);
    fprintf(json->stream, "%" PRIu64, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
    start(json, key);
    fputs(value ? "true" : "false", json->stream);
}

void json_null(struct json *json, const char *key)
{
    start(json, key);
    fputs("null", json->stream);
}
