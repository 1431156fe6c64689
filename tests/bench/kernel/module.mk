# SPDX-License-Identifier: BSD-2-Clause
# The kernel's figures: a root task that measures, and what runs and traces it.
KERNEL_BENCH_SOURCES := $(wildcard tests/bench/kernel/*.c)

$(eval $(call user-program,tests/kernel-bench,$(KERNEL_BENCH_SOURCES),$(CONSOLE_LIBS)))

KERNEL_BENCH_PARTS := $(HOST)/mkimage $(OUT)/loader/loader.bin $(OUT)/kernel/kernel.elf \
    $(OUT)/tests/kernel-bench.elf build/boards/qemu-virt.dtb

$(OUT)/qemu-virt/kernel-bench.img: $(KERNEL_BENCH_PARTS)
	@mkdir -p $(@D)
	$(say) IMAGE $@
	$(quiet)$(HOST)/mkimage -o $@ --loader $(OUT)/loader/loader.bin \
	    --kernel $(OUT)/kernel/kernel.elf --init $(OUT)/tests/kernel-bench.elf \
	    --dtb build/boards/qemu-virt.dtb

.PHONY: kernel-bench
kernel-bench: $(OUT)/qemu-virt/kernel-bench.img
	@tests/bench/kernel/run $< build/bench/kernel.txt
