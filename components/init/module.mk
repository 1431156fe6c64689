# SPDX-License-Identifier: BSD-2-Clause
INIT_SOURCES := $(addprefix components/init/, main.c memory.c replay.c serve.c fault.c log.c \
                  rescue.c words.c authority.c)
INIT_LIBS    := $(CONSOLE_LIBS) $(addprefix $(OUT)/libs/, libplan.a libvchan.a)

$(eval $(call user-program,components/init/init,$(INIT_SOURCES),$(INIT_LIBS)))
