/* SPDX-License-Identifier: BSD-2-Clause */
/* By name, and by place. */
#include "tool/manifest/find.h"

#include <string.h>

bool find_is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

bool find_is_before(struct place a, struct place b)
{
    return a.line < b.line || (a.line == b.line && a.column < b.column);
}

const struct manifest_vm *find_vm(const struct manifest *manifest, const char *name)
{
    for (size_t i = 0; i < manifest->vm_count; i++) {
        if (find_is_same(manifest->vms[i].name.value, name))
            return &manifest->vms[i];
    }
    return NULL;
}

bool find_is_component(const struct manifest *manifest, const char *name)
{
    for (size_t i = 0; i < manifest->component_count; i++) {
        if (find_is_same(manifest->components[i].name.value, name))
            return true;
    }
    return false;
}
