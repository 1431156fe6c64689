# SPDX-License-Identifier: BSD-2-Clause
# The console. CONSOLE_LOGIC makes no system call and is tested on the host as it is.
CONSOLE_LOGIC := $(addprefix components/console/, command.c console.c filter.c history.c lines.c \
    screen.c source.c)

$(eval $(call user-program,components/console/console,$(CONSOLE_LOGIC) \
    $(addprefix components/console/, config.c main.c), \
    $(OUT)/libs/libuart.a $(OUT)/libs/libvchan.a $(COMPONENT_LIBS)))
