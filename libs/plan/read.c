/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts about a plan's records. Stands on the seL4 ABI's objects. */
#include "libs/plan/read.h"
#include "abi/sel4/objects.h"

unsigned plan_object_bits(const struct plan_object *object)
{
    static const uint8_t bits[PLAN_TYPE_COUNT] = {
        [PLAN_TYPE_UNTYPED] = 0,
        [PLAN_TYPE_TCB] = seL4_TCBBits,
        [PLAN_TYPE_ENDPOINT] = seL4_EndpointBits,
        [PLAN_TYPE_NOTIFICATION] = seL4_NotificationBits,
        [PLAN_TYPE_CNODE] = seL4_SlotBits,
        [PLAN_TYPE_SCHED_CONTEXT] = 0,
        [PLAN_TYPE_REPLY] = seL4_ReplyBits,
        [PLAN_TYPE_VSPACE] = seL4_VSpaceBits,
        [PLAN_TYPE_PAGE_TABLE] = seL4_PageTableBits,
        [PLAN_TYPE_SMALL_PAGE] = seL4_PageBits,
        [PLAN_TYPE_LARGE_PAGE] = seL4_LargePageBits,
        [PLAN_TYPE_VCPU] = seL4_VCPUBits,
        [PLAN_TYPE_INTERRUPT] = 0,
    };

    return bits[object->type] + object->size_bits;
}

unsigned plan_kernel_type(const struct plan_object *object)
{
    static const uint8_t types[PLAN_TYPE_COUNT] = {
        [PLAN_TYPE_UNTYPED] = seL4_UntypedObject,
        [PLAN_TYPE_TCB] = seL4_TCBObject,
        [PLAN_TYPE_ENDPOINT] = seL4_EndpointObject,
        [PLAN_TYPE_NOTIFICATION] = seL4_NotificationObject,
        [PLAN_TYPE_CNODE] = seL4_CapTableObject,
        [PLAN_TYPE_SCHED_CONTEXT] = seL4_SchedContextObject,
        [PLAN_TYPE_REPLY] = seL4_ReplyObject,
        [PLAN_TYPE_VSPACE] = seL4_ARM_VSpaceObject,
        [PLAN_TYPE_PAGE_TABLE] = seL4_ARM_PageTableObject,
        [PLAN_TYPE_SMALL_PAGE] = seL4_ARM_SmallPageObject,
        [PLAN_TYPE_LARGE_PAGE] = seL4_ARM_LargePageObject,
        [PLAN_TYPE_VCPU] = seL4_ARM_VCPUObject,
    };

    return types[object->type];
}

uint32_t plan_owner(const struct plan_header *plan, enum plan_table table, uint32_t record)
{
    uint32_t component = plan_count(plan, PLAN_COMPONENTS) - 1;

    while (component > 0 && record < plan_range(plan, component, table).first)
        component--;
    return component;
}

bool plan_has_kind(const struct plan_header *plan, enum plan_kind kind)
{
    uint32_t left = plan_count(plan, PLAN_COMPONENTS);

    while (left > 0 && plan_components(plan)[left - 1].kind != kind)
        left--;
    return left > 0;
}
