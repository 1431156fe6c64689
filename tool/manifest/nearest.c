/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which known word someone may have meant: the least number of letters left out, added, mistaken
 * for another, or swapped with their neighbour. Stands on the C library.
 */
#include <string.h>
#include <strings.h>

#include "tool/manifest/nearest.h"

#define WORD_MAX 40 /* longer words have nothing near */

static unsigned minimum(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* rows[i][j]: how far the first i letters of `a` are from the first j of `b`. */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned rows[WORD_MAX + 1][WORD_MAX + 1];

    for (unsigned i = 0; i <= a_length; i++) {
        for (unsigned j = 0; j <= b_length; j++) {
            if (i == 0 || j == 0) {
                rows[i][j] = i + j;
                continue;
            }
            rows[i][j] = rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            rows[i][j] = minimum(rows[i][j], 1 + minimum(rows[i - 1][j], rows[i][j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                rows[i][j] = minimum(rows[i][j], 1 + rows[i - 2][j - 2]);
        }
    }
    return rows[a_length][b_length];
}

/* The beginning of a word is near to it, and so is a word with something behind it. */
static unsigned judge(const char *text, const char *word)
{
    size_t length = strlen(text), word_length = strlen(word);
    size_t shorter = minimum(length, word_length);

    if (strcasecmp(text, word) == 0)
        return 0;
    if (shorter >= 3 && strncasecmp(text, word, shorter) == 0)
        return 1;
    return distance(text, length, word, word_length);
}

void nearest_offer(struct nearest *nearest, const char *word)
{
    size_t length = strlen(nearest->text);
    unsigned found;

    if (length == 0 || length > WORD_MAX || strlen(word) > WORD_MAX)
        return;
    found = judge(nearest->text, word);
    if (found > 1 + minimum(length, strlen(word)) / 4)
        return;
    if (found >= minimum(length, strlen(word))) /* nothing in common */
        return;
    if (nearest->word == NULL || found < nearest->distance) {
        nearest->word = word;
        nearest->distance = found;
    }
}
