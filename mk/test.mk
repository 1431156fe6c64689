# SPDX-License-Identifier: BSD-2-Clause
# How a folder registers its tests; `make test` runs them through tests/run. A name is its area
# and what it is about: unit-cnode, kernel-ipc, system-boot. See tests/README.md.
#
#   $(eval $(call unit-test,NAME,SOURCES[,FLAGS[,LIBRARIES]]))
#       a cmocka program for this machine, with address and undefined-behaviour sanitizers;
#       registered as unit-NAME. FLAGS go to its compiler (an include path, a definition),
#       LIBRARIES (-lfdt) to its linker.
#   $(eval $(call system-test,NAME,COMMAND[,NEEDS[,SECONDS[,alone]]]))
#       any command: exit status 0 is a pass. NEEDS is built before, of the other build mode too
#       (a file in $(OUT_OTHER)); it is stopped and failed after SECONDS (60 if not given). `alone`:
#       no other test runs beside it, as it needs every processor. Write a Make variable that is set
#       later as $$(NAME).

TESTS :=# their names

comma := ,

# Where they are built, and what the compiler puts in: `make coverage` builds them elsewhere, with
# counters in place of the sanitizers.
UNIT            ?= build/tests/unit
UNIT_INSTRUMENT ?= -O1 -fsanitize=address,undefined -fno-sanitize-recover=all

UNIT_CFLAGS := $(filter-out -O2,$(HOST_CFLAGS)) -fno-omit-frame-pointer $(UNIT_INSTRUMENT)

define unit-test
$(UNIT)/$(1): $(2:%=$(UNIT)/obj-$(1)/%.o)
	@mkdir -p $$(@D)
	$$(say) HOSTLD $$@
	$$(quiet)$$(HOST_CC) $$(UNIT_CFLAGS) -o $$@ $$^ -lcmocka $(4)

$(UNIT)/obj-$(1)/%.c.o: %.c
	@mkdir -p $$(@D)
	$$(say) HOSTCC "$$< (unit test)"
	$$(quiet)$$(HOST_CC) $$(UNIT_CFLAGS) $(3) -c $$< -o $$@

$(call system-test,unit-$(1),$(UNIT)/$(1),$(UNIT)/$(1))
endef

define system-test
TESTS += $(1)
TEST_COMMAND_$(1) = $(2)
TEST_NEEDS_$(1) = $(3)
TEST_LIMIT_$(1) := $(or $(strip $(4)),60)$(addprefix $(comma),$(strip $(5)))
endef
