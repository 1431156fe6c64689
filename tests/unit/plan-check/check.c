/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_check() on a good small plan, and on the same with one thing wrong, for each thing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "abi/sel4/objects.h"
#include "tests/unit/plan-check/small.h"

static struct small s;

static int make_good(void **state)
{
    small_make(&s);
    return 0;
}

static struct plan_verdict check(void)
{
    small_sum(&s);
    return plan_check(&s, sizeof(s));
}

static void expect(const char *change, enum plan_fault fault, enum plan_table table,
                   uint32_t record)
{
    struct plan_verdict verdict = check();

    if (verdict.fault != fault || (fault != PLAN_GOOD && verdict.table != table) ||
        (fault != PLAN_GOOD && verdict.record != record))
        fail_msg("%s: %s in %s[%u]", change, plan_fault_text(verdict.fault),
                 plan_table_name(verdict.table), verdict.record);
}

/* One wrong thing, what is said of it, and where: table and record. */
#define WRONG(change, fault, ...)            \
    do {                                     \
        small_make(&s);                      \
        change;                              \
        expect(#change, fault, __VA_ARGS__); \
    } while (0)
#define RIGHT(change) WRONG(change, PLAN_GOOD, PLAN_TABLE_COUNT, 0)

static void a_good_plan_is_good(void **state)
{
    RIGHT((void)0);
    assert_string_equal(plan_string(&s.header, s.components[1].name), "name");
    assert_int_equal(plan_owner(&s.header, PLAN_OBJECTS, SMALL_DEVICE), 0);
    assert_int_equal(plan_owner(&s.header, PLAN_OBJECTS, SMALL_TCB), 1);
    assert_int_equal(plan_owner(&s.header, PLAN_OBJECTS, SMALL_CONSOLE_CNODE), 2);
    assert_int_equal(plan_kernel_type(&s.objects[SMALL_UNTYPED]), seL4_UntypedObject);
    assert_int_equal(plan_kernel_type(&s.objects[SMALL_TABLE]), seL4_ARM_PageTableObject);
    assert_int_equal(plan_kernel_type(&s.objects[SMALL_VCPU]), seL4_ARM_VCPUObject);
    assert_true(plan_has_kind(&s.header, PLAN_KIND_SYSTEM));
    assert_true(plan_has_kind(&s.header, PLAN_KIND_CONSOLE));
    assert_false(plan_has_kind(&s.header, PLAN_KIND_NATIVE));
    assert_int_equal(plan_object_bits(&s.objects[SMALL_CNODE]), 11);
    assert_int_equal(plan_object_bits(&s.objects[SMALL_LARGE]), 21);
    assert_true(plan_map_is_own(&s.header, &s.maps[SMALL_MAP_PAGES]));
    assert_false(plan_map_is_own(&s.header, &s.maps[SMALL_MAP_FILE]));
}

static void every_bit_counts(void **state)
{
    for (size_t bit = 0; bit < 8 * sizeof(s); bit++) {
        ((uint8_t *)&s)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(plan_check(&s, sizeof(s)).fault, PLAN_GOOD);
        ((uint8_t *)&s)[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(plan_check(&s, sizeof(s)).fault, PLAN_GOOD);
}

static void a_plan_that_was_cut_is_refused(void **state)
{
    for (size_t size = 0; size < sizeof(s); size++)
        assert_int_equal(plan_check(&s, size).fault, PLAN_TOO_SHORT);
    assert_int_equal(plan_check((char *)&s + 4, sizeof(s) - 4).fault, PLAN_TOO_SHORT);
    s.header.magic++;
    assert_int_equal(plan_check(&s, sizeof(s)).fault, PLAN_UNKNOWN);
    s.header.magic--;
    s.header.version++;
    assert_int_equal(plan_check(&s, sizeof(s)).fault, PLAN_OTHER_VERSION);
    s.header.version--;
    s.header.checksum++;
    assert_int_equal(plan_check(&s, sizeof(s)).fault, PLAN_DAMAGED);
}

static void tables_lie_in_the_plan_one_behind_the_other(void **state)
{
    for (enum plan_table i = PLAN_COMPONENTS; i < PLAN_TABLE_COUNT; i++) {
        WRONG(s.header.tables[i].offset += 4, PLAN_BAD_TABLE, i, 0);
        WRONG(s.header.tables[i].offset -= 8, PLAN_BAD_TABLE, i, 0);
        WRONG(s.header.tables[i].offset = UINT32_MAX - 7, PLAN_BAD_TABLE, i, 0);
    }
    WRONG(s.header.tables[PLAN_THREADS].count = UINT32_MAX, PLAN_BAD_TABLE, PLAN_THREADS, 0);
    WRONG(s.header.tables[PLAN_MAPS].count++, PLAN_BAD_TABLE, PLAN_FILLS, 0);
    WRONG(s.header.tables[PLAN_STRINGS].count += 8, PLAN_BAD_TABLE, PLAN_STRINGS, 0);
    WRONG(s.header.tables[PLAN_STRINGS].count = 0, PLAN_BAD_STRING, PLAN_STRINGS, 0);
    WRONG(s.strings[15] = 'x', PLAN_BAD_STRING, PLAN_STRINGS, 0);
}

static void components_share_the_tables_without_gaps(void **state)
{
    WRONG(s.header.tables[PLAN_COMPONENTS].count = 0, PLAN_BAD_VALUE, PLAN_COMPONENTS, 0);
    for (unsigned i = 0; i < PLAN_RANGE_COUNT; i++) {
        WRONG(s.components[1].ranges[i].first++, PLAN_BAD_RANGE, PLAN_COMPONENTS, 1);
        WRONG(s.components[2].ranges[i].count++, PLAN_BAD_RANGE, PLAN_COMPONENTS, 2);
        WRONG(s.components[0].ranges[i].count = UINT32_MAX, PLAN_BAD_RANGE, PLAN_COMPONENTS, 0);
        if (s.components[2].ranges[i].count > 0)
            WRONG(s.components[2].ranges[i].count--, PLAN_BAD_RANGE, PLAN_COMPONENTS, 3);
    }
    WRONG(s.components[0].kind = PLAN_KIND_VM, PLAN_BAD_VALUE, PLAN_COMPONENTS, 0);
    WRONG(s.components[1].kind = PLAN_KIND_SYSTEM, PLAN_BAD_VALUE, PLAN_COMPONENTS, 1);
    WRONG(s.components[1].kind = PLAN_KIND_CONSOLE + 1, PLAN_BAD_VALUE, PLAN_COMPONENTS, 1);
    WRONG(s.components[1].restart = 3, PLAN_BAD_VALUE, PLAN_COMPONENTS, 1);
    WRONG(s.components[1].name = 16, PLAN_BAD_STRING, PLAN_COMPONENTS, 1);
    WRONG((s.components[0].ranges[PLAN_RANGE(PLAN_THREADS)].count = 1,
           s.components[1].ranges[PLAN_RANGE(PLAN_THREADS)] = (struct plan_range){1, 1}),
          PLAN_BAD_OWNER, PLAN_COMPONENTS, 0);
}

#define IN_HEADER PLAN_TABLE_COUNT, 0

static void the_header_makes_sense(void **state)
{
    WRONG(s.header.slot_count = PLAN_SLOT_MAX + 1, PLAN_BAD_VALUE, IN_HEADER);
    WRONG(s.header.core_count = 0, PLAN_BAD_VALUE, IN_HEADER);
    WRONG(s.header.core_count = PLAN_CORE_MAX + 1, PLAN_BAD_VALUE, IN_HEADER);
    WRONG(s.header.core = 2, PLAN_BAD_VALUE, IN_HEADER);
    WRONG(s.header.board_off = 2, PLAN_BAD_VALUE, IN_HEADER);
    WRONG(s.header.budget_us = 19, PLAN_BAD_VALUE, IN_HEADER);
    WRONG(s.header.budget_us = 10001, PLAN_BAD_VALUE, IN_HEADER);
    WRONG(s.header.board = 16, PLAN_BAD_STRING, IN_HEADER);
    WRONG(s.header.endpoint = SMALL_READY, PLAN_BAD_REFERENCE, IN_HEADER);
    WRONG(s.header.endpoint = SMALL_ALL_COUNT, PLAN_BAD_REFERENCE, IN_HEADER);
    WRONG(s.header.ready = PLAN_NONE, PLAN_BAD_REFERENCE, IN_HEADER);
    WRONG(s.header.window = 0, PLAN_BAD_ADDRESS, IN_HEADER);
    WRONG(s.header.window += 4096, PLAN_BAD_ADDRESS, IN_HEADER);
    WRONG(s.header.window = UINT64_C(1) << 40, PLAN_BAD_ADDRESS, IN_HEADER);
    WRONG(s.header.log_keep = 2, PLAN_BAD_VALUE, IN_HEADER);
    WRONG(s.header.log_channel = 63, PLAN_BAD_VALUE, IN_HEADER);
    WRONG(s.header.log_own = 0, PLAN_BAD_VALUE, IN_HEADER);
    WRONG(s.header.log_doorbell = PLAN_NONE, PLAN_BAD_VALUE, IN_HEADER);
    WRONG(s.header.log_doorbell = SMALL_ENDPOINT, PLAN_BAD_REFERENCE, IN_HEADER);
    WRONG(s.header.log_compatible = 16, PLAN_BAD_STRING, IN_HEADER);
    WRONG(s.header.log_uart += 4, PLAN_BAD_ADDRESS, IN_HEADER);
    WRONG(s.header.log_peer += 8, PLAN_BAD_ADDRESS, IN_HEADER);
    RIGHT((s.header.log_own = s.header.log_peer = 0, s.header.log_doorbell = PLAN_NONE));
}

#define IN_OBJECT(object) PLAN_OBJECTS, object

static void objects_are_of_a_kind_and_size(void **state)
{
    WRONG(s.objects[SMALL_TCB].type = 0, PLAN_BAD_VALUE, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_TCB].type = PLAN_TYPE_COUNT, PLAN_BAD_VALUE, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_TCB].size_bits = 1, PLAN_BAD_VALUE, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_TCB].count = 0, PLAN_BAD_VALUE, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_TCB].reserved = 1, PLAN_BAD_VALUE, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_TCB].name = 16, PLAN_BAD_STRING, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_UNTYPED].size_bits = 3, PLAN_BAD_VALUE, IN_OBJECT(SMALL_UNTYPED));
    WRONG(s.objects[SMALL_UNTYPED].size_bits = 48, PLAN_BAD_VALUE, IN_OBJECT(SMALL_UNTYPED));
    WRONG(s.objects[SMALL_CNODE].size_bits = 0, PLAN_BAD_VALUE, IN_OBJECT(SMALL_CNODE));
    WRONG(s.objects[SMALL_CNODE].size_bits = 17, PLAN_BAD_VALUE, IN_OBJECT(SMALL_CNODE));
    WRONG(s.objects[SMALL_TIME].size_bits = 6, PLAN_BAD_VALUE, IN_OBJECT(SMALL_TIME));
    WRONG(s.objects[SMALL_FILE].flags |= PLAN_EDGE, PLAN_BAD_VALUE, IN_OBJECT(SMALL_FILE));
    WRONG(s.objects[SMALL_FILE].flags |= PLAN_AT_ADDRESS, PLAN_BAD_VALUE, IN_OBJECT(SMALL_FILE));
    WRONG(s.objects[SMALL_INTERRUPT].flags = PLAN_IN_FILES, PLAN_BAD_VALUE,
          IN_OBJECT(SMALL_INTERRUPT));
    WRONG(s.objects[SMALL_INTERRUPT].address = 1020, PLAN_BAD_VALUE, IN_OBJECT(SMALL_INTERRUPT));
    WRONG(s.objects[SMALL_INTERRUPT].count = 2, PLAN_BAD_VALUE, IN_OBJECT(SMALL_INTERRUPT));
    RIGHT(s.objects[SMALL_INTERRUPT].flags = PLAN_EDGE);
}

