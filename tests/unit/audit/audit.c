/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The isolation report: each kind of sharing is found, each way that information can take, and
 * nothing else. Plans are made by hand, so that the tests know what is in them.
 */
#include "tests/unit/image/cmocka_includes.h"

#include <stdio.h>
#include <stdlib.h>

#include "abi/crc32.h"
#include "tests/unit/audit/maker.h"
#include "tool/show/audit.h"

#define RW    (PLAN_MAP_READ | PLAN_MAP_WRITE)
#define WRITE 1
#define READ  2
#define GRANT 4

static struct maker maker;
static struct two_linux sys;
static struct file tree;
static struct audit audit;
static void *plan;

static void begin(void)
{
    memset(&maker, 0, sizeof(maker));
    maker_two_linux(&maker, &sys);
}

static void make_with(const void *board)
{
    struct fault fault;
    size_t size;

    plan = maker_finish(&maker, &size);
    if (!audit_make(&audit, plan, size, board, &fault))
        fail_msg("%s", fault.text);
}

static void make(void)
{
    make_with(tree.data);
}

static void end(void)
{
    audit_release(&audit);
    free(plan);
}

/* Could information flow, through components that nobody trusts? */
static bool flows(uint32_t from, uint32_t to)
{
    return audit_find_path(&audit, from, to, false).length > 0;
}

static const struct audit_share *find(uint32_t one, uint32_t other, enum audit_kind kind)
{
    for (size_t i = 0; i < audit.share_count; i++) {
        const struct audit_share *share = &audit.shares[i];

        if (share->one == one && share->other == other && share->kind == kind)
            return share;
    }
    return NULL;
}

static void two_linux_share_nothing_writable(void **state)
{
    begin();
    make();
    assert_false(flows(sys.linux1, sys.linux2));
    assert_false(flows(sys.linux2, sys.linux1));
    for (size_t i = 0; i < audit.share_count; i++) {
        const struct audit_share *share = &audit.shares[i];

        if (share->one == sys.linux1 && share->other == sys.linux2)
            assert_false(share->forth || share->back);
    }
    /* Each talks to those it trusts, and they could talk to the other. */
    assert_true(flows(sys.linux1, sys.console));
    assert_true(flows(sys.console, sys.linux2));
    assert_true(flows(sys.linux1, VIEW_INIT));
    end();
}

static void strict_counts_who_is_trusted(void **state)
{
    struct audit_path path;

    begin();
    make();
    path = audit_find_path(&audit, sys.linux1, sys.linux2, true);
    assert_int_equal(path.length, 3);
    assert_int_equal(path.hops[0], sys.linux1);
    assert_true(audit.trusted >> path.hops[1] & 1);
    assert_int_equal(path.hops[2], sys.linux2);
    end();
}

static void files_are_read_by_both_and_written_by_nobody(void **state)
{
    const struct audit_share *share;

    begin();
    make();
    share = find(sys.linux1, sys.linux2, AUDIT_FILE);
    assert_non_null(share);
    assert_int_equal(share->size, 32 << 20);
    assert_int_equal(share->rights_one, REACH_READ);
    assert_int_equal(share->rights_other, REACH_READ);
    assert_int_equal(share->writers, 0);
    end();
}

static void a_file_that_is_written_is_a_flow(void **state)
{
    const struct audit_share *share;

    begin();
    maker_map(&maker, sys.linux2_space, sys.kernel, 3, 1, RW);
    make();
    assert_true(flows(sys.linux2, sys.linux1));
    assert_false(flows(sys.linux1, sys.linux2));
    share = find(sys.linux1, sys.linux2, AUDIT_FILE);
    assert_int_equal(share->writers, UINT64_C(1) << sys.linux2);
    end();
}

static void the_virtual_cpu_interface_is_told_apart(void **state)
{
    const struct audit_share *share;

    begin();
    make();
    share = find(sys.linux1, sys.linux2, AUDIT_CPU_INTERFACE);
    assert_non_null(share);
    assert_int_equal(share->size, 0x2000);
    assert_null(find(sys.linux1, sys.linux2, AUDIT_DEVICE));
    end();
    /* Of a board that nobody knows, registers are registers. */
    begin();
    make_with(NULL);
    assert_true(flows(sys.linux1, sys.linux2));
    end();
}

