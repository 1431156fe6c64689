# SPDX-License-Identifier: BSD-2-Clause
UART_SOURCES := $(addprefix libs/uart/, uart.c pl011.c cadence.c imx.c)

$(OUT)/libs/libuart.a: $(call user-objects,$(UART_SOURCES))
