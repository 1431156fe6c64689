/* SPDX-License-Identifier: BSD-2-Clause */
/* The bells of channels. A number that is no channel's rings nothing. */
#include "vmm/dev/bells.h"

enum { BELLS_RING = 0 }; /* 32 bits, write only */

void bells_init(struct bells *bells, struct gic *gic, const struct bells_ops *ops, void *owner)
{
    *bells = (struct bells){.gic = gic, .ops = ops, .owner = owner};
}

void bells_add(struct bells *bells, unsigned intid)
{
    bells->intids[bells->channel_count++] = (uint16_t)intid;
}

/* An edge: the line falls at once, and what it set pending stays, once the guest has said so. */
void bells_hear(struct bells *bells, unsigned channel)
{
    if (channel >= bells->channel_count)
        return;
    gic_set_line(bells->gic, 0, bells->intids[channel], true);
    gic_set_line(bells->gic, 0, bells->intids[channel], false);
}

static uint64_t bells_read(void *device, unsigned cpu, uint64_t offset, unsigned size)
{
    return 0;
}

static void bells_write(void *device, unsigned cpu, uint64_t offset, unsigned size, uint64_t value)
{
    struct bells *bells = device;

    if (offset == BELLS_RING && size == sizeof(uint32_t) && value < bells->channel_count)
        bells->ops->ring(bells->owner, (unsigned)value);
}

const struct bus_device_ops bells_bus_ops = {.read = bells_read, .write = bells_write};
