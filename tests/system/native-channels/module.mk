# SPDX-License-Identifier: BSD-2-Clause
# Channels between native components, by the calls that a Linux program uses.
NATIVE_CHANNELS := tests/system/native-channels

$(eval $(call user-program,$(NATIVE_CHANNELS)/talker,$(NATIVE_CHANNELS)/talker.c,$(COMPONENT_LIBS)))

$(foreach board,$(GUEST_BOARDS),$(eval $(call system-test,native-channels-$(board),\
    $(NATIVE_CHANNELS)/run $(HOST)/bulkhead $(board) $(OUT),\
    $(HOST)/bulkhead $(OUT)/$(NATIVE_CHANNELS)/talker.elf $(call system-parts,$(BUILD)) build/boards/$(board).dtb,60)))
