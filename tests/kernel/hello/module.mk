# SPDX-License-Identifier: BSD-2-Clause
# The bring-up program; other root tasks are listed in tests/kernel/module.mk.
HELLO_LIBS := $(addprefix $(OUT)/libs/, librt.a libsel4.a)
$(eval $(call user-program,tests/kernel/hello,tests/kernel/hello/hello.c,$(HELLO_LIBS)))
