# SPDX-License-Identifier: BSD-2-Clause
# A guest that attacks its VMM and kernel, in an image of its own on every board that has guests.

HOSTILE := $(OUT)/tests/hostile

$(eval $(call bare-guest,tests/hostile/guest,$(addprefix tests/system/hostile/,start.S guest.c interrupts.c report.c)))

define hostile-test
$(call planned-image,$(HOSTILE)/$(1).img,$(1),tests/system/hostile/hostile.yaml.in,$(HOSTILE)/guest.Image)

$(call system-test,hostile-guest-$(1),tests/system/hostile/run $(1) $(HOSTILE)/$(1).img,$(HOSTILE)/$(1).img,120)
endef

$(foreach board,$(GUEST_BOARDS),$(eval $(call hostile-test,$(board))))
