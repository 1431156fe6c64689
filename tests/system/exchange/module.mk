# SPDX-License-Identifier: BSD-2-Clause
# Two Linux VMs that run exchange.c at each other.

EXCHANGE := build/tests/exchange

DEPENDENCIES += $(GUEST)/obj/tests/system/exchange/exchange.d

$(EXCHANGE)/exchange: $(GUEST)/obj/tests/system/exchange/exchange.o
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(GUEST_CC) -static -s -o $@ $^

$(EXCHANGE)/initrd.cpio.gz: $(GUEST)/initrd.cpio.gz $(EXCHANGE)/exchange
	$(say) PACK $@
	$(quiet)rm -rf $(@D)/root && mkdir -p $(@D)/root && cp $(filter-out $<,$^) $(@D)/root
	$(quiet)(cd $(@D)/root && find . | cpio -o -H newc -R 0:0 --quiet) | gzip -n | cat $< - > $@

$(eval $(call planned-image,$(OUT)/tests/exchange.img,qemu-virt,tests/system/exchange/exchange.yaml.in,$(EXCHANGE)/initrd.cpio.gz,$(GUEST)/Image))
$(eval $(call system-test,exchange-qemu-virt,tests/system/exchange/run $(OUT)/tests/exchange.img 16,$(OUT)/tests/exchange.img,300))
