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
