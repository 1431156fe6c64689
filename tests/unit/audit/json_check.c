/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a text one JSON value (RFC 8259)? Written apart from what writes JSON.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

bool json_check(const char *text);

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

static const char *read_string(const char *at)
{
    if (*at++ != '"')
        return NULL;
    for (; *at != '"'; at++) {
        if ((unsigned char)*at < 0x20)
            return NULL;
        if (*at != '\\')
            continue;
        at++;
        if (*at == 'u') {
            for (unsigned i = 0; i < 4; i++) {
                if (!isxdigit((unsigned char)*++at))
                    return NULL;
            }
        } else if (*at == '\0' || strchr("\"\\/bfnrt", *at) == NULL) {
            return NULL;
        }
    }
    return at + 1;
}

static const char *read_value(const char *at);

/* Members up to `close`, with keys or without. */
static const char *read_members(const char *at, char close, bool keys)
{
    at = skip_blanks(at);
    if (*at == close)
        return at + 1;
    for (;;) {
        if (keys) {
            at = read_string(skip_blanks(at));
            if (at == NULL || *(at = skip_blanks(at)) != ':')
                return NULL;
            at++;
        }
        at = read_value(at);
        if (at == NULL)
            return NULL;
        at = skip_blanks(at);
        if (*at == close)
            return at + 1;
        if (*at++ != ',')
            return NULL;
    }
}

static const char *read_value(const char *at)
{
    static const char *const words[] = {"true", "false", "null"};

    at = skip_blanks(at);
    if (*at == '{')
        return read_members(at + 1, '}', true);
    if (*at == '[')
        return read_members(at + 1, ']', false);
    if (*at == '"')
        return read_string(at);
    for (unsigned i = 0; i < 3; i++) {
        if (strncmp(at, words[i], strlen(words[i])) == 0)
            return at + strlen(words[i]);
    }
    if (*at == '0')
        return at + 1;
    return isdigit((unsigned char)*at) ? at + strspn(at, "0123456789") : NULL;
}

bool json_check(const char *text)
{
    const char *end = read_value(text);

    return end != NULL && *skip_blanks(end) == '\0';
}
