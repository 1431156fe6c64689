# SPDX-License-Identifier: BSD-2-Clause
# The release kernel with a watch on it, and the kernel's tests as what it is watched at.

IRQ_OFF         := $(OUT)/irq_off
IRQ_OFF_BOARD   := qemu-virt
IRQ_OFF_WRAPPED := fast_call fast_reply_recv fast_send fast_wait fast_exception \
                   entry_syscall entry_exception entry_interrupt entry_serror

# Those that look for interrupts are compiled again, with another arch/interrupt.h; the rest is the
# release kernel itself.
IRQ_OFF_LOOKING := $(shell grep -l '"arch/interrupt.h"' $(KERNEL_SOURCES))
IRQ_OFF_OBJECTS := $(patsubst %,$(IRQ_OFF)/%.o,$(IRQ_OFF_LOOKING) tests/bench/irq_off/stretch.c)

$(IRQ_OFF)/%.c.o: %.c
	@mkdir -p $(@D)
	$(say) CC "$< (watched)"
	$(quiet)$(TARGET_CC) -Itests/bench/irq_off $(BARE_CFLAGS) -c $< -o $@

$(IRQ_OFF)/kernel.elf: $(IRQ_OFF_OBJECTS) $(OUT)/kernel/kernel.elf
	$(say) LD $@
	$(quiet)$(TARGET_CC) -nostdlib -static -no-pie -Wl,--gc-sections -Wl,--build-id=none \
	    -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 $(IRQ_OFF_WRAPPED:%=-Wl,--wrap=%) \
	    -T kernel/kernel.ld -o $@ $(IRQ_OFF_OBJECTS) \
	    $(call bare-objects,$(filter-out $(IRQ_OFF_LOOKING),$(KERNEL_SOURCES))) $(SYSROOT)/libfdt.a

# All groups that run on one core; tests/kernel/module.mk comes later than this file.
IRQ_OFF_GROUPS := $(filter-out harness hello smp,$(notdir $(patsubst %/,%,$(wildcard tests/kernel/*/))))
IRQ_OFF_IMAGES := $(IRQ_OFF_GROUPS:%=$(IRQ_OFF)/%.img)

$(IRQ_OFF)/%.img: $(HOST)/mkimage $(OUT)/loader/loader.bin $(IRQ_OFF)/kernel.elf \
    $(OUT)/tests/kernel/%.elf build/boards/$(IRQ_OFF_BOARD).dtb
	$(say) IMAGE $@
	$(quiet)$(HOST)/mkimage -o $@ --loader $(OUT)/loader/loader.bin --kernel $(IRQ_OFF)/kernel.elf \
	    --init $(OUT)/tests/kernel/$*.elf --dtb build/boards/$(IRQ_OFF_BOARD).dtb > /dev/null

.PHONY: irq-off
irq-off: $(IRQ_OFF_IMAGES)
	$(if $(filter debug,$(BUILD)),$(error irq-off: only the release build is measured: leave BUILD out))
	@tests/bench/irq_off/run $(IRQ_OFF_BOARD) build/bench/irq_off.txt $^
