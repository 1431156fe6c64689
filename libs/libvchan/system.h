/* SPDX-License-Identifier: BSD-2-Clause */
/* What libvchan needs of the system it runs in: each has a file of its own with these. */
#pragma once

#include "libs/vchan/vchan.h"

struct libvchan {
    struct vchan end;
    bool is_blocking;
    /* The system's. */
    int descriptor;
    void *own, *peer;
    size_t own_size, peer_size;
    unsigned number;
    uint32_t doorbell;
};

/* Finds the channel; fills the shape and the system's fields. 0, or -1 and errno. */
int system_open(struct libvchan *vchan, const char *name, struct vchan_shape *shape);
void system_close(struct libvchan *vchan);

/* Until a doorbell came that was not taken yet, and takes it. 0, or -1 and errno. */
int system_wait(struct libvchan *vchan);

/* Stores before, bell after. */
void system_ring(struct libvchan *vchan);
