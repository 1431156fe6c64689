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

static void retype_checks_its_arguments(void **state)
{
    static const struct {
        uint64_t untyped, words[6], error;
    } cases[] = {
        {WORLD_UNTYPED, {99, 0, 0, 0, 32, 1}, seL4_InvalidArgument},
        {WORLD_UNTYPED, {seL4_UntypedObject, 64, 0, 0, 32, 1}, seL4_RangeError},
        {WORLD_UNTYPED, {seL4_UntypedObject, 48, 0, 0, 32, 1}, seL4_RangeError},
        {WORLD_UNTYPED, {seL4_CapTableObject, 43, 0, 0, 32, 1}, seL4_RangeError},
        {WORLD_UNTYPED, {seL4_UntypedObject, 3, 0, 0, 32, 1}, seL4_InvalidArgument},
        {WORLD_UNTYPED, {seL4_CapTableObject, 0, 0, 0, 32, 1}, seL4_InvalidArgument},
        {WORLD_UNTYPED, {seL4_SchedContextObject, 6, 0, 0, 32, 1}, seL4_InvalidArgument},
        {WORLD_UNTYPED, {seL4_EndpointObject, 0, 1, 65, 32, 1}, seL4_RangeError},
        {WORLD_UNTYPED, {seL4_EndpointObject, 0, 1, 64, 32, 1}, seL4_FailedLookup},
        {WORLD_UNTYPED, {seL4_EndpointObject, 0, 0, 0, 256, 1}, seL4_RangeError},
        {WORLD_UNTYPED, {seL4_EndpointObject, 0, 0, 0, 32, 0}, seL4_RangeError},
        {WORLD_UNTYPED, {seL4_EndpointObject, 0, 0, 0, 32, 257}, seL4_RangeError},
        {WORLD_UNTYPED, {seL4_EndpointObject, 0, 0, 0, 250, 20}, seL4_RangeError},
        {WORLD_UNTYPED, {seL4_EndpointObject, 0, 0, 0, 1, 1}, seL4_DeleteFirst},
        {WORLD_UNTYPED, {seL4_ARM_HugePageObject, 0, 0, 0, 32, 1}, seL4_NotEnoughMemory},
        {WORLD_DEVICE, {seL4_EndpointObject, 0, 0, 0, 32, 1}, seL4_InvalidArgument},
        {WORLD_DEVICE, {seL4_ARM_HugePageObject, 0, 0, 0, 32, 1}, 0},
        {WORLD_DEVICE, {seL4_ARM_LargePageObject, 0, 0, 0, 33, 1}, seL4_NotEnoughMemory},
        {WORLD_SMALL_UNTYPED, {seL4_EndpointObject, 0, 2, 64, 33, 2}, 0},
        {WORLD_SMALL_UNTYPED, {seL4_UntypedObject, 4, 0, 0, 35, 1}, 0},
    };
    (void)state;
    assert_int_equal(CALL(.capability = WORLD_UNTYPED, .label = UntypedRetype).label,
                     seL4_TruncatedMessage);
    assert_int_equal(CALL(.capability = WORLD_UNTYPED, .label = CNodeCopy).label,
                     seL4_IllegalOperation);
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        struct call call = {.capability = cases[i].untyped,
                            .label = UntypedRetype,
                            .length = 6,
                            .cap_count = 1,
                            .caps = {seL4_CapInitThreadCNode}};
        memcpy(call.words, cases[i].words, sizeof(cases[i].words));
        uint64_t label = driver_call(call).label;
        if (label != cases[i].error) {
            fail_msg("case %u: %lu, not %lu", i, label, cases[i].error);
        }
    }
}

static void what_is_no_object_is_refused(void **state)
{
    (void)state;
    assert_int_equal(CALL(.capability = 100).label, seL4_InvalidCapability);
    make(seL4_EndpointObject, 0, 32, 1);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeMint, .length = 6,
                          .words = {33, 64, 32, 64, 2, 0}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = 33).label, seL4_InvalidCapability); /* no write right */
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = UntypedRetype).label,
                     seL4_IllegalOperation);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete).label,
                     seL4_TruncatedMessage);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeCopy, .length = 2,
                          .words = {40, 64})
                         .label,
                     seL4_TruncatedMessage);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeRotate, .length = 2,
                          .words = {40, 64})
                         .label,
                     seL4_TruncatedMessage);
    /* The first half of ReplyRecv goes to threads as little as to CNodes; nothing is said. */
    world.driver->registers.x[0] = 32;
    world.driver->registers.x[1] = seL4_MessageInfo_new(TCBSuspend, 0, 0, 0).words[0];
    world.driver->registers.x[8] = seL4_CapInitThreadTCB;
    world.driver->registers.x[6] = 32;
    enter_syscall(seL4_SysNBSendRecv);
    assert_int_equal(world.driver->state, THREAD_INACTIVE); /* x6 names no reply: its own fault */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(retype_checks_its_arguments, world_make, world_free),
        cmocka_unit_test_setup_teardown(what_is_no_object_is_refused, world_make, world_free),
        cmocka_unit_test_setup_teardown(every_kind_of_object_is_made_and_deleted, world_make,
                                        world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