/* Direction follows rights; the guest's own map counts as the VM's. */
static void shared_memory(void **state)
{
    static const struct {
        unsigned one, other;
        bool forth, back;
    } cases[] = {
        {RW, RW, true, true},
        {RW, PLAN_MAP_READ, true, false},
        {PLAN_MAP_READ, RW, false, true},
        {PLAN_MAP_READ, PLAN_MAP_READ, false, false},
        {PLAN_MAP_WRITE, PLAN_MAP_WRITE, false, false},
        {PLAN_MAP_WRITE, PLAN_MAP_EXECUTE, true, false},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct audit_share *share;

        for (unsigned guest = 0; guest < 2; guest++) {
            begin();
            maker_map(&maker, guest ? sys.linux1_guest : sys.linux1_space, sys.linux2_ram, 5, 2,
                      cases[i].one);
            for (uint32_t map = 0; map < maker.count[PLAN_MAPS]; map++) {
                if (maker.maps[map].object == sys.linux2_ram && maker.maps[map].count == 64)
                    maker.maps[map].flags = cases[i].other;
            }
            make();
            share = find(sys.linux1, sys.linux2, AUDIT_MEMORY);
            assert_non_null(share);
            assert_int_equal(share->size, 4 << 20);
            assert_int_equal(flows(sys.linux1, sys.linux2), cases[i].forth);
            assert_int_equal(flows(sys.linux2, sys.linux1), cases[i].back);
            end();
        }
    }
}

/* Pages of one object that are not the same page are not shared. */
static void neighbours_share_nothing(void **state)
{
    uint32_t object;

    begin();
    object = maker_object(&maker, "pages", PLAN_TYPE_SMALL_PAGE, 8);
    maker_map(&maker, sys.linux1_space, object, 0, 4, RW);
    maker_map(&maker, sys.linux2_space, object, 4, 4, RW);
    make();
    assert_null(find(sys.linux1, sys.linux2, AUDIT_MEMORY));
    assert_false(flows(sys.linux1, sys.linux2));
    end();
}

/* Pages that are mapped one by one are reported as one piece. */
static void pieces_are_joined(void **state)
{
    uint32_t object;
    unsigned pieces = 0;

    begin();
    object = maker_object(&maker, "pages", PLAN_TYPE_SMALL_PAGE, 8);
    maker_map(&maker, sys.linux1_space, object, 0, 8, RW);
    for (unsigned i = 0; i < 8; i++)
        maker_map(&maker, sys.linux2_space, object, i, 1, PLAN_MAP_READ);
    make();
    for (size_t i = 0; i < audit.share_count; i++)
        pieces += audit.shares[i].object == object;
    assert_int_equal(pieces, 1);
    assert_int_equal(find(sys.linux1, sys.linux2, AUDIT_MEMORY)->size, 0x8000);
    end();
}

/* Two objects may lie at one address, and one inside the other. */
static void devices_are_compared_by_address(void **state)
{
    uint32_t small, large;

    begin();
    small = maker_object_at(&maker, "timer", PLAN_TYPE_SMALL_PAGE, 1, PLAN_AT_ADDRESS, 0xa0004000);
    large = maker_object_at(&maker, "bus", PLAN_TYPE_LARGE_PAGE, 1, PLAN_AT_ADDRESS, 0xa0000000);
    maker_map(&maker, sys.linux1_space, small, 0, 1, PLAN_MAP_READ);
    maker_map(&maker, sys.linux2_guest, large, 0, 1, PLAN_MAP_READ);
    make();
    assert_non_null(find(sys.linux1, sys.linux2, AUDIT_DEVICE));
    assert_true(flows(sys.linux1, sys.linux2));
    assert_true(flows(sys.linux2, sys.linux1));
    end();
}

static void signals_are_flows_from_sender_to_receiver(void **state)
{
    begin();
    maker_cap(&maker, sys.linux2_cnode, sys.linux1_doorbell, WRITE);
    make();
    assert_non_null(find(sys.linux1, sys.linux2, AUDIT_NOTIFICATION));
    assert_true(flows(sys.linux2, sys.linux1));
    assert_false(flows(sys.linux1, sys.linux2));
    end();
}

