/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of untypeds and CNodes. Contract: seL4 manual 10.2 and 10.3. */
#pragma once

#include <sel4/invoke.h>

SEL4_INLINE seL4_Error seL4_Untyped_Retype(seL4_Untyped _service, seL4_Word type,
                                           seL4_Word size_bits, seL4_CNode root,
                                           seL4_Word node_index, seL4_Word node_depth,
                                           seL4_Word node_offset, seL4_Word num_objects)
{
    seL4_SetMR(4, node_offset);
    seL4_SetMR(5, num_objects);
    return sel4_invoke_cap(_service, UntypedRetype, root, 6, type, size_bits, node_index,
                           node_depth);
}

SEL4_INLINE seL4_Error seL4_CNode_Revoke(seL4_CNode _service, seL4_Word index, seL4_Uint8 depth)
{
    return sel4_invoke2(_service, CNodeRevoke, index, depth);
}

SEL4_INLINE seL4_Error seL4_CNode_Delete(seL4_CNode _service, seL4_Word index, seL4_Uint8 depth)
{
    return sel4_invoke2(_service, CNodeDelete, index, depth);
}

SEL4_INLINE seL4_Error seL4_CNode_CancelBadgedSends(seL4_CNode _service, seL4_Word index,
                                                    seL4_Uint8 depth)
{
    return sel4_invoke2(_service, CNodeCancelBadgedSends, index, depth);
}

SEL4_INLINE seL4_Error seL4_CNode_Copy(seL4_CNode _service, seL4_Word dest_index,
                                       seL4_Uint8 dest_depth, seL4_CNode src_root,
                                       seL4_Word src_index, seL4_Uint8 src_depth,
                                       seL4_CapRights_t rights)
{
    seL4_SetMR(4, rights.words[0]);
    return sel4_invoke_cap(_service, CNodeCopy, src_root, 5, dest_index, dest_depth, src_index,
                           src_depth);
}

SEL4_INLINE seL4_Error seL4_CNode_Mint(seL4_CNode _service, seL4_Word dest_index,
                                       seL4_Uint8 dest_depth, seL4_CNode src_root,
                                       seL4_Word src_index, seL4_Uint8 src_depth,
                                       seL4_CapRights_t rights, seL4_Word badge)
{
    seL4_SetMR(4, rights.words[0]);
    seL4_SetMR(5, badge);
    return sel4_invoke_cap(_service, CNodeMint, src_root, 6, dest_index, dest_depth, src_index,
                           src_depth);
}

SEL4_INLINE seL4_Error seL4_CNode_Move(seL4_CNode _service, seL4_Word dest_index,
                                       seL4_Uint8 dest_depth, seL4_CNode src_root,
                                       seL4_Word src_index, seL4_Uint8 src_depth)
{
    return sel4_invoke_cap(_service, CNodeMove, src_root, 4, dest_index, dest_depth, src_index,
                           src_depth);
}

SEL4_INLINE seL4_Error seL4_CNode_Mutate(seL4_CNode _service, seL4_Word dest_index,
                                         seL4_Uint8 dest_depth, seL4_CNode src_root,
                                         seL4_Word src_index, seL4_Uint8 src_depth, seL4_Word badge)
{
    seL4_SetMR(4, badge);
    return sel4_invoke_cap(_service, CNodeMutate, src_root, 5, dest_index, dest_depth, src_index,
                           src_depth);
}

SEL4_INLINE seL4_Error seL4_CNode_Rotate(seL4_CNode _service, seL4_Word dest_index,
                                         seL4_Uint8 dest_depth, seL4_Word dest_badge,
                                         seL4_CNode pivot_root, seL4_Word pivot_index,
                                         seL4_Uint8 pivot_depth, seL4_Word pivot_badge,
                                         seL4_CNode src_root, seL4_Word src_index,
                                         seL4_Uint8 src_depth)
{
    seL4_SetCap(0, pivot_root);
    seL4_SetCap(1, src_root);
    seL4_SetMR(4, pivot_depth);
    seL4_SetMR(5, pivot_badge);
    seL4_SetMR(6, src_index);
    seL4_SetMR(7, src_depth);
    return sel4_invoke(_service, CNodeRotate, 2, 8, dest_index, dest_depth, dest_badge,
                       pivot_index);
}
