# SPDX-License-Identifier: BSD-2-Clause
# A Linux guest with several virtual CPUs, on every board that has guests.

define cpus-test
$(call planned-image,$(OUT)/tests/cpus/$(1).img,$(1),tests/system/cpus/linux.yaml.in,$(GUEST)/initrd.cpio.gz,$(GUEST_FILES))

$(call system-test,cpus-linux-$(1),tests/system/cpus/run $(OUT)/tests/cpus/$(1).img,$(OUT)/tests/cpus/$(1).img,400)
endef

$(foreach board,$(GUEST_BOARDS),$(eval $(call cpus-test,$(board))))
