# SPDX-License-Identifier: BSD-2-Clause
# Channels between two Linux VMs.
$(eval $(call system-image,$(OUT)/qemu-virt/channels.img,qemu-virt,tests/system/channels/channels.yaml,$(GUEST_FILES)))
$(eval $(call system-test,channels-qemu-virt,tests/system/channels/run $(OUT)/qemu-virt/channels.img,$(OUT)/qemu-virt/channels.img,600))
