# SPDX-License-Identifier: BSD-2-Clause
# The kernel's pure parts on this machine: capabilities, memory arithmetic, deletion, queues,
# budgets. kernel/arch/fake stands in for the processor.

KERNEL_UNIT := tests/unit/kernel/
KERNEL_UNIT_FLAGS := -Ikernel/arch/fake

# $(call kernel-unit,NAME,KERNEL SOURCES)
kernel-unit = $(call unit-test,kernel-$(1),$(KERNEL_UNIT)$(1).c $(KERNEL_UNIT)support.c \
                tests/unit/kernel-whole/memory.c $(2),$(KERNEL_UNIT_FLAGS))

$(eval $(call kernel-unit,bits))
$(eval $(call kernel-unit,library))
$(eval $(call kernel-unit,print,kernel/lib/print.c))
$(eval $(call kernel-unit,lookup,kernel/cap/lookup.c))
$(eval $(call kernel-unit,tree))
$(eval $(call kernel-unit,derive,$(addprefix kernel/cap/, derive.c tree.c untyped.c)))
$(eval $(call kernel-unit,untyped,kernel/cap/untyped.c))
$(eval $(call kernel-unit,delete,$(addprefix kernel/cap/, delete.c derive.c tree.c untyped.c)))
$(eval $(call kernel-unit,queue,kernel/sched/queue.c))
$(eval $(call kernel-unit,refill,kernel/sched/refill.c))
$(eval $(call kernel-unit,domain,kernel/sched/domain.c))
