/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls that need no partner, signals, and interrupts. */
#include "abi/sel4/invocations.h"
#include "abi/sel4/syscalls.h"
#include "hw/uart.h"
#include "tests/bench/kernel/bench.h"

#define MAP_PLACE  0x2000000000UL
#define UART_PLACE 0x2000200000UL

static void start_client(void (*entry)(void *))
{
    bench_start(&(struct bench_thread){
        .side = &client, .entry = entry, .space = SPACE_CLIENT, .priority = PRIORITY_CLIENT});
}

static void start_server(seL4_Word priority)
{
    bench_start(&(struct bench_thread){
        .side = &server, .entry = server_loop, .space = SPACE_SERVER, .priority = priority});
}

/* The least a release kernel can be asked: a message to an empty slot, which nobody waits for. */
static void prepare_null(const struct operation *operation)
{
    client.x0 = seL4_CapNull;
    client.number = (seL4_Word)seL4_SysNBSend;
    start_client(client_loop);
}

static void prepare_yield(const struct operation *operation)
{
    client.number = (seL4_Word)seL4_SysYield;
    start_client(client_loop);
}

/* To another thread of the same priority, in another address space. */
static void prepare_yield_switch(const struct operation *operation)
{
    server.start = server.number = client.number = (seL4_Word)seL4_SysYield;
    start_server(PRIORITY_CLIENT);
    start_client(client_loop);
}

/* Nobody waits: the notification is and stays active. */
static void prepare_signal(const struct operation *operation)
{
    client.x0 = bench_object(seL4_NotificationObject);
    client.number = (seL4_Word)seL4_SysSend;
    start_client(client_loop);
}

static void prepare_signal_wake(const struct operation *operation)
{
    client.x0 = server.x0 = bench_object(seL4_NotificationObject);
    client.number = (seL4_Word)seL4_SysSend;
    server.start = server.number = (seL4_Word)seL4_SysWait;
    start_server(PRIORITY_SERVER);
    start_client(client_loop);
}

static void quiet_uart(struct side *side)
{
    *(volatile uint32_t *)(UART_PLACE + PL011_IMSC) = 0;
    (void)seL4_IRQHandler_Ack(side->target[0]);
}

/* The UART has sent something, so its transmit interrupt waits for nothing but its mask. */
static void prepare_interrupt(const struct operation *operation)
{
    static seL4_CPtr handler; /* there is one for an interrupt, and this may run twice */

    if (handler == seL4_CapNull) {
        MUST(alloc_slot(&alloc, &handler));
        MUST(seL4_IRQControl_Get(seL4_CapIRQControl, console.site.interrupt.intid,
                                 seL4_CapInitThreadCNode, handler, 64));
        (void)bench_map(SPACE_CLIENT, console.registers.first, UART_PLACE, true);
        (void)bench_map(SPACE_SERVER, console.registers.first, UART_PLACE, true);
    }
    server.x0 = bench_object(seL4_NotificationObject);
    MUST(seL4_IRQHandler_SetNotification(handler, server.x0));

    server.target[0] = handler;
    server.between = quiet_uart;
    server.start = server.number = (seL4_Word)seL4_SysWait;
    client.target[0] = UART_PLACE + PL011_IMSC;
    client.target[1] = PL011_INT_TX;
    start_server(PRIORITY_SERVER);
    start_client(interrupt_loop);
}

static void unmap_page(struct side *side)
{
    (void)seL4_ARM_Page_Unmap(side->x0);
    seL4_SetCap(0, bench_vspace(SPACE_CLIENT));
}

static void prepare_map(const struct operation *operation)
{
    client.x0 = bench_map(SPACE_CLIENT, bench_object(seL4_ARM_SmallPageObject), MAP_PLACE, false);
    client.x1 = seL4_MessageInfo_new(ARMPageMap, 0, 1, 3).words[0];
    client.x2 = MAP_PLACE;
    client.x3 = seL4_AllRights.words[0];
    client.x4 = seL4_ARM_Default_VMAttributes;
    client.number = (seL4_Word)seL4_SysCall;
    client.between = unmap_page;
    start_client(client_loop);
}

const struct operation sched_operations[] = {
    {.name = "null", .round = "null_syscall", .prepare = prepare_null},
    {.name = "signal", .round = "signal_nobody", .prepare = prepare_signal},
    {.name = "signal_wake",
     .forward = "signal_wake",
     .back = "wait_switch",
     .prepare = prepare_signal_wake},
    {.name = "yield", .round = "yield", .prepare = prepare_yield},
    {.name = "yield_switch", .forward = "yield_switch", .prepare = prepare_yield_switch},
    {.name = "interrupt", .forward = "irq_to_thread", .prepare = prepare_interrupt},
    {.name = "map", .round = "map_page", .prepare = prepare_map},
};
const unsigned sched_operation_count = sizeof(sched_operations) / sizeof(sched_operations[0]);
