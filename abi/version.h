/* SPDX-License-Identifier: BSD-2-Clause */
/* The release that kernel and tools are of; formats have numbers of their own beside it. */
#ifndef ABI_VERSION_H
#define ABI_VERSION_H

#define BULKHEAD_VERSION "0.4"

#endif
