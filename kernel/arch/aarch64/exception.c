/* SPDX-License-Identifier: BSD-2-Clause */
/* How this architecture stops: the report of an exception in the kernel, and the halt itself. */
#include "arch/exception.h"
#include "hw/sysreg.h"
#include "kernel/lib/bits.h"

void halt(void)
{
    __asm__ volatile("msr daifset, #15" : : : "memory");
    for (;;) {
        __asm__ volatile("wfe" : : : "memory");
    }
}

static const char *class_name(uint64_t class)
{
    switch (class) {
    case ESR_EC_INST_SAME:
        return "instruction abort";
    case ESR_EC_DATA_SAME:
        return "data abort";
    case ESR_EC_PC_ALIGN:
    case ESR_EC_SP_ALIGN:
        return "misaligned PC or SP";
    case ESR_EC_SERROR:
        return "SError";
    case ESR_EC_FP:
        return "use of floating point";
    case ESR_EC_ILLEGAL:
        return "illegal execution state";
    case ESR_EC_BRK64:
        return "breakpoint instruction";
    default:
        return "unexpected exception";
    }
}

void panic_exception(uint64_t esr, uint64_t elr, uint64_t far)
{
    static bool reported;
    if (reported) {
        halt(); /* reporting is what failed */
    }
    reported = true;
    panic("kernel bug: %s at 0x%lx, address 0x%lx, ESR_EL2 0x%lx",
          class_name(bits_get(esr, ESR_EC_SHIFT, ESR_EC_WIDTH)), elr, far, esr);
}
