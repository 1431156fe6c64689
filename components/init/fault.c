/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults, with the registers. Stands on words.h and libs/sel4. */
#include "components/init/fault.h"
#include "components/init/words.h"
#include "libs/sel4/text.h"

#include <stdio.h>

#define REGISTERS 31
#define A_LINE    4

static void list_registers(const seL4_UserContext *r)
{
    const seL4_Word x[REGISTERS] = {
        r->x0,  r->x1,  r->x2,  r->x3,  r->x4,  r->x5,  r->x6,  r->x7,  r->x8,  r->x9,  r->x10,
        r->x11, r->x12, r->x13, r->x14, r->x15, r->x16, r->x17, r->x18, r->x19, r->x20, r->x21,
        r->x22, r->x23, r->x24, r->x25, r->x26, r->x27, r->x28, r->x29, r->x30,
    };

    words_say("  pc  %016lx  sp  %016lx  spsr %08lx", r->pc, r->sp, r->spsr);
    for (unsigned i = 0; i < REGISTERS; i++)
        printf("%s  x%-2u %016lx%s", i % A_LINE == 0 ? "init: " : "", i, x[i],
               i % A_LINE == A_LINE - 1 || i == REGISTERS - 1 ? "\n" : "");
}

void fault_report(const struct init *init, uint32_t component, uint32_t thread,
                  seL4_MessageInfo_t info)
{
    uint32_t record = plan_range(init->plan, component, PLAN_THREADS).first + thread;
    const struct plan_thread *faulted = &plan_threads(init->plan)[record];
    seL4_UserContext registers = {0};
    char text[128];

    sel4_fault_text(text, sizeof(text), info);
    (void)seL4_TCB_ReadRegisters(init_cap(init, faulted->tcb, 0), true, 0, seL4_UserContext_Length,
                                 &registers);
    words_say("%s: its thread '%s' %s at pc 0x%lx", init_name(init, component),
              plan_string(init->plan, faulted->name), text, registers.pc);
    list_registers(&registers);
}
