/* SPDX-License-Identifier: BSD-2-Clause */
/* VCPU invocations (seL4 manual 10.5). */
#include "kernel/virt/vcpu.h"
#include "kernel/invoke/request.h"

/* What no one may ask for. The state may be written as it was read: it is ignored. */
#define VTIMER_RESERVED                                  \
    (~(VTIMER_ENABLED | VTIMER_PENDING | VTIMER_ACTIVE | \
       bits_mask(VTIMER_LIST_SHIFT + VTIMER_LIST_WIDTH)))

enum outcome invoke_vcpu_set_thread(struct request *request)
{
    struct vcpu *vcpu = cap_object(request->cap);
    if (cap_type(request->extra[0]->cap) != CAP_THREAD) {
        return request_fail(request, seL4_IllegalOperation);
    }
    vcpu_bind(vcpu, cap_object(request->extra[0]->cap));
    return OUTCOME_OK;
}

/* What a virtual interrupt is and where it goes, as InjectIRQ packs it. */
struct virq {
    uint64_t id;
    uint64_t priority;
    uint64_t group;
    unsigned index;
};

static enum outcome decode_virq(struct request *request, uint64_t word, struct virq *virq)
{
    *virq = (struct virq){.id = bits_get(word, VTIMER_ID_SHIFT, VTIMER_ID_WIDTH),
                          .priority = bits_get(word, VTIMER_PRIORITY_SHIFT, VTIMER_PRIORITY_WIDTH),
                          .group = bits_get(word, VTIMER_GROUP_SHIFT, VTIMER_GROUP_WIDTH),
                          .index = (unsigned)bits_get(word, VTIMER_LIST_SHIFT, VTIMER_LIST_WIDTH)};
    const uint64_t limits[][2] = {{virq->id, 1023},
                                  {virq->priority, 31},
                                  {virq->group, 1},
                                  {virq->index, gic.list_count - 1}};
#pragma GCC unroll 4
    for (unsigned i = 0; i < ARRAY_COUNT(limits); i++) {
        if (limits[i][0] > limits[i][1]) {
            return request_fail_range(request, 0, limits[i][1]);
        }
    }
    virq->index = (unsigned)speculation_bound(virq->index, gic.list_count);
    return OUTCOME_OK;
}

enum outcome invoke_vcpu_inject(struct request *request)
{
    struct vcpu *vcpu = cap_object(request->cap);
    struct virq virq;
    if (decode_virq(request, request_word(request, 0), &virq) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    uint64_t list = gic_list_make(virq.id, virq.priority, virq.group);
    return vcpu_inject(vcpu, virq.index, list) ? OUTCOME_OK
                                               : request_fail(request, seL4_DeleteFirst);
}

enum outcome invoke_vcpu_read(struct request *request)
{
    struct vcpu *vcpu = cap_object(request->cap);
    uint64_t field = request_word(request, 0);
    if (field >= VCPU_REG_LIMIT) {
        return request_fail_argument(request, 1);
    }
    field = speculation_bound(field, VCPU_REG_LIMIT);
    return request_answer(request, field == VCPU_REG_VTIMER ? vcpu_read_timer(vcpu)
                                                            : vcpu_read(vcpu, (unsigned)field));
}

static enum outcome write_timer(struct request *request, struct vcpu *vcpu, uint64_t word)
{
    struct virq virq;
    if (decode_virq(request, word, &virq) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    if ((word & VTIMER_RESERVED) != 0) {
        return request_fail_argument(request, 2);
    }
    vcpu_write_timer(vcpu, word);
    return OUTCOME_OK;
}

enum outcome invoke_vcpu_write(struct request *request)
{
    struct vcpu *vcpu = cap_object(request->cap);
    uint64_t field = request_word(request, 0);
    if (field >= VCPU_REG_LIMIT) {
        return request_fail_argument(request, 1);
    }
    field = speculation_bound(field, VCPU_REG_LIMIT);
    if (field == VCPU_REG_VTIMER) {
        return write_timer(request, vcpu, request_word(request, 1));
    }
    vcpu_write(vcpu, (unsigned)field, request_word(request, 1));
    return OUTCOME_OK;
}

enum outcome invoke_vcpu_acknowledge(struct request *request)
{
    struct vcpu *vcpu = cap_object(request->cap);
    uint64_t irq = request_word(request, 0);
    if (irq >= gic.irq_count) {
        return request_fail_range(request, 0, gic.irq_count - 1);
    }
    if (irq != GIC_PPI_VIRTUAL_TIMER) {
        return request_fail_argument(request, 0);
    }
    vcpu_acknowledge_timer(vcpu);
    return OUTCOME_OK;
}
