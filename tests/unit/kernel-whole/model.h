/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the programs share that run the kernel against a model of it:
 *
 *   PROGRAM               a fixed number of seeds, as a unit test
 *   PROGRAM SECONDS       other seeds, for so long (make fuzz)
 *   PROGRAM SEED STEPS    one of them again
 */
#pragma once

#include <stdint.h>

struct model {
    const char *name;
    void (*start)(void); /* with the random numbers seeded */
    void (*step)(void);  /* one step, and the comparison */
    uint64_t seeds, steps;
};

int model_main(const struct model *model, int count, char **arguments);
