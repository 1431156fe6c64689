/* SPDX-License-Identifier: BSD-2-Clause */
/* IRQControl and IRQHandler invocations (seL4 manual 8.1, 10.3). */
#include "kernel/cap/delete.h"
#include "kernel/dev/gic.h"
#include "kernel/invoke/request.h"
#include "kernel/model/irq.h"
#include "kernel/sched/sched.h"

struct issue {
    uint64_t irq;
    bool edge;
    uint64_t core;
};

static enum outcome issue(struct request *request, const struct issue *wanted, unsigned slot_at)
{
    struct slot *slot;
    uint32_t line = irq_line((uint32_t)wanted->irq, (uint32_t)wanted->core);
    if (irq_is_taken(line)) {
        return request_fail(request, seL4_RevokeFirst);
    }
    if (request_find_empty(request, request->extra[0]->cap, slot_at, &slot) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    irq_issue(line, wanted->edge, (uint32_t)wanted->core);
    cap_insert_child(request->slot, slot, cap_make(CAP_IRQ_HANDLER, paddr(0), 0, line));
    return OUTCOME_OK;
}

/* Is there such an interrupt? Private ones exist once a core: a core must be named for them. */
static enum outcome decode_irq(struct request *request, struct issue *wanted)
{
    uint64_t irq_count = min_u64(gic.irq_count, IRQ_COUNT_MAX);
    bool names_core = request->label == ARMIRQIssueIRQHandlerTriggerCore;
    if (wanted->irq >= irq_count) {
        return request_fail_range(request, 0, irq_count - 1);
    }
    if (names_core && wanted->core >= sched_core_count()) {
        return request_fail_argument(request, 4);
    }
    if (!names_core && wanted->irq < GIC_SPI_FIRST) {
        return request_fail(request, seL4_IllegalOperation);
    }
    wanted->irq = speculation_bound(wanted->irq, irq_count);
    wanted->core = speculation_bound(wanted->core, sched_core_count());
    return OUTCOME_OK;
}

enum outcome invoke_irq_issue(struct request *request)
{
    struct issue wanted = {.core = 0};
    bool names_trigger = request->label != IRQIssueIRQHandler;
    wanted.irq = request_word(request, 0);
    wanted.edge = names_trigger && request_word(request, 1) != 0;
    if (request->label == ARMIRQIssueIRQHandlerTriggerCore) {
        wanted.core = request_word(request, 4);
    }
    enum outcome outcome = decode_irq(request, &wanted);
    return outcome == OUTCOME_OK ? issue(request, &wanted, names_trigger ? 2 : 1) : outcome;
}

enum outcome invoke_irq_set(struct request *request)
{
    struct cap copy;
    struct slot *slot = irq_slot((uint32_t)request->cap.data);
    struct slot *source = request->extra[0];
    if (cap_type(source->cap) != CAP_NOTIFICATION || !cap_has_rights(source->cap, RIGHT_WRITE) ||
        cap_derive(source, source->cap, &copy) != seL4_NoError) {
        return request_fail_capability(request, 0);
    }
    if (!cap_delete(slot)) {
        return OUTCOME_INTERRUPTED;
    }
    cap_insert(source, slot, copy);
    return OUTCOME_OK;
}

enum outcome invoke_irq_clear(struct request *request)
{
    return cap_delete(irq_slot((uint32_t)request->cap.data)) ? OUTCOME_OK : OUTCOME_INTERRUPTED;
}

enum outcome invoke_irq_acknowledge(struct request *request)
{
    irq_acknowledge((uint32_t)request->cap.data);
    return OUTCOME_OK;
}
