/* SPDX-License-Identifier: BSD-2-Clause */
/* The arena of a program that allocates and does not say how much. */
#include "libs/rt/rt.h"

RT_HEAP_DEFINE(RT_HEAP_BYTES);
