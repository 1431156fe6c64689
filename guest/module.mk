# SPDX-License-Identifier: BSD-2-Clause
# What runs in a guest: Debian's own arm64 kernel and a demo initramfs around its static busybox.
# What was fetched stays until `make clean`; nothing is fetched twice.

.PHONY: guest
guest: $(GUEST)/Image $(GUEST)/initrd.cpio.gz $(GUEST)/versions.txt

$(DEBS)/linux-image.deb:
	@guest/fetch --depends linux-image-arm64 $@

$(DEBS)/%.deb:
	@guest/fetch $* $@

# The signature "ARMd" at offset 56 is what makes it an arm64 Image.
define guest-kernel
$(2)/Image: $(1)/linux-image.deb
	@mkdir -p $$(@D)
	$$(say) UNPACK "$$@ (Debian's arm64 kernel)"
	$$(quiet)dpkg-deb --fsys-tarfile $$< | tar -xO --wildcards './boot/vmlinuz-*' > $$@.tmp
	$$(quiet)test "$$$$(dd if=$$@.tmp bs=1 skip=56 count=4 status=none)" = ARMd || \
	    { echo "$$<: its kernel is no raw arm64 Image" >&2; exit 1; }
	$$(quiet)mv $$@.tmp $$@

$(2)/initrd.cpio.gz: $(DEBS)/busybox-static.deb $(2)/vchan/vchan.ko $(GUEST)/bin/vchan \
    guest/pack $(shell find guest/initramfs)
	@mkdir -p $$(@D)
	$$(say) PACK "$$@ (demo initramfs)"
	$$(quiet)guest/pack $$< $(2)/vchan/vchan.ko $(GUEST)/bin/vchan $$@
endef

# The kernel that guests boot, and that of another release of Debian, to try: an initramfs for each.
$(eval $(call guest-kernel,$(DEBS),$(GUEST)))
$(eval $(call guest-kernel,$(OTHER_DEBS),$(OTHER_GUEST)))

# What exactly was used: packages by name, version and sha256, then the files made of them.
$(GUEST)/versions.txt: $(GUEST)/Image $(GUEST)/initrd.cpio.gz
	$(quiet)cat $(addprefix $(DEBS)/,$(addsuffix .deb.origin,linux-image busybox-static linux-headers \
	    linux-headers-common linux-kbuild)) > $@
	$(quiet)cd $(@D) && sha256sum Image initrd.cpio.gz | \
	    awk '{ print $$2, "built", $$1 }' >> versions.txt
