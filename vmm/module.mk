# SPDX-License-Identifier: BSD-2-Clause
# The monitor of one VM, of the sources that sources.mk lists.
$(eval $(call user-program,vmm/vmm,$(VMM_SOURCES),$(VMM_LIBS),$(VMM_WHOLE)))

# Headers of libfdt and zlib.
$(call user-objects,$(VMM_SOURCES)): USER_CFLAGS += -flto -isystem $(SYSROOT)/include
$(call user-objects,$(VMM_SOURCES)): | $(SYSROOT)/libfdt.a $(SYSROOT)/libz.a
