# SPDX-License-Identifier: BSD-2-Clause
# The bring-up program; other root tasks are listed in tests/kernel/module.mk.
$(eval $(call user-program,tests/kernel/hello,tests/kernel/hello/hello.c,$(CONSOLE_LIBS)))
