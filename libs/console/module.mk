# SPDX-License-Identifier: BSD-2-Clause
# CONSOLE_LIBS is all a program needs that prints through the board's UART.
CONSOLE_LIBS := $(addprefix $(OUT)/libs/, libconsole.a libuart.a liballoc.a librt.a libsel4.a) \
                $(OUT)/libs/libfdtglue.a $(SYSROOT)/libfdt.a

$(OUT)/libs/libconsole.a: $(call user-objects,libs/console/console.c libs/console/use.c)
