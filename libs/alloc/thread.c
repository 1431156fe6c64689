/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads made from nothing. Stands on area.c and object.c, and on libs/rt for registers. */
#include "libs/alloc/internal.h"
#include "libs/alloc/thread.h"

#define STACK_BYTES        16384
#define SLICE_US           10000
/* Two refills, the least there is, fit into the smallest scheduling context. */
#define SCHED_CONTEXT_BITS seL4_MinSchedContextBits

static enum alloc_result make_sched_context(struct alloc *alloc, const seL4_BootInfo *bootinfo,
                                            const struct alloc_thread_options *options,
                                            seL4_CPtr *sched_context)
{
    seL4_Word count = bootinfo->schedcontrol.end - bootinfo->schedcontrol.start;
    bool unset = options->budget == 0 && options->period == 0;
    enum alloc_result result;

    if (options->core >= count)
        return ALLOC_BAD_ARGUMENT;
    result = alloc_object(alloc, seL4_SchedContextObject, SCHED_CONTEXT_BITS, sched_context);
    if (result != ALLOC_OK)
        return result;
    result = alloc_judge(
        alloc, seL4_SchedControl_Configure(bootinfo->schedcontrol.start + options->core,
                                           *sched_context, unset ? SLICE_US : options->budget,
                                           unset ? SLICE_US : options->period, 0, 0));
    if (result != ALLOC_OK)
        alloc_must(alloc_free_object(alloc, *sched_context));
    return result;
}

static seL4_Error configure(const struct alloc *alloc, const struct alloc_thread_options *options,
                            const struct alloc_thread *thread)
{
    seL4_Error error = seL4_TCB_Configure(thread->tcb, alloc->root_cnode, 0, alloc->own.root, 0,
                                          thread->buffer.vaddr, thread->buffer.first);

    if (error == seL4_NoError)
        error = seL4_TCB_SetSchedParams(thread->tcb, seL4_CapInitThreadTCB, options->mcp,
                                        options->priority, thread->sched_context,
                                        options->fault_ep);
    if (error != seL4_NoError)
        return error;

    const struct rt_thread start = {
        .tcb = thread->tcb,
        .buffer = (seL4_IPCBuffer *)thread->buffer.vaddr,
        .stack = (void *)thread->stack.vaddr,
        .stack_size = thread->stack.size,
        .entry = options->entry,
        .argument = options->argument,
    };
    return rt_thread_start(&start, !options->suspended);
}

enum alloc_result alloc_thread_start(struct alloc *alloc, const seL4_BootInfo *bootinfo,
                                     const struct alloc_thread_options *options,
                                     struct alloc_thread *thread)
{
    size_t stack_size = options->stack_size != 0 ? options->stack_size : STACK_BYTES;
    enum alloc_result result = alloc_area_ram(alloc, stack_size, true, &thread->stack);

    thread->sched_context = seL4_CapNull;
    if (result != ALLOC_OK)
        return result;
    result = alloc_area_ram(alloc, PAGE_SIZE, false, &thread->buffer);
    if (result != ALLOC_OK)
        goto free_stack;
    result = alloc_object(alloc, seL4_TCBObject, 0, &thread->tcb);
    if (result != ALLOC_OK)
        goto free_buffer;
    if (!options->passive)
        result = make_sched_context(alloc, bootinfo, options, &thread->sched_context);
    if (result != ALLOC_OK)
        goto free_tcb;
    result = alloc_judge(alloc, configure(alloc, options, thread));
    if (result == ALLOC_OK)
        return ALLOC_OK;

    if (!options->passive)
        alloc_must(alloc_free_object(alloc, thread->sched_context));
free_tcb:
    alloc_must(alloc_free_object(alloc, thread->tcb));
free_buffer:
    alloc_must(alloc_area_free(alloc, &thread->buffer));
free_stack:
    alloc_must(alloc_area_free(alloc, &thread->stack));
    return result;
}

enum alloc_result alloc_thread_free(struct alloc *alloc, struct alloc_thread *thread)
{
    enum alloc_result result = alloc_free_object(alloc, thread->tcb);

    if (result == ALLOC_OK && thread->sched_context != seL4_CapNull)
        result = alloc_free_object(alloc, thread->sched_context);
    if (result == ALLOC_OK)
        result = alloc_area_free(alloc, &thread->buffer);
    if (result == ALLOC_OK)
        result = alloc_area_free(alloc, &thread->stack);
    return result;
}
