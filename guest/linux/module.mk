# SPDX-License-Identifier: BSD-2-Clause
# The guest's kernel module, cross-compiled against the headers of the very kernel that guests boot.

# Programs for guests, which may have no C library.
GUEST_CC     := aarch64-linux-gnu-gcc
GUEST_CFLAGS := $(filter-out -MMD -MP,$(COMMON_CFLAGS)) -D_GNU_SOURCE -static -s

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

# Linux builds where the sources are. What it says of itself is for a log, as long as all is well.
linux-make = $(MAKE) -C $(LINUX_HEADERS)/build M=$(abspath $(1)) ARCH=arm64 \
    CROSS_COMPILE=aarch64-linux-gnu- KCFLAGS=-Werror $(2) modules

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
