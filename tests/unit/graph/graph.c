/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The drawing: graphviz takes what is written whatever names are in it, and it shows what is there.
 */
#include "tests/unit/image/cmocka_includes.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/audit/maker.h"
#include "tool/show/graph.h"

#define RW (PLAN_MAP_READ | PLAN_MAP_WRITE)

static struct maker maker;
static struct two_linux sys;
static struct file tree;

static void begin(void)
{
    memset(&maker, 0, sizeof(maker));
    maker_two_linux(&maker, &sys);
}

/* For free(). */
static char *draw(void)
{
    struct audit audit;
    struct fault fault;
    size_t size, length;
    void *plan = maker_finish(&maker, &size);
    char *text;
    FILE *stream = open_memstream(&text, &length);

    if (!audit_make(&audit, plan, size, tree.data, &fault))
        fail_msg("%s", fault.text);
    graph_print(&audit, stream);
    fclose(stream);
    audit_release(&audit);
    free(plan);
    return text;
}

/* What graphviz itself makes of it, in its plain format: a line each node and edge. */
static char *lay_out(const char *text)
{
    static char plain[1 << 16];
    char name[] = "/tmp/graph-XXXXXX", command[64];
    int descriptor = mkstemp(name);
    size_t size;
    FILE *stream;

    assert_true(descriptor >= 0);
    stream = fdopen(descriptor, "w");
    fputs(text, stream);
    fclose(stream);
    snprintf(command, sizeof(command), "dot -Tplain %s", name);
    stream = popen(command, "r");
    size = fread(plain, 1, sizeof(plain) - 1, stream);
    plain[size] = '\0';
    assert_int_equal(pclose(stream), 0);
    remove(name);
    return plain;
}

static unsigned count(const char *text, const char *wanted)
{
    unsigned found = 0;

    while ((text = strstr(text, wanted)) != NULL) {
        found++;
        text += strlen(wanted);
    }
    return found;
}

static void expect(const char *text, const char *wanted)
{
    if (strstr(text, wanted) == NULL)
        fail_msg("no '%s' in:\n%s", wanted, text);
}

static void components_and_what_leads_between_them(void **state)
{
    char *text;

    begin();
    text = draw();
    expect(text, "label=\"linux1\\nVM, 128 MiB RAM\\n1 vCPU");
    expect(text, "label=\"console\\nconsole, ");
    expect(text, "label=\"init\\n");
    /* Each VM and the console, told where the pointer rests; nothing between the VMs. */
    expect(text, "    c1 -> c3 [dir=both, tooltip=\"linux1 console out (rw | r)\\n"
                 "linux1 console in (r | rw)\\n");
    expect(text, "    c2 -> c3 [dir=both, tooltip=\"linux2 console out");
    assert_null(strstr(text, "c1 -> c2"));
    assert_int_equal(count(text, "color=\"#909090\"];\n"), 2);
    /* Everybody and init: no lines all over the drawing. */
    expect(text, "and waits: all call it\\n");
    assert_null(strstr(text, "c0 -> "));
    /* The kernel's file is read by both. */
    expect(text, "label=\"debian kernel, 32 MiB\\nread by linux1, linux2,\\nwritten by nobody\"");
    free(text);
}

static void graphviz_takes_it(void **state)
{
    char *text, *plain;

    begin();
    text = draw();
    plain = lay_out(text);
    assert_int_equal(count(plain, "\nnode c"), 4);
    assert_int_equal(count(plain, "\nedge c1 c3 "), 1);
    free(text);
}

static void names_cannot_break_out(void **state)
{
    static const char *const names[] = {
        "\"];evil[label=\"", "\\",           "ends with \\", "new\nline",
        "\\N\\G\\\"",        "<b>&amp;</b>", "\xff\x01",
    };

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *text, *plain;
        uint32_t page;

        begin();
        page = maker_object(&maker, names[i], PLAN_TYPE_SMALL_PAGE, 1);
        maker_map(&maker, sys.linux1_space, page, 0, 1, RW);
        maker_map(&maker, sys.linux2_space, page, 0, 1, RW);
        maker_map(&maker, sys.console_space, page, 0, 1, PLAN_MAP_READ);
        maker_component(&maker, names[i], PLAN_KIND_NATIVE);
        text = draw();
        plain = lay_out(text);
        assert_int_equal(count(plain, "\nnode c"), 5);
        assert_int_equal(count(plain, "\nnode o"), 1);
        assert_int_equal(count(plain, "\nnode "),
                         count(plain, "\nnode c") + count(plain, "\nnode o") +
                             count(plain, "\nnode f") + count(plain, "\nnode d"));
        free(text);
    }
}

static void what_many_share_is_a_node(void **state)
{
    uint32_t page;
    char *text;
    char wanted[64];

    begin();
    page = maker_object(&maker, "blackboard", PLAN_TYPE_SMALL_PAGE, 4);
    maker_map(&maker, sys.linux1_space, page, 0, 4, RW);
    maker_map(&maker, sys.linux2_space, page, 0, 4, PLAN_MAP_READ);
    maker_map(&maker, sys.console_space, page, 0, 4, RW);
    text = draw();
    expect(text, "label=\"blackboard\\n16 KiB\"");
    snprintf(wanted, sizeof(wanted), "    c2 -> o%u [dir=back, label=\"r\", color=\"#c02020\"]",
             page);
    expect(text, wanted);
    snprintf(wanted, sizeof(wanted), "    c1 -> o%u [dir=both, label=\"rw\", color=\"#c02020\"]",
             page);
    expect(text, wanted);
    snprintf(wanted, sizeof(wanted), "    c3 -> o%u [dir=both, label=\"rw\", color=\"#909090\"]",
             page);
    expect(text, wanted);
    free(text);
}

