/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages between two address spaces. */
#include "abi/sel4/syscalls.h"
#include "tests/bench/kernel/bench.h"

static void prepare_call(const struct operation *operation)
{
    seL4_CPtr endpoint = bench_object(seL4_EndpointObject);

    server.x0 = client.x0 = endpoint;
    server.x1 = client.x1 = seL4_MessageInfo_new(0, 0, 0, operation->words).words[0];
    server.x6 = bench_object(seL4_ReplyObject);
    server.fpu = client.fpu = operation->fpu;
    server.start = (seL4_Word)seL4_SysRecv;
    server.number = (seL4_Word)seL4_SysReplyRecv;
    client.number = (seL4_Word)seL4_SysCall;

    bench_start(&(struct bench_thread){
        .side = &server, .entry = server_loop, .space = SPACE_SERVER, .priority = PRIORITY_SERVER});
    bench_settle();
    if (operation->passive)
        bench_make_passive(&server);
    bench_start(&(struct bench_thread){
        .side = &client, .entry = client_loop, .space = SPACE_CLIENT, .priority = PRIORITY_CLIENT});
}

static void prepare_send(const struct operation *operation)
{
    seL4_CPtr endpoint = bench_object(seL4_EndpointObject);

    server.x0 = client.x0 = endpoint;
    server.x6 = bench_object(seL4_ReplyObject);
    server.start = server.number = (seL4_Word)seL4_SysRecv;
    client.number = (seL4_Word)seL4_SysSend;
    bench_start(&(struct bench_thread){
        .side = &server, .entry = server_loop, .space = SPACE_SERVER, .priority = PRIORITY_SERVER});
    bench_start(&(struct bench_thread){
        .side = &client, .entry = client_loop, .space = SPACE_CLIENT, .priority = PRIORITY_CLIENT});
}

const struct operation ipc_operations[] = {
    {.name = "ipc",
     .forward = "ipc_call",
     .back = "ipc_reply_recv",
     .prepare = prepare_call,
     .passive = true},
    {.name = "ipc_10_words",
     .forward = "ipc_call_10_words",
     .back = "ipc_reply_recv_10_words",
     .prepare = prepare_call,
     .words = 10,
     .passive = true},
    {.name = "ipc_own_time",
     .forward = "ipc_call_own_time",
     .back = "ipc_reply_recv_own_time",
     .prepare = prepare_call},
    {.name = "ipc_fpu",
     .forward = "ipc_call_fpu",
     .back = "ipc_reply_recv_fpu",
     .prepare = prepare_call,
     .passive = true,
     .fpu = true},
    {.name = "send", .forward = "send_wake", .prepare = prepare_send},
};
const unsigned ipc_operation_count = sizeof(ipc_operations) / sizeof(ipc_operations[0]);
