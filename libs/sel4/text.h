/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel says, in words. Stands on the C library's printf; linked by who asks. */
#pragma once

#include <stddef.h>
#include <sel4/sel4.h>

/* "out of range". */
const char *sel4_error_text(seL4_Error error);

/* What a thread did, by the fault message that `info` heads and the IPC buffer holds: "wrote to
 * 0x0, which is not its own to do so (syndrome 0x92000046)". */
void sel4_fault_text(char *text, size_t size, seL4_MessageInfo_t info);