static void objects_come_from_where_they_may(void **state)
{
    WRONG(s.objects[SMALL_TCB].parent = SMALL_VSPACE, PLAN_BAD_REFERENCE, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_TCB].parent = SMALL_SECOND, PLAN_BAD_REFERENCE, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_TCB].parent = SMALL_TCB, PLAN_BAD_REFERENCE, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_TCB].parent = 1000, PLAN_BAD_REFERENCE, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_TCB].parent = PLAN_NONE, PLAN_BAD_OWNER, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_UNTYPED].flags = PLAN_AT_ADDRESS, PLAN_BAD_OWNER,
          IN_OBJECT(SMALL_UNTYPED));
    WRONG(s.objects[SMALL_PAGES].flags = PLAN_IN_FILES, PLAN_BAD_VALUE, IN_OBJECT(SMALL_PAGES));
    WRONG(s.objects[SMALL_READY].flags = PLAN_AT_ADDRESS, PLAN_BAD_VALUE, IN_OBJECT(SMALL_READY));
    WRONG(s.objects[SMALL_DEVICE].address += 1, PLAN_BAD_ADDRESS, IN_OBJECT(SMALL_DEVICE));
    WRONG(s.objects[SMALL_DEVICE].address = UINT64_C(1) << 48, PLAN_BAD_ADDRESS,
          IN_OBJECT(SMALL_DEVICE));
    WRONG((s.objects[SMALL_DEVICE].address = (UINT64_C(1) << 48) - 4096,
           s.objects[SMALL_DEVICE].count = 2),
          PLAN_BAD_ADDRESS, IN_OBJECT(SMALL_DEVICE));
    WRONG(s.objects[SMALL_FILE].flags = PLAN_AT_ADDRESS, PLAN_BAD_ADDRESS, IN_OBJECT(SMALL_FILE));
    RIGHT((s.objects[SMALL_FILE].address = 0x200000));
}

