# SPDX-License-Identifier: BSD-2-Clause
# The bring-up program; other root tasks are listed in tests/kernel/module.mk.
$(eval $(call user-program,tests/kernel/hello,tests/kernel/hello/hello.c,$(CONSOLE_LIBS)))

# Started by hand: boards/qemu BOARD -kernel $(OUT)/BOARD/hello.img -serial mon:stdio
$(BOARDS:%=$(OUT)/%/hello.img): $(OUT)/%/hello.img: $(HOST)/mkimage $(OUT)/loader/loader.bin \
    $(OUT)/kernel/kernel.elf $(OUT)/tests/kernel/hello.elf build/boards/%.dtb
	@mkdir -p $(@D)
	$(say) IMAGE $@
	$(quiet)$(HOST)/mkimage -o $@ --loader $(OUT)/loader/loader.bin \
	    --kernel $(OUT)/kernel/kernel.elf --init $(OUT)/tests/kernel/hello.elf \
	    --dtb build/boards/$*.dtb
