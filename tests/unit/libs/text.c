/* SPDX-License-Identifier: BSD-2-Clause */
/* libs/sel4/text.h: what the kernel says, in words. The message registers are an array here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "libs/sel4/text.h"

static seL4_Word mr[32];

seL4_Word seL4_GetMR(int i)
{
    return mr[i];
}

static void expect(seL4_Word kind, const char *wanted)
{
    char text[128];

    sel4_fault_text(text, sizeof(text), seL4_MessageInfo_new(kind, 0, 0, 4));
    assert_string_equal(text, wanted);
}

static void every_error_has_words_of_its_own(void **state)
{
    for (int a = 0; a < seL4_NumErrors; a++) {
        assert_string_not_equal(sel4_error_text((seL4_Error)a), "unknown error");
        for (int b = 0; b < a; b++)
            assert_string_not_equal(sel4_error_text((seL4_Error)a), sel4_error_text((seL4_Error)b));
    }
    assert_string_equal(sel4_error_text(seL4_NoError), "done");
    assert_string_equal(sel4_error_text(seL4_RangeError), "out of range");
    assert_string_equal(sel4_error_text(seL4_NotEnoughMemory), "out of memory");
    assert_string_equal(sel4_error_text((seL4_Error)seL4_NumErrors), "unknown error");
    assert_string_equal(sel4_error_text((seL4_Error)-1), "unknown error");
}

static void memory_faults_tell_what_was_done(void **state)
{
    mr[seL4_VMFault_Addr] = 0x1230;
    mr[seL4_VMFault_PrefetchFault] = 0;
    mr[seL4_VMFault_FSR] = 0x92000006;
    expect(seL4_Fault_VMFault,
           "read from 0x1230, which is not its own to do so (syndrome 0x92000006)");
    mr[seL4_VMFault_FSR] = 0x92000046;
    expect(seL4_Fault_VMFault,
           "wrote to 0x1230, which is not its own to do so (syndrome 0x92000046)");
    mr[seL4_VMFault_PrefetchFault] = 1;
    expect(seL4_Fault_VMFault,
           "ran at 0x1230, which is not its own to do so (syndrome 0x92000046)");
}

static void other_faults_tell_their_word(void **state)
{
    for (unsigned i = 0; i < 32; i++)
        mr[i] = 0x100 + i;
    mr[seL4_CapFault_Addr] = 0x10000;
    expect(seL4_Fault_CapFault, "used capability 0x10000, which it does not have");
    mr[seL4_UnknownSyscall_Syscall] = 99;
    expect(seL4_Fault_UnknownSyscall, "made system call 0x63, which there is not");
    mr[seL4_UserException_Number] = 0x2000000;
    expect(seL4_Fault_UserException, "ran an instruction that does not exist (syndrome 0x2000000)");
    mr[seL4_VCPUFault_HSR] = 0xf2000000;
    expect(seL4_Fault_VCPUFault, "ran an instruction that it may not (syndrome 0xf2000000)");
}

static void unknown_faults_tell_their_number(void **state)
{
    expect(seL4_Fault_NullFault, "raised fault 0");
    expect(seL4_Fault_Timeout, "raised fault 5");
    expect(seL4_Fault_VPPIEvent, "raised fault 9");
    expect(4711, "raised fault 4711");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_words_of_its_own),
        cmocka_unit_test(memory_faults_tell_what_was_done),
        cmocka_unit_test(other_faults_tell_their_word),
        cmocka_unit_test(unknown_faults_tell_their_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
