/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens a plan, whatever it lies in. */
#include "tool/command/planned.h"

#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "tool/command/usage.h"

static bool open_image(struct planned *planned, const char *path)
{
    struct fault fault;

    if (!boot_file_open(&planned->boot, path, &fault)) {
        usage_fail("%s", fault.text);
        return false;
    }
    if (planned->boot.plan == NULL) {
        usage_fail("%s: has no plan: it was not made by 'bulkhead build'", path);
        boot_file_close(&planned->boot);
        return false;
    }
    /* A copy has the alignment that records want. */
    planned->copy = malloc(planned->boot.plan_size);
    if (planned->copy == NULL)
        abort();
    memcpy(planned->copy, planned->boot.plan, planned->boot.plan_size);
    planned->plan = planned->copy;
    planned->plan_size = planned->boot.plan_size;
    if (planned->boot.tree != NULL && planned->boot.tree_size >= sizeof(struct fdt_header) &&
        fdt_check_header(planned->boot.tree) == 0 &&
        fdt_totalsize(planned->boot.tree) <= planned->boot.tree_size)
        planned->tree = planned->boot.tree;
    return true;
}

bool planned_open(struct planned *planned, const char *path)
{
    const struct system_options options = {.manifest = path};

    *planned = (struct planned){.from_image = boot_file_is_image(path)};
    if (planned->from_image)
        return open_image(planned, path);
    if (!system_open(&planned->system, &options))
        return false;
    planned->plan = planned->system.plan.plan.data;
    planned->plan_size = planned->system.plan.plan.size;
    planned->tree = planned->system.board.tree.data;
    return true;
}

void planned_close(struct planned *planned)
{
    if (planned->from_image)
        boot_file_close(&planned->boot);
    else
        system_close(&planned->system);
    free(planned->copy);
}
