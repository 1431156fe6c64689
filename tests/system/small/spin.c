/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest that takes all the time it gets, in a loop. */
#include "tests/system/small/measure.h"

void guest_main(void)
{
    measure_begin();
    measure_window("first", FIRST_FROM, FIRST_TO);
    measure_window("second", SECOND_FROM, SECOND_TO);
    power_off();
}
