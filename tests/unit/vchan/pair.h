/* SPDX-License-Identifier: BSD-2-Clause */
/* Two regions and the two ends over them. */
#pragma once

#include <string.h>

#include "libs/vchan/vchan.h"

#define RING 4096u

struct pair {
    _Alignas(4096) uint8_t region_a[VCHAN_REGION_BYTES(RING)];
    _Alignas(4096) uint8_t region_b[VCHAN_REGION_BYTES(RING)];
    struct vchan a, b;
};

static inline struct vchan_shape pair_shape_a(struct pair *pair)
{
    return (struct vchan_shape){
        .own = pair->region_a, .peer = pair->region_b, .own_ring = RING, .peer_ring = RING};
}

static inline struct vchan_shape pair_shape_b(struct pair *pair)
{
    return (struct vchan_shape){
        .own = pair->region_b, .peer = pair->region_a, .own_ring = RING, .peer_ring = RING};
}

static inline enum vchan_result pair_open_a(struct pair *pair)
{
    struct vchan_shape shape = pair_shape_a(pair);

    return vchan_open(&pair->a, &shape);
}

static inline enum vchan_result pair_open_b(struct pair *pair)
{
    struct vchan_shape shape = pair_shape_b(pair);

    return vchan_open(&pair->b, &shape);
}

static inline struct vchan_header *pair_header_a(struct pair *pair)
{
    return (struct vchan_header *)pair->region_a;
}
