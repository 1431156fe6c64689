# SPDX-License-Identifier: BSD-2-Clause
# The manifest's reader.

MANIFEST_TESTS := tests/unit/manifest/

$(eval $(call unit-test,manifest-good,$(MANIFEST_TESTS)good.c $(TOOL_MANIFEST_SOURCES),,\
    $(TOOL_MANIFEST_LIBRARIES)))
$(eval $(call unit-test,manifest-bad,$(MANIFEST_TESTS)bad.c $(TOOL_MANIFEST_SOURCES),,\
    $(TOOL_MANIFEST_LIBRARIES)))
$(eval $(call unit-test,manifest-docs,$(MANIFEST_TESTS)docs.c $(TOOL_MANIFEST_SOURCES),,\
    $(TOOL_MANIFEST_LIBRARIES)))
$(eval $(call unit-test,manifest-memory,$(MANIFEST_TESTS)memory.c $(TOOL_MANIFEST_SOURCES),,\
    $(TOOL_MANIFEST_LIBRARIES) $(addprefix -Xlinker --wrap=,malloc calloc realloc exit)))
$(eval $(call unit-test,manifest-units,$(MANIFEST_TESTS)units.c tool/manifest/units.c \
    tool/manifest/nearest.c))
