# SPDX-License-Identifier: BSD-2-Clause
# The command `bulkhead`: its answers, and what its `run` does to the emulator and the terminal.

COMMAND_TEST  := tests/system/command
COMMAND_IMAGE := $(OUT)/qemu-virt/kernel-ipc.img
COMMAND_NEEDS := $(HOST)/bulkhead $(COMMAND_IMAGE)

$(eval $(call system-test,command-usage,$(COMMAND_TEST)/usage $(HOST)/bulkhead,$(HOST)/bulkhead boards))
$(eval $(call system-test,command-documents,$(COMMAND_TEST)/documents $(HOST)/bulkhead,$(HOST)/bulkhead boards))
$(eval $(call system-test,command-run,$(COMMAND_TEST)/run $(HOST)/bulkhead qemu-virt $(COMMAND_IMAGE),$(COMMAND_NEEDS) boards,240))
$(eval $(call system-test,command-terminal,$(COMMAND_TEST)/terminal $(HOST)/bulkhead $(COMMAND_IMAGE),$(COMMAND_NEEDS) boards,120))