/* What one takes the other misses. */
static void who_waits_at_one_place_sees_the_other(void **state)
{
    begin();
    maker_cap(&maker, sys.linux2_cnode, sys.linux1_doorbell, READ);
    make();
    assert_true(flows(sys.linux2, sys.linux1));
    assert_true(flows(sys.linux1, sys.linux2));
    end();
}

static void messages_flow_both_ways(void **state)
{
    uint32_t endpoint;

    begin();
    endpoint = maker_object(&maker, "service", PLAN_TYPE_ENDPOINT, 1);
    maker_cap(&maker, sys.linux1_cnode, endpoint, WRITE);
    maker_cap(&maker, sys.linux2_cnode, endpoint, READ);
    make();
    assert_true(flows(sys.linux1, sys.linux2));
    assert_true(flows(sys.linux2, sys.linux1)); /* it was taken, or not */
    end();
    begin();
    endpoint = maker_object(&maker, "service", PLAN_TYPE_ENDPOINT, 1);
    maker_cap(&maker, sys.linux1_cnode, endpoint, WRITE | GRANT);
    maker_cap(&maker, sys.linux2_cnode, endpoint, WRITE | GRANT);
    make();
    assert_false(flows(sys.linux1, sys.linux2)); /* nobody receives */
    end();
}

static bool has_authority(uint32_t holder, enum audit_power power, uint32_t object)
{
    for (size_t i = 0; i < audit.authority_count; i++) {
        const struct audit_authority *authority = &audit.authorities[i];

        if (authority->holder == holder && authority->power == power && authority->object == object)
            return true;
    }
    return false;
}

/* Another's thread, capability space, address space, time, untyped memory. */
static void kernel_objects_of_others(void **state)
{
    static const struct {
        enum plan_type type;
        enum audit_power power;
    } cases[] = {
        {PLAN_TYPE_TCB, AUDIT_POWER_THREAD},      {PLAN_TYPE_CNODE, AUDIT_POWER_CNODE},
        {PLAN_TYPE_VSPACE, AUDIT_POWER_SPACE},    {PLAN_TYPE_SCHED_CONTEXT, AUDIT_POWER_TIME},
        {PLAN_TYPE_UNTYPED, AUDIT_POWER_UNTYPED},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint32_t object = PLAN_NONE;

        begin();
        for (uint32_t t = 0; t < maker.count[PLAN_THREADS]; t++) {
            if (maker.threads[t].vspace == sys.linux2_space) {
                maker.threads[t].sched_context = maker_object(&maker, "time",
                                                              PLAN_TYPE_SCHED_CONTEXT, 1);
                object = cases[i].type == PLAN_TYPE_TCB      ? maker.threads[t].tcb
                         : cases[i].type == PLAN_TYPE_CNODE  ? maker.threads[t].cnode
                         : cases[i].type == PLAN_TYPE_VSPACE ? maker.threads[t].vspace
                                                             : maker.threads[t].sched_context;
            }
        }
        if (cases[i].type == PLAN_TYPE_UNTYPED) {
            object = maker_object(&maker, "memory", PLAN_TYPE_UNTYPED, 1);
            maker.objects[sys.linux2_ram].parent = object;
        }
        maker_cap(&maker, sys.linux1_cnode, object, 15);
        make();
        assert_true(flows(sys.linux1, sys.linux2));
        assert_true(flows(sys.linux2, sys.linux1));
        assert_true(has_authority(sys.linux1, cases[i].power, object));
        end();
    }
}

/* A capability in a CNode that is in a CNode is a capability. */
static void cnodes_in_cnodes(void **state)
{
    uint32_t outer, inner, page;

    begin();
    outer = maker_object(&maker, "outer", PLAN_TYPE_CNODE, 1);
    inner = maker_object(&maker, "inner", PLAN_TYPE_CNODE, 1);
    page = maker_object(&maker, "page", PLAN_TYPE_SMALL_PAGE, 1);
    maker_cap(&maker, inner, page, WRITE);
    maker_cap(&maker, outer, inner, 15);
    maker_cap(&maker, sys.linux1_cnode, outer, 15);
    maker_map(&maker, sys.linux2_space, page, 0, 1, PLAN_MAP_READ);
    make();
    assert_true(flows(sys.linux1, sys.linux2));
    assert_false(flows(sys.linux2, sys.linux1));
    end();
}

