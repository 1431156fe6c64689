# SPDX-License-Identifier: BSD-2-Clause
# The monitor of one VM. VMM_LOGIC makes no system call and is tested on the host as it is.
VMM_LOGIC := $(addprefix vmm/, mem/copy.c bus/bus.c dev/gic.c dev/gicd.c dev/pl011.c dev/psci.c \
    arch/decode.c arch/inject.c arch/sysreg.c arch/vcpu.c arch/walk.c machine/complaint.c machine/config.c machine/exits.c \
    machine/guest_dt.c machine/image.c machine/seed.c machine/unzip.c)
VMM_SOURCES := $(VMM_LOGIC) $(addprefix vmm/machine/, backend.c board.c machine.c main.c \
    objects.c report.c terminal.c)

$(eval $(call user-program,vmm/vmm,$(VMM_SOURCES),$(CONSOLE_LIBS) $(SYSROOT)/libz.a))

# Headers of libfdt and zlib.
$(call user-objects,$(VMM_SOURCES)): USER_CFLAGS += -isystem $(SYSROOT)/include
$(call user-objects,$(VMM_SOURCES)): | $(SYSROOT)/libfdt.a $(SYSROOT)/libz.a
