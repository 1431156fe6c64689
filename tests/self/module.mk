# SPDX-License-Identifier: BSD-2-Clause
# Tests of the tests' own tools, and of the scripts a user meets first.

$(eval $(call system-test,self-driver,tests/self/run))
$(eval $(call system-test,self-floors,tests/self/floors))
$(eval $(call system-test,floors,tests/floors))
$(eval $(call system-test,self-links,tests/self/links))
$(eval $(call system-test,self-pitfalls,tests/self/pitfalls))
$(eval $(call system-test,self-setup,tests/self/setup))
$(eval $(call system-test,self-bench,tests/self/bench))
$(eval $(call system-test,self-sources,tests/self/sources))

# How large the kernel may be: lines of source, bytes of code and constants of the release build; and
# init, in lines of source.
KERNEL_LINES_MOST := 10000
KERNEL_BYTES_MOST := 163840
INIT_LINES_MOST   := 1024

ifeq ($(BUILD),release)
$(eval $(call system-test,self-size,tests/self/size $(OUT)/kernel/kernel.elf,$(OUT)/kernel/kernel.elf))
$(eval $(call system-test,size,tests/size $(KERNEL_LINES_MOST) $(KERNEL_BYTES_MOST) \
    $(INIT_LINES_MOST) $(OUT)/kernel/kernel.elf,$(OUT)/kernel/kernel.elf))
endif