static void interrupts_are_compared_by_number(void **state)
{
    uint32_t one, other;

    begin();
    one = maker_object_at(&maker, "irq", PLAN_TYPE_INTERRUPT, 1, 0, 40);
    other = maker_object_at(&maker, "irqs", PLAN_TYPE_INTERRUPT, 4, 0, 38);
    maker_cap(&maker, sys.linux1_cnode, one, 15);
    maker_cap(&maker, sys.linux2_cnode, other, 15);
    maker.caps[maker.count[PLAN_CAPS] - 1].index = 2;
    make();
    assert_true(flows(sys.linux1, sys.linux2));
    end();
}

/* linux1 -> app -> linux2: app is not trusted, so what it could pass on counts. */
static void chains_are_followed(void **state)
{
    uint32_t app, space, cnode, page, bell;
    struct audit_path path;

    begin();
    app = maker_component(&maker, "app", PLAN_KIND_NATIVE);
    space = maker_object(&maker, "address space", PLAN_TYPE_VSPACE, 1);
    cnode = maker_object(&maker, "capability space", PLAN_TYPE_CNODE, 1);
    page = maker_object(&maker, "page", PLAN_TYPE_SMALL_PAGE, 1);
    bell = maker_object(&maker, "bell", PLAN_TYPE_NOTIFICATION, 1);
    maker_thread(&maker, "app", cnode, space);
    maker_map(&maker, sys.linux1_space, page, 0, 1, RW);
    maker_map(&maker, space, page, 0, 1, PLAN_MAP_READ);
    maker_cap(&maker, cnode, bell, WRITE);
    maker_cap(&maker, sys.linux2_cnode, bell, READ);
    make();
    path = audit_find_path(&audit, sys.linux1, sys.linux2, false);
    assert_int_equal(path.length, 3);
    assert_int_equal(path.hops[1], app);
    assert_int_equal(path.shares[0]->object, page);
    assert_int_equal(path.shares[1]->object, bell);
    assert_false(flows(sys.linux2, sys.linux1));
    end();
}

static const struct audit_device *device_of(uint64_t address)
{
    for (size_t i = 0; i < audit.device_count; i++) {
        if (audit.devices[i].address == address)
            return &audit.devices[i];
    }
    return NULL;
}

static void give(uint32_t space, uint64_t address)
{
    uint32_t object = maker_object_at(&maker, "registers", PLAN_TYPE_SMALL_PAGE, 1, PLAN_AT_ADDRESS,
                                      address);

    maker_map(&maker, space, object, 0, 1, RW | PLAN_MAP_DEVICE);
}

/* Who can have a device read and write memory can read and write all of it. */
static void dma_reaches_everything(void **state)
{
    begin();
    give(sys.linux1_guest, 0xa0001000);
    make();
    assert_string_equal(device_of(0xa0001000)->device.path, "/bus@a0000000/ethernet@1000");
    assert_int_equal(device_of(0xa0001000)->device.dma, DEVICE_DMA_YES);
    assert_true(device_of(0xa0001000)->device.behind_smmu);
    assert_int_equal(device_of(0xa0001000)->holders, UINT64_C(1) << sys.linux1);
    assert_true(flows(sys.linux1, sys.linux2));
    assert_true(flows(sys.linux2, sys.linux1));
    end();
}

static void what_moves_no_data_is_no_threat(void **state)
{
    begin();
    give(sys.linux1_guest, 0xa0004000);
    make();
    assert_int_equal(device_of(0xa0004000)->device.dma, DEVICE_DMA_NO);
    assert_int_equal(device_of(0x9000000)->device.dma, DEVICE_DMA_NO);
    assert_false(flows(sys.linux1, sys.linux2));
    end();
}

/* What a device tree does not say, or has no node for, is assumed. */
static void the_unknown_is_taken_for_the_worse(void **state)
{
    static const uint64_t addresses[] = {0xa0003000, 0xb8000000};

    for (unsigned i = 0; i < 2; i++) {
        begin();
        give(sys.linux1_guest, addresses[i]);
        make();
        assert_int_equal(device_of(addresses[i])->device.dma, DEVICE_DMA_ASSUMED);
        assert_true(flows(sys.linux2, sys.linux1));
        end();
    }
}

