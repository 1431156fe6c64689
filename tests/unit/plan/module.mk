# SPDX-License-Identifier: BSD-2-Clause
# Plans of manifests, for a board made for these tests.

PLAN_TESTS := tests/unit/plan/
PLAN_BOARD := $(UNIT)/plan-board.dtb
PLAN_UNDER_TEST := $(PLAN_TESTS)support.c $(TOOL_PLAN_SOURCES) $(TOOL_BOARD_SOURCES) \
    $(TOOL_MANIFEST_SOURCES) tool/image/bytes.c tool/image/program.c

$(foreach subject,good joined moved,$(eval $(call unit-test,plan-$(subject), \
    $(PLAN_TESTS)$(subject).c $(PLAN_TESTS)view.c $(PLAN_TESTS)sound.c $(PLAN_SOURCES) $(PLAN_UNDER_TEST),\
    -DTREE_FILE='"$(PLAN_BOARD)"',$(TOOL_MANIFEST_LIBRARIES) -lfdt -lz)))
$(eval $(call unit-test,plan-bad,$(PLAN_TESTS)bad.c $(PLAN_UNDER_TEST),\
    -DTREE_FILE='"$(PLAN_BOARD)"',$(TOOL_MANIFEST_LIBRARIES) -lfdt -lz))
$(eval $(call unit-test,plan-board,$(PLAN_TESTS)board.c $(TOOL_BOARD_SOURCES) \
    tool/manifest/nearest.c tool/image/bytes.c,-DTREE_FILE='"$(PLAN_BOARD)"',-lfdt))
$(addprefix $(UNIT)/plan-,good joined moved bad board): | $(PLAN_BOARD)

$(PLAN_BOARD): tests/unit/plan/board.dts
	@mkdir -p $(@D)
	$(say) DTC $<
	$(quiet)dtc -q -I dts -O dtb -o $@ $<
