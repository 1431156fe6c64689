/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of the real stubs when libraries are tested on the host: the invocations it makes, as
 * functions of the model in fake_kernel.c. */
#pragma once

#include "abi/sel4/bootinfo.h"
#include "libs/sel4/include/sel4/types.h"

seL4_Word seL4_GetMR(int i);
seL4_Error seL4_Untyped_Retype(seL4_CPtr service, seL4_Word type, seL4_Word size_bits,
                               seL4_CNode root, seL4_Word node_index, seL4_Word node_depth,
                               seL4_Word node_offset, seL4_Word num_objects);
seL4_Error seL4_CNode_Delete(seL4_CNode service, seL4_Word index, seL4_Uint8 depth);
seL4_Error seL4_CNode_Revoke(seL4_CNode service, seL4_Word index, seL4_Uint8 depth);
seL4_Error seL4_CNode_Copy(seL4_CNode service, seL4_Word dest_index, seL4_Uint8 dest_depth,
                           seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth,
                           seL4_CapRights_t rights);
seL4_Error seL4_ARM_PageTable_Map(seL4_CPtr service, seL4_CPtr vspace, seL4_Word vaddr,
                                  seL4_ARM_VMAttributes attr);
seL4_Error seL4_ARM_Page_Map(seL4_CPtr service, seL4_CPtr vspace, seL4_Word vaddr,
                             seL4_CapRights_t rights, seL4_ARM_VMAttributes attr);