static void slots_are_given_out_once(void **state)
{
    WRONG(s.objects[SMALL_TCB].slot = 0, PLAN_BAD_SLOT, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_TCB].slot = 64, PLAN_BAD_SLOT, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_TCB].slot = UINT32_MAX, PLAN_BAD_SLOT, IN_OBJECT(SMALL_TCB));
    WRONG(s.objects[SMALL_PAGES].count = UINT32_MAX, PLAN_BAD_SLOT, IN_OBJECT(SMALL_PAGES));
    WRONG(s.maps[SMALL_MAP_FILE].slot = 0, PLAN_BAD_SLOT, PLAN_MAPS, SMALL_MAP_FILE);
    WRONG(s.maps[SMALL_MAP_FILE].slot = 63, PLAN_BAD_SLOT, PLAN_MAPS, SMALL_MAP_FILE);
    WRONG(s.maps[SMALL_MAP_LARGE].slot = 41, PLAN_BAD_SLOT, PLAN_MAPS, SMALL_MAP_LARGE);
    WRONG(s.interrupts[0].slot = 40, PLAN_BAD_SLOT, PLAN_INTERRUPTS, 0);
    WRONG(s.threads[1].fault_slot = 46, PLAN_BAD_SLOT, PLAN_THREADS, 1);
    WRONG(s.header.slot_count = 47, PLAN_BAD_SLOT, PLAN_THREADS, 1);
}

