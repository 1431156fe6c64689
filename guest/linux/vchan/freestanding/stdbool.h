/* SPDX-License-Identifier: BSD-2-Clause */
/* For libs/vchan inside Linux, which has no <stdbool.h>. */
#include <linux/types.h>
