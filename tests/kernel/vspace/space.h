/* SPDX-License-Identifier: BSD-2-Clause */
/* An address space of its own with a thread in it, that the case sends to look at addresses. */
#pragma once

#include "tests/kernel/harness/code.h"

#define DEFAULT seL4_ARM_Default_VMAttributes

struct space {
    struct alloc_vspace *vspace;
    struct alloc_thread *thread;
    seL4_CPtr handler, reply;
};

/* The test's own code is mapped in it at the same addresses. */
void space_make(struct space *space);
/* Runs a routine of code.h there; how it ended. */
struct message space_run(struct space *space, const char *code, seL4_Word x0, seL4_Word x1);
/* Claims that the address can be read and holds `value`. */
void space_expect(struct space *space, seL4_Word address, seL4_Word value);
/* Claims that reading, or writing, is a fault there. */
void space_expect_fault(struct space *space, const char *code, seL4_Word address);
