/* SPDX-License-Identifier: BSD-2-Clause */
/* Dispatches fault messages by label, vCPU faults by exception class. */
#include "vmm/machine/exits.h"

#include <string.h>

#include "vmm/arch/access.h"
#include "vmm/arch/decode.h"
#include "vmm/arch/esr.h"
#include "vmm/arch/inject.h"
#include "vmm/arch/sysreg.h"
#include "vmm/arch/walk.h"

/* The smallest page a guest maps: a fault's address is exact within it. */
enum { PAGE_BYTES = 4096 };

static const struct exit_answer exit_resume = {.action = EXIT_RESUME, .reply_words = 0};

static void exits_count(struct exits *exits, enum exit_reason reason)
{
    exits->counts[reason]++;
}

static void exits_inject_undefined(struct exits *exits)
{
    struct inject_state state;
    struct inject_result result;

    vcpu_inject_state(exits->vcpu, &state);
    inject_undefined(&state, &result);
    vcpu_inject(exits->vcpu, &result);
}

/* Nothing answers there, or not to such an access. */
static void exits_inject_abort(struct exits *exits, uint64_t syndrome, ipa_t address, bool fetch)
{
    struct inject_state state;
    struct inject_result result;

    exits_count(exits, EXIT_abort);
    vcpu_inject_state(exits->vcpu, &state);
    if (fetch)
        inject_fetch_abort(&state, syndrome, &result);
    else
        inject_data_abort(&state, syndrome, address.value, &result);
    vcpu_inject(exits->vcpu, &result);
}

/* Carries out a decoded load or store; false if no device takes it. */
static bool exits_access(struct exits *exits, const struct access *access, ipa_t address)
{
    struct bus_access bus_access = {
        .address = address,
        .cpu = exits->cpu,
        .size = access->size,
        .write = access->write,
    };

    if (!bus_has_device(exits->bus, address))
        return false;
    if (access->write)
        bus_access.value = access_truncate(access, vcpu_get(exits->vcpu, access->target));
    if (bus_access_make(exits->bus, &bus_access) != BUS_OK)
        return false;
    if (!access->write)
        vcpu_set(exits->vcpu, access->target, access_extend(access, bus_access.value));
    return true;
}

/* The instruction the guest stands on. A guest may change it meanwhile: whatever it is then, it is
 * the guest's own access. AArch32 has other instructions. */
static bool exits_read_instruction(struct exits *exits, struct decoded *decoded)
{
    struct walk_registers registers;
    uint64_t pc = vcpu_pc(exits->vcpu);
    uint32_t instruction;
    ipa_t address;

    if (vcpu_pstate(exits->vcpu) & SPSR_AARCH32)
        return false;
    vcpu_walk_registers(exits->vcpu, &registers);
    if (!walk_translate(exits->ram, &registers, pc, &address))
        return false;

    const void *view = ram_view(exits->ram, address, sizeof(instruction));
    if (view == NULL)
        return false;
    memcpy(&instruction, view, sizeof(instruction));
    return decode_instruction(instruction, decoded);
}

/* A load or store without a syndrome: the instruction says what it is, the fault which page. False
 * if no device takes it; nothing was done then. */
static bool exits_emulate(struct exits *exits, ipa_t fault)
{
    struct decoded decoded;

    if (!bus_has_device(exits->bus, fault) || !exits_read_instruction(exits, &decoded))
        return false;

    uint64_t base = vcpu_get_base(exits->vcpu, decoded.base);
    uint64_t offset = (base + (uint64_t)decoded.offset) % PAGE_BYTES;
    if (offset % decoded.size != 0 || offset + decoded.count * decoded.size > PAGE_BYTES)
        return false;
    for (unsigned i = 0; i < decoded.count; i++) {
        struct access access = {.size = decoded.size,
                                .target = decoded.targets[i],
                                .write = decoded.write,
                                .sign = decoded.sign,
                                .wide = decoded.wide};
        ipa_t address = IPA(fault.value - fault.value % PAGE_BYTES + offset + i * decoded.size);

        if (!exits_access(exits, &access, address))
            return false;
    }
    if (decoded.writes_back)
        vcpu_set_base(exits->vcpu, decoded.base, base + (uint64_t)decoded.write_back);
    return true;
}