static void maps_are_of_what_their_owner_may_map(void **state)
{
    WRONG(s.maps[3].object = SMALL_TCB, PLAN_BAD_REFERENCE, PLAN_MAPS, 3);
    WRONG(s.maps[3].object = SMALL_ALL_COUNT, PLAN_BAD_REFERENCE, PLAN_MAPS, 3);
    WRONG(s.maps[3].index = 2, PLAN_BAD_REFERENCE, PLAN_MAPS, 3);
    WRONG(s.maps[3].index = UINT32_MAX, PLAN_BAD_REFERENCE, PLAN_MAPS, 3);
    WRONG(s.maps[3].count = 0, PLAN_BAD_REFERENCE, PLAN_MAPS, 3);
    WRONG(s.maps[3].count = UINT32_MAX, PLAN_BAD_REFERENCE, PLAN_MAPS, 3);
    WRONG(s.maps[3].vspace = PLAN_INIT, PLAN_BAD_REFERENCE, PLAN_MAPS, 3);
    WRONG(s.maps[3].vspace = SMALL_PAGES, PLAN_BAD_REFERENCE, PLAN_MAPS, 3);
    WRONG(s.maps[0].vspace = SMALL_VSPACE, PLAN_BAD_REFERENCE, PLAN_MAPS, 0);
    WRONG(s.maps[3].flags |= 16, PLAN_BAD_VALUE, PLAN_MAPS, 3);
    WRONG(s.maps[3].flags |= PLAN_MAP_WRITE, PLAN_BAD_RIGHTS, PLAN_MAPS, 3);
    WRONG(s.maps[3].slot = s.objects[SMALL_FILE].slot + 1, PLAN_BAD_SLOT, PLAN_MAPS, 3);
    WRONG((s.maps[2].index = 0, s.maps[2].count = 2, s.maps[2].slot--), PLAN_BAD_VALUE, PLAN_MAPS,
          2);
    WRONG(s.maps[2].slot = 46, PLAN_BAD_SLOT, PLAN_MAPS, 2);
}

