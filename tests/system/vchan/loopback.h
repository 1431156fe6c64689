/* SPDX-License-Identifier: BSD-2-Clause */
/* What check.c's parts share: the ends that loopback.dts gives to one Linux. Each part reports its
 * cases. */
#pragma once

#define LEFT       "/dev/vchan/left"
#define RIGHT      "/dev/vchan/right"
#define LEFT_RING  65536
#define RIGHT_RING 4096

/* An address where nothing is. */
static void *const nowhere = (void *)4096;

void check_mappings(void);
void check_ports(void);
