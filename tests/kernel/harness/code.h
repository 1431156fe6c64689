/* SPDX-License-Identifier: BSD-2-Clause */
/* Single instructions for threads whose registers a case writes (bare_start). Each ends in `brk`,
 * whose fault tells the case that the thread came through. */
#pragma once

#ifndef __ASSEMBLER__
#include "tests/kernel/harness/harness.h"

extern const char code_svc[];       /* svc #0 */
extern const char code_svc_end[];   /* its brk */
extern const char code_brk[];       /* brk #7 */
extern const char code_undefined[]; /* udf #0 */
extern const char code_load[];      /* ldr x2, [x0] */
extern const char code_store[];     /* str x1, [x0] */
extern const char code_jump[];      /* br x0 */
extern const char code_fp[];        /* fmov d0, x1; fmov x2, d0 */
extern const char code_spin[];      /* counts in x2, forever */
extern const char code_wfi[];
extern const char code_sysreg[]; /* mrs x2, sctlr_el1 */

/* ESR_EL2 of the final brk. */
#define ESR_BRK(comment) (0x3cUL << 26 | 1UL << 25 | (comment))
#endif

#define CODE_END 0x77 /* comment of the final brk */
