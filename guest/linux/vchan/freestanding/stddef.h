/* SPDX-License-Identifier: BSD-2-Clause */
/* For libs/vchan inside Linux, which has no <stddef.h>. */
#include <linux/types.h>
