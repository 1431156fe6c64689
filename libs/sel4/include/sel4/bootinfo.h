/* SPDX-License-Identifier: BSD-2-Clause */
/* The page that tells the first thread what it owns. */
#pragma once

#include "abi/sel4/bootinfo.h"

#define SEL4_BOOTINFO_HEADER_NONE 0

/* The first thread's bootinfo, as start-up (libs/rt) found it; NULL in any other program. */
seL4_BootInfo *seL4_GetBootInfo(void);
void seL4_InitBootInfo(seL4_BootInfo *bi);
