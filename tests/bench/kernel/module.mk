# SPDX-License-Identifier: BSD-2-Clause
# The kernel's figures: a root task that measures, and what runs and traces it.
KERNEL_BENCH_SOURCES := $(wildcard tests/bench/kernel/*.c)

$(eval $(call user-program,tests/kernel-bench,$(KERNEL_BENCH_SOURCES),$(CONSOLE_LIBS)))

KERNEL_BENCH_PARTS := $(HOST)/mkimage $(OUT)/loader/loader.bin $(OUT)/kernel/kernel.elf \
    $(OUT)/tests/kernel-bench.elf build/boards/qemu-virt.dtb

KERNEL_BENCH_CORES := 4

# $(call kernel-bench-image,NAME,OPTIONS TO mkimage): the same program on another image.
define kernel-bench-image
KERNEL_BENCH_IMAGES += $(OUT)/qemu-virt/$(1).img
$(OUT)/qemu-virt/$(1).img: $(KERNEL_BENCH_PARTS)
	@mkdir -p $$(@D)
	$$(say) IMAGE $$@
	$$(quiet): > $$@.empty
	$$(quiet)$(HOST)/mkimage -o $$@ --loader $(OUT)/loader/loader.bin \
	    --kernel $(OUT)/kernel/kernel.elf --init $(OUT)/tests/kernel-bench.elf \
	    --dtb build/boards/qemu-virt.dtb $(2) > /dev/null
endef

KERNEL_BENCH_IMAGES :=
$(eval $(call kernel-bench-image,kernel-bench))
$(eval $(call kernel-bench-image,kernel-bench-cores,--cores $(KERNEL_BENCH_CORES)))
$(eval $(call kernel-bench-image,kernel-bench-contended,--cores $(KERNEL_BENCH_CORES) \
    --payload contended=$$@.empty))

.PHONY: kernel-bench
kernel-bench: $(KERNEL_BENCH_IMAGES)
	@tests/bench/kernel/run build/bench/kernel.txt $^
