# SPDX-License-Identifier: BSD-2-Clause
# What the pages tell a reader to type.

$(eval $(call system-test,pages-getting-started,tests/system/pages/run docs/getting-started.md,\
    $(call system-parts,release) $(GUEST_FILES) boards,300))
