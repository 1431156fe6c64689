/* SPDX-License-Identifier: BSD-2-Clause */
/* What init says, in words. Stands on the C library. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sel4/sel4.h>

/* "init: ", the sentence, and a newline. words_refuse() answers false. */
void words_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define words_refuse(...) (words_say(__VA_ARGS__), false)

struct size_text {
    char text[24];
};

/* "256 MiB": in the largest unit that divides it, or tells it well enough. */
const char *words_size(struct size_text *text, uint64_t bytes);
/* Of the kernel's. */
const char *words_error(seL4_Error error);
