/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libvchan in a native component: the regions are mapped from the start, the bell is a signal.
 * Stands on libs/libvchan, whose system this is. What a component leaves open when it ends, init
 * closes.
 */
#include "libs/component/channel.h"

#include <errno.h>
#include <string.h>

#include "libs/component/component.h"
#include "libs/libvchan/system.h"
#include "libs/rt/rt.h"

static uint32_t opened; /* a bit each channel */

static int channel_node(unsigned number)
{
    const void *config = component_config();
    int parent = component_child(config, COMPONENT_CONFIG_ROOT, "channel");

    return parent == COMPONENT_NO_NODE ? COMPONENT_NO_NODE
                                       : component_child_number(config, parent, number);
}

/* Says which, or answers that there is none. */
static int find_channel(const char *name, unsigned *number)
{
    int node;

    for (*number = 0; (node = channel_node(*number)) != COMPONENT_NO_NODE; (*number)++) {
        const char *found = component_string(component_config(), node, "name");

        if (found != NULL && strcmp(found, name) == 0)
            return node;
    }
    return COMPONENT_NO_NODE;
}

/* Absent: none. */
static uint32_t ring_bytes(int node, const char *name)
{
    uint32_t bytes = 0;

    (void)component_u32(component_config(), node, name, &bytes);
    return bytes;
}

static void *region(int node, const char *name)
{
    uint64_t address = 0;

    (void)component_u64(component_config(), node, name, &address);
    return (void *)(uintptr_t)address;
}

int system_open(struct libvchan *vchan, const char *name, struct vchan_shape *shape)
{
    int node = find_channel(name, &vchan->number);

    if (node == COMPONENT_NO_NODE) {
        errno = ENOENT;
        return -1;
    }
    if (opened & 1u << vchan->number) {
        errno = EBUSY;
        return -1;
    }
    if (!component_u32(component_config(), node, "doorbell", &vchan->doorbell)) {
        errno = EINVAL;
        return -1;
    }
    vchan->descriptor = -1;
    *shape = (struct vchan_shape){
        .own = region(node, "own"),
        .peer = region(node, "other"),
        .own_ring = ring_bytes(node, "send-ring"),
        .peer_ring = ring_bytes(node, "receive-ring"),
    };
    opened |= 1u << vchan->number;
    return 0;
}

void system_close(struct libvchan *vchan)
{
    opened &= ~(1u << vchan->number);
}

uint64_t component_channel_signal(const struct libvchan *vchan)
{
    return COMPONENT_BADGE_CHANNEL(vchan->number);
}

int system_wait(struct libvchan *vchan)
{
    (void)component_wait(component_channel_signal(vchan));
    return 0;
}

void system_ring(struct libvchan *vchan)
{
    seL4_Signal(vchan->doorbell);
}
