# SPDX-License-Identifier: BSD-2-Clause
# The drawing of a planned system, as graphviz itself reads it.

$(eval $(call unit-test,graph,tests/unit/graph/graph.c tests/unit/audit/maker.c \
    $(TOOL_SHOW_SOURCES) tool/image/bytes.c,-DTREE_FILE='"$(AUDIT_TREE)"',-lfdt))
$(UNIT)/graph: | $(AUDIT_TREE)
