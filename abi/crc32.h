/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-32 as in zlib, gzip and the CRC32B..CRC32X instructions (polynomial 0xedb88320, reflected,
 * all ones before and after). Stands on freestanding C alone; never allocates.
 *
 * It guards the boot image against damage on its way, not against an attacker.
 */
#ifndef ABI_CRC32_H
#define ABI_CRC32_H

#include <stddef.h>
#include <stdint.h>

/*
 * Feeds `size` bytes to a checksum. The first call passes 0, later calls the value so far, so
 * that a file can be summed in pieces. Half a byte a step: the table is 64 bytes, and the loader
 * only comes here on cores without the CRC instructions.
 */
static inline uint32_t crc32_feed(uint32_t checksum, const void *data, size_t size)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    const unsigned char *byte = data;
    uint32_t crc = ~checksum;

    while (size-- > 0) {
        crc ^= *byte++;
        crc = (crc >> 4) ^ table[crc & 15];
        crc = (crc >> 4) ^ table[crc & 15];
    }
    return ~crc;
}

#endif
