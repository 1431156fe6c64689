# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call unit-test,alloc,$(addprefix tests/unit/libs/, alloc.c fake_kernel.c) \
    $(ALLOC_SOURCES),-Itests/unit/libs/fake))

$(eval $(call unit-test,supply,$(addprefix tests/unit/libs/, supply.c fake_kernel.c) \
    $(addprefix libs/alloc/, supply.c retype.c),-Itests/unit/libs/fake))

$(eval $(call unit-test,text,tests/unit/libs/text.c libs/sel4/text.c,-Itests/unit/libs/fake))

$(eval $(call unit-test,uart,tests/unit/libs/uart.c $(UART_SOURCES)))

$(eval $(call unit-test,config,tests/unit/libs/config.c libs/component/config.c,,-lfdt))

DEVTREE_BLOB := $(UNIT)/devtree.dtb
$(eval $(call unit-test,devtree,tests/unit/libs/devtree.c \
    $(FDT_SOURCES),-DTREE_FILE='"$(DEVTREE_BLOB)"',-lfdt))
$(UNIT)/devtree: | $(DEVTREE_BLOB)

$(DEVTREE_BLOB): tests/unit/libs/devtree.dts
	@mkdir -p $(@D)
	$(say) DTC $<
	$(quiet)dtc -q -I dts -O dtb -o $@ $<
