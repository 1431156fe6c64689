# SPDX-License-Identifier: BSD-2-Clause
# The native program of the example.
$(eval $(call user-program,examples/linux-and-native/heartbeat,examples/linux-and-native/heartbeat.c,$(COMPONENT_LIBS)))
