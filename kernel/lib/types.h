/* SPDX-License-Identifier: BSD-2-Clause */
/* Types every floor of the kernel speaks: sizes, and addresses that cannot be mixed up. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "kernel/lib/limits.h"

/* A physical address. */
typedef struct {
    uint64_t raw;
} paddr_t;

/* An address in a user's stage-2 space: a native thread's virtual or a guest's physical address. */
typedef struct {
    uint64_t raw;
} ipa_t;

static inline paddr_t paddr(uint64_t raw)
{
    return (paddr_t){raw};
}

static inline ipa_t ipa(uint64_t raw)
{
    return (ipa_t){raw};
}

/* Addresses, physical ones unless it is said. */
struct region {
    uint64_t start;
    uint64_t end; /* the first address that is not in it */
};

#define MUST_USE       __attribute__((warn_unused_result))
#define NO_RETURN      __attribute__((noreturn))
#define NO_INLINE      __attribute__((noinline))
#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LIKELY(x)      __builtin_expect(!!(x), 1)
#define UNLIKELY(x)    __builtin_expect(!!(x), 0)
