/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waits at init's endpoint and its notification. A badge tells who speaks; what is said is
 * anybody's word: a request that makes no sense is refused and changes nothing. Stands on replay.h.
 *
 * What ends at once is started again after a pause (libs/plan/restart.h). Init has no clock but its
 * own budget: while somebody's pause lasts it looks for messages without waiting, gives the rest of
 * its budget away, and counts the period until it has the next.
 */
#include "components/init/serve.h"
#include "components/init/fault.h"
#include "components/init/log.h"
#include "components/init/replay.h"
#include "components/init/words.h"

#include <stdio.h>

#include "libs/rt/rt.h"

#define PERIOD_SERVED 16u /* messages, most: others' pauses go on */

/* Starts what is off. What cannot be made is undone, and stays off. */
static void begin(struct init *init, uint32_t component)
{
    struct life *life = &init->lives[component];

    life->pause_us = 0;
    if (replay_make(init, component)) {
        replay_start(init, component);
        return;
    }
    replay_undo(init, component);
    life->end = INIT_END_FAILED;
}

/* How much of its time a life has used, in microseconds. */
static uint64_t used_by(const struct init *init, uint32_t component)
{
    uint32_t first = plan_range(init->plan, component, PLAN_THREADS).first;
    seL4_CPtr time = init_cap_or_null(init, plan_threads(init->plan)[first].sched_context);

    return seL4_SchedContext_Consumed(time).consumed;
}

static void describe_restart(const struct init *init, uint32_t component, char *text, size_t size)
{
    const struct plan_component *record = init_component(init, component);
    const struct life *life = &init->lives[component];
    int length = snprintf(text, size, "starting it again");

    if (life->pause_us > 0)
        length += snprintf(text + length, size - (size_t)length, " in %lu ms",
                           life->pause_us / 1000);
    if (record->restart == PLAN_RESTART_ON_FAILURE && record->restart_limit != 0)
        snprintf(text + length, size - (size_t)length, " (%u of %u)", life->restart.failures,
                 record->restart_limit);
}

static void say_end(const struct init *init, uint32_t component, enum init_end how, int status,
                    const char *next)
{
    /* Of a program, and of a VM. */
    static const char *const formats[INIT_END_COUNT][2] = {
        [INIT_END_POWER_OFF] = {"ended with status %d", "its guest powered off"},
        [INIT_END_RESET] = {"asked to be started again", "its guest reset"},
        [INIT_END_FAILED] = {"failed with status %d", "failed with status %d"},
        [INIT_END_FAULT] = {"stopped by its fault", "stopped by its fault"},
        [INIT_END_STOPPED] = {"stopped by the console", "stopped by the console"},
    };
    bool vm = init_component(init, component)->kind == PLAN_KIND_VM;
    char text[64];

    snprintf(text, sizeof(text), formats[how][vm], status);
    words_say("%s: %s: %s", init_name(init, component), text, next);
}

/* Off, and neither its policy nor a wish of the console's starts it again. */
static bool is_final(const struct life *life)
{
    return life->state == INIT_STATE_OFF && life->pause_us == 0 && life->end != INIT_END_STOPPED;
}

/* The board goes off with its last VM or, without VMs, with the last component of the user's. */
static void rest(const struct init *init)
{
    bool vms = plan_has_kind(init->plan, PLAN_KIND_VM);
    enum plan_kind kind = vms ? PLAN_KIND_VM : PLAN_KIND_NATIVE;
    bool idle = init->plan->board_off == PLAN_BOARD_OFF_IDLE && plan_has_kind(init->plan, kind);

    for (uint32_t i = 1; i < plan_count(init->plan, PLAN_COMPONENTS); i++)
        idle &= init_component(init, i)->kind != kind || is_final(&init->lives[i]);
    if (!idle)
        return;
    words_say("all %s are off: board off", vms ? "VMs" : "components");
    rt_poweroff();
}

static void end(struct init *init, uint32_t component, enum init_end how, int status)
{
    struct life *life = &init->lives[component];
    bool again = restart_after(init_component(init, component), &life->restart, how,
                               used_by(init, component), &life->pause_us);
    char next[64] = "off";

    if (again)
        describe_restart(init, component, next, sizeof(next));
    say_end(init, component, how, status, next);
    replay_undo(init, component);
    life->end = how;
    if (again && life->pause_us == 0)
        begin(init, component);
    rest(init);
}