/* The report's text, printed to memory. For free(). */
static char *print(unsigned (*how)(const struct audit *, const struct audit_question *, FILE *),
                   bool strict, unsigned broken)
{
    const struct audit_rule rule = {sys.linux1, sys.linux2};
    const struct audit_question question = {&rule, 1, strict};
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    assert_int_equal(how(&audit, &question, stream), broken);
    fclose(stream);
    return text;
}

static void expect_text(const char *text, const char *wanted)
{
    if (strstr(text, wanted) == NULL)
        fail_msg("no '%s' in:\n%s", wanted, text);
}

static void text_says_the_main_thing_first(void **state)
{
    char *text;

    begin();
    make();
    text = print(audit_print, false, 0);
    expect_text(text, "\n  linux1 and linux2 share nothing writable.\n");
    expect_text(text,
                "\n  Nobody holds a device that could read or write memory by itself (DMA).\n");
    expect_text(text, "\n  Forbidden linux1:linux2: kept\n");
    expect_text(text, "none: nobody writes it");
    assert_true(strstr(text, "nothing writable") < strstr(text, "What two can both reach"));
    free(text);
    text = print(audit_print, true, 1);
    expect_text(text, "\n  Forbidden linux1:linux2 (strict): BROKEN\n");
    free(text);
    end();
}

static void text_names_what_is_shared(void **state)
{
    char *text;

    begin();
    maker_map(&maker, sys.linux1_space, sys.linux2_ram, 0, 1, RW);
    give(sys.linux2_guest, 0xa0001000);
    make();
    text = print(audit_print, false, 1);
    expect_text(text, "\n  linux1 and linux2 share memory 'linux2 RAM'.\n");
    expect_text(text, "WITHOUT ISOLATION: 1 device could reach all memory by DMA, held by linux2.");
    expect_text(text, "linux1 (memory 'linux2 RAM') -> linux2");
    expect_text(text, "NOT PROTECTED: its SMMU is not driven");
    free(text);
    end();
}

/* json_check() reads it with rules of its own: see json_check.c. */
bool json_check(const char *text);

/* ---- channels ---- */

static const struct audit_share *share_of(uint32_t object)
{
    for (size_t i = 0; i < audit.share_count; i++) {
        const struct audit_share *share = &audit.shares[i];

        if (share->object == object && share->one == sys.linux1 && share->other == sys.linux2)
            return share;
    }
    fail_msg("the two do not share object %u", object);
    return NULL;
}

static unsigned flowing_shares(void)
{
    unsigned count = 0;

    for (size_t i = 0; i < audit.share_count; i++) {
        const struct audit_share *share = &audit.shares[i];

        count += share->one == sys.linux1 && share->other == sys.linux2 &&
                 (share->forth || share->back);
    }
    return count;
}

/* One region and one bell each way, and nothing else. */
static void a_channel_is_two_regions_and_two_bells(void **state)
{
    for (unsigned one_way = 0; one_way < 2; one_way++) {
        struct maker_channel channel;
        const struct audit_share *there, *back;

        begin();
        channel = maker_add_channel(&maker, &sys, one_way);
        make();
        there = share_of(channel.regions[0]);
        back = share_of(channel.regions[1]);
        assert_int_equal(there->kind, AUDIT_MEMORY);
        assert_int_equal(there->size, 17 << 12);
        assert_int_equal(there->rights_one, REACH_READ | REACH_WRITE);
        assert_int_equal(there->rights_other, REACH_READ);
        assert_true(there->forth && !there->back);
        assert_int_equal(there->writers, UINT64_C(1) << sys.linux1);
        assert_int_equal(back->size, (one_way ? 1 : 17) << 12);
        assert_int_equal(back->rights_one, REACH_READ);
        assert_int_equal(back->rights_other, REACH_READ | REACH_WRITE);
        assert_true(!back->forth && back->back);
        assert_int_equal(flowing_shares(), 4);
        end();
    }
}

static void bells_are_what_each_may_signal(void **state)
{
    const struct audit_share *bell;

    begin();
    maker_add_channel(&maker, &sys, true);
    make();
    bell = share_of(sys.linux2_doorbell);
    assert_int_equal(bell->kind, AUDIT_NOTIFICATION);
    assert_int_equal(bell->rights_one, REACH_SEND);
    assert_int_equal(bell->rights_other, REACH_RECEIVE);
    assert_true(bell->forth && !bell->back);
    bell = share_of(sys.linux1_doorbell);
    assert_int_equal(bell->rights_one, REACH_RECEIVE);
    assert_int_equal(bell->rights_other, REACH_SEND);
    assert_true(!bell->forth && bell->back);
    end();
}

