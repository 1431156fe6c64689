/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A native program that runs every period, whatever Linux does on the same core: it counts its turns
 * in the shared memory "telemetry", where a guest can read them. Stands on libs/component.
 *
 * A turn ends with seL4_Yield(), which gives back what is left of the budget; the next turn begins
 * with the next period. So the manifest's period is the program's clock.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "libs/component/component.h"
#include "libs/rt/rt.h"

#define TELEMETRY_MAGIC 0x54414548 /* "HEAT" */

/* What the guest reads, little-endian. */
struct telemetry {
    uint32_t magic;
    uint32_t starts; /* of this program, before this one */
    volatile uint64_t turns;
};

/* The memory the manifest calls `name`, at least `size` bytes and writable, or NULL. */
static void *find_shared(const char *name, size_t size)
{
    const void *config = component_config();
    int shared = component_child(config, COMPONENT_CONFIG_ROOT, "shared");
    int node = COMPONENT_NO_NODE;

    while (shared != COMPONENT_NO_NODE &&
           (node = component_next_child(config, shared, node)) != COMPONENT_NO_NODE) {
        const char *found = component_string(config, node, "name");
        uint64_t address, length;

        if (found != NULL && strcmp(found, name) == 0 && component_has(config, node, "writable") &&
            component_u64(config, node, "address", &address) &&
            component_u64(config, node, "size", &length) && length >= size)
            return (void *)(uintptr_t)address;
    }
    return NULL;
}

int main(void)
{
    struct telemetry *telemetry = find_shared("telemetry", sizeof(*telemetry));

    if (telemetry == NULL)
        rt_panic("no writable shared memory 'telemetry': add it to the manifest under 'shared'");
    telemetry->magic = TELEMETRY_MAGIC;
    telemetry->starts = (uint32_t)component_starts();
    printf("heartbeat: started %" PRIu64 " times before, counting now\n", component_starts());
    for (;;) {
        telemetry->turns++;
        seL4_Yield();
    }
}