static void maps_lie_in_the_address_space(void **state)
{
    WRONG(s.maps[3].address += 8, PLAN_BAD_ADDRESS, PLAN_MAPS, 3);
    WRONG(s.maps[2].address += 4096, PLAN_BAD_ADDRESS, PLAN_MAPS, 2);
    WRONG(s.maps[5].address -= 4096, PLAN_BAD_ADDRESS, PLAN_MAPS, 5);
    WRONG(s.maps[5].address += 0x200000, PLAN_BAD_ADDRESS, PLAN_MAPS, 5);
    WRONG(s.maps[3].address = 0xfffffff000, PLAN_BAD_ADDRESS, PLAN_MAPS, 3);
    WRONG(s.maps[3].address = UINT64_MAX - 4095, PLAN_BAD_ADDRESS, PLAN_MAPS, 3);
    WRONG(s.maps[1].address = 0x40000000, PLAN_BAD_ADDRESS, PLAN_MAPS, 1);
    WRONG(s.maps[1].address = 0x40001000, PLAN_BAD_ADDRESS, PLAN_MAPS, 1);
    RIGHT(s.maps[1].address = 0x40002000);
    RIGHT(s.maps[4].address = 0x40000000);
}

static void fills_go_from_files_to_own_pages(void **state)
{
    WRONG(s.fills[0].object = SMALL_FILE, PLAN_BAD_REFERENCE, PLAN_FILLS, 0);
    WRONG(s.fills[0].object = SMALL_LARGE, PLAN_BAD_REFERENCE, PLAN_FILLS, 0);
    WRONG(s.fills[0].files = SMALL_DEVICE, PLAN_BAD_REFERENCE, PLAN_FILLS, 0);
    WRONG(s.fills[0].files = SMALL_PAGES, PLAN_BAD_REFERENCE, PLAN_FILLS, 0);
    WRONG(s.fills[0].index = 2, PLAN_BAD_REFERENCE, PLAN_FILLS, 0);
    WRONG(s.fills[0].files_index = 1, PLAN_BAD_REFERENCE, PLAN_FILLS, 0);
    WRONG(s.fills[0].size = 0, PLAN_BAD_REFERENCE, PLAN_FILLS, 0);
    WRONG(s.fills[0].size = 3 * 4096 + 1, PLAN_BAD_REFERENCE, PLAN_FILLS, 0);
    WRONG(s.fills[0].size = UINT64_MAX, PLAN_BAD_REFERENCE, PLAN_FILLS, 0);
    RIGHT(s.fills[0].size = 3 * 4096);
}

static void capabilities_are_what_their_owner_may_have(void **state)
{
    WRONG(s.caps[2].object = SMALL_SECOND, PLAN_BAD_REFERENCE, PLAN_CAPS, 2);
    WRONG(s.caps[2].index = 1, PLAN_BAD_REFERENCE, PLAN_CAPS, 2);
    WRONG(s.caps[2].cnode = SMALL_TCB, PLAN_BAD_REFERENCE, PLAN_CAPS, 2);
    WRONG(s.caps[2].cnode = SMALL_CONSOLE_CNODE, PLAN_BAD_REFERENCE, PLAN_CAPS, 2);
    WRONG(s.caps[2].object = SMALL_UNTYPED, PLAN_BAD_VALUE, PLAN_CAPS, 2);
    WRONG(s.caps[2].object = SMALL_TABLES, PLAN_BAD_VALUE, PLAN_CAPS, 2);
    WRONG(s.caps[2].rights = 16, PLAN_BAD_VALUE, PLAN_CAPS, 2);
    WRONG((s.caps[2].object = SMALL_TCB, s.caps[2].badge = 1), PLAN_BAD_VALUE, PLAN_CAPS, 2);
    WRONG(s.caps[2].slot = 64, PLAN_BAD_SLOT, PLAN_CAPS, 2);
    WRONG((s.caps[2].object = SMALL_FILE, s.caps[2].rights = 3), PLAN_BAD_RIGHTS, PLAN_CAPS, 2);
    RIGHT(s.caps[2].object = SMALL_TCB);
}

