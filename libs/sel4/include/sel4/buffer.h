/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calling thread's IPC buffer.
 *
 * The kernel carries MR0 to MR3 in registers and never touches their words in the buffer; the
 * calls without "WithMRs" and the error path of invocations keep those words in step here.
 */
#pragma once

#include <sel4/types.h>

/* Set once per thread, by whoever starts it, before its first call that needs the buffer. */
extern __thread seL4_IPCBuffer *__sel4_ipc_buffer;

SEL4_INLINE void seL4_SetIPCBuffer(seL4_IPCBuffer *ipc_buffer)
{
    __sel4_ipc_buffer = ipc_buffer;
}

SEL4_INLINE seL4_IPCBuffer *seL4_GetIPCBuffer(void)
{
    return __sel4_ipc_buffer;
}

SEL4_INLINE seL4_MessageInfo_t seL4_GetTag(void)
{
    return seL4_GetIPCBuffer()->tag;
}

SEL4_INLINE void seL4_SetTag(seL4_MessageInfo_t tag)
{
    seL4_GetIPCBuffer()->tag = tag;
}

SEL4_INLINE seL4_Word seL4_GetMR(int i)
{
    return seL4_GetIPCBuffer()->msg[i];
}

SEL4_INLINE void seL4_SetMR(int i, seL4_Word mr)
{
    seL4_GetIPCBuffer()->msg[i] = mr;
}

SEL4_INLINE seL4_Word seL4_GetUserData(void)
{
    return seL4_GetIPCBuffer()->userData;
}

SEL4_INLINE void seL4_SetUserData(seL4_Word data)
{
    seL4_GetIPCBuffer()->userData = data;
}

SEL4_INLINE seL4_Word seL4_GetBadge(int i)
{
    return seL4_GetIPCBuffer()->caps_or_badges[i];
}

SEL4_INLINE seL4_CPtr seL4_GetCap(int i)
{
    return (seL4_CPtr)seL4_GetIPCBuffer()->caps_or_badges[i];
}

SEL4_INLINE void seL4_SetCap(int i, seL4_CPtr cptr)
{
    seL4_GetIPCBuffer()->caps_or_badges[i] = (seL4_Word)cptr;
}

SEL4_INLINE void seL4_GetCapReceivePath(seL4_CPtr *cnode, seL4_CPtr *index, seL4_Word *depth)
{
    seL4_IPCBuffer *buffer = seL4_GetIPCBuffer();

    if (cnode != NULL)
        *cnode = buffer->receiveCNode;
    if (index != NULL)
        *index = buffer->receiveIndex;
    if (depth != NULL)
        *depth = buffer->receiveDepth;
}

SEL4_INLINE void seL4_SetCapReceivePath(seL4_CPtr cnode, seL4_CPtr index, seL4_Word depth)
{
    seL4_IPCBuffer *buffer = seL4_GetIPCBuffer();

    buffer->receiveCNode = cnode;
    buffer->receiveIndex = index;
    buffer->receiveDepth = depth;
}
