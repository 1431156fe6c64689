/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the checks of a manifest ask of it: who has a name, and which place comes first. A name that
 * could not be read is NULL, and the same as none. Stands on manifest.h.
 */
#ifndef TOOL_MANIFEST_FIND_H
#define TOOL_MANIFEST_FIND_H

#include "tool/manifest/manifest.h"

bool find_is_same(const char *a, const char *b);
bool find_is_before(struct place a, struct place b);

/* NULL: there is none. */
const struct manifest_vm *find_vm(const struct manifest *manifest, const char *name);

/* Whether that is a native component. */
bool find_is_component(const struct manifest *manifest, const char *name);

#endif
