/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls. Two layers: sel4_trap_*() place registers and trap; seL4_*() are libsel4's names.
 *
 *   x0 capability, then badge   x1 message info   x2-x5 MR0-MR3   x6 reply object
 *   x7 system call number       x8 destination, of NBSendRecv alone
 *
 * When a signal instead of a message ends a wait, the kernel writes x0 alone. Calls that only
 * receive therefore start with x1 = 0, so that the message info of a signal reads as empty.
 */
#pragma once

#include "abi/sel4/syscalls.h"
#include <sel4/buffer.h>

/* Sends and forgets. */
SEL4_INLINE void sel4_trap_send(long number, seL4_CPtr dest, seL4_MessageInfo_t info, seL4_Word mr0,
                                seL4_Word mr1, seL4_Word mr2, seL4_Word mr3)
{
    register seL4_Word x0 __asm__("x0") = dest;
    register seL4_Word x1 __asm__("x1") = info.words[0];
    register seL4_Word x2 __asm__("x2") = mr0;
    register seL4_Word x3 __asm__("x3") = mr1;
    register seL4_Word x4 __asm__("x4") = mr2;
    register seL4_Word x5 __asm__("x5") = mr3;
    register seL4_Word x7 __asm__("x7") = (seL4_Word)number;

    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x7)
                     : "memory");
}

/* Sends nothing but the fact: a signal, or an empty message. */
SEL4_INLINE void sel4_trap_send_null(long number, seL4_CPtr dest, seL4_Word info)
{
    register seL4_Word x0 __asm__("x0") = dest;
    register seL4_Word x1 __asm__("x1") = info;
    register seL4_Word x7 __asm__("x7") = (seL4_Word)number;

    __asm__ volatile("svc #0" : "+r"(x0), "+r"(x1) : "r"(x7) : "memory");
}

/* Receives only. `reply` is ignored by Wait and NBWait. */
SEL4_INLINE seL4_MessageInfo_t sel4_trap_recv(long number, seL4_CPtr src, seL4_Word *badge,
                                              seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2,
                                              seL4_Word *mr3, seL4_CPtr reply)
{
    register seL4_Word x0 __asm__("x0") = src;
    register seL4_Word x1 __asm__("x1") = 0;
    register seL4_Word x2 __asm__("x2");
    register seL4_Word x3 __asm__("x3");
    register seL4_Word x4 __asm__("x4");
    register seL4_Word x5 __asm__("x5");
    register seL4_Word x6 __asm__("x6") = reply;
    register seL4_Word x7 __asm__("x7") = (seL4_Word)number;

    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "=r"(x2), "=r"(x3), "=r"(x4), "=r"(x5)
                     : "r"(x6), "r"(x7)
                     : "memory");
    *badge = x0;
    *mr0 = x2;
    *mr1 = x3;
    *mr2 = x4;
    *mr3 = x5;
    return (seL4_MessageInfo_t){{x1}};
}

/* Sends, then receives: `first` is x0, `reply` x6 and `dest` x8, as the number's row says. */
SEL4_INLINE seL4_MessageInfo_t sel4_trap_send_recv(long number, seL4_CPtr first,
                                                   seL4_MessageInfo_t info, seL4_Word *badge,
                                                   seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2,
                                                   seL4_Word *mr3, seL4_CPtr reply)
{
    register seL4_Word x0 __asm__("x0") = first;
    register seL4_Word x1 __asm__("x1") = info.words[0];
    register seL4_Word x2 __asm__("x2") = *mr0;
    register seL4_Word x3 __asm__("x3") = *mr1;
    register seL4_Word x4 __asm__("x4") = *mr2;
    register seL4_Word x5 __asm__("x5") = *mr3;
    register seL4_Word x6 __asm__("x6") = reply;
    register seL4_Word x7 __asm__("x7") = (seL4_Word)number;

    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x6), "r"(x7)
                     : "memory");
    *badge = x0;
    *mr0 = x2;
    *mr1 = x3;
    *mr2 = x4;
    *mr3 = x5;
    return (seL4_MessageInfo_t){{x1}};
}

