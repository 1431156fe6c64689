# SPDX-License-Identifier: BSD-2-Clause
# Start-up and what picolibc needs. stack_default and heap_default are linked only into programs
# that define neither.
$(OUT)/libs/librt.a: $(call user-objects,$(addprefix libs/rt/, start.S start.c tls.c thread.c \
    console.c exit.c heap.c heap_default.c stack_default.c))
