# SPDX-License-Identifier: BSD-2-Clause
# Libraries of Debian that programs on the board link: libfdt and zlib, as Debian builds them for arm64,
# unpacked under build/. (picolibc comes as an ordinary package of the host.)

SYSROOT := build/sysroot

.PHONY: sysroot
sysroot: $(SYSROOT)/libfdt.a $(SYSROOT)/libz.a

$(SYSROOT)/libfdt.a: build/debs/libfdt-dev.deb
	@mkdir -p $(@D)/include
	$(say) UNPACK "$@ (Debian's libfdt for arm64)"
	$(quiet)dpkg-deb --fsys-tarfile $< | tar -xO --wildcards './usr/lib/*/libfdt.a' > $@.tmp
	$(quiet)dpkg-deb --fsys-tarfile $< | \
	    tar -x -C $(@D)/include --strip-components=3 --wildcards './usr/include/*.h'
	$(quiet)touch $(@D)/include/*.h && mv $@.tmp $@

$(SYSROOT)/include/fdt.h $(SYSROOT)/include/libfdt.h $(SYSROOT)/include/libfdt_env.h: \
    $(SYSROOT)/libfdt.a ;

# zlib, for gzip-compressed kernels. Where its header zconf.h lies differs between releases.
$(SYSROOT)/libz.a: build/debs/zlib1g-dev.deb
	@mkdir -p $(@D)/include
	$(say) UNPACK "$@ (Debian's zlib for arm64)"
	$(quiet)dpkg-deb --fsys-tarfile $< | tar -xO --wildcards './usr/lib/*/libz.a' > $@.tmp
	$(quiet)dpkg-deb --fsys-tarfile $< | \
	    tar -x -C $(@D)/include --transform 's,.*/,,' --wildcards './usr/include/*.h'
	$(quiet)touch $(@D)/include/z*.h && mv $@.tmp $@

$(SYSROOT)/include/zlib.h $(SYSROOT)/include/zconf.h: $(SYSROOT)/libz.a ;