static struct exit_answer exits_psci(enum psci_action action)
{
    switch (action) {
    case PSCI_POWER_OFF:
        return (struct exit_answer){.action = EXIT_POWER_OFF};
    case PSCI_RESET:
        return (struct exit_answer){.action = EXIT_RESET};
    case PSCI_CPU_STOP:
        return (struct exit_answer){.action = EXIT_CPU_OFF};
    default:
        return exit_resume;
    }
}

/* ---- rich exits: the message has what is needed, the answer takes what comes of it ---- */

/* Behind the instruction, with a value for the register it names if it names one. */
static struct exit_answer exits_rich_answer(struct exit_message *message, uint64_t ip,
                                            uint64_t value)
{
    message->words[RICH_REPLY_IP] = ip + 4;
    message->words[RICH_REPLY_VALUE] = value;
    return (struct exit_answer){.action = EXIT_RESUME, .reply_words = RICH_REPLY_LENGTH};
}

/* A load or store of a device that the syndrome describes; false if it is none, with nothing
 * done. */
static inline bool exits_rich_access(struct exits *exits, unsigned cpu,
                                     struct exit_message *message, struct exit_answer *answer)
{
    uint64_t syndrome = message->words[seL4_VMFault_FSR];
    struct access access;

    if (ESR_EC(syndrome) != ESR_EC_DATA_LOWER || !access_decode(syndrome, &access))
        return false;

    struct bus_access bus_access = {
        .address = IPA(message->words[seL4_VMFault_Addr]),
        .cpu = cpu,
        .size = access.size,
        .write = access.write,
        .value = access_truncate(&access, message->words[RICH_VM_FAULT_VALUE]),
    };
    if (bus_access_make(exits->bus, &bus_access) != BUS_OK)
        return false;
    exits_count(exits, EXIT_mmio);
    *answer = exits_rich_answer(message, message->words[seL4_VMFault_IP],
                                access_extend(&access, bus_access.value));
    return true;
}

/* Calls, and system registers that read as zero; false if it is neither, with nothing done. */
static inline bool exits_rich_trap(struct exits *exits, struct exit_message *message,
                                   struct exit_answer *answer)
{
    uint64_t syndrome = message->words[seL4_VCPUFault_HSR];
    uint64_t ip = message->words[RICH_VCPU_FAULT_IP];
    uint64_t result = PSCI_NOT_SUPPORTED;
    enum psci_action action = PSCI_RETURN;

    switch (ESR_EC(syndrome)) {
    case ESR_EC_SMC64:
    case ESR_EC_HVC64:
        if ((syndrome & 0xffff) == 0)
            action = psci_call(message->words[RICH_VCPU_FAULT_VALUE],
                               message->words[RICH_VCPU_FAULT_SECOND], &result);
        if (action == PSCI_CPU_CALL)
            return false;
        exits_count(exits, ESR_EC(syndrome) == ESR_EC_SMC64 ? EXIT_smc : EXIT_hvc);
        *answer = exits_rich_answer(message, ip, result);
        answer->action = exits_psci(action).action;
        return true;
    case ESR_EC_SYSREG:
        if (!sysreg_is_quiet(syndrome))
            return false;
        exits_count(exits, EXIT_sysreg);
        *answer = exits_rich_answer(message, ip, 0);
        return true;
    default:
        return false;
    }
}

/* ---- ordinary ones ---- */

