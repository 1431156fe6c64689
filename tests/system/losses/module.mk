# SPDX-License-Identifier: BSD-2-Clause
# Three partitions that talk over channels and die at random.

LOSSES       := tests/system/losses
LOSSES_SMALL := $(addprefix tests/system/small/,start.S small.c)

$(eval $(call bare-guest,$(LOSSES)/bare,$(LOSSES_SMALL) tests/system/small/line.c $(LOSSES)/bare.c $(LOSSES)/talker.c \
    libs/vchan/vchan.c libs/vchan/copy.c))
$(eval $(call bare-guest,$(LOSSES)/judge,$(LOSSES_SMALL) $(LOSSES)/judge.c))
$(eval $(call user-program,$(LOSSES)/native,$(LOSSES)/native.c $(LOSSES)/talker.c,$(COMPONENT_LIBS)))

LOSSES_PARTS := $(addprefix $(OUT)/$(LOSSES)/,judge.Image native.elf) $(call system-parts,$(BUILD)) $(LOSSES)/books.yaml.in

# $(call losses-test,CASE,BOARD,BULKHEAD,NEEDS)
losses-test = $(call system-test,losses-$(1)-$(2),$(LOSSES)/run $(1) $(3) $(2) $(OUT),\
    $(3) $(4) $(LOSSES_PARTS) $(LOSSES)/$(1).yaml.in build/boards/$(2).dtb,240)

# With the VMM that can be made to die.
LOSSES_TREE := $(OUT)/tests/system/small/tree/build/host/bulkhead

$(foreach board,$(GUEST_BOARDS),$(eval $(call losses-test,small,$(board),$(LOSSES_TREE),\
    $(OUT)/tests/system/small/vmm.elf $(OUT)/$(LOSSES)/bare.Image)))

# A Linux guest whose only program is the talker.
LOSSES_LINUX := $(addprefix $(GUEST)/obj/$(LOSSES)/,linux.o talker.o)

DEPENDENCIES += $(LOSSES_LINUX:.o=.d)

build/tests/losses/root/init: $(LOSSES_LINUX)
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(GUEST_CC) -static -s -o $@ $^

build/tests/losses/initrd.cpio.gz: build/tests/losses/root/init $(VCHAN_MODULE)/vchan.ko
	$(say) PACK $@
	$(quiet)mkdir -p $(addprefix $(<D)/,dev proc sys) && cp $(VCHAN_MODULE)/vchan.ko $(<D)
	$(quiet)(cd $(<D) && find . | cpio -o -H newc -R 0:0 --quiet) | gzip -n > $@

$(eval $(call losses-test,linux,qemu-virt,$(HOST)/bulkhead,build/tests/losses/initrd.cpio.gz $(GUEST)/Image))
