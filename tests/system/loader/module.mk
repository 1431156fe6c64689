# SPDX-License-Identifier: BSD-2-Clause
# Boots the loader with a probe kernel in the kernel's place, and with images that must not boot.

LOADER_PROBE := $(OUT)/tests/loader
LOADER_PROBE_OBJECTS := $(call bare-objects,$(addprefix tests/system/loader/,probe_start.S probe.c) \
                          $(addprefix loader/,bulk.S fdt.c machine.c console.c))

# NAME of the probe, its virtual address, and how far below its physical address is.
define loader-probe
$(LOADER_PROBE)/$(1).elf: $(LOADER_PROBE_OBJECTS) tests/system/loader/probe.ld
	@mkdir -p $$(@D)
	$$(say) LD $$@
	$$(quiet)$$(TARGET_LD) --no-warn-rwx-segments -z noexecstack -z max-page-size=4096 \
	    --defsym=PROBE_VADDR=$(2) --defsym=PROBE_OFFSET=$(3) -T tests/system/loader/probe.ld \
	    -o $$@ $(LOADER_PROBE_OBJECTS)
endef

$(eval $(call loader-probe,anywhere,0x8000000000,0))
$(eval $(call loader-probe,virt,0x8040000000,0x8000000000))
$(eval $(call loader-probe,zcu102,0x8000000000,0x8000000000))
$(eval $(call loader-probe,overlapping,0x8040200000,0x8000000000))
$(eval $(call loader-probe,outside,0x8010000000,0x8000000000))

$(LOADER_PROBE)/init.elf: $(call bare-objects,tests/system/loader/init.S) tests/system/loader/init.ld
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(TARGET_LD) -z noexecstack -z max-page-size=4096 -T tests/system/loader/init.ld \
	    -o $@ $<

$(LOADER_PROBE)/go.img: $(call bare-objects,tests/system/loader/go.S)
	@mkdir -p $(@D)
	$(say) OBJCOPY $@
	$(quiet)$(OBJCOPY) -O binary -j .text $< $@

LOADER_TEST_NEEDS := $(HOST)/mkimage $(OUT)/loader/loader.bin $(LOADER_PROBE)/go.img \
    $(addprefix $(LOADER_PROBE)/,$(addsuffix .elf,anywhere virt zcu102 overlapping outside init)) \
    $(BOARDS:%=build/boards/%.dtb)

$(foreach group,virt zcu102 refused damaged u-boot mkimage,$(eval $(call \
    system-test,loader-$(group),tests/system/loader/run $(OUT) $(group),$(LOADER_TEST_NEEDS),120)))
