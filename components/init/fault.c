/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults in words. Stands on words.h. */
#include "components/init/fault.h"
#include "components/init/words.h"

#include <stdio.h>

#define ESR_WRITE (1u << 6) /* Arm ARM D17.2.37, ISS of a data abort: WnR */
#define REGISTERS 31
#define A_LINE    4

static void describe_memory(char *text, size_t size, const seL4_Fault_t *fault)
{
    seL4_Word syndrome = seL4_Fault_VMFault_get_FSR(*fault);
    const char *how = seL4_Fault_VMFault_get_PrefetchFault(*fault) ? "ran at"
                      : syndrome & ESR_WRITE                       ? "wrote to"
                                                                   : "read from";

    snprintf(text, size, "%s 0x%lx, which is not its own to do so (syndrome 0x%lx)", how,
             seL4_Fault_VMFault_get_Addr(*fault), syndrome);
}

static void describe(char *text, size_t size, const seL4_Fault_t *fault)
{
    switch (fault->type) {
    case seL4_Fault_CapFault:
        snprintf(text, size, "used capability 0x%lx, which it does not have",
                 seL4_Fault_CapFault_get_Addr(*fault));
        break;
    case seL4_Fault_UnknownSyscall:
        snprintf(text, size, "made system call %ld, which there is not",
                 (long)seL4_Fault_UnknownSyscall_get_Syscall(*fault));
        break;
    case seL4_Fault_UserException:
        snprintf(text, size, "ran an instruction that does not exist (syndrome 0x%lx)",
                 seL4_Fault_UserException_get_Number(*fault));
        break;
    case seL4_Fault_Timeout:
        snprintf(text, size, "used up its time");
        break;
    case seL4_Fault_VMFault:
        describe_memory(text, size, fault);
        break;
    case seL4_Fault_VCPUFault:
        snprintf(text, size, "ran an instruction that it may not (syndrome 0x%lx)",
                 seL4_Fault_VCPUFault_get_HSR(*fault));
        break;
    default:
        snprintf(text, size, "raised fault %lu", fault->type);
        break;
    }
}

static void list_registers(const seL4_UserContext *registers)
{
    const seL4_UserContext *r = registers;
    const seL4_Word x[REGISTERS] = {
        r->x0,  r->x1,  r->x2,  r->x3,  r->x4,  r->x5,  r->x6,  r->x7,  r->x8,  r->x9,  r->x10,
        r->x11, r->x12, r->x13, r->x14, r->x15, r->x16, r->x17, r->x18, r->x19, r->x20, r->x21,
        r->x22, r->x23, r->x24, r->x25, r->x26, r->x27, r->x28, r->x29, r->x30,
    };

    words_say("  pc  %016lx  sp  %016lx  spsr %08lx", r->pc, r->sp, r->spsr);
    for (unsigned i = 0; i < REGISTERS; i += A_LINE) {
        char line[128];
        int used = 0;

        for (unsigned j = i; j < i + A_LINE && j < REGISTERS; j++)
            used += snprintf(line + used, sizeof(line) - (size_t)used, "  x%-2u %016lx", j, x[j]);
        words_say("%s", line);
    }
}

void fault_report(const struct init *init, uint32_t component, uint32_t thread,
                  seL4_MessageInfo_t info)
{
    uint32_t record = plan_range(init->plan, component, PLAN_THREADS).first + thread;
    const struct plan_thread *faulted = &plan_threads(init->plan)[record];
    seL4_Fault_t fault = seL4_getFault(info);
    seL4_UserContext registers = {0};
    char text[128];

    describe(text, sizeof(text), &fault);
    (void)seL4_TCB_ReadRegisters(init_cap(init, faulted->tcb, 0), true, 0, seL4_UserContext_Length,
                                 &registers);
    words_say("%s: its thread '%s' %s at pc 0x%lx", init_name(init, component),
              plan_string(init->plan, faulted->name), text, registers.pc);
    list_registers(&registers);
}
