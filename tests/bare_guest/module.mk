# SPDX-License-Identifier: BSD-2-Clause
# Guests without an operating system: their Image, and what they all print with.
#
#   $(eval $(call bare-guest,PATH,SOURCES))
#       $(OUT)/PATH.Image of SOURCES and of image.S, which goes on at their `start`. With its zeros: it
#       does not clear them itself.

BARE_GUEST := $(addprefix tests/bare_guest/,image.S print.c)

define bare-guest
$(OUT)/$(1).elf: $(call bare-objects,$(2) $(BARE_GUEST)) tests/bare_guest/guest.ld
	@mkdir -p $$(@D)
	$$(say) LD $$@
	$$(quiet)$(TARGET_LD) --no-warn-rwx-segments -z noexecstack -z max-page-size=4096 \
	    -T tests/bare_guest/guest.ld -o $$@ $$(filter %.o,$$^)

$(OUT)/$(1).Image: $(OUT)/$(1).elf
	$$(say) OBJCOPY $$@
	$$(quiet)$(OBJCOPY) -O binary --set-section-flags .bss=alloc,load,contents $$< $$@
endef
