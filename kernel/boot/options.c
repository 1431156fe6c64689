/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's options (kernel/boot/options.h). Runs while booting only. */
#include "kernel/boot/options.h"
#include <libfdt.h>
#include "kernel/lib/print.h"
#include "kernel/virt/user_access.h"

#define PREFIX "kernel."

struct word {
    const char *start;
    int length;
};

static const struct {
    const char *name;
    bool *value;
} options[] = {
    {PREFIX "user-counters=", &user_access.counters},
    {PREFIX "user-timer=", &user_access.timer},
    {PREFIX "user-pmu=", &user_access.cycles},
};

/* The word begins with this text: it is cut off. */
static bool word_skip(struct word *word, const char *text)
{
    int length = 0;
    while (text[length] != '\0') {
        if (length >= word->length || word->start[length] != text[length]) {
            return false;
        }
        length++;
    }
    word->start += length;
    word->length -= length;
    return true;
}

static bool word_is(struct word word, const char *text)
{
    return word_skip(&word, text) && word.length == 0;
}

static bool carry_out(struct word word)
{
    for (unsigned i = 0; i < ARRAY_COUNT(options); i++) {
        struct word value = word;
        if (word_skip(&value, options[i].name) && (word_is(value, "on") || word_is(value, "off"))) {
            *options[i].value = word_is(value, "on");
            return true;
        }
    }
    return false;
}

static void complain(struct word word)
{
    print("the device tree's bootargs: \"");
    for (int i = 0; i < word.length; i++) {
        print_char(word.start[i]);
    }
    print("\" is no option of this kernel's, and ignored\n");
}

static void take(struct word word)
{
    struct word rest = word;
    if (word_skip(&rest, PREFIX) && !carry_out(word)) {
        complain(word);
    }
}

void options_read(const void *tree)
{
    int length;
    const char *text = fdt_getprop(tree, fdt_path_offset(tree, "/chosen"), "bootargs", &length);
    if (text == NULL) {
        return;
    }
    struct word word = {text, 0};
    for (int i = 0; i <= length; i++) {
        if (i < length && text[i] != ' ' && text[i] != '\0') {
            word.length++;
            continue;
        }
        take(word);
        word = (struct word){text + i + 1, 0};
    }
}
