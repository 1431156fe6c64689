# SPDX-License-Identifier: BSD-2-Clause
# The logic in `bulkhead run`.

$(eval $(call unit-test,command,tests/unit/command/command.c \
    $(addprefix tool/command/,until.c screen.c) tool/image/bytes.c))
