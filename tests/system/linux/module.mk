# SPDX-License-Identifier: BSD-2-Clause
# The one-linux example as a user runs it: on both boards, and in the other build mode.

LINUX_TEST := tests/system/linux/run

$(eval $(call system-test,linux-zcu102,$(LINUX_TEST) zcu102 $(OUT)/zcu102/one-linux.img 32,$(OUT)/zcu102/one-linux.img,300))
$(eval $(call system-test,linux-qemu-virt,$(LINUX_TEST) qemu-virt $(OUT)/qemu-virt/one-linux.img 64,$(OUT)/qemu-virt/one-linux.img,400))
$(eval $(call system-test,linux-qemu-virt-$(BUILD_OTHER),$(LINUX_TEST) qemu-virt $(OUT_OTHER)/qemu-virt/one-linux.img 16,$(OUT_OTHER)/qemu-virt/one-linux.img,300))
