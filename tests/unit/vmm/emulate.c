/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads and stores without a syndrome: taken apart, found through the guest's own tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/vmm/fake_vcpu.h"
#include "tests/unit/vmm/random.h"
#include "vmm/arch/decode.h"
#include "vmm/arch/walk.h"

/* Pairs and write-back have no syndrome: the instruction tells. All with the MMU off. */
static struct fake *start_emulation(uint32_t instruction)
{
    struct fake *fake = start();

    fake->system[seL4_VCPUReg_SCTLR] = SCTLR_SPAN;
    put_instruction(fake, PC, instruction);
    return fake;
}

static const uint64_t no_syndrome = (uint64_t)0x24 << 26 | ESR_IL | 0x07;

static void pairs(void **state)
{
    struct fake *fake = start_emulation(0x2940d045); /* ldp w5, w20, [x2, #4] */

    fake->context.x2 = DEVICE + 8;
    fake->device_value = 0x80000001;
    vm_fault(fake, DEVICE + 12, no_syndrome, false);
    assert_int_equal(fake->device_reads, 2);
    assert_int_equal(fake->device_offset, 16);
    assert_int_equal(fake->device_size, 4);
    assert_int_equal(fake->context.x5, 0x80000001);
    assert_int_equal(fake->context.x20, 0x80000001);
    assert_int_equal(fake->context.x2, DEVICE + 8);
    assert_int_equal(fake->context.pc, PC + 4);

    fake = start_emulation(0x69ff0045); /* ldpsw x5, x0, [x2, #-8]! */
    fake->context.x2 = DEVICE + 16;
    fake->device_value = 0x80000001;
    vm_fault(fake, DEVICE + 8, no_syndrome, false);
    assert_int_equal(fake->context.x0, 0xffffffff80000001);
    assert_int_equal(fake->context.x2, DEVICE + 8);

    fake = start_emulation(0xa8817c43); /* stp x3, xzr, [x2], #16 */
    fake->context.x2 = DEVICE + 16;
    vm_fault(fake, DEVICE + 16, no_syndrome | ESR_DATA_WNR, false);
    assert_int_equal(fake->device_writes, 2);
    assert_int_equal(fake->device_value, 0);
    assert_int_equal(fake->device_offset, 24);
    assert_int_equal(fake->context.x2, DEVICE + 32);
}

static void write_back(void **state)
{
    struct fake *fake = start_emulation(0xb8004443); /* str w3, [x2], #4 */

    fake->context.x2 = DEVICE + 32;
    fake->context.x3 = 0xabcdef0112345678;
    vm_fault(fake, DEVICE + 32, no_syndrome | ESR_DATA_WNR, false);
    assert_int_equal(fake->device_value, 0x12345678);
    assert_int_equal(fake->context.x2, DEVICE + 36);

    fake = start_emulation(0x38dffc43); /* ldrsb w3, [x2, #-1]! */
    fake->context.x2 = DEVICE + 4;
    fake->device_value = 0x80;
    vm_fault(fake, DEVICE + 3, no_syndrome, false);
    assert_int_equal(fake->device_size, 1);
    assert_int_equal(fake->context.x3, 0xffffff80);
    assert_int_equal(fake->context.x2, DEVICE + 3);

    fake = start_emulation(0xf85f8fe3); /* ldr x3, [sp, #-8]! */
    fake->system[seL4_VCPUReg_SP_EL1] = DEVICE + 8;
    vm_fault(fake, DEVICE, no_syndrome, false);
    assert_int_equal(fake->system[seL4_VCPUReg_SP_EL1], DEVICE);
    fake = start_emulation(0xf85f8fe3);
    fake->context.spsr = 0; /* from EL0: the other stack pointer */
    fake->context.sp = DEVICE + 8;
    vm_fault(fake, DEVICE, no_syndrome, false);
    assert_int_equal(fake->context.sp, DEVICE);
    assert_int_equal(fake->system[seL4_VCPUReg_SP_EL1], 0);
}

