# SPDX-License-Identifier: BSD-2-Clause
# Root tasks that test the kernel: a folder is a group of tests and one program, built in both
# modes and run on every board as kernel-GROUP-BOARD-MODE.

KERNEL_TEST_HARNESS := $(sort $(wildcard tests/kernel/harness/*.c tests/kernel/harness/*.S))
KERNEL_TEST_GROUPS  := $(filter-out harness hello smp,$(notdir $(patsubst %/,%, \
                         $(wildcard tests/kernel/*/))))

# $(call kernel-test,GROUP)
define kernel-test
$(call user-program,tests/kernel/$(1),$(sort $(wildcard tests/kernel/$(1)/*.c \
    tests/kernel/$(1)/*.S)) $(KERNEL_TEST_HARNESS),$(CONSOLE_LIBS))
endef

# $(call kernel-test-image,GROUP,BOARD,CORES)
define kernel-test-image
$(OUT)/$(2)/kernel-$(1).img: $(HOST)/mkimage $(OUT)/loader/loader.bin \
    $(OUT)/kernel/kernel.elf $(OUT)/tests/kernel/$(1).elf build/boards/$(2).dtb
	@mkdir -p $$(@D)
	$$(say) IMAGE $$@
	$$(quiet)$(HOST)/mkimage -o $$@ --loader $(OUT)/loader/loader.bin \
	    --kernel $(OUT)/kernel/kernel.elf --init $(OUT)/tests/kernel/$(1).elf \
	    --dtb build/boards/$(2).dtb --cores $(or $(3),1)
KERNEL_TEST_IMAGES += $(OUT)/$(2)/kernel-$(1).img

$(call system-test,kernel-$(1)-$(2)-$(BUILD),tests/kernel/run $(2) \
    $(OUT)/$(2)/kernel-$(1).img $(3),$(OUT)/$(2)/kernel-$(1).img)
$(call system-test,kernel-$(1)-$(2)-$(KERNEL_TEST_OTHER),tests/kernel/run $(2) \
    build/$(KERNEL_TEST_OTHER)/$(2)/kernel-$(1).img $(3),kernel-tests-$(KERNEL_TEST_OTHER))
endef

KERNEL_TEST_IMAGES :=
KERNEL_TEST_OTHER  := $(if $(filter debug,$(BUILD)),release,debug)

$(foreach group,$(KERNEL_TEST_GROUPS),$(eval $(call kernel-test,$(group))) \
    $(foreach board,$(BOARDS),$(eval $(call kernel-test-image,$(group),$(board)))))

# The group that needs several cores, on the board whose device tree has them.
KERNEL_SMP_CORES := 4
$(eval $(call kernel-test,smp))
$(eval $(call kernel-test-image,smp,zcu102,$(KERNEL_SMP_CORES)))

.PHONY: kernel-tests kernel-tests-$(KERNEL_TEST_OTHER)
kernel-tests: $(KERNEL_TEST_IMAGES)

# The other mode is another make's work, after this one has built all that both use.
kernel-tests-$(KERNEL_TEST_OTHER): $(KERNEL_TEST_IMAGES)
	$(quiet)$(MAKE) BUILD=$(KERNEL_TEST_OTHER) kernel-tests
