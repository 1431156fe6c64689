/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends init's log. Stands on libs/console and libs/vchan; nothing here ever waits for the
 * console. */
#include "components/init/log.h"
#include "components/init/words.h"

#include "abi/console.h"
#include "libs/console/console.h"
#include "libs/rt/rt.h"
#include "libs/vchan/text.h"

#define DRAIN_US 1000000u /* for the console to read the log */
#define LAST_US  100000u  /* then for it to show what it has */

static struct uart uart; /* as long as it is init's */
static struct vchan_text text;
static seL4_CPtr doorbell;
static uint64_t period_us; /* of init; 0: there is no console to wait for */

bool log_is_open(void)
{
    return uart.model != NULL;
}

bool log_open(const struct init *init)
{
    const struct plan_header *plan = init->plan;

    if (plan->log_uart == 0)
        return true;
    return console_use(&uart, plan_string(plan, plan->log_compatible),
                       (volatile void *)plan->log_uart) == CONSOLE_OK ||
           words_refuse("no driver for the log's UART '%s'",
                        plan_string(plan, plan->log_compatible));
}

void log_pump(void)
{
    if (doorbell == seL4_CapNull)
        return;
    vchan_text_send(&text);
    if (vchan_take_doorbell(&text.end))
        seL4_Signal(doorbell);
}

static void put_channel(char c)
{
    if (vchan_text_put(&text, c))
        log_pump();
}

/* Turns that last as long at least: each ends with a piece of init's budget, of which there are two
 * a period. */
static uint64_t turns_of(uint64_t us)
{
    return period_us == 0 ? 0 : 2 * us / period_us + 2;
}

void log_drain(void)
{
    for (uint64_t i = 0; i < turns_of(DRAIN_US) && doorbell != seL4_CapNull; i++) {
        bool is_read = vchan_text_is_read(&text);

        log_pump();
        if (is_read)
            break;
        seL4_Yield();
    }
    /* What others said last is on its way, too: the console looks at them in its own periods. */
    for (uint64_t i = 0; i < turns_of(LAST_US); i++)
        seL4_Yield();
    if (log_is_open())
        uart_drain(&uart);
}

/* Takes the UART's pages out of init's address space again; they are the console's now. Init has no
 * other device. */
static void unmap_uart(const struct init *init)
{
    struct plan_range range = plan_range(init->plan, INIT_SYSTEM, PLAN_MAPS);
    const struct plan_map *map = plan_maps(init->plan) + range.first;

    for (; range.count > 0; range.count--, map++) {
        for (uint32_t i = 0; i < map->count && map->flags & PLAN_MAP_DEVICE; i++)
            (void)seL4_ARM_Page_Unmap(init->slots + map->slot + i);
    }
}

static bool open_channel(const struct init *init)
{
    const struct plan_header *plan = init->plan;
    struct vchan_shape shape = {
        .own = (void *)plan->log_own,
        .peer = (const void *)plan->log_peer,
        .own_ring = CONSOLE_OUTPUT_BYTES,
        .peer_ring = CONSOLE_INPUT_BYTES,
    };

    doorbell = init_own_slot(init, INIT_SLOT_DOORBELL);
    return init_mint(doorbell, init_cap(init, plan->log_doorbell, 0), seL4_CanWrite,
                     CONSOLE_BADGE_CHANNEL(plan->log_channel)) == seL4_NoError &&
           vchan_open(&text.end, &shape) == VCHAN_OK;
}

bool log_hand_over(const struct init *init)
{
    if (log_is_open() && !init->plan->log_keep) {
        uart_drain(&uart);
        rt_console_set(NULL);
        rt_console_set_drain(NULL);
        unmap_uart(init);
        uart.model = NULL;
    }
    if (!plan_has_kind(init->plan, PLAN_KIND_CONSOLE))
        return true;
    period_us = init->plan->period_us;
    rt_console_set_drain(log_drain);
    if (init->plan->log_own == 0)
        return true;
    if (!open_channel(init))
        return words_refuse("the log's channel to the console cannot be opened");
    if (!init->plan->log_keep)
        rt_console_set(put_channel);
    return true;
}
