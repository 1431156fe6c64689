/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device registers: one access of the width named, neither split, merged nor moved by the
 * compiler. Device memory keeps such accesses in order among themselves; towards ordinary memory
 * the caller orders them (arch/barrier.h).
 */
#pragma once

#include <stdint.h>

static inline uint32_t mmio_read32(uint64_t address)
{
    uint32_t value;
    __asm__ volatile("ldr %w0, %1" : "=r"(value) : "m"(*(const volatile uint32_t *)address));
    return value;
}

static inline void mmio_write32(uint64_t address, uint32_t value)
{
    __asm__ volatile("str %w1, %0" : "=m"(*(volatile uint32_t *)address) : "rZ"(value));
}

static inline uint64_t mmio_read64(uint64_t address)
{
    uint64_t value;
    __asm__ volatile("ldr %x0, %1" : "=r"(value) : "Q"(*(const volatile uint64_t *)address));
    return value;
}

static inline void mmio_write64(uint64_t address, uint64_t value)
{
    __asm__ volatile("str %x1, %0" : "=Q"(*(volatile uint64_t *)address) : "rZ"(value));
}

static inline void mmio_write8(uint64_t address, uint8_t value)
{
    __asm__ volatile("strb %w1, %0" : "=m"(*(volatile uint8_t *)address) : "rZ"(value));
}
