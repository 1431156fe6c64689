# SPDX-License-Identifier: BSD-2-Clause
# Root tasks that test the kernel: a folder is a group of tests and one program, built in both
# modes and run on every board as kernel-GROUP-BOARD-MODE.

KERNEL_TEST_HARNESS := $(sort $(wildcard tests/kernel/harness/*.c tests/kernel/harness/*.S))
KERNEL_TEST_GROUPS  := $(filter-out harness hello smp,$(notdir $(patsubst %/,%, \
                         $(wildcard tests/kernel/*/))))

# $(call kernel-test,GROUP,SOURCES): SOURCES, if any, are of another group.
define kernel-test
$(call user-program,tests/kernel/$(1),$(sort $(wildcard tests/kernel/$(1)/*.c \
    tests/kernel/$(1)/*.S)) $(2) $(KERNEL_TEST_HARNESS),$(CONSOLE_LIBS))
endef

# $(call kernel-test-image,GROUP,BOARD[,CORES[,VARIANT]]): 1 core if not said; others are in the name,
# and so is the VARIANT of the board's device tree.
kernel-test-name = kernel-$(1)$(3:%=-%cores)$(4)

define kernel-test-image
$(OUT)/$(2)/$(kernel-test-name).img: $(HOST)/mkimage $(OUT)/loader/loader.bin \
    $(OUT)/kernel/kernel.elf $(OUT)/tests/kernel/$(1).elf build/boards/$(2)$(4).dtb
	@mkdir -p $$(@D)
	$$(say) IMAGE $$@
	$$(quiet)$(HOST)/mkimage -o $$@ --loader $(OUT)/loader/loader.bin \
	    --kernel $(OUT)/kernel/kernel.elf --init $(OUT)/tests/kernel/$(1).elf \
	    --dtb build/boards/$(2)$(4).dtb --cores $(or $(3),1) > /dev/null

$(call system-test,kernel-$(1)-$(2)$(3:%=-%cores)$(4)-$(BUILD),tests/kernel/run $(2) \
    $(OUT)/$(2)/$(kernel-test-name).img,$(OUT)/$(2)/$(kernel-test-name).img)
$(call system-test,kernel-$(1)-$(2)$(3:%=-%cores)$(4)-$(BUILD_OTHER),tests/kernel/run $(2) \
    $(OUT_OTHER)/$(2)/$(kernel-test-name).img,$(OUT_OTHER)/$(2)/$(kernel-test-name).img)
endef

KERNEL_TEST_CORES := 4

$(foreach group,$(KERNEL_TEST_GROUPS),$(eval $(call kernel-test,$(group))) \
    $(foreach board,$(BOARDS),$(eval $(call kernel-test-image,$(group),$(board))) \
        $(eval $(call kernel-test-image,$(group),$(board),$(KERNEL_TEST_CORES)))))

# The group that is about several cores; some of its threads are guests, some wait for a device.
$(eval $(call kernel-test,smp,$(addprefix tests/kernel/,vcpu/guest.c vcpu/guest.S irq/device.c)))
$(foreach board,$(BOARDS),$(eval $(call kernel-test-image,smp,$(board),$(KERNEL_TEST_CORES))))

# The same program on a board whose device tree takes the clocks away from users.
build/boards/%-closed.dtb: build/boards/%.dtb tests/kernel/module.mk
	$(say) DTB $@
	$(quiet)cp $< $@.tmp
	$(quiet)fdtput -p -t s $@.tmp /chosen bootargs "quiet kernel.user-counters=off \
	    kernel.user-timer=off kernel.user-pmu=off kernel.no-such-option"
	$(quiet)mv $@.tmp $@

$(foreach board,$(BOARDS),$(eval $(call kernel-test-image,clocks,$(board),,-closed)))
