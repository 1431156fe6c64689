/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a VM cannot be started: one sentence that names the file or setting and how to mend it.
 * Whoever finds the fault writes it; whoever starts the VM prints it after "vmm: ". */
#ifndef VMM_MACHINE_COMPLAINT_H
#define VMM_MACHINE_COMPLAINT_H

#include <stdbool.h>
#include <stdint.h>

struct complaint {
    char text[200];
};

/* Always false, so that a check can end with `return complain(...)`. A sentence too long for the
 * buffer is cut. */
bool complain(struct complaint *complaint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes as people read them, for messages: "32.0 MiB", below 1 MiB "64 KiB", rounded up. */
struct size_text {
    char text[32];
};
const char *size_text(struct size_text *buffer, uint64_t bytes);

#endif
