# SPDX-License-Identifier: BSD-2-Clause
# The isolation report over plans made by hand.

AUDIT_TREE := $(UNIT)/audit-board.dtb
AUDIT_TEST_SOURCES := $(addprefix tests/unit/audit/,audit.c maker.c json_check.c) \
    $(TOOL_SHOW_SOURCES) tool/image/bytes.c

$(eval $(call unit-test,audit,$(AUDIT_TEST_SOURCES),-DTREE_FILE='"$(AUDIT_TREE)"',-lfdt))
$(UNIT)/audit: | $(AUDIT_TREE)

$(AUDIT_TREE): tests/unit/audit/board.dts
	@mkdir -p $(@D)
	$(say) DTC $<
	$(quiet)dtc -q -I dts -O dtb -o $@ $<
