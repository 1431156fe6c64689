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

# $(call exchange-test,BOARD): a GiB each way
define exchange-test
$(call planned-image,$(OUT)/$(1)/exchange.img,$(1),tests/system/exchange/exchange.yaml.in,$(EXCHANGE)/initrd.cpio.gz,$(GUEST)/Image)
$(call system-test,exchange-$(1),tests/system/exchange/run $(OUT)/$(1)/exchange.img 1024,$(OUT)/$(1)/exchange.img,450)
endef

$(foreach board,$(GUEST_BOARDS),$(eval $(call exchange-test,$(board))))
