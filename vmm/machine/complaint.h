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

/* Bytes as MiB with one decimal, for messages: printf("%s MiB", mib(&buffer, bytes)). */
struct mib {
    char text[24];
};
const char *mib(struct mib *buffer, uint64_t bytes);

#endif