SEL4_INLINE seL4_MessageInfo_t sel4_trap_nbsendrecv(seL4_CPtr src, seL4_MessageInfo_t info,
                                                    seL4_Word *badge, seL4_Word *mr0,
                                                    seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3,
                                                    seL4_CPtr reply, seL4_CPtr dest)
{
    register seL4_Word x0 __asm__("x0") = src;
    register seL4_Word x1 __asm__("x1") = info.words[0];
    register seL4_Word x2 __asm__("x2") = *mr0;
    register seL4_Word x3 __asm__("x3") = *mr1;
    register seL4_Word x4 __asm__("x4") = *mr2;
    register seL4_Word x5 __asm__("x5") = *mr3;
    register seL4_Word x6 __asm__("x6") = reply;
    register seL4_Word x7 __asm__("x7") = (seL4_Word)seL4_SysNBSendRecv;
    register seL4_Word x8 __asm__("x8") = dest;

    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x6), "r"(x7), "r"(x8)
                     : "memory");
    *badge = x0;
    *mr0 = x2;
    *mr1 = x3;
    *mr2 = x4;
    *mr3 = x5;
    return (seL4_MessageInfo_t){{x1}};
}

/* MR0 to MR3 out of and into a caller's optional places. */
SEL4_INLINE seL4_Word sel4_load_mr(const seL4_Word *mr)
{
    return mr != NULL ? *mr : 0;
}

SEL4_INLINE void sel4_store_mr(seL4_Word *place, seL4_Word value)
{
    if (place != NULL)
        *place = value;
}

SEL4_INLINE void sel4_buffer_put(seL4_Word mr0, seL4_Word mr1, seL4_Word mr2, seL4_Word mr3)
{
    seL4_IPCBuffer *buffer = seL4_GetIPCBuffer();

    buffer->msg[0] = mr0;
    buffer->msg[1] = mr1;
    buffer->msg[2] = mr2;
    buffer->msg[3] = mr3;
}

SEL4_INLINE void seL4_SendWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo, seL4_Word *mr0,
                                  seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3)
{
    sel4_trap_send(seL4_SysSend, dest, msgInfo, sel4_load_mr(mr0), sel4_load_mr(mr1),
                   sel4_load_mr(mr2), sel4_load_mr(mr3));
}

SEL4_INLINE void seL4_NBSendWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo, seL4_Word *mr0,
                                    seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3)
{
    sel4_trap_send(seL4_SysNBSend, dest, msgInfo, sel4_load_mr(mr0), sel4_load_mr(mr1),
                   sel4_load_mr(mr2), sel4_load_mr(mr3));
}

SEL4_INLINE void seL4_Send(seL4_CPtr dest, seL4_MessageInfo_t msgInfo)
{
    const seL4_Word *mr = seL4_GetIPCBuffer()->msg;

    sel4_trap_send(seL4_SysSend, dest, msgInfo, mr[0], mr[1], mr[2], mr[3]);
}

SEL4_INLINE void seL4_NBSend(seL4_CPtr dest, seL4_MessageInfo_t msgInfo)
{
    const seL4_Word *mr = seL4_GetIPCBuffer()->msg;

    sel4_trap_send(seL4_SysNBSend, dest, msgInfo, mr[0], mr[1], mr[2], mr[3]);
}

SEL4_INLINE void seL4_Signal(seL4_CPtr dest)
{
    sel4_trap_send_null(seL4_SysSend, dest, 0);
}

SEL4_INLINE void seL4_Yield(void)
{
    register seL4_Word x7 __asm__("x7") = (seL4_Word)seL4_SysYield;

    __asm__ volatile("svc #0" : : "r"(x7) : "memory");
}

SEL4_INLINE seL4_MessageInfo_t sel4_recv_mrs(long number, seL4_CPtr src, seL4_Word *sender,
                                             seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2,
                                             seL4_Word *mr3, seL4_CPtr reply)
{
    seL4_Word badge, m0, m1, m2, m3;
    seL4_MessageInfo_t info = sel4_trap_recv(number, src, &badge, &m0, &m1, &m2, &m3, reply);

    sel4_store_mr(sender, badge);
    sel4_store_mr(mr0, m0);
    sel4_store_mr(mr1, m1);
    sel4_store_mr(mr2, m2);
    sel4_store_mr(mr3, m3);
    return info;
}

