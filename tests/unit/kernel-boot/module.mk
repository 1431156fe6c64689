# SPDX-License-Identifier: BSD-2-Clause
# The kernel's start, as far as it is arithmetic: regions, device tree, division of memory.
# The places of things are the real architecture's; no code of it runs here.

KERNEL_BOOT_TESTS := tests/unit/kernel-boot/
KERNEL_BOOT_TREE := $(UNIT)/kernel-board.dtb
KERNEL_BOOT_FLAGS := -Ikernel/arch/aarch64 -fno-builtin -DTREE_FILE='"$(KERNEL_BOOT_TREE)"'

$(eval $(call unit-test,kernel-region,$(KERNEL_BOOT_TESTS)region.c kernel/boot/region.c))
$(eval $(call unit-test,kernel-memory,$(addprefix $(KERNEL_BOOT_TESTS),memory.c support.c) \
    kernel/boot/memory.c kernel/boot/region.c,$(KERNEL_BOOT_FLAGS)))
$(eval $(call unit-test,kernel-board,$(addprefix $(KERNEL_BOOT_TESTS),board.c support.c) \
    kernel/boot/board.c kernel/boot/fdt_reg.c kernel/boot/region.c,$(KERNEL_BOOT_FLAGS),-lfdt))
$(eval $(call unit-test,kernel-redistributor,$(KERNEL_BOOT_TESTS)redistributor.c \
    kernel/boot/redistributor.c,$(KERNEL_BOOT_FLAGS)))
$(eval $(call unit-test,kernel-options,$(KERNEL_BOOT_TESTS)options.c kernel/boot/options.c,\
    -Ikernel/arch/fake $(KERNEL_BOOT_FLAGS),-lfdt))
$(UNIT)/kernel-board: | $(KERNEL_BOOT_TREE)

$(KERNEL_BOOT_TREE): tests/unit/kernel-boot/board.dts
	@mkdir -p $(@D)
	$(say) DTC $<
	$(quiet)dtc -q -I dts -O dtb -o $@ $<
