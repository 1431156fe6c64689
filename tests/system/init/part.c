/* SPDX-License-Identifier: BSD-2-Clause */
/* The program of every component in init's tests: its argument says what it does. */
#include <stdlib.h>
#include <string.h>

#include "libs/component/component.h"
#include "libs/rt/rt.h"

#define FRESH    0x600dda7a
#define RESTARTS 200

/* What a life before could have left. */
static volatile unsigned data = FRESH;
static volatile unsigned zero;

/* Fails for three lives, as long as each finds its memory as it was built. */
static int be_pristine(void)
{
    if (data != FRESH || zero != 0)
        return 99;
    data = zero = 1;
    return component_starts() < 3 ? 1 : 0;
}

/* Uses 110 ms of time in its first life, where an instruction takes 1 ns, and fails at once in all
 * others. */
static int be_busy(void)
{
    uint64_t left = 55000000;

    if (component_starts() == 0)
        __asm__ volatile("1: subs %0, %0, #1\n b.ne 1b" : "+r"(left)::"cc");
    return 1;
}

static _Noreturn void wait_for_ever(void)
{
    seL4_Word badge;

    for (;;)
        seL4_Wait(COMPONENT_SLOT_NOTIFICATION, &badge);
}

/* A console restarts component 2 very often, and asks for nonsense in between. */
static int be_console(void)
{
    struct component_status status;

    if (component_look(0, &status) || component_look(1000, &status) || component_start(1000) ||
        component_stop(0))
        return 10;
    for (unsigned i = 1; i < RESTARTS; i++) {
        if (!component_start(2) || !component_look(2, &status))
            return 11;
        if (status.state != INIT_STATE_RUNNING || status.restarts != i ||
            status.end != INIT_END_STOPPED)
            return 12;
    }
    if (!component_stop(2) || !component_stop(2) || !component_look(2, &status) ||
        status.state != INIT_STATE_OFF)
        return 13;
    return component_start(2) ? -1 : 14;
}

static bool is_off_after(unsigned periods, uint64_t restarts)
{
    struct component_status status;

    for (unsigned i = 0; i < periods; i++)
        seL4_Yield();
    return component_look(2, &status) && status.state == INIT_STATE_OFF &&
           status.restarts == restarts;
}

/* A console stops component 2, which ends at once, in its pause: it stays off until it is started,
 * and then its pauses are short again. */
static int be_canceller(void)
{
    for (unsigned i = 0; i < 2; i++) {
        if (!is_off_after(2, i) || !component_stop(2) || !is_off_after(30, i))
            return 15;
        if (i == 0 && !component_start(2))
            return 16;
    }
    return -1;
}

/* Says to init whatever it should not listen to. */
static int be_rude(void)
{
    struct component_status status;

    if (component_look(1, &status) || component_start(1) || component_stop(1))
        return 20;
    for (unsigned label = 0; label < 8; label++) {
        for (unsigned length = 0; length < 4; length++) {
            seL4_SetMR(0, INIT_END_COUNT + label);
            if (seL4_MessageInfo_get_label(
                    seL4_Call(COMPONENT_SLOT_INIT, seL4_MessageInfo_new(label, 0, 0, length))) !=
                INIT_REFUSED)
                return 21;
        }
    }
    for (unsigned i = 0; i < 8; i++)
        seL4_Signal(COMPONENT_SLOT_READY);
    return 0;
}

static int fault(const char *how)
{
    void (*volatile code)(void) = (void (*)(void))0x700000;

    if (strcmp(how, "write") == 0)
        *(volatile unsigned *)0x1230 = 1;
    else if (strcmp(how, "read") == 0)
        return *(volatile int *)0x1230;
    else if (strcmp(how, "run") == 0)
        code();
    else if (strcmp(how, "stack") == 0)
        *(volatile char *)((uintptr_t)rt_stack - 64) = 1;
    else if (strcmp(how, "constant") == 0)
        *(volatile char *)(uintptr_t)how = 0;
    else if (strcmp(how, "capability") == 0)
        seL4_Send(0x10000, seL4_MessageInfo_new(0, 0, 0, 0));
    else if (strcmp(how, "break") == 0)
        __asm__ volatile("brk #0");
    return 98;
}

int main(void)
{
    const char *what = component_string(component_config(), COMPONENT_CONFIG_ROOT, "arguments");

    CHECK(what != NULL);
    if (strncmp(what, "exit ", 5) == 0)
        return atoi(what + 5);
    if (strncmp(what, "fault ", 6) == 0)
        return fault(what + 6);
    if (strcmp(what, "check") == 0)
        CHECK(data != FRESH);
    if (strcmp(what, "reset") == 0 && component_starts() == 0)
        component_end(INIT_END_RESET, 0);
    if (strcmp(what, "pristine") == 0)
        return be_pristine();
    if (strcmp(what, "busy") == 0)
        return be_busy();
    if (strcmp(what, "console") == 0 || strcmp(what, "cancel") == 0) {
        int status = what[1] == 'o' ? be_console() : be_canceller();

        if (status >= 0)
            return status;
        wait_for_ever();
    }
    if (strcmp(what, "last") == 0 && component_starts() < RESTARTS)
        wait_for_ever();
    if (strcmp(what, "rude") == 0)
        return be_rude();
    if (strcmp(what, "wait") == 0)
        wait_for_ever();
    return 0;
}