SEL4_INLINE seL4_MessageInfo_t sel4_recv_buffer(long number, seL4_CPtr src, seL4_Word *sender,
                                                seL4_CPtr reply)
{
    seL4_Word badge, m0, m1, m2, m3;
    seL4_MessageInfo_t info = sel4_trap_recv(number, src, &badge, &m0, &m1, &m2, &m3, reply);

    sel4_store_mr(sender, badge);
    sel4_buffer_put(m0, m1, m2, m3);
    return info;
}

SEL4_INLINE seL4_MessageInfo_t seL4_RecvWithMRs(seL4_CPtr src, seL4_Word *sender, seL4_Word *mr0,
                                                seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3,
                                                seL4_CPtr reply)
{
    return sel4_recv_mrs(seL4_SysRecv, src, sender, mr0, mr1, mr2, mr3, reply);
}

SEL4_INLINE seL4_MessageInfo_t seL4_NBRecvWithMRs(seL4_CPtr src, seL4_Word *sender, seL4_Word *mr0,
                                                  seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3,
                                                  seL4_CPtr reply)
{
    return sel4_recv_mrs(seL4_SysNBRecv, src, sender, mr0, mr1, mr2, mr3, reply);
}

SEL4_INLINE seL4_MessageInfo_t seL4_WaitWithMRs(seL4_CPtr src, seL4_Word *sender, seL4_Word *mr0,
                                                seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3)
{
    return sel4_recv_mrs(seL4_SysWait, src, sender, mr0, mr1, mr2, mr3, 0);
}

SEL4_INLINE seL4_MessageInfo_t seL4_NBWaitWithMRs(seL4_CPtr src, seL4_Word *sender, seL4_Word *mr0,
                                                  seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3)
{
    return sel4_recv_mrs(seL4_SysNBWait, src, sender, mr0, mr1, mr2, mr3, 0);
}

SEL4_INLINE seL4_MessageInfo_t seL4_Recv(seL4_CPtr src, seL4_Word *sender, seL4_CPtr reply)
{
    return sel4_recv_buffer(seL4_SysRecv, src, sender, reply);
}

SEL4_INLINE seL4_MessageInfo_t seL4_NBRecv(seL4_CPtr src, seL4_Word *sender, seL4_CPtr reply)
{
    return sel4_recv_buffer(seL4_SysNBRecv, src, sender, reply);
}

SEL4_INLINE seL4_MessageInfo_t seL4_Wait(seL4_CPtr src, seL4_Word *sender)
{
    return sel4_recv_buffer(seL4_SysWait, src, sender, 0);
}

SEL4_INLINE seL4_MessageInfo_t seL4_NBWait(seL4_CPtr src, seL4_Word *sender)
{
    return sel4_recv_buffer(seL4_SysNBWait, src, sender, 0);
}

SEL4_INLINE seL4_MessageInfo_t seL4_Poll(seL4_CPtr src, seL4_Word *sender)
{
    return seL4_NBWait(src, sender);
}

SEL4_INLINE seL4_MessageInfo_t sel4_send_recv_mrs(long number, seL4_CPtr first,
                                                  seL4_MessageInfo_t msgInfo, seL4_Word *sender,
                                                  seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2,
                                                  seL4_Word *mr3, seL4_CPtr reply)
{
    seL4_Word badge;
    seL4_Word m0 = sel4_load_mr(mr0), m1 = sel4_load_mr(mr1);
    seL4_Word m2 = sel4_load_mr(mr2), m3 = sel4_load_mr(mr3);
    seL4_MessageInfo_t info = sel4_trap_send_recv(number, first, msgInfo, &badge, &m0, &m1, &m2,
                                                  &m3, reply);

    sel4_store_mr(sender, badge);
    sel4_store_mr(mr0, m0);
    sel4_store_mr(mr1, m1);
    sel4_store_mr(mr2, m2);
    sel4_store_mr(mr3, m3);
    return info;
}

