# SPDX-License-Identifier: BSD-2-Clause
ALLOC_SOURCES := $(addprefix libs/alloc/, slots.c tree.c object.c retype.c space.c map.c area.c \
                   supply.c)

$(OUT)/libs/liballoc.a: $(call user-objects,$(ALLOC_SOURCES) libs/alloc/thread.c)
