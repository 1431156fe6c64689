/* SPDX-License-Identifier: BSD-2-Clause */
/* What init does not need to start components again, it gives up. */
#pragma once

#include "components/init/init.h"

/* After this nothing new can be made: no bootinfo, no device tree, no untyped but those of the
 * components. */
void authority_give_up(const struct init *init, const seL4_BootInfo *bootinfo);

/* Binds the ready notification and takes the priority and time that the plan gives to init. False
 * after a sentence. */
bool authority_settle(const struct init *init);
