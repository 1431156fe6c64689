/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A talker that is a guest without an operating system: by libs/vchan. The timer's interrupt kills:
 * also amid an access of the channel, or asleep; by a reset, by the monitor's death, or by whoever
 * is at the console.
 */
#include "tests/system/losses/talker.h"
#include "tests/system/small/fatal.h"
#include "tests/system/small/line.h"

static const char *const names[TALKERS] = {"left", "right", "native"};
static struct line lines[SIDES];
static struct talker talker;
static bool has_asked;

/* ---- death ---- */

void line_timer(void)
{
    switch (talker_death(&talker)) {
    case TALKER_BY_FAULT:
        (void)hypercall(PSCI_FEATURES, FATAL_FUNCTION + FATAL_WRITE);
        break;
    case TALKER_BY_CONSOLE:
        if (has_asked)
            return;
        has_asked = true;
        print(names[talker.orders.talker]);
        print(": restart me\n");
        return;
    default:
        (void)secure_call(PSCI_SYSTEM_RESET, 0);
        break;
    }
    guest_fault(0, 0, 0);
}

static void set_death(uint64_t us)
{
    line_set_timer(us * frequency() / 1000000 + 1);
}

/* Once it has met somebody; no more when all these have gone. */
static void plan_death(bool had_met)
{
    bool has_met = talker_has_met(&talker);

    if (talker_is_last(&talker) || has_met == had_met)
        return;
    if (has_met)
        set_death(talker_choose_moment(&talker));
    else
        line_clear_timer();
}

/* ---- channels ---- */

/* What was found, once the other end is rung for what was done. */
static enum vchan_result ring(struct line *line, enum vchan_result result)
{
    line_ring(line);
    return result;
}

enum vchan_result end_meet(unsigned side, uint32_t *own, uint32_t *peer)
{
    struct line *line = &lines[side];
    enum vchan_result result = vchan_connect(&line->end);

    if (result == VCHAN_RESTARTED)
        result = vchan_connect(&line->end);
    *own = line->end.generation;
    *peer = line->end.peer_generation;
    return ring(line, result);
}

enum vchan_result end_read(unsigned side, void *data, size_t size, size_t *count)
{
    struct line *line = &lines[side];
    enum vchan_result result;

    do {
        result = vchan_read(&line->end, data, size, count);
    } while (result == VCHAN_EMPTY && !vchan_arm_data(&line->end, 1));
    return ring(line, result);
}

enum vchan_result end_write(unsigned side, const void *data, size_t size, size_t *count)
{
    struct line *line = &lines[side];
    enum vchan_result result;

    do {
        result = vchan_write(&line->end, data, size, count);
    } while (result == VCHAN_FULL && !vchan_arm_room(&line->end, size));
    return ring(line, result);
}

/* Asked before it is connected anew. */
bool end_is_told(unsigned side)
{
    struct vchan *end = &lines[side].end;
    size_t count;
    enum vchan_result result = vchan_write(end, "", 1, &count);

    return result == VCHAN_RESTARTED || (result == VCHAN_CLOSED && vchan_is_peer_closed(end));
}

void end_close(unsigned side)
{
    vchan_close(&lines[side].end);
    line_ring(&lines[side]);
}

static void open_all(void)
{
    for (unsigned side = 0; side < SIDES; side++) {
        if (vchan_open(&lines[side].end, &lines[side].shape) != VCHAN_OK)
            guest_fault(0, 0, 0);
        talker_open(&talker, side, lines[side].end.generation);
    }
}

void guest_main(void)
{
    struct talker_orders orders;
    uint64_t us;

    line_find(lines, SIDES);
    if (!talker_read_orders(line_arguments(), &orders))
        guest_fault(0, 0, 0);
    talker_begin(&talker, &orders, (void *)(uintptr_t)BOOKS);
    open_all();
    if (talker_dies_early(&talker, &us))
        set_death(us);
    while (!talker_is_finished(&talker)) {
        bool had_met = talker_has_met(&talker);
        uint64_t bells = line_bells();
        bool did = talker_turn(&talker);

        plan_death(had_met);
        if (!did)
            line_sleep(bells);
    }
    talker.book->finished = 1;
    power_off();
}
