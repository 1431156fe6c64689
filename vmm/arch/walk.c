/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks a guest's stage 1 tables. */
#include "vmm/arch/walk.h"

#include <string.h>

#include "hw/translation.h"
#include "vmm/arch/esr.h"

enum { LEVEL_LAST = 3, VA_BITS_MIN = 25, VA_BITS_MAX = 48 };

/* Where a walk starts. */
struct walk {
    uint64_t table;
    unsigned va_bits;
    unsigned granule_bits; /* 12, 14, 16 */
};

/* Half of the address space, its size and its granule, by the address's bit 55. */
static bool walk_begin(const struct walk_registers *registers, uint64_t address, struct walk *walk)
{
    static const uint8_t granules0[4] = {12, 16, 14, 0}; /* TCR_EL1.TG0 */
    static const uint8_t granules1[4] = {0, 14, 12, 16}; /* TCR_EL1.TG1 */
    bool upper = address >> 55 & 1;
    uint64_t tcr = registers->tcr;

    walk->va_bits = 64 - (upper ? tcr >> 16 & 63 : tcr & 63);
    walk->granule_bits = upper ? granules1[tcr >> 30 & 3] : granules0[tcr >> 14 & 3];
    walk->table = (upper ? registers->ttbr1 : registers->ttbr0) & SYSREG_FIELD(47, 1);
    if (walk->granule_bits == 0 || walk->va_bits < VA_BITS_MIN || walk->va_bits > VA_BITS_MAX)
        return false;

    /* All bits above the ones translated are like bit 55. */
    uint64_t top = address >> walk->va_bits;
    return top == (upper ? UINT64_MAX >> walk->va_bits : 0);
}

static bool walk_read(const struct ram *ram, uint64_t address, uint64_t *descriptor)
{
    const void *view = ram_view(ram, IPA(address), sizeof(*descriptor));

    if (view == NULL)
        return false;
    memcpy(descriptor, view, sizeof(*descriptor));
    return true;
}

bool walk_translate(const struct ram *ram, const struct walk_registers *registers, uint64_t address,
                    ipa_t *result)
{
    struct walk walk;

    if ((registers->sctlr & SCTLR_M) == 0) {
        *result = IPA(address);
        return true;
    }
    if (!walk_begin(registers, address, &walk))
        return false;

    unsigned stride = walk.granule_bits - 3;
    unsigned levels = (walk.va_bits - walk.granule_bits + stride - 1) / stride;
    uint64_t table = walk.table;

    for (unsigned level = LEVEL_LAST + 1 - levels; level <= LEVEL_LAST; level++) {
        unsigned shift = walk.granule_bits + stride * (LEVEL_LAST - level);
        unsigned top = shift + stride < walk.va_bits ? shift + stride : walk.va_bits;
        uint64_t index = address >> shift & ((UINT64_C(1) << (top - shift)) - 1);
        uint64_t descriptor;

        if (!walk_read(ram, table + index * sizeof(descriptor), &descriptor) ||
            (descriptor & DESCRIPTOR_VALID) == 0)
            return false;

        bool table_or_page = (descriptor & DESCRIPTOR_TABLE) != 0;
        if (level == LEVEL_LAST ? !table_or_page : level == 0 && !table_or_page)
            return false;
        if (level == LEVEL_LAST || !table_or_page) {
            uint64_t inside = (UINT64_C(1) << shift) - 1;

            *result = IPA((descriptor & DESCRIPTOR_ADDRESS & ~inside) | (address & inside));
            return true;
        }
        table = descriptor & DESCRIPTOR_ADDRESS & ~((UINT64_C(1) << walk.granule_bits) - 1);
    }
    return false;
}
