# SPDX-License-Identifier: BSD-2-Clause
# For Linux guests: the kernel module, cross-compiled against the headers of the very kernel that they
# boot, and against those of another release of Debian; libvchan, static and shared; the command vchan.

# Programs for guests, and the library in both of its kinds.
GUEST_CC     := aarch64-linux-gnu-gcc
GUEST_CFLAGS := $(COMMON_CFLAGS) -D_GNU_SOURCE -fPIC

LINUX_HEADERS := $(GUEST)/headers
VCHAN_MODULE  := $(GUEST)/vchan
VCHAN_FILES   := $(wildcard guest/linux/vchan/* guest/linux/vchan/freestanding/* libs/vchan/*.[ch]) \
    abi/vchan.h

# Debian's stable and oldstable: this machine's is the one that guests boot, and the module is built and
# tried for the other, too.
OTHER_RELEASE := $(if $(filter trixie,$(shell . /etc/os-release && echo $$VERSION_CODENAME)),bookworm,trixie)
OTHER_GUEST   := $(GUEST)/$(OTHER_RELEASE)
OTHER_DEBS    := $(DEBS)/$(OTHER_RELEASE)

# $(call linux-package,DEB,FIELD,PATTERN): the first word of a package's field that begins so.
linux-package = $$(dpkg-deb -f $(1) $(2) | tr ', ' '\n\n' | grep -m1 '^$(3)')

# Of this release the kernel comes first, of the other its headers: the kernel itself is large.
$(DEBS)/linux-headers.deb: $(DEBS)/linux-image.deb
	@name=$(call linux-package,$<,Package,linux-image) && \
	    guest/fetch "$${name/image/headers}" $@

$(OTHER_DEBS)/linux-headers.deb:
	@guest/fetch --release $(OTHER_RELEASE) --depends linux-headers-arm64 $@

$(OTHER_DEBS)/linux-image.deb: $(OTHER_DEBS)/linux-headers.deb
	@name=$(call linux-package,$<,Package,linux-headers) && \
	    guest/fetch --release $(OTHER_RELEASE) "$${name/headers/image}" $@

# For Linux's build tools, which may need a newer C library than this machine has.
$(OTHER_DEBS)/libc6.deb:
	@guest/fetch --release $(OTHER_RELEASE) --host libc6 $@

# Linux builds where the sources are; what pahole would add for tracing is left out.
linux-make = env -u MAKEFLAGS -u MFLAGS -u CC -u CFLAGS $(MAKE) -C $(1)/build M=$(abspath $(2)) ARCH=arm64 \
    CROSS_COMPILE=aarch64-linux-gnu- KCFLAGS=-Werror CONFIG_DEBUG_INFO_BTF_MODULES= $(3) modules

# Headers name the compiler of their own release, and an option that gcc has from 14 on.
OTHER_COMPILER := CC=aarch64-linux-gnu-gcc CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=

# $(call linux-module,DEBS,FOLDER,FLAGS OF make,FLAGS OF guest/fetch,LIBRARY): how FOLDER gets the headers
# of an arm64 kernel, and the module for it. What Linux says of itself is for a log, as long as all is well.
define linux-module
$(1)/linux-headers-common.deb: $(1)/linux-headers.deb
	@guest/fetch $(4) $$(call linux-package,$$<,Depends,linux-headers) $$@

$(1)/linux-kbuild.deb: $(1)/linux-headers.deb
	@guest/fetch $(4) --host $$(call linux-package,$$<,Depends,linux-kbuild) $$@

$(2)/headers/.ready: $(1)/linux-headers.deb $(1)/linux-headers-common.deb $(1)/linux-kbuild.deb $(5) \
    guest/linux/headers
	$$(say) UNPACK "$$(@D) (headers of Debian's arm64 kernel)"
	$$(quiet)mkdir -p $(2) && guest/linux/headers $$(@D) $$(filter %.deb,$$^) && touch $$@

$(2)/vchan/vchan.ko: $(2)/headers/.ready $$(VCHAN_FILES) guest/linux/check-module
	$$(say) MODULE $$@
	$$(quiet)rm -rf $$(@D) && guest/linux/vchan/stage $$(@D)
	$$(quiet)$$(call linux-make,$(2)/headers,$$(@D),$(3)) > $$(@D).log 2>&1 || \
	    { tail -n 40 $$(@D).log >&2; exit 1; }
	$$(quiet)aarch64-linux-gnu-strip -g $$@
	$$(quiet)guest/linux/check-module $$@ $(2)/headers/build $$(@D).log
endef

$(eval $(call linux-module,$(DEBS),$(GUEST)))
$(eval $(call linux-module,$(OTHER_DEBS),$(OTHER_GUEST),$(OTHER_COMPILER),--release $(OTHER_RELEASE),\
    $(OTHER_DEBS)/libc6.deb))

.PHONY: vchan-modules
vchan-modules: $(VCHAN_MODULE)/vchan.ko $(OTHER_GUEST)/vchan/vchan.ko

# Linux's own checker of types, over the module and the library in it; any word of it is a failure.
# $(call lint-module-for,HEADERS,FLAGS OF make)
define lint-module-for
	$(say) SPARSE "guest/linux/vchan ($(1))"
	$(quiet)rm -rf build/lint/vchan && guest/linux/vchan/stage build/lint/vchan
	$(quiet)$(call linux-make,$(1),build/lint/vchan,W=1 C=2 CF=-Wsparse-error $(2)) \
	    > build/lint/vchan.log 2>&1 || { tail -n 40 build/lint/vchan.log >&2; exit 1; }

endef

.PHONY: lint-module
lint-module: $(LINUX_HEADERS)/.ready $(OTHER_GUEST)/headers/.ready
	$(call lint-module-for,$(LINUX_HEADERS))
	$(call lint-module-for,$(OTHER_GUEST)/headers,$(OTHER_COMPILER))

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
