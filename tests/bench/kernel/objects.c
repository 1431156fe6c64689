/* SPDX-License-Identifier: BSD-2-Clause */
/* Address spaces and threads to measure between. An address space holds this program's own image,
 * frame for frame; so the same code and data are at hand on either side of a switch. */
#include "libs/rt/thread.h"
#include "tests/bench/kernel/bench.h"

#define PAGE            4096UL
#define STACK_BYTES     8192
#define SIDES           2
#define PRIORITY_SETTLE 1
#define PRIORITY_ROOT   255
#define PSTATE_EL1T     0x3c4UL /* EL1 on SP_EL0, all masked */

struct alloc alloc;
struct console console;
struct side client, server;

static struct alloc_vspace spaces[SPACE_COUNT];
static char stacks[SIDES][STACK_BYTES] __attribute__((aligned(4096)));
static char buffers[SIDES][PAGE] __attribute__((aligned(4096)));

void bench_must(seL4_Word result, const char *what)
{
    if (result != 0)
        rt_panic("%s: %lu, the kernel said %d", what, result, alloc.kernel_error);
}

seL4_CPtr bench_object(seL4_Word type)
{
    seL4_CPtr slot;

    MUST(alloc_object(&alloc, type, type == seL4_SchedContextObject ? seL4_MinSchedContextBits : 0,
                      &slot));
    return slot;
}

seL4_CPtr bench_vspace(enum bench_space space)
{
    return spaces[space].root;
}

seL4_CPtr bench_map(enum bench_space space, seL4_CPtr frame, uint64_t vaddr, bool device)
{
    seL4_CPtr copy;

    MUST(alloc_copy(&alloc, frame, seL4_AllRights, &copy));
    MUST(alloc_map_in(&alloc, &spaces[space], copy, vaddr, seL4_AllRights,
                      device ? 0 : seL4_ARM_Default_VMAttributes));
    return copy;
}

static seL4_CPtr image_frame(const void *address)
{
    return rt_bootinfo()->userImageFrames.start + ((uintptr_t)address & -PAGE) / PAGE -
           (uintptr_t)__image_start / PAGE;
}

void bench_make_spaces(void)
{
    seL4_SlotRegion image = rt_bootinfo()->userImageFrames;

    for (enum bench_space space = 0; space < SPACE_COUNT; space++) {
        alloc_vspace_init(&spaces[space], bench_object(seL4_ARM_VSpaceObject));
        MUST(seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, spaces[space].root));
        for (seL4_CPtr frame = image.start; frame < image.end; frame++)
            (void)bench_map(space, frame, (uintptr_t)__image_start + (frame - image.start) * PAGE,
                            false);
    }
}

static seL4_CPtr make_sched_context(void)
{
    seL4_CPtr context = bench_object(seL4_SchedContextObject);

    MUST(seL4_SchedControl_Configure(rt_bootinfo()->schedcontrol.start, context, BENCH_BUDGET_US,
                                     BENCH_BUDGET_US, 0, 0));
    return context;
}

static void start_guest(const struct bench_thread *thread, char *stack)
{
    seL4_UserContext context = {.pc = (seL4_Word)thread->entry,
                                .sp = (seL4_Word)(stack + STACK_BYTES),
                                .spsr = PSTATE_EL1T,
                                .x0 = (seL4_Word)thread->side};

    MUST(seL4_ARM_VCPU_SetTCB(thread->vcpu, thread->side->tcb));
    MUST(seL4_TCB_WriteRegisters(thread->side->tcb, true, 0, seL4_UserContext_Length, &context));
}

void bench_start(const struct bench_thread *thread)
{
    struct side *side = thread->side;
    unsigned index = side == &server;
    char *buffer = buffers[index];

    side->tcb = bench_object(seL4_TCBObject);
    side->sched_context = make_sched_context();
    MUST(seL4_TCB_Configure(side->tcb, seL4_CapInitThreadCNode, 0, bench_vspace(thread->space), 0,
                            (seL4_Word)buffer, image_frame(buffer)));
    MUST(seL4_TCB_SetSchedParams(side->tcb, seL4_CapInitThreadTCB, 0, thread->priority,
                                 side->sched_context, thread->fault_ep));
    if (thread->vcpu != seL4_CapNull) {
        start_guest(thread, stacks[index]);
        return;
    }

    const struct rt_thread start = {.tcb = side->tcb,
                                    .buffer = (seL4_IPCBuffer *)buffer,
                                    .stack = stacks[index],
                                    .stack_size = STACK_BYTES,
                                    .entry = thread->entry,
                                    .argument = side};
    MUST(rt_thread_start(&start, true));
}

static void root_priority(seL4_Word priority)
{
    MUST(seL4_TCB_SetPriority(seL4_CapInitThreadTCB, seL4_CapInitThreadTCB, priority));
}

void bench_settle(void)
{
    root_priority(PRIORITY_SETTLE);
    root_priority(PRIORITY_ROOT);
}

void bench_make_passive(struct side *side)
{
    MUST(seL4_SchedContext_Unbind(side->sched_context));
}

void bench_run(void)
{
    seL4_CPtr done = client.done != seL4_CapNull ? client.done : server.done;

    seL4_Wait(done, NULL);
}

void bench_stop(struct side *side)
{
    if (side->tcb != seL4_CapNull)
        MUST(seL4_TCB_Suspend(side->tcb));
}
