/* SPDX-License-Identifier: BSD-2-Clause */
/* The main stack of a program that does not say how large. */
#include "libs/rt/rt.h"

RT_STACK_DEFINE(RT_STACK_BYTES);
