/* SPDX-License-Identifier: BSD-2-Clause */
/* Fault messages and their replies (kernel/ipc/fault.h). */
#include "kernel/ipc/fault.h"
#include "abi/sel4/errors.h"
#include "kernel/ipc/registers.h"
#include "kernel/ipc/rich.h"
#include "kernel/lib/print.h"

#define FAULT_WORD_MAX 16

/* The registers in the message of an unknown system call, and in its answer: there, where it would
 * have gone on is overruled by where it trapped. Those of other faults have the usual order. */
static const uint8_t unknown_syscall_order[seL4_UnknownSyscall_Syscall] = {
    REGISTER_X0,     REGISTER_X0 + 1, REGISTER_X0 + 2,  REGISTER_X0 + 3,
    REGISTER_X0 + 4, REGISTER_X0 + 5, REGISTER_X0 + 6,  REGISTER_X0 + 7,
    REGISTER_PC,     REGISTER_SP,     REGISTER_NEXT_PC, REGISTER_SPSR,
};

static unsigned register_at(unsigned word, const uint8_t *order)
{
    return order == NULL ? word : order[word];
}

/* The first `count` words, which are registers, and the fault's code behind them. */
static void write_registers(const struct thread *thread, uint64_t *words, unsigned count,
                            const uint8_t *order)
{
    for (unsigned i = 0; i < count; i++) {
        words[i] = registers_get(thread, register_at(i, order));
    }
    words[count] = thread->fault.code;
}

static unsigned write_cap_fault(const struct thread *thread, uint64_t *words)
{
    const struct fault *fault = &thread->fault;
    words[seL4_CapFault_IP] = thread->registers.restart_pc;
    words[seL4_CapFault_Addr] = fault->address;
    words[seL4_CapFault_InRecvPhase] = fault->receive_phase;
    words[seL4_CapFault_LookupFailureType] = fault->lookup.type;
    words[seL4_CapFault_BitsLeft] = fault->lookup.bits_left;
    words[seL4_CapFault_DepthMismatch_BitsFound] = fault->lookup.found;
    words[seL4_CapFault_GuardMismatch_BitsFound] = fault->lookup.guard_size;
    /* Each type has one detail more than the one before it; the first has none. */
    return seL4_CapFault_BitsLeft + (unsigned)(fault->lookup.type - seL4_InvalidRoot);
}

static unsigned write_timeout(const struct thread *thread, uint64_t *words)
{
    struct sched_context *context = thread->sched_context;
    words[seL4_Timeout_Data] = thread->fault.code;
    if (context == NULL) {
        return 1;
    }
    words[seL4_Timeout_Consumed] = timer_ticks_to_us(context->consumed);
    context->consumed = 0;
    return seL4_Timeout_Length;
}

static unsigned write_vm_fault(const struct thread *thread, uint64_t *words)
{
    const struct fault *fault = &thread->fault;
    words[seL4_VMFault_IP] = thread->registers.restart_pc;
    words[seL4_VMFault_Addr] = fault->address;
    words[seL4_VMFault_PrefetchFault] = fault->prefetch;
    words[seL4_VMFault_FSR] = fault->code;
    if (fault->answer != 0) {
        words[RICH_VM_FAULT_VALUE] = rich_look(thread, fault->code).words[0];
    }
    return seL4_VMFault_Length;
}

static unsigned write_vcpu_fault(const struct thread *thread, uint64_t *words)
{
    words[seL4_VCPUFault_HSR] = thread->fault.code;
    if (thread->fault.answer == 0) {
        return seL4_VCPUFault_Length;
    }
    struct rich_exit exit = rich_look(thread, thread->fault.code);
    words[RICH_VCPU_FAULT_IP] = thread->registers.restart_pc;
    words[RICH_VCPU_FAULT_VALUE] = exit.words[0];
    words[RICH_VCPU_FAULT_SECOND] = exit.words[1];
    return RICH_VCPU_FAULT_LENGTH;
}

