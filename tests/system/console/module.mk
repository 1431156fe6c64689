# SPDX-License-Identifier: BSD-2-Clause
# The console as a person uses it: VMs shown one at a time, and all at once.

CONSOLE_MIXED_IMAGE := $(OUT)/tests/console/mixed.img

$(eval $(call system-image,$(CONSOLE_MIXED_IMAGE),qemu-virt,tests/system/console/mixed.yaml,$(GUEST_FILES)))

$(eval $(call system-test,console-plain-zcu102,tests/system/console/run \
    $(OUT)/zcu102/two-linux.img plain,$(OUT)/zcu102/two-linux.img,400))
$(eval $(call system-test,console-mixed-qemu-virt,tests/system/console/run \
    $(CONSOLE_MIXED_IMAGE) mixed,$(CONSOLE_MIXED_IMAGE),400))
