# SPDX-License-Identifier: BSD-2-Clause
# Channels for programs, over a system that the test plays.
$(eval $(call unit-test,libvchan,tests/unit/libvchan/libvchan.c $(LIBVCHAN_SOURCES) $(VCHAN_SOURCES)))
