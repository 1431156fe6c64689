# SPDX-License-Identifier: BSD-2-Clause
# The guest's vchan driver in a bare Linux, which has both ends: no VM is needed to try it. With the kernels
# of Debian 12 and 13.

VCHAN_TEST := build/tests/vchan

VCHAN_CHECK := $(patsubst %,$(GUEST)/obj/tests/system/vchan/%.o,check mapping ports)
DEPENDENCIES += $(VCHAN_CHECK:.o=.d)

$(VCHAN_TEST)/check: $(VCHAN_CHECK) $(GUEST)/lib/libvchan.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(GUEST_CC) -static -s -o $@ $^

$(VCHAN_TEST)/loopback.dtb: build/boards/qemu-virt.dtb tests/system/vchan/loopback.dts
	@mkdir -p $(@D)
	$(say) DTB $@
	$(quiet)dtc -q -I dtb -O dts $< | cat - tests/system/vchan/loopback.dts | dtc -q -I dts -O dtb -o $@

# $(call driver-test,NAME,FOLDER,GUEST FOLDER): with the kernel, module and initramfs in the last.
define driver-test
$(2)/initrd.cpio.gz: $(3)/initrd.cpio.gz $(VCHAN_TEST)/check $(GUEST)/lib/libvchan.so.1
	$$(say) PACK $$@
	$$(quiet)rm -rf $$(@D)/root && mkdir -p $$(@D)/root && cp $$(filter-out $$<,$$^) $$(@D)/root
	$$(quiet)(cd $$(@D)/root && find . | cpio -o -H newc -R 0:0 --quiet) | gzip -n | cat $$< - > $$@

$(call system-test,$(1),tests/system/vchan/run $(3)/Image $(2)/initrd.cpio.gz $(VCHAN_TEST)/loopback.dtb,\
    $(3)/Image $(2)/initrd.cpio.gz $(VCHAN_TEST)/loopback.dtb,500)
endef

$(eval $(call driver-test,vchan-driver,$(VCHAN_TEST),$(GUEST)))
$(eval $(call driver-test,vchan-driver-$(OTHER_RELEASE),$(VCHAN_TEST)/$(OTHER_RELEASE),$(OTHER_GUEST)))

$(eval $(call system-test,vchan-library,tests/system/vchan/library $(GUEST)/lib,\
    $(GUEST)/lib/libvchan.so.1 $(GUEST)/lib/libvchan.a))
