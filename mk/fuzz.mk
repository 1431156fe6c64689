# SPDX-License-Identifier: BSD-2-Clause
# Fuzzed programs: by libFuzzer for `make fuzz`, and with a fixed number of inputs as unit tests.

FUZZ_CC      ?= clang-19
FUZZ_SECONDS ?= 600
FUZZ         := tests/fuzz/
FUZZ_FLAGS   := -O2 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_TARGETS :=
# Programs that run the kernel against a model for as long as they are told.
FUZZ_MODELS  := model_caps model_ipc

# The fuzzer follows branches of the kernel, not of those who only look on.
fuzz_guide = $(if $(filter kernel/invariant/% tests/%,$(1)),,-fsanitize=fuzzer-no-link)

build/fuzz/obj/%.c.o: %.c
	@mkdir -p $(@D)
	$(say) FUZZCC $<
	$(quiet)$(FUZZ_CC) $(filter-out -O2,$(HOST_CFLAGS)) $(FUZZ_FLAGS) $(WHOLE_FLAGS) \
	    $(call fuzz_guide,$<) -c $< -o $@

build/fuzz/kernel-whole.o: $(WHOLE_KERNEL:%=build/fuzz/obj/%.o) $(WHOLE)data.ld
	$(say) FUZZLD $@
	$(quiet)ld -r --force-group-allocation -T $(WHOLE)data.ld -o $@ $(filter %.o,$^)

# $(call fuzz-target,NAME,RUNS IN make test,SOURCES,WHOLE KERNEL,LIBRARIES,AREA): NAME/NAME.c, and
# kept inputs in NAME/corpus. The test is unit-AREA-fuzz-NAME, of the kernel unless told otherwise.
define fuzz-target
FUZZ_TARGETS += $(1)
build/fuzz/$(1): $(patsubst %,build/fuzz/obj/%.o,$(FUZZ)$(1)/$(1).c $(3)) \
                 $(if $(4),build/fuzz/kernel-whole.o)
	$$(say) FUZZLD $$@
	$$(quiet)$$(FUZZ_CC) $$(FUZZ_FLAGS) -fsanitize=fuzzer -o $$@ $$^ -lcmocka $(5)

$(call unit-test,$(or $(6),kernel)-fuzz-$(1),$(FUZZ)$(1)/$(1).c $(FUZZ)replay.c $(3),$(WHOLE_FLAGS),$(5))
TEST_COMMAND_unit-$(or $(6),kernel)-fuzz-$(1) = $(UNIT)/$(or $(6),kernel)-fuzz-$(1) $(FUZZ)$(1)/corpus $(2)
$(UNIT)/$(or $(6),kernel)-fuzz-$(1): $(4)
endef

$(eval $(call fuzz-target,syscall,2000,$(WHOLE)world.c,$(WHOLE_LIBRARY)))
$(eval $(call fuzz-target,device-tree,20000,tests/unit/kernel-boot/support.c \
    $(addprefix kernel/boot/,board.c fdt_reg.c redistributor.c region.c),,-lfdt))
$(eval $(call fuzz-target,manifest,3000,$(TOOL_MANIFEST_SOURCES),,$(TOOL_MANIFEST_LIBRARIES),manifest))
$(eval $(call fuzz-target,vmm-exits,10000,$(VMM_EXITS) $(VCHAN_SOURCES) \
    $(addprefix vmm/,machine/terminal.c dev/pl011.c),,,vmm))
$(eval $(call fuzz-target,vchan,20000,$(VCHAN_SOURCES),,,vchan))
$(eval $(call fuzz-target,plan,20000,$(PLAN_SOURCES),,,plan))

# What the fuzzer finds worth keeping stays in build/fuzz/NAME-corpus; to keep it for good:
#   build/fuzz/NAME -merge=1 tests/fuzz/NAME/corpus build/fuzz/NAME-corpus
.PHONY: build-fuzz do-fuzz
build-fuzz: $(FUZZ_TARGETS:%=build/fuzz/%) $(FUZZ_MODELS:%=$(UNIT)/kernel-%)
	@:

do-fuzz: build-fuzz
	$(foreach model,$(FUZZ_MODELS),$(call run-model,$(model)))
	$(foreach target,$(FUZZ_TARGETS),$(call run-fuzz,$(target)))

define run-model
	$(say) MODEL "$(1), $(FUZZ_SECONDS) s"
	$(quiet)$(UNIT)/kernel-$(1) $(FUZZ_SECONDS) 2> build/fuzz/$(1).log || \
	    { tail -5 build/fuzz/$(1).log; exit 1; }

endef

define run-fuzz
	@mkdir -p build/fuzz/$(1)-corpus
	$(say) FUZZ "$(1), $(FUZZ_SECONDS) s; a failing input is kept in build/fuzz/"
	$(quiet)build/fuzz/$(1) -artifact_prefix=build/fuzz/$(1)- -max_total_time=$(FUZZ_SECONDS) \
	    -max_len=4096 -print_final_stats=1 build/fuzz/$(1)-corpus $(FUZZ)$(1)/corpus

endef

# ---- what of the kernel the unit tests run ----

COVERAGE := build/coverage
COVERAGE_TESTS := $(filter unit-kernel-%,$(TESTS))

.PHONY: do-coverage build-coverage
build-coverage: $(foreach test,$(COVERAGE_TESTS),$(TEST_NEEDS_$(test)))
	@:

do-coverage:
	$(quiet)find $(COVERAGE) -name '*.gcda' -delete
	$(foreach test,$(COVERAGE_TESTS),$(call run-for-coverage,$(test)))
	$(quiet)tests/coverage $(COVERAGE)

define run-for-coverage
	$(say) RUN $(1)
	$(quiet)$(TEST_COMMAND_$(1)) > $(COVERAGE)/$(1).log 2>&1 || { tail -20 $(COVERAGE)/$(1).log; exit 1; }

endef
