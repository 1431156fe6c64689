# SPDX-License-Identifier: BSD-2-Clause
# Init and the host's tools read plans by the same code.
PLAN_SOURCES := $(addprefix libs/plan/, read.c check.c record.c text.c)

$(OUT)/libs/libplan.a: $(call user-objects,$(PLAN_SOURCES) libs/plan/restart.c)
