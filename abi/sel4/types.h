/* SPDX-License-Identifier: BSD-2-Clause */
/* The basic types of the seL4 interface on AArch64: words, capability pointers, enumerations. */
#pragma once

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

typedef uint8_t seL4_Uint8;
typedef uint16_t seL4_Uint16;
typedef uint32_t seL4_Uint32;
typedef uint64_t seL4_Uint64;
typedef int64_t seL4_Int64;
typedef uint8_t seL4_Bool;

/* unsigned long, not uint64_t: printf formats (%lu) of programs written for seL4 depend on it. */
typedef unsigned long seL4_Word;
typedef seL4_Word seL4_CPtr;
typedef seL4_Word seL4_NodeId;
typedef seL4_Word seL4_PAddr;
typedef seL4_Word seL4_Domain;
typedef seL4_Uint64 seL4_Time;

_Static_assert(sizeof(seL4_Word) == 8, "the interface is the 64-bit one");
#endif

#define seL4_WordBits     64
#define seL4_WordSizeBits 3
