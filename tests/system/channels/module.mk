# SPDX-License-Identifier: BSD-2-Clause
# Channels between two Linux VMs, which have a program besides, probe.c, and with a native component, mirror.c.

CHANNELS := tests/system/channels

$(eval $(call user-program,$(CHANNELS)/mirror,$(CHANNELS)/mirror.c,$(COMPONENT_LIBS)))

DEPENDENCIES += $(GUEST)/obj/$(CHANNELS)/probe.d

build/tests/channels/probe: $(GUEST)/obj/$(CHANNELS)/probe.o $(GUEST)/lib/libvchan.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(GUEST_CC) -static -s -o $@ $^

build/tests/channels/initrd.cpio.gz: $(GUEST)/initrd.cpio.gz build/tests/channels/probe
	$(say) PACK $@
	$(quiet)rm -rf $(@D)/root && mkdir -p $(@D)/root && cp $(filter-out $<,$^) $(@D)/root
	$(quiet)(cd $(@D)/root && find . | cpio -o -H newc -R 0:0 --quiet) | gzip -n | cat $< - > $@

$(OUT)/$(CHANNELS)/channels.yaml.in: $(CHANNELS)/channels.yaml.in
	@mkdir -p $(@D)
	$(quiet)sed 's#@OUT@#$(abspath $(OUT))#' $< > $@

# $(call channels-test,BOARD)
define channels-test
$(call planned-image,$(OUT)/$(1)/channels.img,$(1),$(OUT)/$(CHANNELS)/channels.yaml.in,\
    build/tests/channels/initrd.cpio.gz,$(GUEST)/Image $(OUT)/$(CHANNELS)/mirror.elf)
$(call system-test,channels-$(1),$(CHANNELS)/run $(OUT)/$(1)/channels.img,$(OUT)/$(1)/channels.img,600)
endef

$(foreach board,$(GUEST_BOARDS),$(eval $(call channels-test,$(board))))
