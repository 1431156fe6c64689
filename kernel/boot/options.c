/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's options (kernel/boot/options.h). Runs while booting only. */
#include "kernel/boot/options.h"
#include <libfdt.h>
#include "kernel/lib/print.h"
#include "kernel/virt/user_access.h"

#define PREFIX "kernel."

static const struct {
    const char *text;
    bool *setting;
    bool value;
} options[] = {
    {PREFIX "user-counters=on", &user_access.counters, true},
    {PREFIX "user-counters=off", &user_access.counters, false},
    {PREFIX "user-timer=on", &user_access.timer, true},
    {PREFIX "user-timer=off", &user_access.timer, false},
    {PREFIX "user-pmu=on", &user_access.cycles, true},
    {PREFIX "user-pmu=off", &user_access.cycles, false},
};

struct word {
    const char *start;
    size_t length;
};

static bool word_begins(struct word word, const char *text)
{
    size_t length = strlen(text);
    return word.length >= length && memcmp(word.start, text, length) == 0;
}

static bool carry_out(struct word word)
{
    for (unsigned i = 0; i < ARRAY_COUNT(options); i++) {
        if (word_begins(word, options[i].text) && word.length == strlen(options[i].text)) {
            *options[i].setting = options[i].value;
            return true;
        }
    }
    return false;
}

static void complain(struct word word)
{
    print("the device tree's bootargs: \"");
    for (size_t i = 0; i < word.length; i++) {
        print_char(word.start[i]);
    }
    print("\" is no option of this kernel's, and ignored\n");
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
        if (word_begins(word, PREFIX) && !carry_out(word)) {
            complain(word);
        }
        word = (struct word){text + i + 1, 0};
    }
}
