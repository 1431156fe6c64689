/* SPDX-License-Identifier: BSD-2-Clause */
/* DomainSet invocations (seL4 manual 6.3, 10.2). */
#include "kernel/sched/domain.h"
#include "kernel/invoke/request.h"
#include "kernel/sched/sched.h"

enum outcome invoke_domain_set(struct request *request)
{
    uint64_t domain = request_word(request, 0);
    if (domain >= seL4_NumDomains) {
        return request_fail_argument(request, 0);
    }
    struct cap cap = request->extra[0]->cap;
    if (cap_type(cap) != CAP_THREAD) {
        return request_fail_argument(request, 1);
    }
    sched_set_domain(cap_object(cap), (uint8_t)speculation_bound(domain, seL4_NumDomains));
    return OUTCOME_OK;
}

enum outcome invoke_domain_configure(struct request *request)
{
    uint64_t index = request_word(request, 0);
    uint64_t domain = request_word(request, 1);
    uint64_t duration = request_word(request, 2);
    if (index >= seL4_NumDomainSchedules - 1) {
        return request_fail_range(request, 0, seL4_NumDomainSchedules - 2);
    }
    if (domain >= seL4_NumDomains) {
        return request_fail_range(request, 0, seL4_NumDomains - 1);
    }
    if (duration > seL4_MaxDomainDuration) {
        return request_fail_argument(request, 2);
    }
    if (duration == 0 && domain != 0) {
        return request_fail_argument(request, 1);
    }
    if (duration == 0 && index == domain_start()) {
        return request_fail_argument(request, 2);
    }
    index = speculation_bound(index, seL4_NumDomainSchedules);
    domain_configure((unsigned)index, (uint8_t)domain, duration);
    return OUTCOME_OK;
}

enum outcome invoke_domain_set_start(struct request *request)
{
    uint64_t index = request_word(request, 0);
    if (index >= seL4_NumDomainSchedules) {
        return request_fail_range(request, 0, seL4_NumDomainSchedules - 1);
    }
    index = speculation_bound(index, seL4_NumDomainSchedules);
    if (domain_is_end_marker((unsigned)index)) {
        return request_fail_argument(request, 0);
    }
    sched_restart_domains((unsigned)index);
    return OUTCOME_OK;
}
