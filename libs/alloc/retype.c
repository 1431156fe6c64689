/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes of objects, and objects by the hundred. */
#include "libs/alloc/retype.h"

unsigned alloc_object_bits(seL4_Word type, seL4_Word size_bits)
{
    static const uint8_t fixed[seL4_ObjectTypeCount] = {
        [seL4_TCBObject] = seL4_TCBBits,
        [seL4_EndpointObject] = seL4_EndpointBits,
        [seL4_NotificationObject] = seL4_NotificationBits,
        [seL4_ReplyObject] = seL4_ReplyBits,
        [seL4_ARM_HugePageObject] = seL4_HugePageBits,
        [seL4_ARM_VSpaceObject] = seL4_VSpaceBits,
        [seL4_ARM_SmallPageObject] = seL4_PageBits,
        [seL4_ARM_LargePageObject] = seL4_LargePageBits,
        [seL4_ARM_PageTableObject] = seL4_PageTableBits,
        [seL4_ARM_VCPUObject] = seL4_VCPUBits,
    };

    if (type >= seL4_ObjectTypeCount)
        return 0;
    if (fixed[type] != 0)
        return fixed[type];
    if (size_bits > seL4_MaxUntypedBits)
        return 0;
    if (type == seL4_CapTableObject)
        size_bits += seL4_SlotBits;
    if (size_bits < seL4_MinUntypedBits || size_bits > seL4_MaxUntypedBits)
        return 0;
    return (unsigned)size_bits;
}

seL4_Error alloc_retype(seL4_CPtr untyped, seL4_Word type, seL4_Word size_bits, seL4_CPtr first,
                        size_t count)
{
    const size_t most = seL4_RetypeFanOutLimit;
    seL4_Error error = seL4_NoError;

    for (size_t done = 0; done < count && error == seL4_NoError; done += most)
        error = seL4_Untyped_Retype(untyped, type, size_bits, seL4_CapInitThreadCNode, 0, 0,
                                    first + done, count - done < most ? count - done : most);
    return error;
}
