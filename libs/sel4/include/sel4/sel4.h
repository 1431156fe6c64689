/* SPDX-License-Identifier: BSD-2-Clause */
/* The seL4 interface for user programs, source-compatible with libsel4 (AArch64, hypervisor, MCS,
 * SMP): types, system calls, invocations. Stands on abi/sel4; knows nothing of how a program is
 * started or where its memory comes from. */
#pragma once

#include <sel4/config.h>
#include <sel4/types.h>
#include <sel4/bootinfo.h>
#include <sel4/buffer.h>
#include <sel4/syscalls.h>
#include <sel4/debug.h>
#include <sel4/invoke.h>
#include <sel4/cnode.h>
#include <sel4/tcb.h>
#include <sel4/sched.h>
#include <sel4/irq.h>
#include <sel4/arm.h>
#include <sel4/fault.h>
