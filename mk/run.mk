# SPDX-License-Identifier: BSD-2-Clause
# What a user asks for by name. Each target first installs what it lacks (mk/setup), then starts
# make again for the work itself: this Makefile must be readable before there is a compiler.

# What runs. From the command line only: a variable of one of these names in the environment is
# somebody else's. KERNEL and INITRD replace those of a system with one VM.
MANIFEST = $(if $(KERNEL)$(INITRD),build/custom/bulkhead.yaml,examples/two-linux/bulkhead.yaml)
KERNEL   =
INITRD   =
# SETUP=0 checks for no packages: for systems that are not Debian.
SETUP  = 1

setup = $(if $(filter 0,$(SETUP)),,@mk/setup $(1))

# Building uses every core, unless the user said how many. What runs afterwards runs alone, with
# the terminal as its own.
jobs   = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

# The manifest's board, unless the user named one.
run_board := $(if $(filter file,$(origin BOARD)),,--board $(BOARD))
run_mode  := $(if $(filter debug,$(BUILD)),--debug)

.PHONY: run bulkhead test lint bench fuzz coverage build-bulkhead
build-bulkhead: $(call system-parts,$(BUILD)) $(GUEST_FILES) $(EXAMPLE_PROGRAMS) \
    $(BOARDS:%=build/boards/%.dtb)
	@:

run: ## build everything and boot MANIFEST=examples/two-linux/bulkhead.yaml; BOARD= BUILD= KERNEL= INITRD=
	@mk/check-guest "$(KERNEL)" "$(INITRD)"
	$(call setup,run)
	@$(MAKE) $(jobs) build-bulkhead
	$(if $(KERNEL)$(INITRD),@mk/custom-manifest "$(KERNEL)" "$(INITRD)" $(MANIFEST))
	@$(HOST)/bulkhead run $(MANIFEST) $(run_board) $(run_mode)

bulkhead: ## build the command build/host/bulkhead, which boots manifests, and all that it packs
	$(call setup,run)
	@$(MAKE) $(jobs) build-bulkhead

test: ## run every test; T=pattern runs those whose name matches
	$(call setup,test)
	@$(MAKE) $(jobs) build-tests
	@$(MAKE) do-test

lint: ## format, floors, both compilers, scripts
	$(call setup,lint)
	@$(MAKE) $(jobs) do-lint

fuzz: ## random inputs to the kernel, FUZZ_SECONDS=600 for each target
	$(call setup,fuzz)
	@$(MAKE) $(jobs) build-fuzz
	@$(MAKE) do-fuzz

# Counters in place of sanitizers, and nothing optimised away.
coverage_make = $(MAKE) UNIT=build/coverage UNIT_INSTRUMENT='-O0 --coverage -Wno-clobbered'

coverage: ## statements and branches of the kernel that the unit tests run, as a table
	$(call setup,test)
	@$(coverage_make) $(jobs) build-coverage
	@$(coverage_make) do-coverage

bench: ## measure; writes build/bench.json
	$(call setup,bench)
	@$(MAKE) do-bench

# T=pattern chooses the tests whose name contains it.
T =
chosen_tests := $(if $(T),$(foreach test,$(TESTS),$(if $(findstring $(T),$(test)),$(test))),$(TESTS))

.PHONY: do-test build-tests
needs_of_tests := $(foreach test,$(chosen_tests),$(TEST_NEEDS_$(test)))
needs_of_other := $(filter $(OUT_OTHER)/%,$(needs_of_tests))

# The other mode is one more make's work, after this one has built all that both use.
build-tests: $(filter-out $(OUT_OTHER)/%,$(needs_of_tests))
	$(if $(needs_of_other),@$(MAKE) BUILD=$(BUILD_OTHER) $(needs_of_other))

do-test: build-tests
	$(if $(chosen_tests),,$(error T=$(T): no test has that in its name; there are: $(TESTS)))
	$(shell mkdir -p build/tests)$(file >build/tests/list)
	$(foreach test,$(chosen_tests),$(file >>build/tests/list,$(test) $(TEST_LIMIT_$(test)) \
	    $(TEST_COMMAND_$(test))))
	@tests/run build/tests/list

.PHONY: help
help: ## list these targets
	@printf 'Bulkhead: isolated Linux virtual machines on one ARMv8-A board.\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s%s\n", $$1, $$2 }' $(MAKEFILE_LIST) | sort
	@printf '\nBoards (BOARD=NAME):\n'
	@for board in $(BOARDS); do \
	    (source boards/$$board.conf; printf '  %-12s%s\n' "$$board" "$$description"); done
	@printf '\nBUILD=debug prints and checks more; V=1 shows each command.\n'
