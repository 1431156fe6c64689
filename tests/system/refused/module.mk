# SPDX-License-Identifier: BSD-2-Clause
# Guest files that are wrong, and images that are unusual but right. The VMM's judgement is the same
# on every board, so one board is enough.

$(eval $(call system-test,refused-qemu-virt,tests/system/refused/run $(OUT) qemu-virt,$(HOSTILE)/qemu-virt.img build/boards/qemu-virt-gicv3.dtb build/guest/Image build/guest/initrd.cpio.gz,240))
