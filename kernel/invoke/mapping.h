/* SPDX-License-Identifier: BSD-2-Clause */
/* What mapping invocations share: the address space a capability is for, and undoing a mapping. */
#pragma once

#include "kernel/invoke/request.h"
#include "kernel/mem/asid.h"

/* The root table of the address space `cap`, capability `number` of the request, names; it must be
 * assigned. Else the error. */
MUST_USE enum outcome mapping_space(struct request *request, struct cap cap, uint64_t number,
                                    uint64_t **root);

/* Takes out what the capability mapped, if it is still there. */
void mapping_undo_frame(struct cap frame);
void mapping_undo_table(struct cap table);

/* No other core that is in one of these spaces runs until the kernel is left; `call`, unless NULL,
 * runs on each of them, and on this one if it is. */
void mapping_stall_users(uint64_t first_asid, uint64_t count, void (*call)(uint32_t unused));

/* In the order of the labels of page and VSpace operations. */
enum maintenance {
    MAINTAIN_CLEAN,
    MAINTAIN_INVALIDATE,
    MAINTAIN_CLEAN_INVALIDATE,
    MAINTAIN_UNIFY,
};

/* `from` and `to` in one physical range; `writable` to who asks. False if an interrupt came in
 * between: `*from` says where to go on. */
MUST_USE bool mapping_maintain(enum maintenance kind, bool writable, paddr_t base, uint64_t *from,
                               uint64_t to);
