# SPDX-License-Identifier: BSD-2-Clause
# Systems of small guests without an operating system: what one VM notices of another.

SMALL := tests/system/small

# $(call small-guest,NAME,SOURCES): $(OUT)/tests/system/small/NAME.Image
small-guest = $(call bare-guest,$(SMALL)/$(1),$(addprefix $(SMALL)/,start.S small.c $(2)))

# $(call line-guest,NAME): with an end of a channel. The MMU is off: no access but aligned ones.
line-guest = $(call bare-guest,$(SMALL)/$(1),$(addprefix $(SMALL)/,start.S small.c line.c $(1).c) \
    libs/vchan/vchan.c libs/vchan/copy.c)

$(call bare-objects,libs/vchan/copy.c): BARE_CFLAGS += -mstrict-align

# $(call small-test,CASE,BULKHEAD,BOARD,GUESTS[,NEEDS])
define small-test
$(call system-test,small-$(1)-$(3),$(SMALL)/run $(1) $(2) $(3) $(OUT),$(2) $(4:%=$(OUT)/$(SMALL)/%.Image) $(5) \
    $(call system-parts,$(BUILD)) build/boards/$(3).dtb,240)
endef

$(eval $(call small-guest,worker,worker.c))
$(eval $(call small-guest,reset,life.c reset.c))
$(eval $(call small-guest,die,life.c die.c))
$(eval $(call small-guest,spin,measure.c spin.c))
$(eval $(call small-guest,storm,measure.c storm.c))
$(eval $(call small-guest,crowd,crowd.c second.c second.S))
$(eval $(call line-guest,last))
$(eval $(call line-guest,bereft))
$(eval $(call line-guest,talker))
$(eval $(call small-guest,judge,judge.c))
$(eval $(call user-program,$(SMALL)/meter,$(SMALL)/meter.c,$(COMPONENT_LIBS)))

# A VMM that can be made to die, and a copy of the command in a tree where it finds that one.
SMALL_VMM := $(filter-out vmm/dev/psci.c,$(VMM_SOURCES)) $(SMALL)/fatal.c

$(eval $(call user-program,$(SMALL)/vmm,$(SMALL_VMM),$(VMM_LIBS),$(VMM_WHOLE)))
$(call user-objects,$(SMALL)/fatal.c): USER_CFLAGS += -flto

SMALL_TREE := $(OUT)/$(SMALL)/tree

$(SMALL_TREE)/build/host/bulkhead: $(HOST)/bulkhead
	@mkdir -p $(@D) $(SMALL_TREE)/$(OUT)/vmm
	$(say) COPY $@
	$(quiet)ln -sfn $(CURDIR)/boards $(SMALL_TREE)/boards
	$(quiet)ln -sfn $(CURDIR)/build/boards $(SMALL_TREE)/build/boards
	$(quiet)for part in loader kernel components; do \
	    ln -sfn $(CURDIR)/$(OUT)/$$part $(SMALL_TREE)/$(OUT)/$$part; done
	$(quiet)ln -sfn $(CURDIR)/$(OUT)/$(SMALL)/vmm.elf $(SMALL_TREE)/$(OUT)/vmm/vmm.elf
	$(quiet)cp $< $@

$(foreach board,$(GUEST_BOARDS),\
    $(eval $(call small-test,restarts,$(HOST)/bulkhead,$(board),worker reset))\
    $(eval $(call small-test,killed,$(SMALL_TREE)/build/host/bulkhead,$(board),worker die,$(OUT)/$(SMALL)/vmm.elf))\
    $(eval $(call small-test,bereft,$(SMALL_TREE)/build/host/bulkhead,$(board),bereft last,$(OUT)/$(SMALL)/vmm.elf))\
    $(eval $(call small-test,losses,$(SMALL_TREE)/build/host/bulkhead,$(board),talker judge,$(OUT)/$(SMALL)/vmm.elf))\
    $(eval $(call small-test,crowd,$(HOST)/bulkhead,$(board),crowd))\
    $(eval $(call small-test,budgets,$(HOST)/bulkhead,$(board),spin storm,$(OUT)/$(SMALL)/meter.elf)))