static void memory_of_two_vms_stands_out(void **state)
{
    uint32_t page;
    char *text;

    begin();
    page = maker_object(&maker, "telemetry", PLAN_TYPE_SMALL_PAGE, 4);
    maker_map(&maker, sys.linux1_space, page, 0, 4, RW);
    maker_map(&maker, sys.linux2_space, page, 0, 4, PLAN_MAP_READ);
    text = draw();
    expect(text,
           "    c1 -> c2 [dir=forward, label=\"telemetry\\n\", tooltip=\"telemetry (rw | r)\\n\",");
    expect(text, "color=\"#c02020\"");
    free(text);
}

/* Each way has an arrow of its own, with the channel's name, and where the pointer rests the
 * region's name and rights, and the bell. */
static void a_channel_has_an_arrow_each_way(void **state)
{
    for (unsigned one_way = 0; one_way < 2; one_way++) {
        char *text;

        begin();
        maker_add_channel(&maker, &sys, one_way);
        text = draw();
        expect(text,
               "    c1 -> c2 [dir=forward, label=\"channel talk\\n\", "
               "tooltip=\"channel talk, linux1 to linux2 (rw | r)\\nlinux2 doorbell\\n\", "
               "labeltooltip=\"channel talk, linux1 to linux2 (rw | r)\\nlinux2 doorbell\\n\", "
               "color=\"#c02020\"];\n");
        expect(text, one_way ? "    c1 -> c2 [dir=back, label=\"channel talk, how far linux2 has "
                               "read\\n\", tooltip=\"channel talk, how far linux2 has read (r | "
                               "rw)\\nlinux1 doorbell\\n\", "
                             : "    c1 -> c2 [dir=back, label=\"channel talk\\n\", "
                               "tooltip=\"channel talk, linux2 to linux1 (r | rw)\\n"
                               "linux1 doorbell\\n\", ");
        assert_int_equal(count(lay_out(text), "\nedge c1 c2 "), 2);
        free(text);
    }
}

/* A name that only looks like that of a channel's way stays whole. */
static void labels_leave_out_what_the_arrow_tells(void **state)
{
    uint32_t page;
    char *text;

    begin();
    page = maker_object(&maker, "odd, linux2 to linux1", PLAN_TYPE_SMALL_PAGE, 1);
    maker_map(&maker, sys.linux1_space, page, 0, 1, RW);
    maker_map(&maker, sys.linux2_space, page, 0, 1, PLAN_MAP_READ);
    text = draw();
    expect(text, "    c1 -> c2 [dir=forward, label=\"odd, linux2 to linux1\\n\", tooltip=");
    free(text);
}

/* What lets information through both ways is one more. */
static void memory_that_both_write_has_two_heads(void **state)
{
    uint32_t page;
    char *text;

    begin();
    maker_add_channel(&maker, &sys, false);
    page = maker_object(&maker, "blackboard", PLAN_TYPE_SMALL_PAGE, 4);
    maker_map(&maker, sys.linux1_space, page, 0, 4, RW);
    maker_map(&maker, sys.linux2_space, page, 0, 4, RW);
    text = draw();
    expect(text, "    c1 -> c2 [dir=both, label=\"blackboard\\n\", tooltip=\"blackboard (rw | rw)");
    assert_int_equal(count(lay_out(text), "\nedge c1 c2 "), 3);
    free(text);
}

static void cores_are_frames(void **state)
{
    char *text;

    begin();
    for (unsigned i = 0; i < 3; i++) {
        uint32_t context = maker_object(&maker, "time", PLAN_TYPE_SCHED_CONTEXT, 1);

        maker.budgets[maker.count[PLAN_BUDGETS]++] = (struct plan_budget){
            .object = context, .core = i, .budget_us = 1, .period_us = 2};
        for (uint32_t t = 0; t < maker.count[PLAN_THREADS]; t++) {
            if (maker.threads[t].vspace == (i == 0   ? sys.console_space
                                            : i == 1 ? sys.linux1_space
                                                     : sys.linux2_space))
                maker.threads[t].sched_context = context;
        }
    }
    text = draw();
    assert_int_equal(count(text, "subgraph cluster_core"), 3);
    expect(text, "label=\"core 2\"");
    assert_int_equal(count(lay_out(text), "\nnode c"), 4);
    free(text);
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
        cmocka_unit_test(components_and_what_leads_between_them),
        cmocka_unit_test(graphviz_takes_it),
        cmocka_unit_test(names_cannot_break_out),
        cmocka_unit_test(what_many_share_is_a_node),
        cmocka_unit_test(memory_of_two_vms_stands_out),
        cmocka_unit_test(a_channel_has_an_arrow_each_way),
        cmocka_unit_test(labels_leave_out_what_the_arrow_tells),
        cmocka_unit_test(memory_that_both_write_has_two_heads),
        cmocka_unit_test(cores_are_frames),
    };

    return cmocka_run_group_tests(tests, read_tree, release_tree);
}
