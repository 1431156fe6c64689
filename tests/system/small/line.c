/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the channel as guest/linux/vchan/binding.md lays its node down, and hears its bell. Nothing
 * of the machine is where it is for other guests unless the device tree says so. */
#include "tests/system/small/line.h"

/* Devicetree specification 0.4, 5.2 and 5.4. */
enum { FDT_BEGIN_NODE = 1, FDT_END_NODE = 2, FDT_PROP = 3, FDT_END = 9 };

/* What the compiler makes calls of. */
void *memset(void *to, int byte, size_t size);

void *memset(void *to, int byte, size_t size)
{
    for (uint8_t *at = to; size > 0; size--)
        *at++ = (uint8_t)byte;
    return to;
}

static volatile uint64_t bells, timers, uarts;
static struct machine machine;
static const char *arguments;

static uint32_t cell(const void *tree, uint64_t offset)
{
    return __builtin_bswap32(*(const uint32_t *)((const char *)tree + offset));
}

static uint64_t cell64(const void *tree, uint64_t offset)
{
    return (uint64_t)cell(tree, offset) << 32 | cell(tree, offset + 4);
}

static bool is_same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b)
        a++, b++;
    return *a == *b;
}

/* Whether a node's name is that, but for its unit address. */
static bool is_node(const char *node, const char *name)
{
    while (*name != '\0' && *node == *name)
        node++, name++;
    return *name == '\0' && (*node == '@' || *node == '\0');
}

static uint64_t length_of(const char *text)
{
    uint64_t length = 0;

    while (text[length] != '\0')
        length++;
    return length;
}

/* `reg`: the own region, the peer's, the bell. */
static void take_of_channel(struct line *line, const void *tree, uint64_t at, const char *name)
{
    if (is_same(name, "reg")) {
        line->shape.own = (void *)(uintptr_t)cell64(tree, at);
        line->shape.peer = (const void *)(uintptr_t)cell64(tree, at + 16);
        machine.bells = cell64(tree, at + 32);
    } else if (is_same(name, "interrupts")) {
        line->interrupt = cell(tree, at + 4) + GIC_SPI_FIRST;
    } else if (is_same(name, "bulkhead,send-ring")) {
        line->shape.own_ring = cell(tree, at);
    } else if (is_same(name, "bulkhead,receive-ring")) {
        line->shape.peer_ring = cell(tree, at);
    } else if (is_same(name, "bulkhead,doorbell")) {
        line->number = cell(tree, at);
    }
}

static void take_of_chosen(const char *tree, uint64_t at, const char *name)
{
    if (is_same(name, "bootargs"))
        arguments = tree + at;
    else if (is_same(name, "linux,initrd-start"))
        machine.initrd = cell64(tree, at);
    else if (is_same(name, "linux,initrd-end"))
        machine.initrd_end = cell64(tree, at);
}

static void take_of_machine(const char *tree, const char *node, uint64_t at, const char *name)
{
    bool is_reg = is_same(name, "reg");

    if (is_node(node, "memory") && is_reg) {
        machine.ram = cell64(tree, at);
        machine.ram_size = cell64(tree, at + 8);
    } else if (is_node(node, "interrupt-controller") && is_reg) {
        machine.gicd = cell64(tree, at);
        machine.gicc = cell64(tree, at + 16);
    } else if (is_node(node, "uart") && is_reg) {
        machine.uart = cell64(tree, at);
    } else if (is_node(node, "uart") && is_same(name, "interrupts")) {
        machine.uart_interrupt = cell(tree, at + 4) + GIC_SPI_FIRST;
    } else if (is_node(node, "shared-memory") && is_reg) {
        machine.shared = cell64(tree, at);
        machine.may_write_shared = true;
    } else if (is_node(node, "shared-memory") && is_same(name, "read-only")) {
        machine.may_write_shared = false;
    }
}

/* False: there are fewer. */
static bool read_tree(struct line *lines, unsigned count, const char *tree)
{
    const char *strings = tree + cell(tree, 12), *node = "";
    uint64_t at = cell(tree, 8), token;
    unsigned found = 0;

    while ((token = cell(tree, at)) != FDT_END) {
        at += 4;
        if (token == FDT_BEGIN_NODE) {
            node = tree + at;
            at += (length_of(node) + 4) & ~UINT64_C(3);
        } else if (token == FDT_END_NODE) {
            found += is_node(node, "vchan");
            node = "";
        } else if (token == FDT_PROP) {
            const char *name = strings + cell(tree, at + 4);

            if (is_node(node, "chosen"))
                take_of_chosen(tree, at + 8, name);
            else if (!is_node(node, "vchan"))
                take_of_machine(tree, node, at + 8, name);
            else if (found < count)
                take_of_channel(&lines[found], tree, at + 8, name);
            at += 8 + ((cell(tree, at) + 3) & ~UINT64_C(3));
        }
    }
    return found >= count;
}

static void enable_bell(uint32_t intid)
{
    uint64_t gicd = machine.gicd, trigger = gicd + GICD_ICFGR + intid / 16 * 4;

    store32(trigger, load32(trigger) | 2u << intid % 16 * 2);
    *(volatile uint8_t *)(uintptr_t)(gicd + GICD_ITARGETSR + intid) = 1;
    store32(gicd + GICD_ISENABLER + intid / 32 * 4, 1u << intid % 32);
}

void line_find(struct line *lines, unsigned count)
{
    if (!read_tree(lines, count, (const char *)(uintptr_t)entry.x[0])) {
        report("the device tree has the channels", false);
        power_off();
    }
    for (unsigned i = 0; i < count; i++)
        enable_bell(lines[i].interrupt);
    timer_interrupts_enable(machine.gicd, machine.gicc);
    __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
}

const char *line_arguments(void)
{
    return arguments;
}

const struct machine *line_machine(void)
{
    return &machine;
}

/* What is neither the timer nor the UART is a bell: nothing else is enabled. */
void guest_interrupt(void)
{
    uint32_t acknowledged = load32(machine.gicc + GICC_IAR);

    if (acknowledged == GIC_PPI_VIRTUAL_TIMER) {
        WRITE_REGISTER(cntv_ctl_el0, 0);
        timers++;
        line_timer();
    } else if (acknowledged == machine.uart_interrupt) {
        store32(machine.uart + PL011_IMSC, 0);
        uarts++;
    } else if (acknowledged >= GIC_SPI_FIRST && acknowledged < GIC_INTID_GROUP1) {
        bells++;
    }
    if (acknowledged != GIC_INTID_SPURIOUS)
        store32(machine.gicc + GICC_EOIR, acknowledged);
}

uint64_t line_uart_interrupts(void)
{
    return uarts;
}

void line_ring(struct line *line)
{
    if (vchan_take_doorbell(&line->end))
        store32(machine.bells, line->number);
}

uint64_t line_bells(void)
{
    return bells;
}

/* Masked until it waits: an interrupt between the question and the wait would be waited for in
 * vain. */
void line_sleep(uint64_t since)
{
    uint64_t timers_since = timers;

    __asm__ volatile("msr daifset, #2; isb" ::: "memory");
    while (bells == since && timers == timers_since)
        __asm__ volatile("wfi; msr daifclr, #2; isb; msr daifset, #2; isb" ::: "memory");
    __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
}

void line_set_timer(uint64_t ticks)
{
    WRITE_REGISTER(cntv_cval_el0, guest_time() + ticks);
    WRITE_REGISTER(cntv_ctl_el0, 1);
}

void line_clear_timer(void)
{
    WRITE_REGISTER(cntv_ctl_el0, 0);
}