static void exits_vm_fault(struct exits *exits, const struct exit_message *message)
{
    uint64_t syndrome = message->words[seL4_VMFault_FSR];
    ipa_t address = IPA(message->words[seL4_VMFault_Addr]);
    bool fetch = ESR_EC(syndrome) == ESR_EC_INST_LOWER;
    struct access access;

    vcpu_begin_at(exits->vcpu, message->words[seL4_VMFault_IP]);
    if (!fetch && access_decode(syndrome, &access) && exits_access(exits, &access, address)) {
        exits_count(exits, EXIT_mmio);
        vcpu_skip(exits->vcpu);
    } else if (!fetch && (syndrome & ESR_ABORT_CM) != 0 && (syndrome & ESR_ABORT_S1PTW) == 0) {
        /* Cache maintenance of what has no cache does nothing. */
        exits_count(exits, EXIT_mmio);
        vcpu_skip(exits->vcpu);
    } else if (!fetch && (syndrome & (ESR_DATA_ISV | ESR_ABORT_S1PTW)) == 0 &&
               exits_emulate(exits, address)) {
        exits_count(exits, EXIT_mmio);
        vcpu_skip(exits->vcpu);
    } else {
        exits_inject_abort(exits, syndrome, address, fetch);
    }
    vcpu_finish(exits->vcpu);
}

/* A call about vCPUs, with more arguments than a message has. */
static enum psci_action exits_cpu_call(struct exits *exits, uint64_t *result)
{
    uint64_t call[4];

    for (unsigned i = 0; i < 4; i++)
        call[i] = vcpu_get(exits->vcpu, i);
    return psci_cpu_call(exits->psci, exits->cpu, call, result);
}

/* An SMC, or an HVC that came as a vCPU fault: x0 names the function and gets the answer. An
 * immediate other than 0 is not PSCI's (SMC calling convention, DEN0028 2.9). The PC is the
 * instruction's own. */
static struct exit_answer exits_call(struct exits *exits, uint64_t syndrome)
{
    uint64_t result = PSCI_NOT_SUPPORTED;
    enum psci_action action = PSCI_RETURN;

    if ((syndrome & 0xffff) == 0)
        action = psci_call(vcpu_get(exits->vcpu, 0), vcpu_get(exits->vcpu, 1), &result);
    if (action == PSCI_CPU_CALL)
        action = exits_cpu_call(exits, &result);
    if (action == PSCI_CPU_STOP) {
        /* It stays on the instruction; no interrupt may lead it elsewhere. */
        vcpu_set_pstate(exits->vcpu, vcpu_pstate(exits->vcpu) | SPSR_DAIF);
    } else {
        vcpu_set(exits->vcpu, 0, result);
        vcpu_skip(exits->vcpu);
    }
    return exits_psci(action);
}

static void exits_system_register(struct exits *exits, uint64_t syndrome)
{
    if (!sysreg_is_quiet(syndrome)) {
        exits_inject_undefined(exits);
        return;
    }
    if (syndrome & ESR_SYSREG_READ)
        vcpu_set(exits->vcpu, (unsigned)ESR_SYSREG_RT(syndrome), 0);
    vcpu_skip(exits->vcpu);
}

static void exits_reflect(struct exits *exits, uint64_t syndrome)
{
    struct inject_state state;
    struct inject_result result;

    vcpu_inject_state(exits->vcpu, &state);
    inject_reflect(&state, syndrome, &result);
    vcpu_inject(exits->vcpu, &result);
}

static struct exit_answer exits_vcpu_fault(struct exits *exits, const struct exit_message *message)
{
    uint64_t syndrome = message->words[seL4_VCPUFault_HSR];
    struct exit_answer answer = exit_resume;

    vcpu_begin(exits->vcpu);
    switch (ESR_EC(syndrome)) {
    case ESR_EC_SMC64:
        exits_count(exits, EXIT_smc);
        answer = exits_call(exits, syndrome);
        break;
    case ESR_EC_HVC64:
        exits_count(exits, EXIT_hvc);
        answer = exits_call(exits, syndrome);
        break;
    case ESR_EC_WFX:
        /* Only a kernel that does not wait by itself reports it. Waiting is allowed to end early.
         */
        exits_count(exits, EXIT_wfx);
        vcpu_skip(exits->vcpu);
        break;
    case ESR_EC_SYSREG:
        exits_count(exits, EXIT_sysreg);
        exits_system_register(exits, syndrome);
        break;
    case ESR_EC_FP:
        exits_count(exits, EXIT_other);
        exits_reflect(exits, syndrome);
        break;
    default:
        exits_count(exits, EXIT_other);
        exits_inject_undefined(exits);
        break;
    }
    vcpu_finish(exits->vcpu);
    return answer;
}

