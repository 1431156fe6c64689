/* SPDX-License-Identifier: BSD-2-Clause */
/* bulkhead audit: what components share, and where information could flow. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tool/command/planned.h"
#include "tool/command/usage.h"
#include "tool/manifest/nearest.h"
#include "tool/show/audit.h"

#define USAGE                                                                              \
    "usage: bulkhead audit MANIFEST|IMAGE [--json] [--forbid A:B]... [--strict]\n"         \
    "  --json        the report for programs\n"                                            \
    "  --forbid A:B  status 1 if information could flow between A and B, either way,\n"    \
    "                directly or through others than the console and init\n"               \
    "  --strict      through the console and init, too\n"                                  \
    "The report is made from the plan that goes into the image: docs/audit.md tells how\n" \
    "to read it.\n"

#define RULES_MAX 256

struct audit_options {
    const char *path;
    char *forbidden[RULES_MAX];
    size_t forbidden_count;
    bool strict, json, help;
};

static bool parse(struct audit_options *options, int count, char **arguments)
{
    static const struct option known[] = {
        {"json", no_argument, NULL, 'j'},
        {"forbid", required_argument, NULL, 'f'},
        {"strict", no_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(count, arguments, "h", known, NULL)) != -1) {
        if (option == 'j')
            options->json = true;
        else if (option == 's')
            options->strict = true;
        else if (option == 'h')
            options->help = true;
        else if (option == 'f' && options->forbidden_count < RULES_MAX)
            options->forbidden[options->forbidden_count++] = optarg;
        else if (option == 'f')
            return usage_refuse("audit", USAGE, "more than %d times --forbid", RULES_MAX) == 0;
        else
            return usage_show(USAGE) == 0;
    }
    if (!options->help && optind + 1 != count)
        return usage_refuse("audit", USAGE,
                            optind < count ? "one system at a time" : "which manifest or image?") ==
               0;
    options->path = arguments[optind];
    return true;
}

static bool find_component(const struct audit *audit, const char *name, uint32_t *component)
{
    struct nearest nearest = {.text = name};

    if (audit_find(audit, name, component))
        return true;
    for (uint32_t i = 0; i < audit->view.count[PLAN_COMPONENTS]; i++)
        nearest_offer(&nearest, view_name(&audit->view, i));
    if (nearest.word != NULL)
        usage_refuse("audit", "", "--forbid: there is no '%s': did you mean '%s'?", name,
                     nearest.word);
    else
        usage_refuse("audit", "", "--forbid: there is no '%s' in this system", name);
    return false;
}

static bool make_rule(const struct audit *audit, char *text, struct audit_rule *rule)
{
    char *colon = strchr(text, ':');

    if (colon == NULL) {
        usage_refuse("audit", "", "--forbid wants two names, A:B, not '%s'", text);
        return false;
    }
    *colon = '\0';
    if (!find_component(audit, text, &rule->one) || !find_component(audit, colon + 1, &rule->other))
        return false;
    if (rule->one != rule->other)
        return true;
    usage_refuse("audit", "", "--forbid: '%s' cannot be kept apart from itself", text);
    return false;
}

static int report(struct audit_options *options, const struct audit *audit)
{
    struct audit_rule rules[RULES_MAX];
    const struct audit_question question = {rules, options->forbidden_count, options->strict};
    unsigned broken;

    for (size_t i = 0; i < options->forbidden_count; i++) {
        if (!make_rule(audit, options->forbidden[i], &rules[i]))
            return COMMAND_BAD_USAGE;
    }
    broken = (options->json ? audit_print_json : audit_print)(audit, &question, stdout);
    if (usage_flush() != COMMAND_DONE || broken > 0)
        return COMMAND_BAD_SYSTEM;
    return COMMAND_DONE;
}

int command_audit(int count, char **arguments)
{
    struct audit_options options = {0};
    struct planned planned;
    struct audit audit;
    struct fault fault;
    int status = COMMAND_BAD_SYSTEM;

    if (!parse(&options, count, arguments))
        return COMMAND_BAD_USAGE;
    if (options.help) {
        fputs(USAGE, stdout);
        return COMMAND_DONE;
    }
    if (!planned_open(&planned, options.path))
        return COMMAND_BAD_SYSTEM;
    if (audit_make(&audit, planned.plan, planned.plan_size, planned.tree, &fault)) {
        status = report(&options, &audit);
        audit_release(&audit);
    } else {
        usage_fail("%s", fault.text);
    }
    planned_close(&planned);
    return status;
}
