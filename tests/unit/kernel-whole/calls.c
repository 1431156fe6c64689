/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole kernel, call by call. */
#include "tests/unit/kernel-whole/world.h"
#include "kernel/cap/cap.h"

static void every_kind_of_object_is_made_and_deleted(void **state)
{
    static const struct {
        uint64_t type, size_bits;
        enum cap_type cap;
    } kinds[] = {
        {seL4_UntypedObject, 4, CAP_UNTYPED},
        {seL4_TCBObject, 0, CAP_THREAD},
        {seL4_EndpointObject, 0, CAP_ENDPOINT},
        {seL4_NotificationObject, 0, CAP_NOTIFICATION},
        {seL4_CapTableObject, 3, CAP_CNODE},
        {seL4_SchedContextObject, 8, CAP_SCHED_CONTEXT},
        {seL4_ReplyObject, 0, CAP_REPLY},
        {seL4_ARM_VSpaceObject, 0, CAP_VSPACE},
        {seL4_ARM_SmallPageObject, 0, CAP_FRAME},
        {seL4_ARM_LargePageObject, 0, CAP_FRAME},
        {seL4_ARM_PageTableObject, 0, CAP_PAGE_TABLE},
        {seL4_ARM_VCPUObject, 0, CAP_VCPU},
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(kinds); i++) {
        uint64_t slot = WORLD_FIRST_FREE;
        make(kinds[i].type, kinds[i].size_bits, slot, 2);
        assert_int_equal(cap_type(world.slots[slot].cap), kinds[i].cap);
        assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeRevoke,
                              .length = 2, .words = {WORLD_UNTYPED, 64})
                             .label,
                         0);
        assert_true(cap_is_null(world.slots[slot].cap));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_kind_of_object_is_made_and_deleted, world_make,
                                        world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
