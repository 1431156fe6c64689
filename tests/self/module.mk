# SPDX-License-Identifier: BSD-2-Clause
# Tests of the tests' own tools, and of the scripts a user meets first.

$(eval $(call system-test,self-driver,tests/self/run))
$(eval $(call system-test,self-floors,tests/self/floors))
$(eval $(call system-test,floors,tests/floors))
$(eval $(call system-test,self-setup,tests/self/setup))
$(eval $(call system-test,self-sources,tests/self/sources))
$(eval $(call system-test,self-terminal,tests/self/terminal))
