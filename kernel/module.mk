# SPDX-License-Identifier: BSD-2-Clause
# The kernel: every C and assembly file of its floors, and libfdt, which only booting uses.

KERNEL_SOURCES := $(sort $(wildcard kernel/*/*.c kernel/*/*.S kernel/arch/aarch64/*.c \
                    kernel/arch/aarch64/*.S))

KERNEL_FDT_USERS := $(call bare-objects,kernel/boot/board.c kernel/boot/fdt_reg.c kernel/boot/options.c)
$(KERNEL_FDT_USERS): BARE_CFLAGS += -isystem $(SYSROOT)/include -isystem $(PICOLIBC)/include
$(KERNEL_FDT_USERS): | $(SYSROOT)/libfdt.a

# Clang needs no more to be told; gcc's C library header names stay out of all other files.
$(OUT)/kernel/kernel.elf: $(call bare-objects,$(KERNEL_SOURCES)) $(SYSROOT)/libfdt.a \
                          kernel/kernel.ld
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(TARGET_CC) -nostdlib -static -no-pie -Wl,--gc-sections -Wl,--build-id=none \
	    -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 \
	    -T kernel/kernel.ld -o $@ $(call bare-objects,$(KERNEL_SOURCES)) $(SYSROOT)/libfdt.a
	$(say) SIZE "$$($(CROSS)size -A -d $@ | awk '/^\.text|^\.rodata|^\.boot_/ {printf "%s %d ", $$1, $$2}')"

.PHONY: kernel
kernel: $(OUT)/kernel/kernel.elf