static void not_emulated(void **state)
{
    static const uint32_t instructions[] = {
        0x2d400c42, /* ldp s2, s3, [x2]: vector registers */
        0x3cc10442, /* ldr q2, [x2], #16 */
        0x885f7c43, /* ldxr w3, [x2] */
        0xb8230043, /* ldadd w3, w3, [x2] */
        0xf8804c43, /* unallocated: write-back of a prefetch */
        0x69000043, /* stgp */
        0xe9400043, /* unallocated pair */
        0x00000000,
    };

    for (size_t i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++) {
        struct fake *fake = start_emulation(instructions[i]);

        fake->context.x2 = DEVICE;
        vm_fault(fake, DEVICE, no_syndrome, false);
        assert_int_equal(fake->context.pc, VBAR + 0x200);
        assert_int_equal(fake->device_reads + fake->device_writes, 0);
    }
    /* Unaligned, across the page, the instruction not in RAM, AArch32. */
    struct fake *fake = start_emulation(0x29400043); /* ldp w3, w0, [x2] */
    fake->context.x2 = DEVICE + 2;
    vm_fault(fake, DEVICE + 2, no_syndrome, false);
    assert_int_equal(fake->context.pc, VBAR + 0x200);
    fake = start_emulation(0x29400043);
    fake->context.x2 = DEVICE + 0xffc;
    vm_fault(fake, DEVICE + 0xffc, no_syndrome, false);
    assert_int_equal(fake->context.pc, VBAR + 0x200);
    fake = start_emulation(0x29400043);
    fake->context.pc = PC + sizeof(fake->memory) - 2;
    vm_fault(fake, DEVICE, no_syndrome, false);
    assert_int_equal(fake->context.pc, VBAR + 0x200);
    fake = start_emulation(0x29400043);
    fake->context.spsr = 0x10;
    vm_fault(fake, DEVICE, no_syndrome, false);
    assert_int_equal(fake->context.pc, VBAR + 0x600);
    assert_int_equal(fake->device_reads, 0);
}

/* A kernel's table: 4 KiB granule, 39 bits, 0xffffff8000000000 up by TTBR1; level 1 at PC's page.
 */
static void instructions_by_the_guests_tables(void **state)
{
    struct fake *fake = start_emulation(0);
    uint64_t tables[3][512] = {{0}};
    const uint64_t code = 0xffffff8080403000; /* indices 2, 2, 3 */

    tables[0][2] = (PC + 0x1000) | 3;
    tables[1][2] = (PC + 0x2000) | 3;
    tables[2][3] = (PC + 0x3000) | 0x703;
    memcpy(fake->memory, tables, sizeof(tables));
    put_instruction(fake, PC + 0x3010, 0x29400043); /* ldp w3, w0, [x2] */
    fake->system[seL4_VCPUReg_SCTLR] = SCTLR_M | SCTLR_SPAN;
    fake->system[seL4_VCPUReg_TCR] = UINT64_C(2) << 30 | 25 << 16 | 25;
    fake->system[seL4_VCPUReg_TTBR1] = UINT64_C(0x0005000000000000) | PC;
    fake->context.pc = code + 0x10;
    fake->context.x2 = 0xffffff8000000008; /* of which the page offset counts */
    vm_fault(fake, DEVICE + 8, no_syndrome, false);
    assert_int_equal(fake->context.pc, code + 0x14);
    assert_int_equal(fake->device_reads, 2);

    fake->context.pc = 0x1000; /* the lower half has no table in RAM */
    vm_fault(fake, DEVICE + 8, no_syndrome, false);
    assert_int_equal(fake->context.pc, VBAR + 0x200);
}

static void random_walks(void **state)
{
    struct fake *fake = start();
    uint64_t seed = 3;
    unsigned found = 0;

    for (unsigned i = 0; i < sizeof(fake->memory) / 8; i++) {
        uint64_t descriptor = (PC + random_below(&seed, 0x12000)) | random_below(&seed, 4);

        memcpy(fake->memory + 8 * i, &descriptor, 8);
    }
    for (unsigned i = 0; i < 300000; i++) {
        struct walk_registers registers = {
            .sctlr = SCTLR_M,
            .tcr = random_next(&seed),
            .ttbr0 = PC + random_below(&seed, 0x11000),
            .ttbr1 = random_next(&seed),
        };
        uint64_t address = random_next(&seed) >> random_below(&seed, 64);
        ipa_t result;

        found += walk_translate(&fake->ram, &registers, address, &result);
    }
    assert_true(found > 1000);
}

static void random_instructions(void **state)
{
    uint64_t seed = 17;

    for (unsigned i = 0; i < 1000000; i++) {
        struct decoded decoded;

        if (!decode_instruction((uint32_t)random_next(&seed), &decoded))
            continue;
        assert_in_range(decoded.count, 1, 2);
        assert_true(decoded.size == 1 || decoded.size == 2 || decoded.size == 4 ||
                    decoded.size == 8);
        assert_true(decoded.base < 32 && decoded.targets[0] < 32 && decoded.targets[1] < 32);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs),        cmocka_unit_test(write_back),
        cmocka_unit_test(not_emulated), cmocka_unit_test(instructions_by_the_guests_tables),
        cmocka_unit_test(random_walks), cmocka_unit_test(random_instructions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
