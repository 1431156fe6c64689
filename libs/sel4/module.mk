# SPDX-License-Identifier: BSD-2-Clause
# The stubs are inline; the archive holds the thread's IPC buffer pointer, and words.
$(OUT)/libs/libsel4.a: $(call user-objects,libs/sel4/ipc_buffer.c libs/sel4/text.c)
