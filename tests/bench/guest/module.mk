# SPDX-License-Identifier: BSD-2-Clause
# What leaving the guest costs, seen from a guest without an operating system.

GUEST_BENCH := $(OUT)/tests/guest-bench
GUEST_BENCH_OBJECTS := $(call bare-objects,$(addprefix tests/bench/guest/,start.S guest.c))

# Placed as the hostile guest is, where the VMM places an Image with text offset 0.
$(GUEST_BENCH)/guest.elf: $(GUEST_BENCH_OBJECTS) tests/system/hostile/guest.ld
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(TARGET_LD) --no-warn-rwx-segments -z noexecstack -z max-page-size=4096 \
	    -T tests/system/hostile/guest.ld -o $@ $(GUEST_BENCH_OBJECTS)

$(GUEST_BENCH)/Image: $(GUEST_BENCH)/guest.elf
	$(say) OBJCOPY $@
	$(quiet)$(OBJCOPY) -O binary --set-section-flags .bss=alloc,load,contents $< $@

$(eval $(call planned-image,$(GUEST_BENCH)/$(BOARD).img,$(BOARD),tests/bench/guest/figures.yaml.in,$(GUEST_BENCH)/Image))