/* A HVC whose x7 is no system call number. The message has the registers and takes them back. */
static struct exit_answer exits_hypercall(struct exits *exits, struct exit_message *message)
{
    seL4_Word *words = message->words;
    uint64_t result;
    enum psci_action action = psci_call(words[seL4_UnknownSyscall_X0],
                                        words[seL4_UnknownSyscall_X1], &result);

    exits_count(exits, EXIT_hvc);
    if (action == PSCI_CPU_CALL)
        action = psci_cpu_call(exits->psci, exits->cpu, words, &result);
    if (action == PSCI_CPU_STOP) {
        words[seL4_UnknownSyscall_SPSR] |= SPSR_DAIF;
    } else {
        words[seL4_UnknownSyscall_X0] = result;
        words[seL4_UnknownSyscall_FaultIP] += 4;
    }

    struct exit_answer answer = exits_psci(action);
    answer.reply_words = seL4_UnknownSyscall_Syscall;
    return answer;
}

/* A HVC whose x7 is a system call number: it found nothing in the guest's empty CSpace. */
static void exits_cap_fault(struct exits *exits, const struct exit_message *message)
{
    exits_count(exits, EXIT_hvc);
    vcpu_begin_at(exits->vcpu, message->words[seL4_CapFault_IP]);
    vcpu_set(exits->vcpu, 0, PSCI_NOT_SUPPORTED);
    vcpu_skip(exits->vcpu);
    vcpu_finish(exits->vcpu);
}

static void exits_timer(struct exits *exits, const struct exit_message *message)
{
    exits_count(exits, EXIT_vppi);
    /* The line is high now, whatever was believed of it. */
    gic_set_line(exits->gic, exits->cpu, GIC_PPI_VIRTUAL_TIMER, false);
    gic_set_line(exits->gic, exits->cpu, GIC_PPI_VIRTUAL_TIMER, true);
}

/* By the guest's registers: what no rich exit is, or not simple enough for one. Apart, so that the
 * others do not pay for its frame. */
static __attribute__((noinline)) struct exit_answer
exits_ordinary(struct exits *exits, unsigned cpu, struct exit_message *message)
{
    exits->cpu = cpu;
    exits->vcpu = &exits->vcpus[cpu];
    switch (message->label) {
    case seL4_Fault_VMFault:
        exits_vm_fault(exits, message);
        return exit_resume;
    case seL4_Fault_VPPIEvent:
        exits_timer(exits, message);
        return exit_resume;
    case seL4_Fault_VGICMaintenance:
        exits_count(exits, EXIT_maintenance);
        gic_ended(exits->gic, exits->cpu, message->words[seL4_VGICMaintenance_IDX]);
        return exit_resume;
    case seL4_Fault_VCPUFault:
        return exits_vcpu_fault(exits, message);
    case seL4_Fault_UnknownSyscall:
        return exits_hypercall(exits, message);
    case seL4_Fault_CapFault:
        exits_cap_fault(exits, message);
        return exit_resume;
    default:
        /* A user exception: an instruction the core does not know. */
        exits_count(exits, EXIT_other);
        vcpu_begin(exits->vcpu);
        exits_inject_undefined(exits);
        vcpu_finish(exits->vcpu);
        return exit_resume;
    }
}

struct exit_answer exits_handle(struct exits *exits, unsigned cpu, struct exit_message *message)
{
    struct exit_answer answer;

    if (exits->rich && message->label == seL4_Fault_VMFault &&
        exits_rich_access(exits, cpu, message, &answer))
        return answer;
    if (exits->rich && message->label == seL4_Fault_VCPUFault &&
        exits_rich_trap(exits, message, &answer))
        return answer;
    return exits_ordinary(exits, cpu, message);
}
