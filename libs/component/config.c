/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a component's configuration. Stands on libfdt; tests/unit/libs/config.c runs it. */
#include <libfdt.h>
#include <stdio.h>

#include "libs/component/config.h"

bool component_config_check(const void *config, size_t size)
{
    return config != NULL && fdt_check_full(config, size) == 0;
}

const void *component_bytes(const void *config, int node, const char *name, size_t *size)
{
    int length;
    const void *value = fdt_getprop(config, node, name, &length);

    if (value == NULL || length < 0)
        return NULL;
    *size = (size_t)length;
    return value;
}

bool component_has(const void *config, int node, const char *name)
{
    size_t size;

    return component_bytes(config, node, name, &size) != NULL;
}

/* The index-th piece of `width` bytes of a property that holds nothing else, or NULL. */
static const void *number_at(const void *config, int node, const char *name, unsigned index,
                             size_t width)
{
    size_t size;
    const char *value = component_bytes(config, node, name, &size);

    if (value == NULL || size % width != 0 || index >= size / width)
        return NULL;
    return value + index * width;
}

bool component_u32_at(const void *config, int node, const char *name, unsigned index,
                      uint32_t *value)
{
    const void *found = number_at(config, node, name, index, sizeof(*value));

    if (found != NULL)
        *value = fdt32_ld(found);
    return found != NULL;
}

bool component_u64_at(const void *config, int node, const char *name, unsigned index,
                      uint64_t *value)
{
    const void *found = number_at(config, node, name, index, sizeof(*value));

    if (found != NULL)
        *value = fdt64_ld(found);
    return found != NULL;
}

bool component_u32(const void *config, int node, const char *name, uint32_t *value)
{
    size_t size;

    return component_bytes(config, node, name, &size) != NULL && size == sizeof(*value) &&
           component_u32_at(config, node, name, 0, value);
}

bool component_u64(const void *config, int node, const char *name, uint64_t *value)
{
    size_t size;

    return component_bytes(config, node, name, &size) != NULL && size == sizeof(*value) &&
           component_u64_at(config, node, name, 0, value);
}

const char *component_string_at(const void *config, int node, const char *name, unsigned index)
{
    int length;

    return index > INT32_MAX ? NULL : fdt_stringlist_get(config, node, name, (int)index, &length);
}

const char *component_string(const void *config, int node, const char *name)
{
    return component_string_at(config, node, name, 0);
}

int component_child(const void *config, int parent, const char *name)
{
    int node = fdt_subnode_offset(config, parent, name);

    return node < 0 ? COMPONENT_NO_NODE : node;
}

int component_child_number(const void *config, int parent, unsigned number)
{
    char name[12];

    snprintf(name, sizeof(name), "%u", number);
    return component_child(config, parent, name);
}

int component_next_child(const void *config, int parent, int previous)
{
    int node = previous == COMPONENT_NO_NODE ? fdt_first_subnode(config, parent)
                                             : fdt_next_subnode(config, previous);

    return node < 0 ? COMPONENT_NO_NODE : node;
}
