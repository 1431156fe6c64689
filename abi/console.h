/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the console component finds in its capability space and configuration, and how large its
 * channels are. Sides: the tool, which plans it, the console, and who has a channel to it: VMMs,
 * native components and init. Stands on freestanding C alone.
 *
 * Configuration blob (numbers are big-endian, as in every device tree):
 *
 *   /            mixed       present: all channels are shown, line by line
 *                counters    present: the list of VMs shows exits per second
 *   /uart        compatible  strings, as the board's device tree has them
 *                address     u64: of its registers, mapped for the console
 *                handler     u32: slot of its interrupt's handler
 *                badge       u64: of the signals of its interrupt, CONSOLE_BADGE_UART
 *   /N           one node a channel, named by its number: 0, 1, ...: VMs and then components, as
 *                the manifest has them
 *                name        string
 *                component   u32: its index in the plan, for abi/init.h; 0 is init, whose channel
 *                            (its log, on a board with one UART) comes last, if there is one
 *                own         u64: address of the region that the console writes
 *                peer        u64: of the other's region, read-only. The console is end b
 *                doorbell    u32: slot of the other's notification
 *                status      u64: address of its struct vmm_status, read-only; of a VM alone
 *
 * Who has a channel to the console signals it with badge CONSOLE_BADGE_CHANNEL(N).
 */
#ifndef ABI_CONSOLE_H
#define ABI_CONSOLE_H

#include <stdint.h>

/* A region is a page of indices and then the ring it sends by: VCHAN_REGION_BYTES() of these
 * (abi/vchan.h). */
#define CONSOLE_HEADER_BYTES          4096
#define CONSOLE_OUTPUT_BYTES          16384 /* ring of end a: from a VM or init to the console */
#define CONSOLE_INPUT_BYTES           4096  /* ring of end b: from the console */

#define CONSOLE_CHANNEL_MAX           62

#define CONSOLE_BADGE_CHANNEL(number) (UINT64_C(1) << (number))
#define CONSOLE_BADGE_UART            (UINT64_C(1) << 63)

enum console_slot {
    CONSOLE_SLOT_UART_HANDLER = 8,
    CONSOLE_SLOT_DOORBELL = 64, /* + number of the channel */
    CONSOLE_SLOT_COUNT = 128,
};

#endif