/* Whoever may write what it should only read sends: the report goes by the page tables. */
static void a_reader_who_could_write_is_told(void **state)
{
    struct maker_channel channel;
    const struct audit_share *share;
    uint32_t map = 0;

    begin();
    channel = maker_add_channel(&maker, &sys, true);
    while (maker.maps[map].vspace != sys.linux2_guest ||
           maker.maps[map].object != channel.regions[0])
        map++;
    maker.maps[map].flags = RW;
    make();
    share = share_of(channel.regions[0]);
    assert_int_equal(share->rights_other, REACH_READ | REACH_WRITE);
    assert_true(share->forth && share->back);
    assert_int_equal(share->writers, UINT64_C(1) << sys.linux1 | UINT64_C(1) << sys.linux2);
    end();
}

static void text_lists_channels(void **state)
{
    char *text;

    begin();
    maker_add_channel(&maker, &sys, true);
    make();
    text = print(audit_print, false, 1);
    expect_text(text, "\n  linux1 and linux2 share memory 'channel talk, linux1 to linux2', memory "
                      "'channel talk, how far linux2 has read', notification 'linux1 doorbell', "
                      "notification 'linux2 doorbell'.\n");
    expect_text(text, "\n  Forbidden linux1:linux2: BROKEN\n"
                      "      linux1 (memory 'channel talk, linux1 to linux2') -> linux2\n"
                      "      linux2 (memory 'channel talk, how far linux2 has read') -> linux1\n");
    /* Columns are where the longest name leaves them. */
    expect_text(text,
                "\n    WHAT                                  KIND               SIZE  linux1 ");
    expect_text(text, "\n    channel talk, linux1 to linux2        memory           68 KiB  read, "
                      "write          read                 ->\n");
    expect_text(text,
                "\n    channel talk, how far linux2 has read memory            4 KiB  read     "
                "            read, write          <-\n");
    expect_text(text, "\n    linux1 doorbell                       notification             "
                      "receive              send                 <-\n");
    expect_text(text, "\n    linux2 doorbell                       notification             "
                      "send                 receive              ->\n");
    free(text);
    end();
}

/* Without what stands between the words. */
static void pack(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        if (*from != ' ' && *from != '\n')
            *to++ = *from;
    }
    *to = '\0';
}

static void json_lists_channels(void **state)
{
    char *text;

    begin();
    maker_add_channel(&maker, &sys, true);
    make();
    text = print(audit_print_json, false, 1);
    assert_true(json_check(text));
    pack(text);
    expect_text(text, "{\"name\":\"channeltalk,linux1tolinux2\",\"kind\":\"memory\",\"type\":"
                      "\"pageof4KiB\",\"bytes\":69632,\"rights\":[[\"read\",\"write\"],"
                      "[\"read\"]],\"forth\":true,\"back\":false,\"writers\":[\"linux1\"]}");
    expect_text(text, "{\"name\":\"channeltalk,howfarlinux2hasread\",\"kind\":\"memory\",\"type\":"
                      "\"pageof4KiB\",\"bytes\":4096,\"rights\":[[\"read\"],[\"read\","
                      "\"write\"]],\"forth\":false,\"back\":true,\"writers\":[\"linux2\"]}");
    expect_text(text, "{\"name\":\"linux2doorbell\",\"kind\":\"notification\",\"type\":"
                      "\"notification\",\"bytes\":0,\"rights\":[[\"send\"],[\"receive\"]],"
                      "\"forth\":true,\"back\":false}");
    free(text);
    end();
}

/* Calls to the firmware stay with init only where it must switch the board off. */
static void firmware_calls_follow_the_board_off_policy(void **state)
{
    for (unsigned idle = 0; idle < 2; idle++) {
        char *text;

        begin();
        maker.header.board_off = idle ? PLAN_BOARD_OFF_IDLE : PLAN_BOARD_OFF_NEVER;
        make();
        text = print(audit_print, false, 0);
        expect_text(text, idle ? "init             SMC: " : "nobody           SMC: ");
        assert_null(strstr(text, idle ? "nobody           SMC: " : "init             SMC: "));
        free(text);
        end();
    }
}

