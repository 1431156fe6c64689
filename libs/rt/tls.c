/* SPDX-License-Identifier: BSD-2-Clause */
/* Thread-local storage, variant 1 of the Arm ABI: two words at the thread pointer, then .tdata and
 * .tbss at the offset that user.ld computed. Runs before there is any TLS: uses none. */
#include <string.h>

#include "libs/rt/internal.h"
#include "libs/rt/thread.h"

size_t rt_tls_bytes(void)
{
    return (size_t)__tls_reserve;
}

void *rt_tls_fill(void *block)
{
    char *base = block;
    size_t offset = (size_t)__tls_offset;
    size_t image = (size_t)__tls_image_bytes;

    memset(base, 0, offset);
    memcpy(base + offset, __tls_image, image);
    memset(base + offset + image, 0, (size_t)__tls_bytes - image);
    return block;
}
