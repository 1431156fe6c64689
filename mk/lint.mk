# SPDX-License-Identifier: BSD-2-Clause
# What `make lint` does: format, floors, scripts, and every C file and header through both
# compilers with warnings as errors, whether a build uses it or not, in both build modes.
# The compiling runs make again with other compilers and another OUT, so that each file gets the
# very flags that its folder's module.mk gives it.

LINT_C       := $(shell find abi hw kernel loader libs components vmm guest tool tests \
                    -name '*.[ch]' 2>/dev/null | LC_ALL=C sort)
LINT_SCRIPTS := $(shell grep -rlIE --exclude-dir=build --exclude-dir=.git \
                    '^\#!/bin/(ba)?sh' . 2>/dev/null | LC_ALL=C sort) $(wildcard boards/*.conf)

# Which rule compiles a file: bare for EL2, user for programs on the board, host for this machine.
lint_asm  := $(shell find kernel loader libs components vmm tests -name '*.S' 2>/dev/null)
lint_bare := $(filter kernel/% loader/% tests/bench/irq_off/%,$(LINT_C) $(lint_asm))
lint_bare := $(filter-out kernel/arch/fake/%,$(lint_bare))
lint_user := $(filter libs/% components/% vmm/% tests/kernel/%,$(LINT_C) $(lint_asm))
lint_host := $(filter tool/%,$(LINT_C))
lint_facts := $(filter abi/% hw/%,$(LINT_C))

# A header compiles alone: a file that includes nothing else.
$(OUT)/header/%.c: %
	@mkdir -p $(@D)
	@echo '#include "$<"' > $@

.PHONY: lint-compile do-lint lint-format lint-scripts lint-floors
.SECONDARY:
lint-compile: $(call bare-objects,$(filter %.c %.S,$(lint_bare))) \
    $(call user-objects,$(filter %.c %.S,$(lint_user))) \
    $(call host-objects,$(filter %.c,$(lint_host))) \
    $(patsubst %,$(OUT)/header-bare/%.ok,$(filter %.h,$(lint_bare) $(lint_facts))) \
    $(patsubst %,$(OUT)/header-user/%.ok,$(filter %.h,$(lint_user))) \
    $(patsubst %,$(OUT)/header-host/%.ok,$(filter %.h,$(lint_host)))

$(OUT)/header-bare/%.ok: % $(OUT)/header/%.c
	@mkdir -p $(@D)
	$(quiet)$(TARGET_CC) $(BARE_CFLAGS) -MF $@.d -MT $@ -c $(OUT)/header/$<.c -o /dev/null
	@touch $@

$(OUT)/header-user/%.ok: % $(OUT)/header/%.c
	@mkdir -p $(@D)
	$(quiet)$(TARGET_CC) $(USER_CFLAGS) -MF $@.d -MT $@ -c $(OUT)/header/$<.c -o /dev/null
	@touch $@

$(OUT)/header-host/%.ok: % $(OUT)/header/%.c
	@mkdir -p $(@D)
	$(quiet)$(HOST_CC) $(HOST_CFLAGS) -MF $@.d -MT $@ -c $(OUT)/header/$<.c -o /dev/null
	@touch $@

# One version for all, as they differ in details; Debian 12 and 13 both have this one.
CLANG_FORMAT := clang-format-19

lint-format:
	$(say) FORMAT "$(words $(LINT_C)) files"
	$(quiet)$(CLANG_FORMAT) --dry-run -Werror $(LINT_C)
	$(quiet)awk '{ line = $$0; gsub(/\t/, "        ", line) } \
	    length(line) > 100 { print FILENAME ":" FNR ": wider than 100 columns: wrap it"; bad = 1 } \
	    END { exit bad }' $(LINT_C)

lint-scripts:
	$(say) SCRIPTS "$(words $(LINT_SCRIPTS)) files"
	$(quiet)shellcheck -S warning -x $(LINT_SCRIPTS)

lint-floors:
	$(say) FLOORS "who includes whom"
	$(quiet)tests/floors

# clang's flags differ in a few that only tune; both compilers must accept the same sources.
LINT_CLANG := clang --target=aarch64-linux-gnu

do-lint: lint-format lint-scripts lint-floors lint-module lint-module-style $(SYSROOT)/libfdt.a
	@for mode in release debug; do \
	    printf '  %-8s%s\n' LINT "gcc, $$mode"; \
	    $(MAKE) BUILD=$$mode OUT=build/lint/gcc-$$mode HOST=build/lint/gcc-host \
	        V=$(V) say='@:' lint-compile || exit 1; \
	    printf '  %-8s%s\n' LINT "clang, $$mode"; \
	    $(MAKE) BUILD=$$mode OUT=build/lint/clang-$$mode HOST=build/lint/clang-host \
	        TARGET_CC='$(LINT_CLANG)' HOST_CC=clang NO_IDIOMS=-fno-builtin V=$(V) say='@:' lint-compile || exit 1; \
	done
	@echo "lint: all well"
