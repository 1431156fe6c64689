/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bells of a guest's channels: one register, at offset 0, in which the guest stores the number
 * of the channel whose other end it rings; and an interrupt for each channel, which the other end's
 * ringing makes pending. Stands on bus.h and gic.h.
 */
#ifndef VMM_DEV_BELLS_H
#define VMM_DEV_BELLS_H

#include "abi/vmm.h"
#include "vmm/bus/bus.h"
#include "vmm/dev/gic.h"

struct bells_ops {
    void (*ring)(void *owner, unsigned channel);
};

struct bells {
    struct gic *gic;
    unsigned channel_count;
    uint16_t intids[VMM_CHANNEL_MAX]; /* each channel's interrupt */
    const struct bells_ops *ops;
    void *owner;
};

/* Of no channel yet. */
void bells_init(struct bells *bells, struct gic *gic, const struct bells_ops *ops, void *owner);

/* The next channel; no more than VMM_CHANNEL_MAX. */
void bells_add(struct bells *bells, unsigned intid);

/* The other end of the channel has rung. */
void bells_hear(struct bells *bells, unsigned channel);

extern const struct bus_device_ops bells_bus_ops;

#endif
