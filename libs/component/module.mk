# SPDX-License-Identifier: BSD-2-Clause
# COMPONENT_LIBS is what a component links that asks init and reads its configuration.
COMPONENT_SOURCES := $(addprefix libs/component/, component.c config.c output.c signal.c channel.c)
COMPONENT_LIBS    := $(addprefix $(OUT)/libs/, libcomponent.a libvchan.a librt.a libsel4.a) \
                     $(SYSROOT)/libfdt.a

$(OUT)/libs/libcomponent.a: $(call user-objects,$(COMPONENT_SOURCES) $(LIBVCHAN_SOURCES))

# Only libfdt's own headers lie in the sysroot.
$(call user-objects,libs/component/config.c): USER_CFLAGS += -isystem $(SYSROOT)/include
$(call user-objects,libs/component/config.c): | $(SYSROOT)/libfdt.a
