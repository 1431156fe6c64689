/* SPDX-License-Identifier: BSD-2-Clause */
/* How every complaint of a manifest is written: "FILE:LINE:COLUMN: WHAT: HOW TO MEND IT", where
 * WHAT has no colon of its own but in quotes, brackets and braces. */
#ifndef TESTS_UNIT_MANIFEST_STYLE_H
#define TESTS_UNIT_MANIFEST_STYLE_H

#include <stdbool.h>
#include <string.h>

#include "tests/unit/manifest/cmocka_includes.h"

/* What may stand behind a closing quote; an apostrophe has a letter there. */
static inline bool style_is_end(char next)
{
    return strchr(" ,:;.?)\n", next) != NULL;
}

/* Colons with a blank behind them, outside of what is quoted. */
static inline unsigned style_colons(const char *text, const char *end)
{
    unsigned count = 0, depth = 0;
    bool quoted = false;

    for (; text < end; text++) {
        if (*text == '\'' && depth == 0 && (quoted || text[-1] == ' '))
            quoted = !quoted || !style_is_end(text[1]);
        depth += !quoted && strchr("({", *text) != NULL;
        depth -= !quoted && depth > 0 && strchr(")}", *text) != NULL;
        count += !quoted && depth == 0 && text[0] == ':' && text[1] == ' ';
    }
    return count;
}

/* Each line of `said` is "m.yaml: ..." or "m.yaml:LINE:COLUMN: ...", with one remedy. */
static inline void assert_style(const char *said)
{
    while (*said != '\0') {
        const char *end = strchr(said, '\n'), *text = strstr(said, ": ");

        assert_non_null(end);
        assert_true(text != NULL && text < end);
        if (style_colons(text + 2, end) != 1)
            fail_msg("not \"WHAT: HOW TO MEND IT\": %.*s", (int)(end - said), said);
        said = end + 1;
    }
}

#endif
