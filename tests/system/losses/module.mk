# SPDX-License-Identifier: BSD-2-Clause
# Three partitions that talk over channels and die at random.

LOSSES       := tests/system/losses
LOSSES_SMALL := $(addprefix tests/system/small/,start.S small.c)

$(eval $(call bare-guest,$(LOSSES)/bare,$(LOSSES_SMALL) tests/system/small/line.c $(LOSSES)/bare.c $(LOSSES)/talker.c \
    libs/vchan/vchan.c libs/vchan/copy.c))
$(eval $(call bare-guest,$(LOSSES)/judge,$(LOSSES_SMALL) $(LOSSES)/judge.c))
$(eval $(call user-program,$(LOSSES)/native,$(LOSSES)/native.c $(LOSSES)/talker.c,$(COMPONENT_LIBS)))

LOSSES_PARTS := $(addprefix $(OUT)/$(LOSSES)/,judge.Image native.elf) $(call system-parts,$(BUILD)) $(LOSSES)/books.yaml.in

# With the VMM that can be made to die.
losses-test = $(call system-test,losses-$(1),$(LOSSES)/run small $(OUT)/tests/system/small/tree/build/host/bulkhead $(1) $(OUT),\
    $(OUT)/tests/system/small/tree/build/host/bulkhead $(OUT)/tests/system/small/vmm.elf $(OUT)/$(LOSSES)/bare.Image \
    $(LOSSES_PARTS) $(LOSSES)/small.yaml.in build/boards/$(1).dtb,240)

$(foreach board,$(GUEST_BOARDS),$(eval $(call losses-test,$(board))))
