/* SPDX-License-Identifier: BSD-2-Clause */
/* The one variable behind <sel4/sel4.h>: where the calling thread's IPC buffer lies. */
#include <sel4/sel4.h>

__thread seL4_IPCBuffer *__sel4_ipc_buffer;
