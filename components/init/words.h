/* SPDX-License-Identifier: BSD-2-Clause */
/* What init says, in words. Stands on the C library. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* "init: ", the sentence, and a newline. words_refuse() answers false. */
void words_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define words_refuse(...) (words_say(__VA_ARGS__), false)

struct size_text {
    char text[24];
};

/* "256 MiB", "8 KiB": in the unit that tells it well enough, rounded down. */
const char *words_size(struct size_text *text, uint64_t bytes);