/* Init writes there, and signals, in its owner's name. */
static void a_bell_is_of_an_end_that_its_owner_writes(void **state)
{
    WRONG(s.caps[3].end = SMALL_ALL_COUNT, PLAN_BAD_REFERENCE, PLAN_CAPS, 3);
    WRONG(s.caps[3].end = SMALL_SECOND, PLAN_BAD_REFERENCE, PLAN_CAPS, 3);
    WRONG(s.caps[3].end = SMALL_READY, PLAN_BAD_REFERENCE, PLAN_CAPS, 3);
    WRONG(s.caps[3].end = SMALL_PAGES, PLAN_BAD_REFERENCE, PLAN_CAPS, 3);
    WRONG(s.caps[3].end = SMALL_FILE, PLAN_BAD_REFERENCE, PLAN_CAPS, 3);
    WRONG(s.caps[3].end = SMALL_DEVICE, PLAN_BAD_REFERENCE, PLAN_CAPS, 3);
    WRONG((s.caps[3].object = SMALL_TCB, s.caps[3].badge = 0), PLAN_BAD_VALUE, PLAN_CAPS, 3);
    WRONG(s.caps[3].rights = 3, PLAN_BAD_RIGHTS, PLAN_CAPS, 3);
    WRONG(s.maps[6].flags = PLAN_MAP_READ, PLAN_BAD_RIGHTS, PLAN_CAPS, 3);
    WRONG((s.maps[6].index = 1, s.maps[6].count = 1), PLAN_BAD_RIGHTS, PLAN_CAPS, 3);
    WRONG((s.maps[6].object = SMALL_DEVICE, s.maps[6].count = 1), PLAN_BAD_RIGHTS, PLAN_CAPS, 3);
    WRONG((s.caps[4].object = SMALL_OTHER, s.caps[4].badge = 4, s.caps[4].end = SMALL_END),
          PLAN_BAD_RIGHTS, PLAN_CAPS, 4);
    RIGHT(s.caps[3].end = PLAN_NONE);
}

static void nobody_passes_for_another_at_init(void **state)
{
    WRONG(s.caps[0].badge = PLAN_BADGE_CALL_FROM(2), PLAN_BAD_RIGHTS, PLAN_CAPS, 0);
    WRONG(s.caps[0].badge = PLAN_BADGE_FAULT_OF(1, 0), PLAN_BAD_RIGHTS, PLAN_CAPS, 0);
    WRONG(s.caps[0].badge = 0, PLAN_BAD_RIGHTS, PLAN_CAPS, 0);
    WRONG(s.caps[0].rights = 11, PLAN_BAD_RIGHTS, PLAN_CAPS, 0);
    WRONG(s.caps[1].badge = PLAN_BADGE_READY(2), PLAN_BAD_RIGHTS, PLAN_CAPS, 1);
    WRONG(s.caps[1].badge = PLAN_BADGE_READY(0), PLAN_BAD_RIGHTS, PLAN_CAPS, 1);
    WRONG(s.caps[1].badge |= PLAN_BADGE_MESSAGE, PLAN_BAD_RIGHTS, PLAN_CAPS, 1);
    WRONG(s.caps[1].rights = 3, PLAN_BAD_RIGHTS, PLAN_CAPS, 1);
    WRONG(s.threads[1].fault_badge = PLAN_BADGE_FAULT_OF(1, 0), PLAN_BAD_RIGHTS, PLAN_THREADS, 1);
    WRONG(s.threads[0].fault_badge = PLAN_BADGE_FAULT_OF(2, 0), PLAN_BAD_RIGHTS, PLAN_THREADS, 0);
    WRONG(s.threads[0].fault_badge = 0, PLAN_BAD_RIGHTS, PLAN_THREADS, 0);
    WRONG(s.threads[0].notification = SMALL_READY, PLAN_BAD_REFERENCE, PLAN_THREADS, 0);
    WRONG(s.interrupts[0].notification = SMALL_READY, PLAN_BAD_REFERENCE, PLAN_INTERRUPTS, 0);
}

static void budgets_are_possible(void **state)
{
    WRONG(s.budgets[0].object = SMALL_TCB, PLAN_BAD_REFERENCE, PLAN_BUDGETS, 0);
    WRONG(s.budgets[0].core = 2, PLAN_BAD_VALUE, PLAN_BUDGETS, 0);
    WRONG(s.budgets[0].budget_us = 10001, PLAN_BAD_VALUE, PLAN_BUDGETS, 0);
    WRONG(s.budgets[0].budget_us = 19, PLAN_BAD_VALUE, PLAN_BUDGETS, 0);
    WRONG(s.budgets[0].extra_refills = 1, PLAN_BAD_VALUE, PLAN_BUDGETS, 0);
    WRONG(s.budgets[1].extra_refills = 9, PLAN_BAD_VALUE, PLAN_BUDGETS, 1);
}

