# SPDX-License-Identifier: BSD-2-Clause
# The same image from U-Boot. Debian has U-Boot for QEMU's virt machine only.

$(eval $(call system-test,u-boot-linux,tests/system/u-boot/run qemu-virt $(OUT)/qemu-virt/one-linux.img,$(OUT)/qemu-virt/one-linux.img,180))
