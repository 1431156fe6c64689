# SPDX-License-Identifier: BSD-2-Clause
# Start-up and what picolibc needs. stack_default is linked only into programs that define
# no stack.
$(OUT)/libs/librt.a: $(call user-objects,$(addprefix libs/rt/, start.S start.c tls.c thread.c \
    console.c exit.c stack_default.c))
