# SPDX-License-Identifier: BSD-2-Clause
# The monitor of one VM. VMM_LOGIC makes no system call and is tested on the host as it is.
VMM_LOGIC := $(addprefix vmm/, mem/copy.c bus/bus.c dev/bells.c dev/gic.c dev/gicd.c dev/pl011.c dev/psci.c \
    arch/decode.c arch/inject.c arch/sysreg.c arch/vcpu.c arch/walk.c machine/complaint.c machine/config.c machine/exits.c \
    machine/guest_dt.c machine/image.c machine/seed.c machine/terminal.c machine/unzip.c)
VMM_SOURCES := $(VMM_LOGIC) $(addprefix vmm/machine/, machine.c main.c objects.c report.c)

# Compiled as a whole: an exit passes many small functions of several files.
VMM_WHOLE := -flto $(filter -O% -m% -f%,$(USER_CFLAGS))
VMM_LIBS  := $(addprefix $(OUT)/libs/, libvchan.a librt.a libsel4.a) $(SYSROOT)/libfdt.a $(SYSROOT)/libz.a
