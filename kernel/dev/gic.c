/* SPDX-License-Identifier: BSD-2-Clause */
/* What both kinds of interrupt controller need (kernel/dev/gic.h). */
#include "kernel/dev/gic.h"

struct gic gic;

void gic_init_guest_interface(void)
{
    static const uint32_t none[GIC_PRIORITY_WORDS];
    gic_interface_load(0, 0, none);
    for (unsigned i = 0; i < gic.list_count; i++) {
        gic_list_write(i, 0);
    }
}
