/* SPDX-License-Identifier: BSD-2-Clause */
/* Message copying of kernel/ipc/message.h. */
#include "kernel/ipc/message.h"
#include "kernel/cap/derive.h"
#include "kernel/ipc/fault.h"

seL4_IPCBuffer *message_buffer(const struct thread *thread, bool write)
{
    struct cap frame = thread->slots[THREAD_SLOT_BUFFER].cap;
    uint64_t rights = write ? RIGHT_READ | RIGHT_WRITE : RIGHT_READ;
    if (thread->buffer_address == 0 || cap_type(frame) != CAP_FRAME || cap_is_device(frame) ||
        !cap_has_rights(frame, rights)) {
        return NULL;
    }
    uint64_t offset = thread->buffer_address & bits_mask(stage2_level_bits(cap_frame_size(frame)));
    return (seL4_IPCBuffer *)((uint8_t *)cap_object(frame) + offset);
}

unsigned message_open(const struct thread *from, const seL4_IPCBuffer **buffer)
{
    uint64_t length = min_u64(seL4_MessageInfo_get_length(message_info(from)), seL4_MsgMaxLength);
    *buffer = length > MESSAGE_REG_COUNT ? message_buffer(from, false) : NULL;
    return (unsigned)(*buffer == NULL ? min_u64(length, MESSAGE_REG_COUNT) : length);
}

void message_write(struct thread *to, uint64_t badge, uint64_t label, const uint64_t *words,
                   unsigned count)
{
    seL4_IPCBuffer *buffer = count > MESSAGE_REG_COUNT ? message_buffer(to, true) : NULL;
    unsigned fits = buffer == NULL && count > MESSAGE_REG_COUNT ? MESSAGE_REG_COUNT : count;
    for (unsigned i = 0; i < fits; i++) {
        if (i < MESSAGE_REG_COUNT) {
            to->registers.x[MESSAGE_REG_FIRST + i] = words[i];
        } else {
            buffer->msg[i] = words[i];
        }
    }
    to->registers.x[MESSAGE_REG_BADGE] = badge;
    to->registers.x[MESSAGE_REG_INFO] = seL4_MessageInfo_new(label, 0, 0, fits).words[0];
}

unsigned message_read(const struct thread *from, uint64_t *words, unsigned most)
{
    const seL4_IPCBuffer *buffer;
    unsigned length = (unsigned)min_u64(message_open(from, &buffer), most);
    for (unsigned i = 0; i < length; i++) {
        words[i] = i < MESSAGE_REG_COUNT ? from->registers.x[MESSAGE_REG_FIRST + i]
                                         : *(volatile const seL4_Word *)&buffer->msg[i];
    }
    return length;
}

bool message_extra_caps(struct thread *from, struct slot *slots[seL4_MsgMaxExtraCaps],
                        unsigned *count, uint64_t *pointer, struct lookup_failure *failure)
{
    unsigned wanted = (unsigned)seL4_MessageInfo_get_extraCaps(message_info(from));
    const seL4_IPCBuffer *buffer = wanted == 0 ? NULL : message_buffer(from, false);
    *count = 0;
    if (buffer == NULL) {
        return true;
    }
    for (unsigned i = 0; i < wanted; i++) {
        *pointer = *(volatile const seL4_Word *)&buffer->caps_or_badges[i];
        if (!lookup_pointer(from, *pointer, &slots[i], failure)) {
            return false;
        }
    }
    *count = wanted;
    return true;
}

/* The empty slot the receiver has set aside for a capability, or NULL. */
static struct slot *receive_slot(struct thread *to, const seL4_IPCBuffer *buffer)
{
    volatile const seL4_IPCBuffer *request = buffer;
    uint64_t depth = request->receiveDepth;
    struct lookup_failure failure;
    struct lookup found;
    struct slot *root;
    if (!lookup_pointer(to, request->receiveCNode, &root, &failure) || depth < 1 || depth > 64 ||
        !lookup_resolve(root->cap, request->receiveIndex, (unsigned)depth, &found, &failure) ||
        found.bits_left != 0 || !cap_is_null(found.slot->cap)) {
        return NULL;
    }
    return found.slot;
}

static bool names_endpoint(struct cap cap, const struct endpoint *endpoint)
{
    return endpoint != NULL && cap_type(cap) == CAP_ENDPOINT && cap_object(cap) == endpoint;
}

/* Hands over the extra capabilities; returns the bits of extraCaps and capsUnwrapped. */
static uint64_t transfer_caps(struct thread *from, struct thread *to,
                              const struct endpoint *endpoint)
{
    struct slot *slots[seL4_MsgMaxExtraCaps];
    struct lookup_failure failure;
    uint64_t pointer, unwrapped = 0;
    unsigned count, done;
    seL4_IPCBuffer *buffer = message_buffer(to, true);
    if (!message_extra_caps(from, slots, &count, &pointer, &failure) || count == 0 ||
        buffer == NULL) {
        return 0;
    }
    struct slot *target = receive_slot(to, buffer);
    for (done = 0; done < count; done++) {
        struct cap copy;
        if (names_endpoint(slots[done]->cap, endpoint)) {
            buffer->caps_or_badges[done] = cap_badge(slots[done]->cap);
            unwrapped |= BIT(done);
            continue;
        }
        if (target == NULL || cap_derive(slots[done], slots[done]->cap, &copy) != seL4_NoError) {
            break;
        }
        cap_insert(slots[done], target, copy);
        target = NULL;
    }
    return seL4_MessageInfo_new(0, unwrapped, done, 0).words[0];
}

static void transfer_words(struct thread *from, struct thread *to, uint64_t badge, bool grant,
                           const struct endpoint *endpoint)
{
    seL4_MessageInfo_t info = message_info(from);
    const seL4_IPCBuffer *source;
    unsigned length = message_open(from, &source);
    unsigned in_registers = (unsigned)min_u64(length, MESSAGE_REG_COUNT);
    for (unsigned i = 0; i < in_registers; i++) {
        to->registers.x[MESSAGE_REG_FIRST + i] = from->registers.x[MESSAGE_REG_FIRST + i];
    }
    if (length > MESSAGE_REG_COUNT) {
        seL4_IPCBuffer *target = message_buffer(to, true);
        if (target == NULL) {
            length = MESSAGE_REG_COUNT;
        }
        for (unsigned i = MESSAGE_REG_COUNT; i < length; i++) {
            target->msg[i] = source->msg[i];
        }
    }
    uint64_t caps = 0;
    if (grant && seL4_MessageInfo_get_extraCaps(info) != 0) {
        caps = transfer_caps(from, to, endpoint);
    }
    uint64_t label = seL4_MessageInfo_get_label(info);
    to->registers.x[MESSAGE_REG_BADGE] = badge;
    to->registers.x[MESSAGE_REG_INFO] = seL4_MessageInfo_new(label, 0, 0, length).words[0] | caps;
}

void message_transfer(struct thread *from, struct thread *to, uint64_t badge, bool grant,
                      const struct endpoint *endpoint)
{
    if (from->fault.type == FAULT_NONE) {
        transfer_words(from, to, badge, grant, endpoint);
    } else {
        fault_write_message(from, to, badge);
    }
}
