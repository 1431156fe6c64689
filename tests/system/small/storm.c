/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest that takes all the time it gets: first in a loop, then in exits to its monitor, as fast
 * as it can. */
#include "tests/system/small/measure.h"

void guest_main(void)
{
    uint64_t exits = 0;

    measure_begin();
    measure_window("first", FIRST_FROM, FIRST_TO);
    for (; board_time() < MILLISECONDS(SECOND_TO); exits++)
        (void)hypercall(PSCI_VERSION, 0);
    report_value("there was a storm of exits", exits > 1000, exits);
    power_off();
}
