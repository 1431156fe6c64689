# SPDX-License-Identifier: BSD-2-Clause
# Images of manifests, made by the command `bulkhead`.

# What it builds them of, but the board's device tree. $(call system-parts,BUILD MODE)
system-parts = $(HOST)/bulkhead build/$(1)/loader/loader.bin build/$(1)/kernel/kernel.elf \
    build/$(1)/components/init/init.elf build/$(1)/components/console/console.elf \
    build/$(1)/vmm/vmm.elf

# What `debian` and `demo` mean in a manifest.
GUEST_FILES := $(GUEST)/Image $(GUEST)/initrd.cpio.gz $(GUEST)/versions.txt

# $(call system-image,IMAGE,BOARD,MANIFEST,FILES): IMAGE is MANIFEST's system for BOARD; FILES are
# those that the manifest names, GUEST_FILES among them if it does.
define system-image
$(1): $(3) $(4) $(call system-parts,$(BUILD)) build/boards/$(2).dtb
	@mkdir -p $$(@D)
	$$(say) IMAGE $$@
	$$(quiet)$(HOST)/bulkhead build $(3) --board $(2) $(if $(filter debug,$(BUILD)),--debug) -o $$@ > $$@.log
endef

# $(call planned-image,IMAGE,BOARD,TEMPLATE,GUEST FILE,FILES): the same of the manifest that TEMPLATE
# is with the guest file for @FILE@. It lies beside IMAGE, and so do the paths in it begin there.
define planned-image
$(1).yaml: $(3)
	@mkdir -p $$(@D)
	$$(quiet)sed 's#@FILE@#$(abspath $(4))#' $$< > $$@
$(call system-image,$(1),$(2),$(1).yaml,$(4) $(5))
endef
