# SPDX-License-Identifier: BSD-2-Clause
# The image of the one-linux example, for each board: $(OUT)/BOARD/one-linux.img, and
# $(OUT)/BOARD/custom.img with the KERNEL and INITRD that the user names.

ONE_LINUX_CONFIG := build/examples/one-linux/vm.dtb

# $(call image-parts,BOARD): what every image with a VM is made of, but its payload.
image-parts = $(HOST)/mkimage $(OUT)/loader/loader.bin $(OUT)/kernel/kernel.elf \
    $(OUT)/vmm/alone.elf build/boards/$(1).dtb

# $(call pack-image,IMAGE,BOARD,KERNEL,INITRD,CONFIG): the recipe that packs IMAGE of these.
pack-image = $(quiet)$(HOST)/mkimage -o $(1) --loader $(OUT)/loader/loader.bin \
    --kernel $(OUT)/kernel/kernel.elf --init $(OUT)/vmm/alone.elf --dtb build/boards/$(2).dtb \
    --payload kernel=$(3) --payload initrd=$(4) --payload config=$(5)

$(ONE_LINUX_CONFIG): examples/one-linux/vm.dts
	@mkdir -p $(@D)
	$(say) DTC $@
	$(quiet)dtc -q -I dts -O dtb -o $@ $<

$(BOARDS:%=$(OUT)/%/one-linux.img): $(OUT)/%/one-linux.img: $(call image-parts,%) \
    $(ONE_LINUX_CONFIG) build/guest/Image build/guest/initrd.cpio.gz build/guest/versions.txt
	@mkdir -p $(@D)
	$(say) IMAGE $@
	$(call pack-image,$@,$*,build/guest/Image,build/guest/initrd.cpio.gz,$(ONE_LINUX_CONFIG))

# Packed anew each time: the two variables may name other files than last time.
.PHONY: $(OUT)/$(BOARD)/custom.img
$(OUT)/$(BOARD)/custom.img: CUSTOM_KERNEL := $(or $(KERNEL),build/guest/Image)
$(OUT)/$(BOARD)/custom.img: CUSTOM_INITRD := $(or $(INITRD),build/guest/initrd.cpio.gz)
$(OUT)/$(BOARD)/custom.img: $(call image-parts,$(BOARD)) $(ONE_LINUX_CONFIG) \
    $(if $(KERNEL),,build/guest/Image) $(if $(INITRD),,build/guest/initrd.cpio.gz)
	@mkdir -p $(@D)
	$(say) IMAGE "$@ with $(CUSTOM_KERNEL) and $(CUSTOM_INITRD)"
	$(call pack-image,$@,$(BOARD),$(CUSTOM_KERNEL),$(CUSTOM_INITRD),$(ONE_LINUX_CONFIG))
