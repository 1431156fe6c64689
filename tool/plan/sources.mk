# SPDX-License-Identifier: BSD-2-Clause
# Boards and plans: libraries of the host's programs, the plan's with the VMM's own rules of where a
# guest's files go. Whoever links them links tool/manifest, tool/image, -lfdt and -lz, too.

TOOL_BOARD_SOURCES := $(addprefix tool/board/,board.c suggest.c) \
    $(addprefix libs/fdt/,devtree.c interrupt.c) $(addprefix libs/uart/,uart.c pl011.c cadence.c imx.c)
TOOL_PLAN_SOURCES := $(addprefix tool/plan/,blob.c builder.c channel.c check.c console.c devices.c finish.c \
    guest.c native.c pack.c place.c plan.c process.c share.c space.c store.c system.c tables.c vm.c) \
    $(addprefix vmm/,machine/complaint.c machine/image.c machine/unzip.c mem/copy.c)
