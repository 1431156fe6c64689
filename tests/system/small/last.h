/* SPDX-License-Identifier: BSD-2-Clause */
/* What bereft.c hears of last.c. */
#ifndef TESTS_SYSTEM_SMALL_LAST_H
#define TESTS_SYSTEM_SMALL_LAST_H

#define LAST_WORDS 3000u /* bytes that each life sends */
#define LAST_LIVES 2u

#endif
