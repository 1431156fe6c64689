# SPDX-License-Identifier: BSD-2-Clause
# The examples as a user has them: what the command says of them.

EXAMPLES_TEST   := tests/system/examples
EXAMPLES_IMAGES := $(foreach board,$(GUEST_BOARDS),$(EXAMPLES:%=$(OUT)/$(board)/%.img))


$(eval $(call system-test,examples-reports,$(EXAMPLES_TEST)/reports $(HOST)/bulkhead $(EXAMPLES_IMAGES),\
    $(EXAMPLES_IMAGES) $(EXAMPLE_PROGRAMS),120))

$(foreach board,$(GUEST_BOARDS),$(eval $(call system-test,examples-native-$(board),\
    $(EXAMPLES_TEST)/native $(OUT)/$(board)/linux-and-native.img,$(OUT)/$(board)/linux-and-native.img,120)))
