# SPDX-License-Identifier: BSD-2-Clause
# The examples as a user has them: what the command says of them, and what they do on a board.

EXAMPLES_TEST   := tests/system/examples
EXAMPLES_IMAGES := $(foreach board,$(GUEST_BOARDS),$(EXAMPLES:%=$(OUT)/$(board)/%.img))

# What `bulkhead run MANIFEST` packs: $(call examples-needs,BUILD MODE,BOARD)
examples-needs = $(call system-parts,$(1)) $(GUEST_FILES) $(EXAMPLE_PROGRAMS) build/boards/$(2).dtb

# $(call examples-test,EXAMPLE,BOARD,BUILD MODE)
examples-test = $(call system-test,examples-$(1)-$(2)-$(3),$(EXAMPLES_TEST)/run $(1) $(2) \
    $(if $(filter debug,$(3)),--debug),$(call examples-needs,$(3),$(2)),400)

$(eval $(call system-test,examples-reports,$(EXAMPLES_TEST)/reports $(HOST)/bulkhead $(EXAMPLES_IMAGES),\
    $(EXAMPLES_IMAGES) $(EXAMPLE_PROGRAMS),120))
$(eval $(call system-test,examples-new,$(EXAMPLES_TEST)/new qemu-virt,$(call examples-needs,release,qemu-virt),500))

# Each on both boards, and in both modes.
$(eval $(call examples-test,two-linux,zcu102,$(BUILD)))
$(eval $(call examples-test,two-linux,qemu-virt,$(BUILD_OTHER)))
$(eval $(call examples-test,linux-and-native,zcu102,$(BUILD_OTHER)))
$(eval $(call examples-test,linux-and-native,qemu-virt,$(BUILD)))

$(foreach board,$(GUEST_BOARDS),$(eval $(call system-test,examples-native-$(board),\
    $(EXAMPLES_TEST)/native $(OUT)/$(board)/linux-and-native.img,$(OUT)/$(board)/linux-and-native.img,120)))

# By a clock that counts instructions, of the release build alone.
ifeq ($(BUILD),release)
$(foreach board,$(GUEST_BOARDS),$(eval $(call system-test,examples-deadline-$(board),\
    $(EXAMPLES_TEST)/deadline $(OUT)/$(board)/linux-and-native.img,$(OUT)/$(board)/linux-and-native.img,400)))
endif
