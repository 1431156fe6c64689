# SPDX-License-Identifier: BSD-2-Clause
VCHAN_SOURCES := libs/vchan/vchan.c libs/vchan/text.c libs/vchan/copy.c

$(OUT)/libs/libvchan.a: $(call user-objects,$(VCHAN_SOURCES))

# copy.c is a memcpy(): its loops must not become calls of one.
$(call user-objects,libs/vchan/copy.c): USER_CFLAGS += $(NO_IDIOMS)
