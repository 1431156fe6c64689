/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the channel as guest/linux/vchan/binding.md lays its node down, and hears its bell. */
#include "tests/system/small/line.h"

/* Devicetree specification 0.4, 5.2 and 5.4. */
enum { FDT_BEGIN_NODE = 1, FDT_END_NODE = 2, FDT_PROP = 3, FDT_END = 9 };

#define BELL_INTID 64u /* + the channel's number */

/* What the compiler makes calls of. */
void *memset(void *to, int byte, size_t size);

void *memset(void *to, int byte, size_t size)
{
    for (uint8_t *at = to; size > 0; size--)
        *at++ = (uint8_t)byte;
    return to;
}

static volatile uint64_t bells, timers;
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

static uint64_t length_of(const char *text)
{
    uint64_t length = 0;

    while (text[length] != '\0')
        length++;
    return length;
}

/* `reg`: the own region, the peer's, the bell. */
static void take_property(struct line *line, const void *tree, uint64_t at, const char *name)
{
    if (is_same(name, "reg")) {
        line->shape.own = (void *)(uintptr_t)cell64(tree, at);
        line->shape.peer = (const void *)(uintptr_t)cell64(tree, at + 16);
    } else if (is_same(name, "bulkhead,send-ring")) {
        line->shape.own_ring = cell(tree, at);
    } else if (is_same(name, "bulkhead,receive-ring")) {
        line->shape.peer_ring = cell(tree, at);
    } else if (is_same(name, "bulkhead,doorbell")) {
        line->number = cell(tree, at);
    }
}

/* False: there are fewer. */
static bool read_tree(struct line *lines, unsigned count, const char *tree)
{
    const char *strings = tree + cell(tree, 12);
    uint64_t at = cell(tree, 8), token;
    unsigned found = 0;
    bool is_ours = false;

    while ((token = cell(tree, at)) != FDT_END) {
        at += 4;
        if (token == FDT_BEGIN_NODE) {
            is_ours = tree[at] == 'v' && tree[at + 1] == 'c' && tree[at + 5] == '@';
            at += (length_of(tree + at) + 4) & ~UINT64_C(3);
        } else if (token == FDT_END_NODE) {
            found += is_ours;
            is_ours = false;
        } else if (token == FDT_PROP) {
            const char *name = strings + cell(tree, at + 4);

            if (is_ours && found < count)
                take_property(&lines[found], tree, at + 8, name);
            else if (is_same(name, "bootargs"))
                arguments = tree + at + 8;
            at += 8 + ((cell(tree, at) + 3) & ~UINT64_C(3));
        }
    }
    return found >= count;
}

static void enable_bell(uint32_t intid)
{
    uint64_t trigger = GICD + GICD_ICFGR + intid / 16 * 4;

    store32(trigger, load32(trigger) | 2u << intid % 16 * 2);
    *(volatile uint8_t *)(uintptr_t)(GICD + GICD_ITARGETSR + intid) = 1;
    store32(GICD + GICD_ISENABLER + intid / 32 * 4, 1u << intid % 32);
}

void line_find(struct line *lines, unsigned count)
{
    if (!read_tree(lines, count, (const char *)(uintptr_t)entry.x[0])) {
        report("the device tree has the channels", false);
        power_off();
    }
    for (unsigned i = 0; i < count; i++)
        enable_bell(BELL_INTID + lines[i].number);
    timer_interrupts_enable();
    __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
}

const char *line_arguments(void)
{
    return arguments;
}

void guest_interrupt(void)
{
    uint32_t acknowledged = load32(GICC + GICC_IAR);

    if (acknowledged == GIC_PPI_VIRTUAL_TIMER) {
        WRITE_REGISTER(cntv_ctl_el0, 0);
        timers++;
        line_timer();
    } else if (acknowledged >= BELL_INTID && acknowledged < GIC_INTID_GROUP1) {
        bells++;
    }
    if (acknowledged != GIC_INTID_SPURIOUS)
        store32(GICC + GICC_EOIR, acknowledged);
}

void line_ring(struct line *line)
{
    if (vchan_take_doorbell(&line->end))
        store32(0x0a000000, line->number);
}

uint64_t line_bells(void)
{
    return bells;
}

/* Masked until it waits: an interrupt between the question and the wait would be waited for in vain. */
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
