# SPDX-License-Identifier: BSD-2-Clause
# Board device trees. A board is boards/NAME.conf plus the tree built here as build/boards/NAME.dtb.

BOARDS := $(basename $(notdir $(wildcard boards/*.conf)))

# Those that guests run on: the VMM shows them a GICv2, whose CPU interface the board must have.
GUEST_BOARDS := $(filter-out qemu-virt-gicv3,$(BOARDS))

ifeq ($(filter $(BOARD),$(BOARDS)),)
$(error BOARD=$(BOARD): there is no such board, choose one of: $(BOARDS))
endif

.PHONY: boards
boards: $(BOARDS:%=build/boards/%.dtb) build/boards/zcu102-bare.dtb

build/boards/zcu102.dtb: $(DEBS)/linux-image.deb
	@mkdir -p $(@D)
	$(say) UNPACK "$@ (from Debian's kernel package)"
	$(quiet)dpkg-deb --fsys-tarfile $< | \
	    tar -xO --wildcards './usr/lib/linux-image-*/xilinx/zynqmp-zcu102-rev1.0.dtb' > $@.tmp
	$(quiet)mv $@.tmp $@

build/boards/zcu102-bare.dtb: build/boards/zcu102.dtb boards/zcu102-bare
	$(say) DTB $@
	$(quiet)boards/zcu102-bare $< $@

build/boards/qemu-virt.dtb build/boards/qemu-virt-gicv3.dtb: build/boards/%.dtb: boards/%.conf \
    boards/qemu
	@mkdir -p $(@D)
	$(say) DTB "$@ (as QEMU describes it)"
	$(quiet)boards/qemu $* -machine dumpdtb=$@.tmp 2> $@.log || { cat $@.log >&2; exit 1; }
	$(quiet)dtc -q -I dtb -O dtb -o $@ $@.tmp && rm $@.tmp $@.log
