/* SPDX-License-Identifier: BSD-2-Clause */
/* The frame of tests/unit/kernel-whole/model.h. */
#include "tests/unit/kernel-whole/model.h"
#include <time.h>

#include "tests/unit/kernel-whole/world.h"

#define FIRST_LONG_SEED 1000 /* of those that no unit test has */

static const struct model *chosen;
static uint64_t seed, step;

static void say_where(void)
{
    fprintf(stderr, "seed %lu, step %lu: repeat with arguments %lu %lu\n", seed, step, seed,
            step + 1);
}

static void run(uint64_t first_seed, uint64_t steps)
{
    seed = first_seed;
    step = 0;
    random_seed(seed);
    chosen->start();
    for (; step < steps; step++) {
        chosen->step();
    }
}

static void run_fixed(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= chosen->seeds; i++) {
        run(i, chosen->steps);
    }
}

static int after(void **state)
{
    say_where();
    return world_free(state);
}

int model_main(const struct model *model, int count, char **arguments)
{
    const struct CMUnitTest tests[] = {{model->name, run_fixed, NULL, after, NULL}};
    chosen = model;
    fake_on_halt = say_where;
    if (count == 1) {
        return cmocka_run_group_tests(tests, NULL, NULL);
    }
    if (count == 3) {
        run(strtoul(arguments[1], NULL, 10), strtoul(arguments[2], NULL, 10));
        return 0;
    }
    time_t end = time(NULL) + strtol(arguments[1], NULL, 10);
    for (uint64_t i = FIRST_LONG_SEED; time(NULL) < end; i++) {
        run(i, model->steps);
    }
    printf("%s: %lu steps\n", model->name, (seed - FIRST_LONG_SEED + 1) * model->steps);
    return 0;
}
