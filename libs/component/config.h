/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Questions to a component's configuration, a device tree blob that the tool made. Stands on libfdt
 * alone (nodes are libfdt's offsets; COMPONENT_CONFIG_ROOT is the top one); writes nothing,
 * allocates nothing. After component_config_check() no question reads outside the blob.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMPONENT_CONFIG_ROOT 0
#define COMPONENT_NO_NODE     (-1)

/* Whether `size` bytes at `config` are a whole, well-formed tree. Ask once, before anything else.
 */
bool component_config_check(const void *config, size_t size);

/* The property is there, whatever it holds. */
bool component_has(const void *config, int node, const char *name);

/* The index-th number of a list of such numbers. False, and `*value` untouched: there is none. */
bool component_u32_at(const void *config, int node, const char *name, unsigned index,
                      uint32_t *value);
bool component_u64_at(const void *config, int node, const char *name, unsigned index,
                      uint64_t *value);
/* The only number of a property that holds exactly one. */
bool component_u32(const void *config, int node, const char *name, uint32_t *value);
bool component_u64(const void *config, int node, const char *name, uint64_t *value);

/* A property's bytes, or NULL. */
const void *component_bytes(const void *config, int node, const char *name, size_t *size);

/* The index-th string of a list, or NULL: there is none, or it has no end. */
const char *component_string_at(const void *config, int node, const char *name, unsigned index);
const char *component_string(const void *config, int node, const char *name);

/* The child of that name, or COMPONENT_NO_NODE. */
int component_child(const void *config, int parent, const char *name);
/* The child with that number as its name: /shared/0, /shared/1. */
int component_child_number(const void *config, int parent, unsigned number);
/* The child after `previous` (COMPONENT_NO_NODE: the first), or COMPONENT_NO_NODE. */
int component_next_child(const void *config, int parent, int previous);
