/* SPDX-License-Identifier: BSD-2-Clause */
/* The SMC capability: firmware calls through it, and what a badge forbids. */
#include "tests/kernel/harness/harness.h"

#define PSCI_VERSION       0x84000000UL
#define PSCI_FEATURES      0x8400000aUL
#define PSCI_NOT_SUPPORTED 0xffffffffUL

static seL4_Word call(seL4_CPtr cap, seL4_Word function, seL4_Word argument)
{
    seL4_ARM_SMCContext in = {.x0 = function, .x1 = argument}, out = {0};

    EXPECT_OK(seL4_ARM_SMC_Call(cap, &in, &out));
    return out.x0;
}

TEST(psci_version)
{
    seL4_Word version = call(seL4_CapSMC, PSCI_VERSION, 0);

    EXPECT(version >= 0x10000 || version == 2);
}

TEST(psci_features)
{
    EXPECT((call(seL4_CapSMC, PSCI_FEATURES, PSCI_NOT_SUPPORTED) & 0xffffffff) != 0);
}

/* Eight registers come back. */
TEST(the_answer)
{
    static const seL4_Word words[8] = {PSCI_VERSION};
    struct answer answer = call_raw(seL4_CapSMC, ARMSMCCall, 0, 8, words);

    EXPECT_EQ(answer.label, 0);
    EXPECT_EQ(answer.length, 8);
    EXPECT_EQ(answer.badge, 0);
}

TEST(errors)
{
    static const seL4_Word words[8] = {PSCI_VERSION};

    EXPECT_EQ(call_raw(seL4_CapSMC, ARMSMCCall, 0, 7, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(seL4_CapSMC, ARMPageMap, 0, 8, words).label, seL4_IllegalOperation);
    EXPECT_EQ(call_raw(seL4_CapSMC, 0, 0, 8, words).label, seL4_IllegalOperation);
    EXPECT_EQ(call_raw(seL4_CapSMC, 0, 0, 0, words).label, seL4_IllegalOperation);
}

/* A badge is the one function that may be called. */
TEST(badges)
{
    seL4_CPtr badged = new_badged(seL4_CapSMC, seL4_AllRights, PSCI_VERSION);
    seL4_CPtr copy = new_copy(badged, seL4_AllRights);
    seL4_ARM_SMCContext in = {.x0 = PSCI_FEATURES}, out;

    EXPECT_EQ(call(badged, PSCI_VERSION, 0), call(seL4_CapSMC, PSCI_VERSION, 0));
    EXPECT_ERROR(seL4_ARM_SMC_Call(badged, &in, &out), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_ARM_SMC_Call(copy, &in, &out), seL4_IllegalOperation);
    /* Refused before the length is looked at, by what stands in MR0's register. */
    static const seL4_Word words[8] = {PSCI_FEATURES};
    EXPECT_EQ(call_raw(badged, ARMSMCCall, 0, 1, words).label, seL4_IllegalOperation);
    EXPECT_EQ(call_raw(badged, ARMSMCCall, 0, 0, words).label, seL4_IllegalOperation);
    static const seL4_Word allowed[8] = {PSCI_VERSION};
    EXPECT_EQ(call_raw(badged, ARMSMCCall, 0, 7, allowed).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(badged, 0, 0, 7, allowed).label, seL4_IllegalOperation);
    /* The upper half of x0 does not get round it. */
    in.x0 = PSCI_VERSION | 1UL << 32;
    EXPECT_ERROR(seL4_ARM_SMC_Call(badged, &in, &out), seL4_IllegalOperation);
}

TEST(a_badge_is_for_good)
{
    seL4_CPtr badged = new_badged(seL4_CapSMC, seL4_AllRights, PSCI_VERSION), slot = new_slot();
    static const seL4_Word words[] = {0, PSCI_VERSION, PSCI_FEATURES};
    seL4_ARM_SMCContext in = {.x0 = PSCI_FEATURES}, out;

    for (unsigned i = 0; i < 3; i++)
        EXPECT_ERROR(
            seL4_CNode_Mint(ROOT, slot, DEPTH, ROOT, badged, DEPTH, seL4_AllRights, words[i]),
            seL4_IllegalOperation);
    /* It moves, and stays what it is. */
    EXPECT_OK(seL4_CNode_Mutate(ROOT, slot, DEPTH, ROOT, badged, DEPTH, PSCI_FEATURES));
    EXPECT_ERROR(seL4_ARM_SMC_Call(slot, &in, &out), seL4_IllegalOperation);
    EXPECT_EQ(call(slot, PSCI_VERSION, 0), call(seL4_CapSMC, PSCI_VERSION, 0));
}

TEST(badged_ones_are_revocable)
{
    seL4_CPtr badged = new_badged(seL4_CapSMC, seL4_AllRights, PSCI_VERSION);
    seL4_CPtr copy = new_copy(badged, seL4_AllRights);

    EXPECT_OK(seL4_CNode_Revoke(ROOT, badged, DEPTH));
    EXPECT(slot_is_empty(copy));
    EXPECT(!slot_is_empty(badged));
}
