# SPDX-License-Identifier: BSD-2-Clause
# For Linux guests: the kernel module, cross-compiled against the headers of the very kernel that they
# boot; libvchan, static and shared; the command vchan.

# Programs for guests, and the library in both of its kinds.
GUEST_CC     := aarch64-linux-gnu-gcc
GUEST_CFLAGS := $(COMMON_CFLAGS) -D_GNU_SOURCE -fPIC

LINUX_HEADERS := build/guest/headers
VCHAN_MODULE  := build/guest/vchan
VCHAN_FILES   := $(wildcard guest/linux/vchan/* guest/linux/vchan/freestanding/* libs/vchan/*.[ch]) \
    abi/vchan.h

# $(call linux-package,DEB,FIELD,PATTERN): the first word of a package's field that begins so.
linux-package = $$(dpkg-deb -f $(1) $(2) | tr ', ' '\n\n' | grep -m1 '^$(3)')

$(DEBS)/linux-headers.deb: $(DEBS)/linux-image.deb
	@name=$(call linux-package,$<,Package,linux-image) && \
	    guest/fetch "$${name/image/headers}" $@

$(DEBS)/linux-headers-common.deb: $(DEBS)/linux-headers.deb
	@guest/fetch $(call linux-package,$<,Depends,linux-headers) $@

$(DEBS)/linux-kbuild.deb: $(DEBS)/linux-headers.deb
	@guest/fetch --host $(call linux-package,$<,Depends,linux-kbuild) $@

$(LINUX_HEADERS)/.ready: $(DEBS)/linux-headers.deb $(DEBS)/linux-headers-common.deb \
    $(DEBS)/linux-kbuild.deb guest/linux/headers
	$(say) UNPACK "$(@D) (headers of Debian's arm64 kernel)"
	$(quiet)guest/linux/headers $(@D) $(filter %.deb,$^) && touch $@

# Linux builds where the sources are; what pahole would add for tracing is left out. What it says of itself is for a log, as long as all is well.
linux-make = $(MAKE) -C $(LINUX_HEADERS)/build M=$(abspath $(1)) ARCH=arm64 \
    CROSS_COMPILE=aarch64-linux-gnu- KCFLAGS=-Werror CONFIG_DEBUG_INFO_BTF_MODULES= $(2) modules

$(VCHAN_MODULE)/vchan.ko: $(LINUX_HEADERS)/.ready $(VCHAN_FILES)
	$(say) MODULE $@
	$(quiet)rm -rf $(@D) && guest/linux/vchan/stage $(@D)
	$(quiet)env -u MAKEFLAGS -u MFLAGS -u CC -u CFLAGS $(call linux-make,$(@D)) > $(@D).log 2>&1 || \
	    { tail -n 40 $(@D).log >&2; exit 1; }
	$(quiet)aarch64-linux-gnu-strip -g $@

# Linux's own checker of types, over the module and the library in it; any word of it is a failure.
.PHONY: lint-module
lint-module: $(LINUX_HEADERS)/.ready
	$(say) SPARSE guest/linux/vchan
	$(quiet)rm -rf build/lint/vchan && guest/linux/vchan/stage build/lint/vchan
	$(quiet)env -u MAKEFLAGS -u MFLAGS -u CC -u CFLAGS \
	    $(call linux-make,build/lint/vchan,W=1 C=2 CF=-Wsparse-error) > build/lint/vchan.log 2>&1 || \
	    { tail -n 40 build/lint/vchan.log >&2; exit 1; }

# Linux's own checker of style comes in the package of all its sources; only what it needs is kept.
CHECKPATCH := build/guest/checkpatch

$(CHECKPATCH)/checkpatch.pl: $(DEBS)/linux-image.deb guest/linux/checkpatch
	$(say) UNPACK "$@ (of Linux's sources, about 140 MB)"
	$(quiet)guest/linux/checkpatch \
	    "$$(dpkg-deb -f $< Package | sed -E 's/^linux-image-([0-9]+\.[0-9]+).*/linux-source-\1/')" $(@D)

.PHONY: lint-module-style
lint-module-style: $(CHECKPATCH)/checkpatch.pl
	$(say) STYLE guest/linux/vchan
	$(quiet)perl $< --no-tree --strict --terse --no-summary -f $(wildcard guest/linux/vchan/*.[ch])

# ---- the library and the command ----

GUEST_LIBRARY_SOURCES := $(LIBVCHAN_SOURCES) guest/linux/libvchan/system.c $(VCHAN_SOURCES)
GUEST_COMMAND_SOURCES := guest/linux/command/vchan.c guest/linux/command/bench.c

$(GUEST)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(say) CC "$< (for guests)"
	$(quiet)$(GUEST_CC) $(GUEST_CFLAGS) $(if $(filter libs/vchan/copy.c,$<),$(NO_IDIOMS)) -c -o $@ $<

DEPENDENCIES += $(patsubst %.c,$(GUEST)/obj/%.d,$(GUEST_LIBRARY_SOURCES) $(GUEST_COMMAND_SOURCES))

$(GUEST)/lib/libvchan.a: $(GUEST_LIBRARY_SOURCES:%.c=$(GUEST)/obj/%.o)
	@mkdir -p $(@D)
	$(say) AR $@
	$(quiet)rm -f $@ && $(TARGET_AR) rcsD $@ $^

# Only what libvchan.h tells of is seen from outside.
$(GUEST)/lib/libvchan.so.1: $(GUEST_LIBRARY_SOURCES:%.c=$(GUEST)/obj/%.o) guest/linux/libvchan/libvchan.map
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(GUEST_CC) -shared -s -Wl,-soname,libvchan.so.1 -Wl,--no-undefined -Wl,--build-id=none \
	    -Wl,--version-script=guest/linux/libvchan/libvchan.map -o $@ $(filter %.o,$^)
	$(quiet)ln -sf libvchan.so.1 $(@D)/libvchan.so

$(GUEST)/bin/vchan: $(GUEST_COMMAND_SOURCES:%.c=$(GUEST)/obj/%.o) $(GUEST)/lib/libvchan.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(GUEST_CC) -static -s -Wl,--build-id=none -o $@ $^

.PHONY: guest-channels
guest-channels: $(VCHAN_MODULE)/vchan.ko $(GUEST)/lib/libvchan.a $(GUEST)/lib/libvchan.so.1 $(GUEST)/bin/vchan
