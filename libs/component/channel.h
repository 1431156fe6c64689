/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libvchan (libs/libvchan/libvchan.h) leaves to a native component: where there are
 * descriptors in Linux, there are signals here.
 */
#pragma once

#include <stdint.h>

struct libvchan;

/* What component_wait() and component_poll() answer when the channel's other end has rung. */
uint64_t component_channel_signal(const struct libvchan *vchan);
