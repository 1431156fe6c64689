/* SPDX-License-Identifier: BSD-2-Clause */
/* How large kernel objects are, and making many of them at once. Stands on <sel4/sel4.h>. */
#pragma once

#include <stddef.h>
#include <sel4/sel4.h>

/* One object takes 2^bits bytes; 0: there is no such object. `size_bits` as in Untyped_Retype. */
unsigned alloc_object_bits(seL4_Word type, seL4_Word size_bits);

/* Any number of objects from one untyped, into neighbouring slots of the root CNode. After an error
 * some of them may be there. */
seL4_Error alloc_retype(seL4_CPtr untyped, seL4_Word type, seL4_Word size_bits, seL4_CPtr first,
                        size_t count);