SEL4_INLINE seL4_MessageInfo_t sel4_send_recv_buffer(long number, seL4_CPtr first,
                                                     seL4_MessageInfo_t msgInfo, seL4_Word *sender,
                                                     seL4_CPtr reply)
{
    const seL4_Word *mr = seL4_GetIPCBuffer()->msg;
    seL4_Word badge, m0 = mr[0], m1 = mr[1], m2 = mr[2], m3 = mr[3];
    seL4_MessageInfo_t info = sel4_trap_send_recv(number, first, msgInfo, &badge, &m0, &m1, &m2,
                                                  &m3, reply);

    sel4_store_mr(sender, badge);
    sel4_buffer_put(m0, m1, m2, m3);
    return info;
}

SEL4_INLINE seL4_MessageInfo_t seL4_CallWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                                seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2,
                                                seL4_Word *mr3)
{
    return sel4_send_recv_mrs(seL4_SysCall, dest, msgInfo, NULL, mr0, mr1, mr2, mr3, 0);
}

SEL4_INLINE seL4_MessageInfo_t seL4_Call(seL4_CPtr dest, seL4_MessageInfo_t msgInfo)
{
    return sel4_send_recv_buffer(seL4_SysCall, dest, msgInfo, NULL, 0);
}

SEL4_INLINE seL4_MessageInfo_t seL4_ReplyRecvWithMRs(seL4_CPtr src, seL4_MessageInfo_t msgInfo,
                                                     seL4_Word *sender, seL4_Word *mr0,
                                                     seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3,
                                                     seL4_CPtr reply)
{
    return sel4_send_recv_mrs(seL4_SysReplyRecv, src, msgInfo, sender, mr0, mr1, mr2, mr3, reply);
}

SEL4_INLINE seL4_MessageInfo_t seL4_ReplyRecv(seL4_CPtr src, seL4_MessageInfo_t msgInfo,
                                              seL4_Word *sender, seL4_CPtr reply)
{
    return sel4_send_recv_buffer(seL4_SysReplyRecv, src, msgInfo, sender, reply);
}

SEL4_INLINE seL4_MessageInfo_t seL4_NBSendWaitWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                                      seL4_CPtr src, seL4_Word *sender,
                                                      seL4_Word *mr0, seL4_Word *mr1,
                                                      seL4_Word *mr2, seL4_Word *mr3)
{
    return sel4_send_recv_mrs(seL4_SysNBSendWait, src, msgInfo, sender, mr0, mr1, mr2, mr3, dest);
}

SEL4_INLINE seL4_MessageInfo_t seL4_NBSendWait(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                               seL4_CPtr src, seL4_Word *sender)
{
    return sel4_send_recv_buffer(seL4_SysNBSendWait, src, msgInfo, sender, dest);
}

SEL4_INLINE seL4_MessageInfo_t seL4_NBSendRecvWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                                      seL4_CPtr src, seL4_Word *sender,
                                                      seL4_Word *mr0, seL4_Word *mr1,
                                                      seL4_Word *mr2, seL4_Word *mr3,
                                                      seL4_CPtr reply)
{
    seL4_Word badge;
    seL4_Word m0 = sel4_load_mr(mr0), m1 = sel4_load_mr(mr1);
    seL4_Word m2 = sel4_load_mr(mr2), m3 = sel4_load_mr(mr3);
    seL4_MessageInfo_t info = sel4_trap_nbsendrecv(src, msgInfo, &badge, &m0, &m1, &m2, &m3, reply,
                                                   dest);

    sel4_store_mr(sender, badge);
    sel4_store_mr(mr0, m0);
    sel4_store_mr(mr1, m1);
    sel4_store_mr(mr2, m2);
    sel4_store_mr(mr3, m3);
    return info;
}

SEL4_INLINE seL4_MessageInfo_t seL4_NBSendRecv(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                               seL4_CPtr src, seL4_Word *sender, seL4_CPtr reply)
{
    const seL4_Word *mr = seL4_GetIPCBuffer()->msg;
    seL4_Word badge, m0 = mr[0], m1 = mr[1], m2 = mr[2], m3 = mr[3];
    seL4_MessageInfo_t info = sel4_trap_nbsendrecv(src, msgInfo, &badge, &m0, &m1, &m2, &m3, reply,
                                                   dest);

    sel4_store_mr(sender, badge);
    sel4_buffer_put(m0, m1, m2, m3);
    return info;
}