/* The words of the pending fault; returns how many. */
static unsigned write_words(const struct thread *thread, uint64_t *words)
{
    const struct fault *fault = &thread->fault;
    switch (fault->type) {
    case FAULT_CAP:
        return write_cap_fault(thread, words);
    case FAULT_UNKNOWN_SYSCALL:
        write_registers(thread, words, seL4_UnknownSyscall_Syscall, unknown_syscall_order);
        return seL4_UnknownSyscall_Length;
    case FAULT_USER_EXCEPTION:
        write_registers(thread, words, seL4_UserException_Number, NULL);
        words[seL4_UserException_Code] = 0;
        return seL4_UserException_Length;
    case FAULT_TIMEOUT:
        return write_timeout(thread, words);
    case FAULT_VM:
        return write_vm_fault(thread, words);
    case FAULT_VCPU:
        return write_vcpu_fault(thread, words);
    case FAULT_VGIC_MAINTENANCE:
    case FAULT_VPPI:
        words[0] = fault->code;
        return 1;
    default:
        return 0;
    }
}

void fault_write_message(const struct thread *from, struct thread *to, uint64_t badge)
{
    uint64_t words[FAULT_WORD_MAX];
    unsigned count = write_words(from, words);
    message_write(to, badge, from->fault.type, words, count);
}

/* ---- replies ---- */

/* Sets registers to the first `most` words of the answer; whether the thread is to run again. */
static bool apply_registers(const struct thread *handler, struct thread *thread, unsigned most,
                            const uint8_t *order)
{
    uint64_t words[seL4_TimeoutReply_Length];
    unsigned count = message_read(handler, words, most);
    for (unsigned i = 0; i < count; i++) {
        registers_set(thread, register_at(i, order), words[i]);
    }
    return seL4_MessageInfo_get_label(message_info(handler)) == 0;
}

static void apply_rich(const struct thread *handler, struct thread *thread)
{
    uint64_t words[RICH_REPLY_LENGTH];
    unsigned count = message_read(handler, words, RICH_REPLY_LENGTH);
    if (count != 0) {
        rich_apply(thread, thread->fault.answer, count, words[0], words[1]);
    }
}

bool fault_apply_reply(const struct thread *handler, struct thread *thread)
{
    switch (thread->fault.type) {
    case FAULT_UNKNOWN_SYSCALL:
        return apply_registers(handler, thread, seL4_UnknownSyscall_Syscall, unknown_syscall_order);
    case FAULT_USER_EXCEPTION:
        return apply_registers(handler, thread, seL4_UserException_Number, NULL);
    case FAULT_TIMEOUT:
        return apply_registers(handler, thread, seL4_TimeoutReply_Length, NULL);
    default:
        if (thread->fault.answer != 0) {
            apply_rich(handler, thread);
        }
        return true;
    }
}

/* ---- raising ---- */

static void send_to(struct thread *thread, struct cap handler, bool lend)
{
    endpoint_send(cap_object(handler), thread,
                  (struct endpoint_send){.blocking = true,
                                         .call = true,
                                         .grant = cap_has_rights(handler, RIGHT_GRANT),
                                         .grant_reply = true,
                                         .donate = lend && thread->sched_context != NULL,
                                         .badge = cap_badge(handler)});
}

static void report_unhandled(const struct thread *thread)
{
    if (BUILD_DEBUG) {
        print("kernel: thread '%s' stopped: fault %u at 0x%lx, address 0x%lx, code 0x%lx, and no "
              "handler\n",
              thread->name, (unsigned)thread->fault.type, thread->registers.restart_pc,
              thread->fault.address, thread->fault.code);
    }
}

void fault_raise(struct thread *thread, struct fault fault)
{
    struct cap handler = thread->slots[THREAD_SLOT_FAULT_HANDLER].cap;
    thread->fault = fault;
    if (cap_is_callable(handler)) {
        send_to(thread, handler, true);
    } else {
        report_unhandled(thread);
        thread->fault.type = FAULT_NONE;
        sched_stop(thread);
        thread->state = THREAD_INACTIVE;
    }
}

bool fault_raise_timeout(struct thread *thread)
{
    struct cap handler = thread->slots[THREAD_SLOT_TIMEOUT_HANDLER].cap;
    if (!cap_is_callable(handler)) {
        return false;
    }
    thread->fault = (struct fault){.type = FAULT_TIMEOUT, .code = thread->sched_context->badge};
    sched_stop(thread);
    send_to(thread, handler, false);
    return true;
}
