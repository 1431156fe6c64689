# SPDX-License-Identifier: BSD-2-Clause
# The module for the kernels of both releases of Debian, judged by their headers.

$(eval $(call system-test,releases-module,tests/system/releases/module $(GUEST) $(OTHER_GUEST),\
    $(VCHAN_MODULE)/vchan.ko $(OTHER_GUEST)/vchan/vchan.ko))
