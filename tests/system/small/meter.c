/* SPDX-License-Identifier: BSD-2-Clause */
/* A native program that takes all the time it gets, and counts its rounds in shared memory. */
#include "libs/component/component.h"
#include "libs/rt/rt.h"
#include "tests/system/small/share.h"

int main(void)
{
    const void *config = component_config();
    int shared = component_child(config, COMPONENT_CONFIG_ROOT, "shared");
    int node = component_next_child(config, shared, COMPONENT_NO_NODE);
    uint64_t address;
    volatile uint64_t *rounds;

    CHECK(component_u64(config, node, "address", &address));
    rounds = (volatile uint64_t *)(uintptr_t)address;
    for (;;) {
        share_round();
        (*rounds)++;
    }
}
