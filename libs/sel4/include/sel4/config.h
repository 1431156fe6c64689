/* SPDX-License-Identifier: BSD-2-Clause */
/* The build options programs written for seL4 ask for: the one configuration of the interface we
 * offer. Numbers a machine decides (cores, interrupts, slots) are read from bootinfo instead. */
#pragma once

#define CONFIG_ARCH_ARM               1
#define CONFIG_ARCH_AARCH64           1
#define CONFIG_ARM_HYPERVISOR_SUPPORT 1
#define CONFIG_ARM_PA_SIZE_BITS_40    1
#define CONFIG_ENABLE_SMP_SUPPORT     1
#define CONFIG_KERNEL_MCS             1
#define CONFIG_ALLOW_SMC_CALLS        1
#define CONFIG_HAVE_FPU               1
#define CONFIG_WORD_SIZE              64
#define CONFIG_NUM_PRIORITIES         256
#define CONFIG_NUM_DOMAINS            16
#define CONFIG_NUM_DOMAIN_SCHEDULES   100
#define CONFIG_RETYPE_FAN_OUT_LIMIT   256
#define CONFIG_KERNEL_WCET_SCALE      1
#if defined(BUILD_DEBUG) && BUILD_DEBUG
#define CONFIG_DEBUG_BUILD 1
#define CONFIG_PRINTING    1
#endif
