# SPDX-License-Identifier: BSD-2-Clause
# The only entry point: `make help` lists what a user may ask for.
# Each folder says in its module.mk what it builds; mk/ holds what they share.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/bash

BUILD ?= release
BOARD ?= zcu102
V     ?= 0

ifeq ($(filter $(BUILD),debug release),)
$(error BUILD=$(BUILD): choose BUILD=debug or BUILD=release)
endif

BUILD_OTHER := $(if $(filter debug,$(BUILD)),release,debug)

# Where things go. Everything lies under build/:
OUT       := build/$(BUILD)#        target code of this build mode, one for every board
OUT_OTHER := build/$(BUILD_OTHER)#  that of the other mode, which another make writes
HOST      := build/host#            programs that run on this machine
DEBS      := build/debs#            Debian packages for arm64, as fetched
GUEST     := build/guest#           what runs in guests
PICOLIBC  := /usr/lib/picolibc/aarch64-linux-gnu

include mk/compile.mk
include mk/sysroot.mk
include mk/test.mk
include mk/system.mk
include $(sort $(wildcard */sources.mk */*/sources.mk)) # lists that tests of other folders use, too
# Libraries first: programs name them.
MODULES := $(sort $(wildcard */module.mk */*/module.mk */*/*/module.mk))
include $(filter libs/%,$(MODULES)) $(filter-out libs/%,$(MODULES))
include mk/lint.mk
include mk/fuzz.mk
include mk/run.mk
-include $(DEPENDENCIES)

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build
