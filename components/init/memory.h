/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects from the machine's memory: free RAM by size, the rest by address. Stands on bootinfo;
 * of use until init gives it up (authority.h). */
#pragma once

#include "components/init/init.h"

void memory_begin(const seL4_BootInfo *bootinfo);

/* Makes all objects of the plan that have no parent: the system's, and the untypeds of the
 * components. False after a sentence that names what did not fit. */
bool memory_make_roots(const struct init *init);

/* `count` objects of a record's kind from an untyped, into neighbouring slots. */
seL4_Error memory_retype(seL4_CPtr untyped, const struct plan_object *object, seL4_CPtr slot,
                         uint32_t count);

/* As much RAM as one object of that kind takes; false: there is none. */
bool memory_take(const struct plan_object *object, seL4_CPtr slot, uint32_t count);
/* Frames at a physical address that is no RAM; padding goes to init's own slots. */
bool memory_take_at(const struct init *init, const struct plan_object *object, uint64_t address,
                    seL4_CPtr slot, uint32_t count);
