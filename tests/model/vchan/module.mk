# SPDX-License-Identifier: BSD-2-Clause
# The channel's protocol, checked by spin. All of it, with both ends dying: run it with `long`.
$(eval $(call system-test,model-vchan,tests/model/vchan/run build/tests/model/vchan,,300))
