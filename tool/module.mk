# SPDX-License-Identifier: BSD-2-Clause
# Programs that run on the machine that builds. tool/image is a library, so that the command
# `bulkhead` can make images too.

TOOL_IMAGE_SOURCES := $(addprefix tool/image/,bytes.c program.c payload.c image.c)

$(HOST)/mkimage: $(call host-objects,tool/mkimage.c $(TOOL_IMAGE_SOURCES))
	$(say) HOSTLD $@
	$(quiet)$(HOST_CC) -o $@ $^

# The command `bulkhead`. The libraries it is made of have their lists in sources.mk.
TOOL_COMMAND_SOURCES := $(addprefix tool/command/,main.c build.c system.c tree.c run.c session.c \
    emulator.c screen.c terminal.c until.c usage.c board_list.c boot_file.c planned.c audit.c \
    graph.c explain.c check.c boards.c new.c version.c)

# Which revision it is built from, for --version; built anew when it changes. A tree without git has none.
TOOL_REVISION := $(if $(wildcard .git),$(shell git describe --always --dirty --tags 2> /dev/null))
ifneq ($(shell cat $(HOST)/revision 2> /dev/null),$(TOOL_REVISION))
$(shell mkdir -p $(HOST) && echo '$(TOOL_REVISION)' > $(HOST)/revision)
endif

$(HOST)/obj/tool/command/version.c.o: $(HOST)/revision
$(HOST)/obj/tool/command/version.c.o: HOST_CFLAGS += -DREVISION='"$(TOOL_REVISION)"'

$(HOST)/bulkhead: $(call host-objects,$(TOOL_COMMAND_SOURCES) $(TOOL_SHOW_SOURCES) $(TOOL_PLAN_SOURCES) \
    $(TOOL_BOARD_SOURCES) $(TOOL_MANIFEST_SOURCES) $(TOOL_IMAGE_SOURCES))
	$(say) HOSTLD $@
	$(quiet)$(HOST_CC) -o $@ $^ $(TOOL_MANIFEST_LIBRARIES) -lfdt -lz