static void threads_have_what_belongs_to_a_thread(void **state)
{
    WRONG(s.threads[0].name = 16, PLAN_BAD_STRING, PLAN_THREADS, 0);
    WRONG(s.threads[0].tcb = SMALL_VCPU, PLAN_BAD_REFERENCE, PLAN_THREADS, 0);
    WRONG(s.threads[0].cnode = SMALL_CONSOLE_CNODE, PLAN_BAD_REFERENCE, PLAN_THREADS, 0);
    WRONG(s.threads[0].vspace = PLAN_INIT, PLAN_BAD_REFERENCE, PLAN_THREADS, 0);
    WRONG(s.threads[0].buffer = SMALL_LARGE, PLAN_BAD_REFERENCE, PLAN_THREADS, 0);
    WRONG(s.threads[0].buffer = SMALL_DEVICE, PLAN_BAD_REFERENCE, PLAN_THREADS, 0);
    WRONG(s.threads[0].buffer_index = 4, PLAN_BAD_REFERENCE, PLAN_THREADS, 0);
    WRONG(s.threads[0].buffer_address += 512, PLAN_BAD_ADDRESS, PLAN_THREADS, 0);
    WRONG(s.threads[0].buffer_address = 0, PLAN_BAD_ADDRESS, PLAN_THREADS, 0);
    WRONG(s.threads[1].buffer_index = 1, PLAN_BAD_REFERENCE, PLAN_THREADS, 1);
    WRONG(s.threads[1].buffer_address = 0x404000, PLAN_BAD_ADDRESS, PLAN_THREADS, 1);
    WRONG(s.threads[0].fault_endpoint = PLAN_NONE, PLAN_BAD_REFERENCE, PLAN_THREADS, 0);
    WRONG(s.threads[0].sched_context = SMALL_PAGES, PLAN_BAD_REFERENCE, PLAN_THREADS, 0);
    WRONG(s.threads[0].sched_context = PLAN_NONE, PLAN_BAD_VALUE, PLAN_THREADS, 0);
    WRONG(s.threads[0].notification = PLAN_NONE, PLAN_BAD_VALUE, PLAN_THREADS, 0);
    WRONG(s.threads[0].heir = SMALL_ALL_COUNT, PLAN_BAD_REFERENCE, PLAN_THREADS, 0);
    WRONG(s.threads[0].flags = 4, PLAN_BAD_VALUE, PLAN_THREADS, 0);
    WRONG(s.threads[0].flags |= PLAN_THREAD_VCPU, PLAN_BAD_VALUE, PLAN_THREADS, 0);
    WRONG(s.threads[1].vcpu = PLAN_NONE, PLAN_BAD_VALUE, PLAN_THREADS, 1);
    WRONG(s.threads[1].vcpu = SMALL_TCB, PLAN_BAD_REFERENCE, PLAN_THREADS, 1);
    WRONG(s.threads[1].notification = SMALL_NOTIFICATION, PLAN_BAD_REFERENCE, PLAN_THREADS, 1);
}

static void every_finding_has_words(void **state)
{
    for (enum plan_fault i = PLAN_GOOD; i < PLAN_FAULT_COUNT; i++)
        assert_non_null(plan_fault_text(i));
    for (enum plan_table i = PLAN_COMPONENTS; i <= PLAN_TABLE_COUNT; i++)
        assert_non_null(plan_table_name(i));
}

#define TEST(name) cmocka_unit_test_setup(name, make_good)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_good_plan_is_good),
        TEST(every_bit_counts),
        TEST(a_plan_that_was_cut_is_refused),
        TEST(tables_lie_in_the_plan_one_behind_the_other),
        TEST(components_share_the_tables_without_gaps),
        TEST(the_header_makes_sense),
        TEST(objects_are_of_a_kind_and_size),
        TEST(objects_come_from_where_they_may),
        TEST(slots_are_given_out_once),
        TEST(maps_are_of_what_their_owner_may_map),
        TEST(maps_lie_in_the_address_space),
        TEST(fills_go_from_files_to_own_pages),
        TEST(capabilities_are_what_their_owner_may_have),
        TEST(a_bell_is_of_an_end_that_its_owner_writes),
        TEST(nobody_passes_for_another_at_init),
        TEST(budgets_are_possible),
        TEST(threads_have_what_belongs_to_a_thread),
        TEST(every_finding_has_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
