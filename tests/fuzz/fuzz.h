/* SPDX-License-Identifier: BSD-2-Clause */
/* What a fuzzed program gives: libFuzzer's own interface, which tests/fuzz/replay.c calls, too. */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
