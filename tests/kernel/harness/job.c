/* SPDX-License-Identifier: BSD-2-Clause */
/* Jobs of tests/kernel/harness/job.h. */
#include "tests/kernel/harness/job.h"

#define DEFAULT_PRIORITY 100

static void prepare(const struct job *job)
{
    seL4_IPCBuffer *buffer = seL4_GetIPCBuffer();

    for (unsigned i = 0; job->fill && i < seL4_MsgMaxLength; i++)
        buffer->msg[i] = JOB_WORD(i);
    for (unsigned i = 0; i < seL4_MsgMaxExtraCaps; i++)
        buffer->caps_or_badges[i] = job->caps[i];
    if (job->receive_slot != 0)
        seL4_SetCapReceivePath(ROOT, job->receive_slot, DEPTH);
}

static void collect(struct job *job, seL4_Word badge, seL4_Word info, const seL4_Word *registers)
{
    const seL4_IPCBuffer *buffer = seL4_GetIPCBuffer();

    memcpy(job->received, buffer->msg, sizeof(job->received));
    memcpy(job->received, registers, seL4_FastMessageRegisters * sizeof(seL4_Word));
    memcpy(job->badges, buffer->caps_or_badges, sizeof(job->badges));
    memcpy(job->message.words, job->received, sizeof(job->message.words));
    job->message.badge = badge;
    job->message.label = info >> 12;
    job->message.unwrapped = (info >> 9) & 7;
    job->message.extra_caps = (info >> 7) & 3;
    job->message.length = info & 0x7f;
    job->done = true;
}

void job_do(struct job *job)
{
    seL4_Word mr[seL4_FastMessageRegisters];

    prepare(job);
    for (unsigned i = 0; i < seL4_FastMessageRegisters; i++)
        mr[i] = job->fill ? JOB_WORD(i) : job->words[i];

    register seL4_Word x0 __asm__("x0") = job->cap;
    register seL4_Word x1 __asm__("x1") = job->label << 12 | job->extra_caps << 7 | job->length;
    register seL4_Word x2 __asm__("x2") = mr[0];
    register seL4_Word x3 __asm__("x3") = mr[1];
    register seL4_Word x4 __asm__("x4") = mr[2];
    register seL4_Word x5 __asm__("x5") = mr[3];
    register seL4_Word x6 __asm__("x6") = job->reply;
    register seL4_Word x7 __asm__("x7") = (seL4_Word)job->number;
    register seL4_Word x8 __asm__("x8") = job->dest;
    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x6), "r"(x7), "r"(x8)
                     : "memory");
    mr[0] = x2;
    mr[1] = x3;
    mr[2] = x4;
    mr[3] = x5;
    collect(job, x0, x1, mr);
}

static void job_main(void *argument)
{
    job_do(argument);
}

void job_start(struct job *job)
{
    seL4_Word priority = job->priority != 0 ? job->priority : DEFAULT_PRIORITY;

    job->done = false;
    job->thread = new_thread_with(&(struct alloc_thread_options){.entry = job_main,
                                                                 .argument = job,
                                                                 .priority = priority,
                                                                 .mcp = priority,
                                                                 .fault_ep = job->fault_ep,
                                                                 .passive = job->passive});
}
