# SPDX-License-Identifier: BSD-2-Clause
# The console's logic, on this machine with sanitizers: everything in it that makes no system call.
$(eval $(call unit-test,console,tests/unit/console/console.c $(CONSOLE_LOGIC) $(VCHAN_SOURCES)))
$(eval $(call unit-test,console-config,tests/unit/console/config.c components/console/config.c \
    libs/component/config.c $(UART_SOURCES),,-lfdt))
