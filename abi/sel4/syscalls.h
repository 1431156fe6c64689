/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System call numbers of the MCS interface: in x7, trap by `svc #0` (a thread with a vCPU: `hvc`).
 * Numbers are fixed; those a kernel is built without leave holes. Plain constants, for assembly.
 */
#pragma once

#define seL4_SysCall                   (-1)
#define seL4_SysReplyRecv              (-2)
#define seL4_SysNBSendRecv             (-3)
#define seL4_SysNBSendWait             (-4)
#define seL4_SysSend                   (-5)
#define seL4_SysNBSend                 (-6)
#define seL4_SysRecv                   (-7)
#define seL4_SysNBRecv                 (-8)
#define seL4_SysWait                   (-9)
#define seL4_SysNBWait                 (-10)
#define seL4_SysYield                  (-11)
#define seL4_SysDebugPutChar           (-12)
#define seL4_SysDebugDumpScheduler     (-13)
#define seL4_SysDebugHalt              (-14)
#define seL4_SysDebugCapIdentify       (-15)
#define seL4_SysDebugSnapshot          (-16)
#define seL4_SysDebugNameThread        (-17)
#define seL4_SysDebugSendIPI           (-18)
#define seL4_SysDebugGetThreadAffinity (-19)
#define seL4_SysBenchmarkNullSyscall   (-25)
