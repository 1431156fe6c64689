/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of libs/fdt share; not for programs. */
#pragma once

#include <libfdt.h>

#include "libs/fdt/devtree.h"

/* What an offset or a length that libfdt answered means. */
enum devtree_result devtree_judge(int node);

/* `count` big-endian cells as one number; false if it has more than 64 bits. */
bool devtree_read_cells(const fdt32_t *cells, int count, uint64_t *value);
