/* SPDX-License-Identifier: BSD-2-Clause */
/* The instructions of tests/kernel/harness/code.h. */
#include "tests/kernel/harness/code.h"

    .text
    .macro code name
    .global \name
    .balign 8
\name:
    .endm

    code code_svc
    svc #0
    .global code_svc_end
code_svc_end:
    brk #CODE_END

    code code_brk
    brk #7
    brk #CODE_END

    code code_undefined
    udf #0
    brk #CODE_END

    code code_load
    ldr x2, [x0]
    brk #CODE_END

    code code_store
    str x1, [x0]
    brk #CODE_END

    code code_jump
    br x0

    .arch_extension fp
    code code_fp
    fmov d0, x1
    fmov x2, d0
    brk #CODE_END

    code code_spin
    add x2, x2, #1
    b code_spin

    code code_wfi
    wfi
    brk #CODE_END

    code code_sysreg
    mrs x2, sctlr_el1
    brk #CODE_END
