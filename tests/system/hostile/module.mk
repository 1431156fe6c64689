# SPDX-License-Identifier: BSD-2-Clause
# A guest that attacks its VMM and kernel, in an image of its own on every board that has guests.

HOSTILE := $(OUT)/tests/hostile
HOSTILE_OBJECTS := $(call bare-objects,$(addprefix tests/system/hostile/,start.S guest.c interrupts.c report.c))

$(HOSTILE)/guest.elf: $(HOSTILE_OBJECTS) tests/system/hostile/guest.ld
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(TARGET_LD) --no-warn-rwx-segments -z noexecstack -z max-page-size=4096 \
	    -T tests/system/hostile/guest.ld -o $@ $(HOSTILE_OBJECTS)

# With its zeros: it does not clear them itself.
$(HOSTILE)/Image: $(HOSTILE)/guest.elf
	$(say) OBJCOPY $@
	$(quiet)$(OBJCOPY) -O binary --set-section-flags .bss=alloc,load,contents $< $@

define hostile-test
$(call planned-image,$(HOSTILE)/$(1).img,$(1),tests/system/hostile/hostile.yaml.in,$(HOSTILE)/Image)

$(call system-test,hostile-guest-$(1),tests/system/hostile/run $(1) $(HOSTILE)/$(1).img,$(HOSTILE)/$(1).img,120)
endef

$(foreach board,$(GUEST_BOARDS),$(eval $(call hostile-test,$(board))))
