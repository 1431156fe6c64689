# SPDX-License-Identifier: BSD-2-Clause
# Systems of small guests without an operating system: what one VM notices of another.

SMALL := tests/system/small

# $(call small-guest,NAME,SOURCES): $(OUT)/tests/system/small/NAME.Image
small-guest = $(call bare-guest,$(SMALL)/$(1),$(addprefix $(SMALL)/,start.S small.c $(2)))

# $(call line-guest,NAME): with an end of a channel. The MMU is off: no access but aligned ones.
line-guest = $(call bare-guest,$(SMALL)/$(1),$(addprefix $(SMALL)/,start.S small.c line.c $(1).c) \
    libs/vchan/vchan.c libs/vchan/copy.c)

$(call bare-objects,libs/vchan/copy.c): BARE_CFLAGS += -mstrict-align

# $(call small-test,CASE,BULKHEAD,BOARD,GUESTS[,NEEDS[,BUILD MODE]])
define small-test
$(call system-test,small-$(1)-$(3)$(6:%=-%),$(if $(filter hung,$(1)),$(SMALL)/hung,$(SMALL)/run $(1)) $(2) $(3) \
    build/$(or $(6),$(BUILD)),$(2) $(4:%=build/$(or $(6),$(BUILD))/$(SMALL)/%.Image) $(5) \
    $(call system-parts,$(or $(6),$(BUILD))) build/boards/$(3).dtb,240,$(if $(filter crowd,$(1)),alone))
endef

$(eval $(call small-guest,worker,worker.c))
$(eval $(call small-guest,reset,life.c reset.c))
$(eval $(call small-guest,die,life.c die.c))
$(eval $(call small-guest,hang,life.c hang.c))
$(eval $(call small-guest,spin,measure.c spin.c))
$(eval $(call small-guest,storm,measure.c storm.c))
$(eval $(call small-guest,talk,talk.c talk_end.c))
$(eval $(call small-guest,talk_die,talk.c talk_die.c))
$(eval $(call small-guest,noise,noise.c))
$(eval $(call small-guest,crowd,crowd.c second.c second.S))
$(eval $(call line-guest,last))
$(eval $(call line-guest,bereft))
$(eval $(call line-guest,moved))

$(OUT)/$(SMALL)/own.dtb: $(SMALL)/own.dts
	@mkdir -p $(@D)
	$(say) DTC $@
	$(quiet)dtc -q -I dts -O dtb -o $@ $<

$(eval $(call user-program,$(SMALL)/meter,$(SMALL)/meter.c,$(COMPONENT_LIBS)))

# A VMM that can be made to die or to hang, and a copy of the command in a tree where it finds that one.
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

# $(call small-fatal-test,CASE,BOARD,GUESTS[,BUILD MODE]): with that VMM.
small-fatal-test = $(call small-test,$(1),build/$(or $(4),$(BUILD))/$(SMALL)/tree/build/host/bulkhead,$(2),$(3),\
    build/$(or $(4),$(BUILD))/$(SMALL)/vmm.elf,$(4))

$(foreach board,$(GUEST_BOARDS),\
    $(eval $(call small-test,restarts,$(HOST)/bulkhead,$(board),worker reset))\
    $(eval $(call small-fatal-test,killed,$(board),worker die))\
    $(eval $(call small-fatal-test,hung,$(board),worker hang))\
    $(eval $(call small-fatal-test,bereft,$(board),bereft last))\
    $(eval $(call small-fatal-test,words,$(board),talk talk_die noise))\
    $(eval $(call small-test,moved,$(HOST)/bulkhead,$(board),moved,$(OUT)/$(SMALL)/own.dtb))\
    $(eval $(call small-test,crowd,$(HOST)/bulkhead,$(board),crowd))\
    $(eval $(call small-test,budgets,$(HOST)/bulkhead,$(board),spin storm,$(OUT)/$(SMALL)/meter.elf)))

# In the other mode, what is quick there.
$(eval $(call small-fatal-test,killed,zcu102,worker die,$(BUILD_OTHER)))
$(eval $(call small-fatal-test,hung,qemu-virt,worker hang,$(BUILD_OTHER)))
