# SPDX-License-Identifier: BSD-2-Clause
# The module for both releases of Debian, judged by their headers; and Linux VMs of both, which talk.

RELEASES := build/tests/releases.yaml

$(RELEASES): tests/system/releases/releases.yaml.in
	@mkdir -p $(@D)
	$(quiet)sed 's#@FOLDER@#$(abspath $(OTHER_GUEST))#; s#@RELEASE@#$(OTHER_RELEASE)#' $< > $@

$(eval $(call system-image,$(OUT)/tests/releases.img,qemu-virt,$(RELEASES),$(GUEST_FILES) \
    $(OTHER_GUEST)/Image $(OTHER_GUEST)/initrd.cpio.gz))

$(eval $(call system-test,releases-module,tests/system/releases/module $(GUEST) $(OTHER_GUEST),\
    $(VCHAN_MODULE)/vchan.ko $(OTHER_GUEST)/vchan/vchan.ko))
$(eval $(call system-test,releases-qemu-virt,tests/system/releases/run $(OUT)/tests/releases.img \
    $(GUEST) $(OTHER_GUEST),$(OUT)/tests/releases.img,300))
