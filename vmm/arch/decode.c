/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes load and store instructions apart. */
#include "vmm/arch/decode.h"

static uint32_t field(uint32_t instruction, unsigned high, unsigned low)
{
    return instruction >> low & ((1u << (high - low + 1)) - 1);
}

static int64_t signed_field(uint32_t instruction, unsigned high, unsigned low)
{
    uint32_t value = field(instruction, high, low), top = 1u << (high - low);

    return (int64_t)(value ^ top) - (int64_t)top;
}

/* Post-index uses the base as it is and adds afterwards, pre-index adds first. */
static void decode_index(struct decoded *decoded, int64_t immediate, bool writes_back, bool post)
{
    decoded->writes_back = writes_back;
    decoded->write_back = immediate;
    decoded->offset = post ? 0 : immediate;
}

/* opc 31:30, x01 0 mode 24:23 (post 1, offset 2, pre 3, 0 non-temporal), L 22, imm7, Rt2, Rn, Rt.
 */
static bool decode_pair(uint32_t instruction, struct decoded *decoded)
{
    uint32_t opc = field(instruction, 31, 30), mode = field(instruction, 24, 23);
    bool load = field(instruction, 22, 22);

    if (opc == 3 || (opc == 1 && (!load || mode == 0)))
        return false; /* unallocated, or a store of memory tags */
    *decoded = (struct decoded){
        .base = field(instruction, 9, 5),
        .count = 2,
        .targets = {field(instruction, 4, 0), field(instruction, 14, 10)},
        .size = opc == 2 ? 8 : 4,
        .write = !load,
        .sign = opc == 1,
        .wide = opc != 0,
    };
    decode_index(decoded, signed_field(instruction, 21, 15) * decoded->size, mode == 1 || mode == 3,
                 mode == 1);
    return true;
}

/* size 31:30, opc 23:22, imm9 20:12, kind 11:10 (post 1, pre 3), Rn, Rt. */
static bool decode_indexed(uint32_t instruction, struct decoded *decoded)
{
    uint32_t size = field(instruction, 31, 30), opc = field(instruction, 23, 22);

    if ((size == 3 && opc >= 2) || (size == 2 && opc == 3))
        return false; /* prefetches and unallocated */
    *decoded = (struct decoded){
        .base = field(instruction, 9, 5),
        .count = 1,
        .targets = {field(instruction, 4, 0), 31},
        .size = 1u << size,
        .write = opc == 0,
        .sign = opc >= 2,
        .wide = opc == 2 || size == 3,
    };
    decode_index(decoded, signed_field(instruction, 20, 12), true, field(instruction, 11, 10) == 1);
    return true;
}

bool decode_instruction(uint32_t instruction, struct decoded *decoded)
{
    if ((instruction & 0x3e000000) == 0x28000000) /* bit 26, a vector register, is clear */
        return decode_pair(instruction, decoded);
    if ((instruction & 0x3f200400) == 0x38000400)
        return decode_indexed(instruction, decoded);
    return false;
}