/* The console's own wish about any component, itself too. */
static bool command(struct init *init, enum init_request request, uint32_t component)
{
    struct life *life = &init->lives[component];
    bool start = request == INIT_START;

    if (life->state == INIT_STATE_RUNNING || life->pause_us > 0) {
        say_end(init, component, INIT_END_STOPPED, 0, start ? "starting it again" : "off");
        replay_undo(init, component);
        life->end = INIT_END_STOPPED;
    }
    life->restart = (struct restart){0};
    life->pause_us = 0;
    if (start)
        begin(init, component);
    rest(init);
    return life->state == (start ? INIT_STATE_RUNNING : INIT_STATE_OFF);
}

static void answer(const struct init *init, enum init_answer label, unsigned length)
{
    seL4_Send(init_own_slot(init, INIT_SLOT_REPLY), seL4_MessageInfo_new(label, 0, 0, length));
}

static void look(const struct init *init, uint32_t component)
{
    const struct life *life = &init->lives[component];

    seL4_SetMR(0, life->state);
    seL4_SetMR(1, life->starts == 0 ? 0 : life->starts - 1);
    seL4_SetMR(2, life->end);
    answer(init, INIT_OK, 3);
}

/* `about` is whatever the caller wrote. */
static void serve_console(struct init *init, enum init_request request, uint64_t about)
{
    if (about == INIT_SYSTEM || about >= plan_count(init->plan, PLAN_COMPONENTS))
        answer(init, INIT_REFUSED, 0);
    else if (request == INIT_LOOK)
        look(init, (uint32_t)about);
    else
        answer(init, command(init, request, (uint32_t)about) ? INIT_OK : INIT_REFUSED, 0);
}

static void serve_request(struct init *init, uint32_t caller, seL4_MessageInfo_t info)
{
    uint64_t request = seL4_MessageInfo_get_label(info);
    uint64_t length = seL4_MessageInfo_get_length(info);
    uint64_t first = length > 0 ? seL4_GetMR(0) : 0, status = length > 1 ? seL4_GetMR(1) : 0;
    bool console = init_component(init, caller)->kind == PLAN_KIND_CONSOLE;

    if (request == INIT_END && first >= INIT_END_POWER_OFF && first <= INIT_END_FAILED)
        end(init, caller, (enum init_end)first, (int)status);
    else if (console && length > 0 && request >= INIT_LOOK && request <= INIT_STOP)
        serve_console(init, (enum init_request)request, first);
    else
        answer(init, INIT_REFUSED, 0);
}

static void serve_message(struct init *init, uint64_t badge, seL4_MessageInfo_t info)
{
    uint32_t component = badge & 0xff;
    uint32_t thread = (uint32_t)((badge & ~(PLAN_BADGE_MESSAGE | PLAN_BADGE_FAULT)) >> 8);

    if (badge & PLAN_BADGE_FAULT) {
        fault_report(init, component, thread, info);
        end(init, component, INIT_END_FAULT, 0);
    } else {
        serve_request(init, component, info);
    }
}

static void serve_signals(struct init *init)
{
    uint64_t signals = init->signals;

    init->signals = 0;
    for (uint32_t i = 1; i < plan_count(init->plan, PLAN_COMPONENTS); i++) {
        if (signals & PLAN_BADGE_READY(i))
            replay_ready(init, i);
    }
    if (signals & PLAN_BADGE_READY(INIT_SYSTEM))
        log_pump();
}

static bool somebody_pauses(const struct init *init)
{
    for (uint32_t i = 1; i < plan_count(init->plan, PLAN_COMPONENTS); i++) {
        if (init->lives[i].pause_us > 0)
            return true;
    }
    return false;
}

static void pass_period(struct init *init)
{
    uint64_t period = init->plan->period_us;

    seL4_Yield();
    for (uint32_t i = 1; i < plan_count(init->plan, PLAN_COMPONENTS); i++) {
        struct life *life = &init->lives[i];

        if (life->pause_us > period)
            life->pause_us -= period;
        else if (life->pause_us > 0)
            begin(init, i);
    }
    rest(init);
}

_Noreturn void serve(struct init *init)
{
    seL4_CPtr endpoint = init_cap(init, init->plan->endpoint, 0);
    seL4_CPtr reply = init_own_slot(init, INIT_SLOT_REPLY);

    for (unsigned served = 1;; served++) {
        bool pauses = somebody_pauses(init);
        seL4_Word badge;
        seL4_MessageInfo_t info = pauses ? seL4_NBRecv(endpoint, &badge, reply)
                                         : seL4_Recv(endpoint, &badge, reply);

        if (badge & PLAN_BADGE_MESSAGE)
            serve_message(init, badge, info);
        else
            init->signals |= badge;
        if (pauses && (badge == 0 || served % PERIOD_SERVED == 0))
            pass_period(init);
        if (init->signals != 0)
            serve_signals(init);
    }
}
