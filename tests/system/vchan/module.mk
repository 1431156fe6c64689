# SPDX-License-Identifier: BSD-2-Clause
# The guest's vchan driver in a bare Linux, which has both ends: no VM is needed to try it.

VCHAN_TEST := build/tests/vchan

$(VCHAN_TEST)/check: tests/system/vchan/check.c $(VCHAN_SOURCES) guest/linux/vchan/vchan_ioctl.h \
    libs/vchan/vchan.h abi/vchan.h
	@mkdir -p $(@D)
	$(say) CC $@
	$(quiet)$(GUEST_CC) $(GUEST_CFLAGS) -o $@ $(filter %.c,$^)

$(VCHAN_TEST)/initrd.cpio.gz: $(GUEST)/initrd.cpio.gz $(VCHAN_TEST)/check $(VCHAN_MODULE)/vchan.ko
	$(say) PACK $@
	$(quiet)rm -rf $(@D)/root && mkdir -p $(@D)/root && cp $(filter-out $<,$^) $(@D)/root
	$(quiet)(cd $(@D)/root && find . | cpio -o -H newc -R 0:0 --quiet) | gzip -n | cat $< - > $@

$(VCHAN_TEST)/loopback.dtb: build/boards/qemu-virt.dtb tests/system/vchan/loopback.dts
	@mkdir -p $(@D)
	$(say) DTB $@
	$(quiet)dtc -q -I dtb -O dts $< | cat - tests/system/vchan/loopback.dts | dtc -q -I dts -O dtb -o $@

$(eval $(call system-test,vchan-driver,tests/system/vchan/run $(GUEST)/Image \
    $(VCHAN_TEST)/initrd.cpio.gz $(VCHAN_TEST)/loopback.dtb,$(GUEST)/Image \
    $(VCHAN_TEST)/initrd.cpio.gz $(VCHAN_TEST)/loopback.dtb,300))
