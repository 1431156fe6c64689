# SPDX-License-Identifier: BSD-2-Clause
# A program that links libfdtglue.a links $(SYSROOT)/libfdt.a too: both are FDT_LIBS.
FDT_SOURCES := $(addprefix libs/fdt/, devtree.c interrupt.c)
FDT_LIBS    := $(OUT)/libs/libfdtglue.a $(SYSROOT)/libfdt.a

$(OUT)/libs/libfdtglue.a: $(call user-objects,$(FDT_SOURCES))

# Only libfdt's own headers lie in the sysroot.
FDT_USERS := $(call user-objects,$(FDT_SOURCES)) $(OUT)/header-user/libs/fdt/internal.h.ok
$(FDT_USERS): USER_CFLAGS += -isystem $(SYSROOT)/include
$(FDT_USERS): | $(SYSROOT)/libfdt.a
