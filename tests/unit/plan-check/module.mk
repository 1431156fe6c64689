# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call unit-test,plan-check,$(addprefix tests/unit/plan-check/, check.c small.c) \
    $(PLAN_SOURCES)))

$(eval $(call unit-test,restart,tests/unit/plan-check/restart.c libs/plan/restart.c))
