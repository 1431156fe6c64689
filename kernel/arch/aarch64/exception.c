/* SPDX-License-Identifier: BSD-2-Clause */
/* How this architecture stops: the report of an exception in the kernel, and the halt itself. */
#include "hw/sysreg.h"
#include "kernel/lib/bits.h"

void halt(void)
{
    __asm__ volatile("msr daifset, #15" : : : "memory");
    for (;;) {
        __asm__ volatile("wfe" : : : "memory");
    }
}

/* vectors.S comes here for each exception from EL2, which takes none on purpose: it says what
 * happened and halts the core. On any stack with 1 KiB to spare. */
NO_RETURN void panic_exception(uint64_t esr, uint64_t elr, uint64_t far);

static const char *const class_names[1 << ESR_EC_WIDTH] = {
    [ESR_EC_INST_SAME] = "instruction abort",
    [ESR_EC_DATA_SAME] = "data abort",
    [ESR_EC_PC_ALIGN] = "misaligned PC",
    [ESR_EC_SP_ALIGN] = "misaligned SP",
    [ESR_EC_SERROR] = "SError",
    [ESR_EC_FP] = "use of floating point",
    [ESR_EC_ILLEGAL] = "illegal execution state",
    [ESR_EC_BRK64] = "breakpoint instruction",
};

void panic_exception(uint64_t esr, uint64_t elr, uint64_t far)
{
    static bool reported;
    if (reported) {
        halt(); /* reporting is what failed */
    }
    reported = true;
    const char *name = class_names[bits_get(esr, ESR_EC_SHIFT, ESR_EC_WIDTH)];
    panic("kernel bug: %s at 0x%lx, address 0x%lx, ESR_EL2 0x%lx",
          name != NULL ? name : "unexpected exception", elr, far, esr);
}
