/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes the kernel is built for; everything else it learns from the machine. */
#pragma once

#define CORE_MAX 8 /* also the number of cores a GICv2 knows */
