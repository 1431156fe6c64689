/* SPDX-License-Identifier: BSD-2-Clause */
/* bulkhead explain: every derived value, and where it came from. */
#include "tool/show/explain.h"

#include <getopt.h>
#include <string.h>

#include "tool/command/planned.h"
#include "tool/command/usage.h"

#define USAGE                                                                            \
    "usage: bulkhead explain MANIFEST|IMAGE\n"                                           \
    "Every value that the manifest does not spell out, with where it came from: maps,\n" \
    "interrupts, cores, priorities, objects, memory. Of an image, what its plan says.\n"

static int explain(const struct planned *planned)
{
    struct fault fault;
    struct view view;

    if (!view_open(&view, planned->plan, planned->plan_size, &fault))
        return usage_fail("%s", fault.text);
    if (planned->from_image)
        explain_print(&view, NULL, 0, stdout);
    else
        explain_print(&view, planned->system.plan.facts, planned->system.plan.fact_count, stdout);
    return usage_flush();
}

int command_explain(int count, char **arguments)
{
    static const struct option known[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    struct planned planned;
    int option, status;

    while ((option = getopt_long(count, arguments, "h", known, NULL)) != -1) {
        if (option != 'h')
            return usage_show(USAGE);
        fputs(USAGE, stdout);
        return COMMAND_DONE;
    }
    if (optind + 1 != count)
        return usage_refuse("explain", USAGE,
                            optind < count ? "one system at a time" : "which manifest or image?");
    if (!planned_open(&planned, arguments[optind]))
        return COMMAND_BAD_SYSTEM;
    status = explain(&planned);
    planned_close(&planned);
    return status;
}
