/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * REVISION comes from git by way of tool/module.mk, "" where that is not; the formats from abi, so
 * that they cannot be told wrong.
 */
#include "tool/command/version.h"

#include "abi/image.h"
#include "abi/payload.h"
#include "abi/plan.h"
#include "abi/vchan.h"
#include "abi/version.h"

void version_print(FILE *stream)
{
    fprintf(stream, "bulkhead " BULKHEAD_VERSION "%s%s%s\n", REVISION[0] != '\0' ? " (" : "",
            REVISION, REVISION[0] != '\0' ? ")" : "");
    fputs("kernel interface: seL4 16.0.0, AArch64, hypervisor mode, MCS, SMP\n", stream);
    fprintf(stream, "formats: image %d, payload %d, plan %d, channel %d\n", IMAGE_VERSION,
            PAYLOAD_VERSION, PLAN_VERSION, VCHAN_VERSION);
}
