# SPDX-License-Identifier: BSD-2-Clause
# Init, with plans of its own: a host program makes them, one native program plays every part.

INIT_TEST := tests/system/init

$(eval $(call user-program,$(INIT_TEST)/part,$(INIT_TEST)/part.c,$(COMPONENT_LIBS)))

$(HOST)/make_plan: $(call host-objects,$(INIT_TEST)/make_plan.c $(PLAN_SOURCES) \
    $(addprefix tool/image/, bytes.c program.c payload.c image.c))
	@mkdir -p $(@D)
	$(say) HOSTLD $@
	$(quiet)$(HOST_CC) -o $@ $^ -lfdt

INIT_TEST_NEEDS := $(HOST)/make_plan $(OUT)/loader/loader.bin $(OUT)/kernel/kernel.elf \
    $(OUT)/components/init/init.elf $(OUT)/$(INIT_TEST)/part.elf

$(foreach board,qemu-virt zcu102,$(eval $(call system-test,init-$(board)-$(BUILD),\
    $(INIT_TEST)/run $(board) $(OUT),$(INIT_TEST_NEEDS) build/boards/$(board).dtb,180)))
