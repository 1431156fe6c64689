/* SPDX-License-Identifier: BSD-2-Clause */
/* What init does once everything runs: it waits for components' requests, faults and signals. */
#pragma once

#include "components/init/init.h"

_Noreturn void serve(struct init *init);
