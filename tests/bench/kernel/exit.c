/* SPDX-License-Identifier: BSD-2-Clause */
/* A native thread's fault and its handler; a guest's exit and its VMM. */
#include "abi/sel4/invocations.h"
#include "abi/sel4/syscalls.h"
#include "tests/bench/kernel/bench.h"

#define FAULT_PLACE 0x2000400000UL
#define EMPTY_PLACE 0x2000600000UL /* nothing is ever mapped there */

static void start_handler(const struct operation *operation, void (*entry)(void *))
{
    server.x0 = bench_object(seL4_EndpointObject);
    server.x6 = bench_object(seL4_ReplyObject);
    server.start = (seL4_Word)seL4_SysRecv;
    server.number = (seL4_Word)seL4_SysReplyRecv;
    bench_start(&(struct bench_thread){
        .side = &server, .entry = entry, .space = SPACE_SERVER, .priority = PRIORITY_SERVER});
    bench_settle();
    if (operation->passive)
        bench_make_passive(&server);
}

/* The handler maps the page, so that the load succeeds when it runs again; before the next one
 * the thread itself takes it away. */
static void map_for_client(struct side *side)
{
    (void)seL4_ARM_Page_Map(side->target[0], bench_vspace(SPACE_CLIENT), FAULT_PLACE,
                            seL4_AllRights, seL4_ARM_Default_VMAttributes);
}

static void unmap_own(struct side *side)
{
    (void)seL4_ARM_Page_Unmap(side->target[1]);
}

static void prepare_fault(const struct operation *operation)
{
    seL4_CPtr frame = bench_map(SPACE_CLIENT, bench_object(seL4_ARM_SmallPageObject), FAULT_PLACE,
                                false);

    server.target[0] = client.target[1] = frame;
    server.between = map_for_client;
    client.target[0] = FAULT_PLACE;
    client.between = unmap_own;
    start_handler(operation, server_loop);
    bench_start(&(struct bench_thread){.side = &client,
                                       .entry = fault_loop,
                                       .space = SPACE_CLIENT,
                                       .priority = PRIORITY_CLIENT,
                                       .fault_ep = server.x0});
    MUST(seL4_ARM_Page_Unmap(frame));
}

/* What every emulation needs: one register of the guest is read, the pc among those written. */
static void step_guest(struct side *side)
{
    struct sel4_result pc = sel4_invoke_result(side->target[0], TCBReadRegisters, 0, 2, 0, 1, 0, 0);

    (void)sel4_invoke(side->target[0], TCBWriteRegisters, 0, 3, 0, 1, pc.mr0 + 4, 0);
}

/* When the VMM has seen the last exit it is done: a guest signals nobody. */
static void prepare_exit_with(const struct operation *operation, void (*entry)(void *))
{
    seL4_CPtr vcpu = bench_object(seL4_ARM_VCPUObject);

    server.between = step_guest;
    server.done = client.done;
    client.done = seL4_CapNull;
    start_handler(operation, entry);
    bench_start(&(struct bench_thread){.side = &client,
                                       .entry = guest_loop,
                                       .space = SPACE_CLIENT,
                                       .priority = PRIORITY_CLIENT,
                                       .fault_ep = server.x0,
                                       .vcpu = vcpu});
    server.target[0] = client.tcb;
}

static void start_rich(const struct operation *operation, void (*vmm)(void *),
                       void (*guest)(void *))
{
    seL4_CPtr vcpu = bench_object(seL4_ARM_VCPUObject);
    seL4_TCB_SetFlags_t flags;

    server.done = client.done;
    client.done = seL4_CapNull;
    client.target[0] = EMPTY_PLACE;
    start_handler(operation, vmm);
    bench_start(&(struct bench_thread){.side = &client,
                                       .entry = guest,
                                       .space = SPACE_CLIENT,
                                       .priority = PRIORITY_CLIENT,
                                       .fault_ep = server.x0,
                                       .vcpu = vcpu});
    flags = seL4_TCB_SetFlags(client.tcb, 0, TCB_FLAG_RICH_EXITS);
    MUST(flags.error);
    MUST(flags.flags != TCB_FLAG_RICH_EXITS);
}

/* A register read that its VMM emulates, with an empty handler. */
static void prepare_rich_read(const struct operation *operation)
{
    start_rich(operation, rich_abort_loop, guest_load_loop);
}

static void prepare_rich_call(const struct operation *operation)
{
    start_rich(operation, rich_trap_loop, guest_loop);
}

static void prepare_exit(const struct operation *operation)
{
    prepare_exit_with(operation, server_loop);
}

static void prepare_exit_round(const struct operation *operation)
{
    prepare_exit_with(operation, server_quiet_loop);
}

const struct operation exit_operations[] = {
    {.name = "fault",
     .forward = "fault_to_handler",
     .back = "fault_reply",
     .prepare = prepare_fault,
     .passive = true,
     .extra_back = 1},
    {.name = "fault_own_time",
     .forward = "fault_to_handler_own_time",
     .back = "fault_reply_own_time",
     .prepare = prepare_fault,
     .extra_back = 1},
    {.name = "vmexit",
     .forward = "vmexit_to_vmm",
     .back = "vmm_to_guest",
     .prepare = prepare_exit,
     .passive = true},
    {.name = "vmexit_own_time",
     .forward = "vmexit_to_vmm_own_time",
     .back = "vmm_to_guest_own_time",
     .prepare = prepare_exit},
    {.name = "vmexit_round",
     .round = "vmexit_round_trip",
     .prepare = prepare_exit_round,
     .passive = true},
    {.name = "vmexit_round_own_time",
     .round = "vmexit_round_trip_own_time",
     .prepare = prepare_exit_round},
    {.name = "rich_read", .round = "rich_exit_read", .prepare = prepare_rich_read, .passive = true},
    {.name = "rich_call", .round = "rich_exit_call", .prepare = prepare_rich_call, .passive = true},
};
const unsigned exit_operation_count = sizeof(exit_operations) / sizeof(exit_operations[0]);
