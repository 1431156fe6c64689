# SPDX-License-Identifier: BSD-2-Clause
# What leaving the guest costs, seen from a guest without an operating system.

GUEST_BENCH := $(OUT)/tests/guest-bench

$(eval $(call bare-guest,tests/guest-bench/guest,$(addprefix tests/bench/guest/,start.S guest.c)))
$(eval $(call planned-image,$(GUEST_BENCH)/$(BOARD).img,$(BOARD),tests/bench/guest/figures.yaml.in,$(GUEST_BENCH)/guest.Image))