static void json_parses(void **state)
{
    char *text;

    begin();
    maker_map(&maker, sys.linux1_space, sys.linux2_ram, 0, 1, RW);
    give(sys.linux2_guest, 0xa0001000);
    maker_object(&maker, "a \"name\" with \\ and \x01", PLAN_TYPE_UNTYPED, 1);
    make();
    text = print(audit_print_json, false, 1);
    assert_true(json_check(text));
    expect_text(text, "\"format\": 1");
    expect_text(text, "\"kept\": false");
    expect_text(text, "a \\\"name\\\" with \\\\ and \\u0001");
    free(text);
    end();
}

static void names_are_found(void **state)
{
    uint32_t component;

    begin();
    make();
    assert_true(audit_find(&audit, "linux2", &component));
    assert_int_equal(component, sys.linux2);
    assert_true(audit_find(&audit, "init", &component));
    assert_int_equal(component, VIEW_INIT);
    assert_false(audit_find(&audit, "linux3", &component));
    end();
}

/* Any 32-bit word set to what cannot be: refused, or at least no access outside. */
static void damaged_plans_do_no_harm(void **state)
{
    static const uint32_t values[] = {0, 1, 0x7fffffff, UINT32_MAX, UINT32_MAX - 1};
    const size_t summed = offsetof(struct plan_header, checksum) + 4;
    struct fault fault;
    unsigned refused = 0;
    size_t size;
    uint32_t *words;

    begin();
    words = maker_finish(&maker, &size);
    for (size_t i = 0; i < size / 4; i++) {
        uint32_t was = words[i];
        struct view view;

        words[i] = values[i % 5];
        ((struct plan_header *)words)->checksum = crc32_feed(0, (char *)words + summed,
                                                             size - summed);
        if (!view_open(&view, words, size, &fault)) {
            refused++;
        } else {
            assert_true(audit_make(&audit, words, size, tree.data, &fault));
            free(print(audit_print_json, true, 1));
            audit_release(&audit);
        }
        words[i] = was;
    }
    assert_true(refused > 100);
    assert_false(audit_make(&audit, words, size - 8, tree.data, &fault));
    free(words);
}

static int read_tree(void **state)
{
    struct fault fault;

    return file_read(&tree, TREE_FILE, &fault) ? 0 : -1;
}

static int release_tree(void **state)
{
    file_release(&tree);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_linux_share_nothing_writable),
        cmocka_unit_test(strict_counts_who_is_trusted),
        cmocka_unit_test(files_are_read_by_both_and_written_by_nobody),
        cmocka_unit_test(a_file_that_is_written_is_a_flow),
        cmocka_unit_test(the_virtual_cpu_interface_is_told_apart),
        cmocka_unit_test(shared_memory),
        cmocka_unit_test(neighbours_share_nothing),
        cmocka_unit_test(pieces_are_joined),
        cmocka_unit_test(devices_are_compared_by_address),
        cmocka_unit_test(signals_are_flows_from_sender_to_receiver),
        cmocka_unit_test(who_waits_at_one_place_sees_the_other),
        cmocka_unit_test(messages_flow_both_ways),
        cmocka_unit_test(kernel_objects_of_others),
        cmocka_unit_test(cnodes_in_cnodes),
        cmocka_unit_test(interrupts_are_compared_by_number),
        cmocka_unit_test(chains_are_followed),
        cmocka_unit_test(dma_reaches_everything),
        cmocka_unit_test(what_moves_no_data_is_no_threat),
        cmocka_unit_test(the_unknown_is_taken_for_the_worse),
        cmocka_unit_test(text_says_the_main_thing_first),
        cmocka_unit_test(text_names_what_is_shared),
        cmocka_unit_test(a_channel_is_two_regions_and_two_bells),
        cmocka_unit_test(bells_are_what_each_may_signal),
        cmocka_unit_test(a_reader_who_could_write_is_told),
        cmocka_unit_test(text_lists_channels),
        cmocka_unit_test(json_lists_channels),
        cmocka_unit_test(firmware_calls_follow_the_board_off_policy),
        cmocka_unit_test(json_parses),
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(damaged_plans_do_no_harm),
    };

    return cmocka_run_group_tests(tests, read_tree, release_tree);
}
