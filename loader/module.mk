# SPDX-License-Identifier: BSD-2-Clause
# The first code of every boot image. It runs where it was loaded, with the MMU off at first:
# position-independent, everything within reach of `adr`, no unaligned access.

LOADER_SOURCES := $(addprefix loader/,start.S enter.S bulk.S main.c image.c layout.c machine.c \
                    fdt.c console.c tables.c cores.c)

$(OUT)/bare/loader/%.o: BARE_CFLAGS += -fpie -fvisibility=hidden -mcmodel=tiny -mstrict-align \
                                       -fno-stack-protector $(NO_IDIOMS)

$(OUT)/loader/loader.elf: $(call bare-objects,$(LOADER_SOURCES)) loader/loader.ld
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(TARGET_CC) -nostdlib -static-pie -Wl,-z,text -Wl,--gc-sections -Wl,--build-id=none \
	    -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments \
	    -T loader/loader.ld -o $@ $(call bare-objects,$(LOADER_SOURCES))

$(OUT)/loader/loader.bin: $(OUT)/loader/loader.elf
	$(say) OBJCOPY $@
	$(quiet)$(OBJCOPY) -O binary -j .text $< $@
