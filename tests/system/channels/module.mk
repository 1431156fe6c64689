# SPDX-License-Identifier: BSD-2-Clause
# Channels between two Linux VMs.

# $(call channels-test,BOARD)
define channels-test
$(call system-image,$(OUT)/$(1)/channels.img,$(1),tests/system/channels/channels.yaml,$(GUEST_FILES))
$(call system-test,channels-$(1),tests/system/channels/run $(OUT)/$(1)/channels.img,$(OUT)/$(1)/channels.img,600)
endef

$(foreach board,$(GUEST_BOARDS),$(eval $(call channels-test,$(board))))
