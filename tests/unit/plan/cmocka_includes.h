/* SPDX-License-Identifier: BSD-2-Clause */
/* What cmocka.h needs before it, in the order it needs it. */
#ifndef TESTS_UNIT_PLAN_CMOCKA_INCLUDES_H
#define TESTS_UNIT_PLAN_CMOCKA_INCLUDES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#endif
