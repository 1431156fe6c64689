# SPDX-License-Identifier: BSD-2-Clause
# Every example on every board that has guests: $(OUT)/BOARD/EXAMPLE.img.
EXAMPLES         := $(patsubst examples/%/bulkhead.yaml,%,$(wildcard examples/*/bulkhead.yaml))
EXAMPLE_PROGRAMS := build/release/examples/linux-and-native/monitor.elf

$(foreach board,$(GUEST_BOARDS),$(foreach example,$(EXAMPLES),$(eval $(call system-image,\
    $(OUT)/$(board)/$(example).img,$(board),examples/$(example)/bulkhead.yaml,$(GUEST_FILES) $(EXAMPLE_PROGRAMS)))))

# They are of the release mode in every image: a manifest names a file.
ifeq ($(BUILD),debug)
$(EXAMPLE_PROGRAMS):
	$(quiet)$(MAKE) BUILD=release $@
endif
