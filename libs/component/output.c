/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A component's stdout, where its manifest gives it a channel to the console: opened before main().
 * Stands on libs/vchan. A line goes when it is whole; nothing waits for the console but the first of
 * them and the end, and these not for ever.
 */
#include "abi/console.h"
#include "libs/component/component.h"
#include "libs/rt/rt.h"
#include "libs/vchan/text.h"

#define MEETING_TURNS 100 /* of the component's periods, until the console has opened its end */
#define DRAIN_TURNS   100 /* until it has read everything */

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

/* What the ring still holds would be lost to a next life, which begins with an empty one. */
static void drain(void)
{
    for (unsigned i = 0; i < DRAIN_TURNS; i++) {
        bool is_read = vchan_text_is_read(&text);

        ring();
        if (is_read)
            return;
        seL4_Yield();
    }
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
    is_open = vchan_open(&text.end, &shape) == VCHAN_OK;
    if (!is_open)
        return;
    rt_console_set(put);
    rt_console_set_drain(drain);
    component_output_send();
}
