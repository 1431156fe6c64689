/* SPDX-License-Identifier: BSD-2-Clause */
/* bulkhead check: all that can be known of a system before it boots. */
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "tool/command/system.h"
#include "tool/command/usage.h"
#include "tool/show/size.h"

#define USAGE                                                                               \
    "usage: bulkhead check MANIFEST\n"                                                      \
    "Everything that can be known before boot: the manifest, the files it names, whether\n" \
    "the board has the memory, cores and devices, whether budgets add up. Prints what is\n" \
    "wrong, a line each: FILE:LINE:COLUMN: WHAT: HOW TO MEND IT.\n"

/* None is not worth a word. */
static void print_count(size_t count, const char *what)
{
    if (count > 0)
        printf(", %zu %s%s", count, what, count == 1 ? "" : "s");
}

static void print_summary(const struct system *system)
{
    const struct manifest *manifest = system->manifest;
    char text[SIZE_TEXT_MAX];
    uint64_t guests = 0;

    for (size_t i = 0; i < manifest->vm_count; i++)
        guests += manifest->vms[i].memory.value;
    printf("%s: ok: %zu VM%s", manifest->path, manifest->vm_count,
           manifest->vm_count == 1 ? "" : "s");
    if (manifest->vm_count > 0)
        printf(" with %s", size_text(guests, text));
    print_count(manifest->component_count, "component");
    print_count(manifest->shared_count, "shared region");
    print_count(manifest->channel_count, "channel");
    if (manifest->console.present)
        printf(", a console");
    printf("; %u core%s and %s of RAM on %s\n", system->plan.core_count,
           system->plan.core_count == 1 ? "" : "s", size_text(board_memory(&system->board), text),
           system->board.name);
}

int command_check(int count, char **arguments)
{
    static const struct option known[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    struct system_options options = {0};
    struct system system;
    int option;

    while ((option = getopt_long(count, arguments, "h", known, NULL)) != -1) {
        if (option != 'h')
            return usage_show(USAGE);
        fputs(USAGE, stdout);
        return COMMAND_DONE;
    }
    if (optind + 1 != count)
        return usage_refuse("check", USAGE,
                            optind < count ? "one manifest at a time" : "which manifest?");
    options.manifest = arguments[optind];
    if (!system_open(&system, &options))
        return COMMAND_BAD_SYSTEM;
    print_summary(&system);
    system_close(&system);
    return usage_flush();
}
