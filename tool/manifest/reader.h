/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A YAML tree read into structs, as the schema says. Stands on libyaml, document, values, schema.
 */
#ifndef TOOL_MANIFEST_READER_H
#define TOOL_MANIFEST_READER_H

#include <yaml.h>

#include "tool/manifest/values.h"

/* Reads a mapping into the struct at `base`, zeroed before; what is not written gets its default.
 * What is wrong is complained of, and reading goes on. */
void reader_read(struct reader *reader, yaml_document_t *document, const struct mapping *mapping,
                 void *base);

#endif
