/* SPDX-License-Identifier: BSD-2-Clause */
/* What benchmarks read off the console at power-off: how often the guest left, memory used. */
#ifndef VMM_MACHINE_REPORT_H
#define VMM_MACHINE_REPORT_H

#include <stdint.h>

#include "vmm/machine/exits.h"

/* One line: "exits: total=N vmfault=N ...", total being the sum of those up to "other". */
void report_exits(const struct exits *exits, uint64_t interrupt_count);

/* One line: "memory: vmm=BYTES guest=BYTES", all objects and the program's own image in vmm. */
void report_memory(uint64_t vmm_bytes, uint64_t guest_bytes);

#endif
