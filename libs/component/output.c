/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A component's stdout, where its manifest gives it a channel to the console: opened before main().
 * Stands on libs/vchan. A line goes when it is whole; nothing waits for the console but the first
 * of them and the end, and these not for ever.
 */
#include "abi/console.h"
#include "hw/sysreg.h"
#include "libs/component/component.h"
#include "libs/rt/rt.h"
#include "libs/vchan/text.h"

#define MEETING_TURNS 100 /* of the component's periods, until the console has opened its end */
#define DRAIN_SECONDS 1   /* until it has read everything */

static struct vchan_text text;
static bool is_open;
static unsigned turns = MEETING_TURNS;

static void ring(void)
{
    if (vchan_take_doorbell(&text.end))
        seL4_Signal(COMPONENT_SLOT_CONSOLE);
}

void component_output_send(void)
{
    if (!is_open)
        return;
    vchan_text_send(&text);
    ring();
}

static void put(char c)
{
    if (!vchan_text_put(&text, c))
        return;
    ring();
    for (; turns > 0 && vchan_connect(&text.end) != VCHAN_OK; turns--) {
        seL4_Yield();
        component_output_send();
    }
    turns = 0;
}

/* By the time: a turn may last as good as none. Where there is a console the counter may be
 * read. */
static void wait(bool (*is_done)(void))
{
    uint64_t start = sysreg_read_cntvct_el0(), most = sysreg_read_cntfrq_el0() * DRAIN_SECONDS;

    while (!is_done() && sysreg_read_cntvct_el0() - start < most)
        seL4_Yield();
}

static bool is_drained(void)
{
    bool is_read = vchan_text_is_read(&text);

    ring();
    return is_read;
}

static void drain(void)
{
    wait(is_drained);
}

/* Of the life before, which may have died of a fault: this one begins with an empty ring. */
static bool is_heard(void)
{
    return !vchan_is_unread(text.end.own, text.end.peer);
}

/* Programs are linked with it by name: nobody has to call it. */
void component_output(void);
__attribute__((constructor)) void component_output(void)
{
    struct vchan_shape shape = {.own_ring = CONSOLE_OUTPUT_BYTES, .peer_ring = CONSOLE_INPUT_BYTES};
    uint64_t own, peer;

    if (rt_component() == NULL ||
        !component_u64_at(component_config(), COMPONENT_CONFIG_ROOT, "console", 0, &own) ||
        !component_u64_at(component_config(), COMPONENT_CONFIG_ROOT, "console", 1, &peer))
        return;
    shape.own = (void *)(uintptr_t)own;
    shape.peer = (const void *)(uintptr_t)peer;
    text.end = (struct vchan){.own = shape.own, .peer = shape.peer};
    seL4_Signal(COMPONENT_SLOT_CONSOLE);
    wait(is_heard);
    is_open = vchan_open(&text.end, &shape) == VCHAN_OK;
    if (!is_open)
        return;
    rt_console_set(put);
    rt_console_set_drain(drain);
    component_output_send();
}
