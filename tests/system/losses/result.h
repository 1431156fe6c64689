/* SPDX-License-Identifier: BSD-2-Clause */
/* What a read or a write answered, where there is an errno: in Linux, and by libvchan. */
#pragma once

#include <errno.h>

#include "libs/vchan/vchan.h"

static inline enum vchan_result result_of(long count)
{
    if (count >= 0)
        return VCHAN_OK;
    switch (errno) {
    case EAGAIN:
        return VCHAN_EMPTY;
    case EPIPE:
        return VCHAN_RESTARTED;
    default:
        return VCHAN_BROKEN;
    }
}
