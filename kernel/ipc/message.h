/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages: registers, IPC buffers, and the copying of one thread's message to another.
 *
 * A thread's IPC buffer is user memory, read and written through the frame capability in its TCB:
 * what is read from it is read once and is hostile.
 */
#pragma once

#include "abi/sel4/messages.h"
#include "kernel/cap/lookup.h"

/* Registers of a message: badge or capability pointer, information word, first of four MRs. */
#define MESSAGE_REG_BADGE 0
#define MESSAGE_REG_INFO  1
#define MESSAGE_REG_FIRST 2
#define MESSAGE_REG_COUNT 4

/* The thread's buffer, or NULL: none, a device's, or not writable where `write` asks for it. */
seL4_IPCBuffer *message_buffer(const struct thread *thread, bool write);

static inline seL4_MessageInfo_t message_info(const struct thread *thread)
{
    return (seL4_MessageInfo_t){{thread->registers.x[MESSAGE_REG_INFO]}};
}

/* Length of the thread's message: what it claims, cut to what a message can be, and to what is in
 * registers if `*buffer`, where the rest is, has to be NULL. */
unsigned message_open(const struct thread *from, const seL4_IPCBuffer **buffer);

/* Writes the message information and up to `count` words; returns nothing: what does not fit a
 * thread without a buffer is cut off. */
void message_write(struct thread *to, uint64_t badge, uint64_t label, const uint64_t *words,
                   unsigned count);

/* Up to `most` words of the thread's message; returns how many there are. */
unsigned message_read(const struct thread *from, uint64_t *words, unsigned most);

/*
 * Copies the sender's message, or the message of its pending fault, to the receiver. Capabilities
 * travel if `grant`; those naming `endpoint` (may be NULL) arrive as their badge.
 */
void message_transfer(struct thread *from, struct thread *to, uint64_t badge, bool grant,
                      const struct endpoint *endpoint);

/* Finds the slots of the extra capabilities the thread's message names. False: `*pointer` names
 * none. `*count` is 0 without a buffer. */
MUST_USE bool message_extra_caps(struct thread *from, struct slot *slots[seL4_MsgMaxExtraCaps],
                                 unsigned *count, uint64_t *pointer,
                                 struct lookup_failure *failure);
