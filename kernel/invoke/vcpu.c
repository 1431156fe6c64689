/* SPDX-License-Identifier: BSD-2-Clause */
/* VCPU invocations (seL4 manual 10.5). */
#include "kernel/virt/vcpu.h"
#include "kernel/cap/cap.h"
#include "kernel/dev/gic.h"
#include "kernel/invoke/request.h"

#define VIRQ_ID_MAX       1023
#define VIRQ_PRIORITY_MAX 31
#define VIRQ_GROUP_MAX    1

static enum outcome set_thread(struct request *request, struct vcpu *vcpu)
{
    if (request->extra_count < 1) {
        return request_fail(request, seL4_TruncatedMessage);
    }
    if (cap_type(request->extra[0]->cap) != CAP_THREAD) {
        return request_fail(request, seL4_IllegalOperation);
    }
    vcpu_bind(vcpu, cap_object(request->extra[0]->cap));
    return OUTCOME_OK;
}

static enum outcome inject(struct request *request, struct vcpu *vcpu)
{
    if (request->length < 1) {
        return request_fail(request, seL4_TruncatedMessage);
    }
    uint64_t word = request_word(request, 0);
    uint64_t vid = bits_get(word, 0, 16);
    uint64_t priority = bits_get(word, 16, 8);
    uint64_t group = bits_get(word, 24, 8);
    unsigned index = (unsigned)bits_get(word, 32, 8);
    if (vid > VIRQ_ID_MAX) {
        return request_fail_range(request, 0, VIRQ_ID_MAX);
    }
    if (priority > VIRQ_PRIORITY_MAX) {
        return request_fail_range(request, 0, VIRQ_PRIORITY_MAX);
    }
    if (group > VIRQ_GROUP_MAX) {
        return request_fail_range(request, 0, VIRQ_GROUP_MAX);
    }
    if (index >= gic_list_count()) {
        return request_fail_range(request, 0, gic_list_count() - 1);
    }
    enum gic_list_state state = gic_list_state(vcpu_list_read(vcpu, index));
    if (state == GIC_LIST_ACTIVE || state == GIC_LIST_BOTH) {
        return request_fail(request, seL4_DeleteFirst);
    }
    vcpu_inject(vcpu, index, gic_list_make(vid, priority, group));
    return OUTCOME_OK;
}

static enum outcome read_register(struct request *request, struct vcpu *vcpu)
{
    if (request->length < 1) {
        return request_fail(request, seL4_TruncatedMessage);
    }
    uint64_t field = request_word(request, 0);
    if (field >= seL4_VCPUReg_Num) {
        return request_fail_argument(request, 1);
    }
    return request_answer(request, vcpu_read(vcpu, (unsigned)field));
}

static enum outcome write_register(struct request *request, struct vcpu *vcpu)
{
    if (request->length < 2) {
        return request_fail(request, seL4_TruncatedMessage);
    }
    uint64_t field = request_word(request, 0);
    if (field >= seL4_VCPUReg_Num) {
        return request_fail_argument(request, 1);
    }
    vcpu_write(vcpu, (unsigned)field, request_word(request, 1));
    return OUTCOME_OK;
}

static enum outcome acknowledge(struct request *request, struct vcpu *vcpu)
{
    if (request->length < 1) {
        return request_fail(request, seL4_TruncatedMessage);
    }
    uint64_t irq = request_word(request, 0);
    if (irq >= gic_irq_count()) {
        return request_fail_range(request, 0, gic_irq_count() - 1);
    }
    if (irq != GIC_IRQ_GUEST_TIMER) {
        return request_fail_argument(request, 0);
    }
    vcpu_acknowledge_timer(vcpu);
    return OUTCOME_OK;
}

enum outcome invoke_vcpu(struct request *request)
{
    struct vcpu *vcpu = cap_object(request->cap);
    request->reply_count = 0;
    switch (request->label) {
    case ARMVCPUSetTCB:
        return set_thread(request, vcpu);
    case ARMVCPUInjectIRQ:
        return inject(request, vcpu);
    case ARMVCPUReadReg:
        return read_register(request, vcpu);
    case ARMVCPUWriteReg:
        return write_register(request, vcpu);
    case ARMVCPUAckVPPI:
        return acknowledge(request, vcpu);
    default:
        return request_fail(request, seL4_IllegalOperation);
    }
}
