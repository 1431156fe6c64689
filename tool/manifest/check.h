/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parts of a manifest must be to each other, and defaults that follow from other parts.
 * Stands on manifest.h.
 */
#ifndef TOOL_MANIFEST_CHECK_H
#define TOOL_MANIFEST_CHECK_H

#include "tool/manifest/complaints.h"

/* `lost`: some VMs, components or shared memory could not be read, and what seems to lack may be
 * among them. */
void manifest_check(struct manifest *manifest, bool lost, struct complaints *complaints);

/* The part of it that is about addresses and interrupts of guests, and addresses of components.
 * (map.c) */
void manifest_check_map(const struct manifest *manifest, struct complaints *complaints);

#endif
