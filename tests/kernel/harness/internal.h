/* SPDX-License-Identifier: BSD-2-Clause */
/* What the harness's files tell each other; not for cases. */
#pragma once

/* Gives back what the case that ended has made. */
void objects_free_all(void);

/* Makes the threads behind settle() and behind the cases themselves, which live as long as the
 * program. */
void settle_init(void);
