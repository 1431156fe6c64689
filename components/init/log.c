/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends init's log. Stands on libs/console and libs/vchan; nothing here ever waits for the console. */
#include "components/init/log.h"
#include "components/init/words.h"

#include "abi/console.h"
#include "libs/console/console.h"
#include "libs/rt/rt.h"
#include "libs/vchan/text.h"

#define DRAIN_US 1000000u /* for the console to read the log */
#define LAST_US  100000u  /* then for it to show what it has */

static struct uart uart;
static struct vchan_text text;
static seL4_CPtr doorbell;
static bool is_uart_kept;
static uint64_t period_us; /* of init; 0: there is no console to wait for */

bool log_use_uart(const char *compatible, volatile void *registers)
{
    return console_use(&uart, compatible, registers) == CONSOLE_OK;
}

bool log_is_open(void)
{
    return uart.model != NULL;
}

bool log_open(const struct init *init)
{
    const struct plan_header *plan = init->plan;

    if (plan->log_uart == 0)
        return true;
    return log_use_uart(plan_string(plan, plan->log_compatible), (volatile void *)plan->log_uart) ||
           words_refuse("no driver for the log's UART '%s'",
                        plan_string(plan, plan->log_compatible));
}

static void ring(void)
{
    if (vchan_take_doorbell(&text.end))
        seL4_Signal(doorbell);
}

void log_pump(void)
{
    if (doorbell == seL4_CapNull)
        return;
    vchan_text_send(&text);
    ring();
}

static void put_channel(char c)
{
    if (vchan_text_put(&text, c))
        ring();
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

        ring();
        if (is_read)
            break;
        seL4_Yield();
    }
    /* What others said last is on its way, too: the console looks at them in its own periods. */
    for (uint64_t i = 0; i < turns_of(LAST_US); i++)
        seL4_Yield();
    if (is_uart_kept)
        uart_drain(&uart);
}

static bool has_console(const struct plan_header *plan)
{
    for (uint32_t i = 1; i < plan_count(plan, PLAN_COMPONENTS); i++) {
        if (plan_components(plan)[i].kind == PLAN_KIND_CONSOLE)
            return true;
    }
    return false;
}

/* Takes the UART's page out of init's address space again; it is the console's now. */
static void unmap_uart(const struct init *init)
{
    struct plan_range range = plan_range(init->plan, INIT_SYSTEM, PLAN_MAPS);
    const struct plan_map *maps = plan_maps(init->plan) + range.first;

    for (uint32_t i = 0; i < range.count; i++) {
        const struct plan_object *object = &plan_objects(init->plan)[maps[i].object];
        uint64_t at = init->plan->log_uart - maps[i].address;

        if (maps[i].vspace == PLAN_INIT && object->type != PLAN_TYPE_PAGE_TABLE &&
            at < maps[i].count * plan_object_bytes(object))
            (void)seL4_ARM_Page_Unmap(init->slots + maps[i].slot + at / plan_object_bytes(object));
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
    if (init->plan->log_uart != 0 && !init->plan->log_keep) {
        uart_drain(&uart);
        rt_console_set(NULL);
        rt_console_set_drain(NULL);
        unmap_uart(init);
    }
    is_uart_kept = init->plan->log_uart != 0 && init->plan->log_keep;
    if (!has_console(init->plan))
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
