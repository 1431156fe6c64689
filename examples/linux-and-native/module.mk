# SPDX-License-Identifier: BSD-2-Clause
# The native program of the example: a monitor.
$(eval $(call user-program,examples/linux-and-native/monitor,examples/linux-and-native/monitor.c,$(COMPONENT_LIBS)))
