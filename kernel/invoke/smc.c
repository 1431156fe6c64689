/* SPDX-License-Identifier: BSD-2-Clause */
/* The SMC capability: firmware calls in the caller's name (seL4 manual 10.5.16). */
#include "arch/smc.h"
#include "kernel/invoke/request.h"

enum outcome invoke_smc_call(struct request *request)
{
    /* A badge allows one function only: what MR0's register holds, however long the message. */
    uint64_t badge = request->cap.data;
    if (badge != 0 && badge != request->thread->registers.x[MESSAGE_REG_FIRST]) {
        return request_fail(request, seL4_IllegalOperation);
    }
    if (request->length < SMC_REGISTER_COUNT) {
        return request_fail(request, seL4_TruncatedMessage);
    }
    for (unsigned i = 0; i < SMC_REGISTER_COUNT; i++) {
        request->reply[i] = request_word(request, i);
    }
    smc_call(request->reply);
    request->reply_count = SMC_REGISTER_COUNT;
    return OUTCOME_OK;
}
