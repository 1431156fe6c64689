/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A talker that is a native component: by libvchan. It dies of a fault amid a copy into a ring or
 * out of one, or of one before it has met anybody; by each way to exit; by whoever is at the
 * console, anywhere.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/sysreg.h"
#include "libs/component/channel.h"
#include "libs/component/component.h"
#include "libs/libvchan/libvchan.h"
#include "libs/libvchan/system.h"
#include "libs/rt/rt.h"
#include "tests/system/losses/result.h"
#include "tests/system/losses/talker.h"

/* As the manifests name the channels, and place a page with nothing behind it. */
static const char *const channels[SIDES] = {"left-native", "right-native"};
#define EDGE_END ((uint8_t *)0x30101000)
#define EDGE     4096u

static struct libvchan *vchans[SIDES];
static bool has_ended[SIDES];
static struct talker talker;

/* ---- death ---- */

static struct {
    bool is_planned, has_asked, faults;
    uint64_t at; /* by the counter */
} death;

static void plan_death(uint64_t us)
{
    death.is_planned = true;
    death.at = sysreg_read_cntvct_el0() + us * sysreg_read_cntfrq_el0() / 1000000;
}

static _Noreturn void leave(void)
{
    switch (talker_random(&talker, 3)) {
    case 0:
        exit(0);
    case 1:
        exit(3);
    default:
        component_end(INIT_END_RESET, 0);
    }
}

/* A fault comes in the next copy, if there is anybody to copy to. */
static void die(void)
{
    death.is_planned = false;
    switch (talker_death(&talker)) {
    case TALKER_BY_FAULT:
        death.faults = true;
        if (!talker_has_met(&talker))
            *(volatile uint8_t *)EDGE_END = 0;
        break;
    case TALKER_BY_CONSOLE:
        if (!death.has_asked)
            printf("native: restart me\n");
        death.has_asked = true;
        break;
    default:
        leave();
    }
}

/* ---- channels ---- */

enum vchan_result end_meet(unsigned side, uint32_t *own, uint32_t *peer)
{
    struct libvchan *vchan = vchans[side];

    if (has_ended[side] ? libvchan_reconnect(vchan) != 0
                        : libvchan_is_open(vchan) == LIBVCHAN_WAITING)
        return VCHAN_WAITING;
    *own = vchan->end.generation;
    *peer = vchan->end.peer_generation;
    return VCHAN_OK;
}

/* Where a copy of so many bytes ends in a fault after some of them. */
static uint8_t *near_edge(size_t size, size_t *there)
{
    *there = talker_random(&talker, size);
    return EDGE_END - *there;
}

enum vchan_result end_read(unsigned side, void *data, size_t size, size_t *count)
{
    size_t there;
    uint8_t *to = death.faults ? near_edge(size, &there) : data;
    long got = libvchan_read(vchans[side], to, size);

    *count = got > 0 ? (size_t)got : 0;
    if (to != data)
        memcpy(data, to, *count);
    return got == 0 ? VCHAN_CLOSED : result_of(got);
}

enum vchan_result end_write(unsigned side, const void *data, size_t size, size_t *count)
{
    size_t there;
    uint8_t *from = death.faults ? near_edge(size, &there) : NULL;

    if (from != NULL)
        memcpy(from, data, there);

    long gone = libvchan_write(vchans[side], from != NULL ? from : data, size);

    *count = gone > 0 ? (size_t)gone : 0;
    return result_of(gone);
}

bool end_is_told(unsigned side)
{
    has_ended[side] = true;
    return libvchan_is_open(vchans[side]) == LIBVCHAN_CLOSED &&
           libvchan_write(vchans[side], "", 1) == -1 && errno == EPIPE;
}

void end_close(unsigned side)
{
    libvchan_close(vchans[side]);
}

static uint64_t open_all(void)
{
    uint64_t signals = 0;

    for (unsigned side = 0; side < SIDES; side++) {
        vchans[side] = libvchan_server_init(channels[side]);
        if (vchans[side] == NULL)
            rt_panic("%s: cannot be opened (error %d)", channels[side], errno);
        libvchan_set_blocking(vchans[side], false);
        talker_open(&talker, side, vchans[side]->end.generation);
        signals |= component_channel_signal(vchans[side]);
    }
    return signals;
}

/* ---- a life ---- */

static void begin(void)
{
    const char *text = component_string(component_config(), COMPONENT_CONFIG_ROOT, "arguments");
    struct talker_orders orders;

    if (text == NULL || !talker_read_orders(text, &orders))
        rt_panic("arguments: six numbers in one text");
    talker_begin(&talker, &orders, (void *)BOOKS);
}

/* It goes on looking until its early death, as nothing would wake it. */
static void talk(uint64_t signals)
{
    while (!talker_is_finished(&talker)) {
        bool had_met = talker_has_met(&talker);
        bool did = talker_turn(&talker);
        bool has_met = talker_has_met(&talker);

        if (has_met && !had_met && !talker_is_last(&talker))
            plan_death(talker_choose_moment(&talker));
        death.is_planned &= has_met || !had_met;
        if (death.is_planned && sysreg_read_cntvct_el0() >= death.at)
            die();
        else if (!did && (has_met || !death.is_planned))
            (void)component_wait(signals);
    }
}

int main(void)
{
    uint64_t signals, us;

    begin();
    signals = open_all();
    if (talker_dies_early(&talker, &us))
        plan_death(us);
    talk(signals);
    talker.book->finished = 1;
    for (;;)
        (void)component_wait(signals);
}
