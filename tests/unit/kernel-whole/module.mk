# SPDX-License-Identifier: BSD-2-Clause
# The whole portable kernel on this machine, as a debug build: every file of its floors but start-up
# and assembly, over kernel/arch/fake. One library, linked by each test.

WHOLE       := tests/unit/kernel-whole/
# The host's libraries must find their own sched_yield().
WHOLE_FLAGS := -Dsched_yield=kernel_sched_yield -Ikernel/arch/fake -Ikernel/arch/aarch64 \
               -include kernel/arch/fake/sysreg.h \
               -UBUILD_DEBUG -DBUILD_DEBUG=1

# The host's C library stands for kernel/lib/memory.c and string.c; no UART.
WHOLE_KERNEL := $(sort $(wildcard $(patsubst %,kernel/%/*.c,cap sched ipc virt invoke invariant entry mem)) \
                  kernel/lib/check.c kernel/lib/print.c \
                  $(addprefix kernel/dev/,timer.c gic.c gicv2.c gicv3.c) \
                  $(addprefix $(WHOLE),machine.c gic.c memory.c))
WHOLE_LIBRARY := $(UNIT)/kernel-whole.o

$(WHOLE_LIBRARY): $(WHOLE_KERNEL:%=$(UNIT)/obj-kernel-whole/%.o) $(WHOLE)data.ld
	@mkdir -p $(@D)
	$(say) HOSTLD $@
	$(quiet)ld -r --force-group-allocation -T $(WHOLE)data.ld -o $@ $(filter %.o,$^)

$(UNIT)/obj-kernel-whole/%.c.o: %.c
	@mkdir -p $(@D)
	$(say) HOSTCC "$< (unit test)"
	$(quiet)$(HOST_CC) $(UNIT_CFLAGS) $(WHOLE_FLAGS) -c $< -o $@

# $(call whole-unit,NAME[,MORE]): NAME.c and the little system it starts from.
define whole-unit
$(call unit-test,kernel-$(1),$(addprefix $(WHOLE),$(1).c world.c $(2)),$(WHOLE_FLAGS))
$(UNIT)/kernel-$(1): $(WHOLE_LIBRARY)
endef

$(eval $(call whole-unit,calls))
$(eval $(call whole-unit,invariants))
$(eval $(call whole-unit,threads))
$(eval $(call whole-unit,asid))
$(eval $(call whole-unit,vmid))
$(eval $(call whole-unit,cores))
$(eval $(call whole-unit,guests))
$(eval $(call whole-unit,model_caps,model.c))
$(eval $(call whole-unit,model_ipc,model.c))
