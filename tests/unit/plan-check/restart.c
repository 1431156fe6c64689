/* SPDX-License-Identifier: BSD-2-Clause */
/* Restart policies: who starts again after what, how often, and after how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "libs/plan/restart.h"

#define LONG RESTART_BRIEF_US /* a life that did not end at once */

static const enum init_end ends[] = {INIT_END_POWER_OFF, INIT_END_RESET, INIT_END_FAILED,
                                     INIT_END_FAULT};

static struct restart restart;
static uint64_t pause_us;

static int set_up(void **state)
{
    restart = (struct restart){0};
    pause_us = 1;
    return 0;
}

static bool ask(enum plan_restart policy, uint16_t limit, enum init_end how, uint64_t used_us)
{
    const struct plan_component component = {.restart = (uint8_t)policy, .restart_limit = limit};

    return restart_after(&component, &restart, how, used_us, &pause_us);
}

static void never_is_never(void **state)
{
    for (unsigned i = 0; i < 4; i++) {
        assert_false(ask(PLAN_RESTART_NEVER, 0, ends[i], 0));
        assert_int_equal(pause_us, 0);
    }
}

static void always_is_always(void **state)
{
    for (unsigned i = 0; i < 4000; i++) {
        assert_true(ask(PLAN_RESTART_ALWAYS, 1, ends[i % 4], LONG));
        assert_int_equal(pause_us, 0);
    }
}

static void on_failure_leaves_off_what_ended_well(void **state)
{
    assert_false(ask(PLAN_RESTART_ON_FAILURE, 0, INIT_END_POWER_OFF, 0));
    assert_int_equal(pause_us, 0);
    for (unsigned i = 1; i < 4; i++)
        assert_true(ask(PLAN_RESTART_ON_FAILURE, 0, ends[i], LONG));
    assert_int_equal(restart.failures, 3);
}

static void a_limit_is_kept(void **state)
{
    for (unsigned i = 1; i < 4; i++)
        assert_true(ask(PLAN_RESTART_ON_FAILURE, 3, ends[i], 0));
    assert_false(ask(PLAN_RESTART_ON_FAILURE, 3, INIT_END_FAULT, 0));
    assert_int_equal(pause_us, 0);
    assert_int_equal(restart.failures, 3);
}

static void without_a_limit_there_is_none(void **state)
{
    for (unsigned i = 0; i < 100000; i++)
        assert_true(ask(PLAN_RESTART_ON_FAILURE, 0, INIT_END_FAULT, LONG));
}

static void pauses_double_up_to_the_longest(void **state)
{
    uint64_t expected = RESTART_PAUSE_US;

    for (unsigned i = 0; i < 200; i++) {
        assert_true(ask(PLAN_RESTART_ALWAYS, 0, INIT_END_FAILED, RESTART_BRIEF_US - 1));
        assert_int_equal(pause_us, expected);
        if (i < RESTART_DOUBLED)
            expected *= 2;
    }
    assert_int_equal(pause_us, RESTART_PAUSE_US << RESTART_DOUBLED);
}

static void a_long_life_makes_pauses_short_again(void **state)
{
    for (unsigned i = 0; i < 5; i++)
        assert_true(ask(PLAN_RESTART_ALWAYS, 0, INIT_END_FAILED, 0));
    assert_true(ask(PLAN_RESTART_ALWAYS, 0, INIT_END_FAILED, LONG));
    assert_int_equal(pause_us, 0);
    assert_true(ask(PLAN_RESTART_ALWAYS, 0, INIT_END_FAILED, 0));
    assert_int_equal(pause_us, RESTART_PAUSE_US);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(never_is_never),
        TEST(always_is_always),
        TEST(on_failure_leaves_off_what_ended_well),
        TEST(a_limit_is_kept),
        TEST(without_a_limit_there_is_none),
        TEST(pauses_double_up_to_the_longest),
        TEST(a_long_life_makes_pauses_short_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
