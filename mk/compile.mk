# SPDX-License-Identifier: BSD-2-Clause
# How C and assembly become objects: one rule for the target, one for user space on the target,
# one for the host. A module.mk names its sources and calls these; it has no compiler flags of
# its own except through the per-directory variables the rules read.

CROSS      ?= aarch64-linux-gnu-
TARGET_CC  ?= $(CROSS)gcc
TARGET_AR  ?= $(CROSS)ar
TARGET_LD  ?= $(CROSS)ld
OBJCOPY    ?= $(CROSS)objcopy
HOST_CC    ?= gcc

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wvla -Wundef -Wno-unused-parameter

BUILD_DEBUG := $(if $(filter debug,$(BUILD)),1,0)

# Includes are written from the top of the tree ("abi/sel4/syscalls.h"): the path is the floor.
COMMON_CFLAGS := -std=gnu11 -g -O2 -I. $(WARNINGS) -DBUILD_DEBUG=$(BUILD_DEBUG) \
                 -fno-common -ffunction-sections -fdata-sections -MMD -MP \
                 -ffile-prefix-map=$(CURDIR)/=

# Makes no memset() out of a loop: for code that is memset(). clang's name is -fno-builtin.
NO_IDIOMS := -fno-tree-loop-distribute-patterns

# Bare code at EL2 (kernel, loader): no C library, no vector registers; no jump tables, which a core
# that guesses might be sent astray by (and which cost more instructions than they save).
BARE_CFLAGS := $(COMMON_CFLAGS) -ffreestanding -fno-pic -fno-pie -mgeneral-regs-only \
               -fno-jump-tables -march=armv8-a -mtune=cortex-a53 -fno-asynchronous-unwind-tables \
               -fno-unwind-tables -fomit-frame-pointer -mno-outline-atomics \
               $(NO_IDIOMS) -Ikernel/arch/aarch64

# Native EL0 programs: picolibc. No vector registers either: a VMM that used one between two of its
# guest's exits would have the kernel switch them, and programs here have no use for floating point.
USER_CFLAGS := $(COMMON_CFLAGS) -Ilibs/sel4/include -isystem $(PICOLIBC)/include \
               -fno-pic -fno-pie -ftls-model=local-exec -march=armv8-a -mtune=cortex-a53 \
               -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-stack-protector -mgeneral-regs-only \
               -D_POSIX_C_SOURCE=200809L

HOST_CFLAGS := $(COMMON_CFLAGS) -D_GNU_SOURCE

quiet = $(if $(filter 1,$(V)),,@)
say   = $(if $(filter 1,$(V)),@:,@printf '  %-8s %s\n')

# $(call bare-objects,SOURCES) $(call user-objects,SOURCES) $(call host-objects,SOURCES)
bare-objects = $(patsubst %,$(OUT)/bare/%.o,$(1))
user-objects = $(patsubst %,$(OUT)/user/%.o,$(1))
host-objects = $(patsubst %,$(HOST)/obj/%.o,$(1))

$(OUT)/bare/%.c.o: %.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(quiet)$(TARGET_CC) $(BARE_CFLAGS) -c $< -o $@

$(OUT)/bare/%.S.o: %.S
	@mkdir -p $(@D)
	$(say) AS $<
	$(quiet)$(TARGET_CC) $(BARE_CFLAGS) -D__ASSEMBLER__ -c $< -o $@

$(OUT)/user/%.c.o: %.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(quiet)$(TARGET_CC) $(USER_CFLAGS) -c $< -o $@

$(OUT)/user/%.S.o: %.S
	@mkdir -p $(@D)
	$(say) AS $<
	$(quiet)$(TARGET_CC) $(USER_CFLAGS) -D__ASSEMBLER__ -c $< -o $@

$(HOST)/obj/%.c.o: %.c
	@mkdir -p $(@D)
	$(say) HOSTCC $<
	$(quiet)$(HOST_CC) $(HOST_CFLAGS) -c $< -o $@

$(OUT)/%.a:
	@mkdir -p $(@D)
	$(say) AR $@
	$(quiet)rm -f $@ && $(TARGET_AR) rcsD $@ $^

# Linking a native program: $(call user-program,NAME,SOURCES,LIBRARIES[,FLAGS]) makes $(OUT)/NAME.elf.
# A component's stdout is linked though nobody calls it (libs/component/output.c).
# picolibc and libgcc come last; libs/rt/user.ld places the program (see libs/rt/README.md).
define user-program
$(OUT)/$(1).elf: $$(call user-objects,$(2)) $(3) libs/rt/user.ld
	@mkdir -p $$(@D)
	$$(say) LD $$@
	$$(quiet)$$(TARGET_CC) $(4) -nostdlib -static -no-pie -Wl,--gc-sections -Wl,--build-id=none \
	    $(if $(findstring libcomponent,$(3)),-u component_output) -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments -T libs/rt/user.ld -o $$@ \
	    $$(call user-objects,$(2)) -Wl,--start-group $(3) -L$(PICOLIBC)/lib -lc -lgcc -Wl,--end-group
endef

DEPENDENCIES := $(shell find build -type f -name '*.d' 2>/dev/null)
