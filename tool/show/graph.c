/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Draws who can reach what. Stands on tool/show/audit and sum.
 *
 *   a box         a component, in the frame of the core its first thread runs on
 *   a cylinder    memory that more than two reach, or a file of the image
 *   an octagon    a device
 *   a red edge    what two share of whom neither is trusted by all: the arrow is the way that
 *                 information can take, with an edge for each way
 *   a grey edge   the same with the console
 *
 * What is alike for all is told once, so that a system of ten VMs can be read: init's box tells who
 * calls it, and a file's who reads it. A label names what was asked for, a channel or memory; where
 * the pointer rests on an edge, all that it stands for is told.
 *
 * Nodes are named by numbers. What comes from a manifest stands in labels alone, and those are
 * written by write_text(), so that no name can end its string.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tool/show/graph.h"
#include "tool/show/size.h"
#include "tool/show/sum.h"

#define GREY         "#909090"
#define RED          "#c02020"
#define NAMES_A_LINE 4

/* Inside of a string in quotes. */
static void write_text(const char *text, FILE *stream)
{
    for (; *text != '\0'; text++) {
        unsigned char byte = *text;

        if (byte == '"' || byte == '\\')
            fputc('\\', stream);
        fputc(byte < ' ' || byte >= 0x7f ? '?' : byte, stream);
    }
}

static void print_head(const struct audit *audit, FILE *stream)
{
    const struct view *view = &audit->view;
    char size[SIZE_TEXT_MAX];

    fputs("digraph bulkhead {\n"
          "    rankdir=TB; ranksep=0.7; nodesep=0.5; labelloc=t; fontsize=14;\n"
          "    fontname=\"Helvetica\"; newrank=true; outputorder=edgesfirst;\n"
          "    node [fontname=\"Helvetica\", fontsize=12, shape=box, style=\"filled,rounded\","
          " fillcolor=white];\n"
          "    edge [fontname=\"Helvetica\", fontsize=10];\n"
          "    label=\"",
          stream);
    write_text(view_string(view, view->header->board), stream);
    fprintf(stream,
            ", plan of %s\\nred: a way that information can take without the console or init; "
            "grey: with the console, which all trust\";\n",
            size_text(view->header->size, size));
}

static void print_component(const struct audit *audit, uint32_t component, FILE *stream)
{
    static const char *const colours[] = {
        [PLAN_KIND_SYSTEM] = "#e8e8e8",
        [PLAN_KIND_VM] = "#cfe2f8",
        [PLAN_KIND_NATIVE] = "#d6efd0",
        [PLAN_KIND_CONSOLE] = "#fbe7b8",
    };
    const struct view *view = &audit->view;
    const struct sum sum = sum_component(view, component);
    uint8_t kind = view->components[component].kind;
    char text[64];

    fprintf(stream, "        c%" PRIu32 " [fillcolor=\"%s\", label=\"", component,
            kind <= PLAN_KIND_CONSOLE ? colours[kind] : "white");
    write_text(view_name(view, component), stream);
    if (sum.vcpus > 0)
        fprintf(stream, "\\nVM, %s RAM\\n%" PRIu32 " vCPU%s, ", size_text(sum.guest_bytes, text),
                sum.vcpus, sum.vcpus == 1 ? "" : "s");
    else
        fprintf(stream, "\\n%s, ", sum_kind_name(view, component));
    fputs(sum_cores_text(sum.cores, text, sizeof(text)), stream);
    fprintf(stream, "\\nown memory %s\"];\n", size_text(sum.own_bytes, text));
}

/* By which everybody asks init for something, and tells it that he is ready. */
static bool is_call(const struct audit_share *share)
{
    return share->one == VIEW_INIT &&
           (share->kind == AUDIT_ENDPOINT || share->kind == AUDIT_NOTIFICATION);
}

static unsigned count_callers(const struct audit *audit)
{
    uint64_t callers = 0;

    for (size_t i = 0; i < audit->share_count; i++) {
        if (is_call(&audit->shares[i]))
            callers |= UINT64_C(1) << audit->shares[i].other;
    }
    return (unsigned)__builtin_popcountll(callers);
}

/* init runs on a core, too, and has no records of its own. */
static void print_init(const struct audit *audit, FILE *stream)
{
    unsigned callers = count_callers(audit);

    fputs("        c0 [fillcolor=\"#e8e8e8\", label=\"init\\nmade every object, restarts\\n",
          stream);
    if (callers + 1 == audit->view.count[PLAN_COMPONENTS])
        fputs("and waits: all call it\\n", stream);
    else
        fprintf(stream, "and waits: %u call it\\n", callers);
    fprintf(stream, "%" PRIu32 " us of each %" PRIu32 " us\"];\n", audit->view.header->budget_us,
            audit->view.header->period_us);
}

static bool is_on_core(const struct audit *audit, uint32_t component, uint32_t core)
{
    if (component == VIEW_INIT)
        return audit->view.header->core == core;
    return sum_component(&audit->view, component).first_core == core;
}

static void print_core(const struct audit *audit, uint32_t core, FILE *stream)
{
    bool open = false;

    for (uint32_t i = 0; i < audit->view.count[PLAN_COMPONENTS]; i++) {
        if (!is_on_core(audit, i, core))
            continue;
        if (!open && core != SUM_CORE_NONE)
            fprintf(stream,
                    "    subgraph cluster_core%" PRIu32 " {\n        label=\"core %" PRIu32
                    "\"; color=\"" GREY "\"; style=rounded;\n",
                    core, core);
        open = true;
        if (i == VIEW_INIT)
            print_init(audit, stream);
        else
            print_component(audit, i, stream);
    }
    if (open && core != SUM_CORE_NONE)
        fputs("    }\n", stream);
}

static void print_components(const struct audit *audit, FILE *stream)
{
    for (uint32_t core = 0; core < 64; core++)
        print_core(audit, core, stream);
    print_core(audit, SUM_CORE_NONE, stream);
}

static uint64_t sharers_of(const struct audit *audit, uint32_t object)
{
    uint64_t set = 0;

    for (size_t i = 0; i < audit->share_count; i++) {
        if (audit->shares[i].object == object)
            set |= UINT64_C(1) << audit->shares[i].one | UINT64_C(1) << audit->shares[i].other;
    }
    return set;
}

static bool is_of_two(uint64_t set)
{
    set &= set - 1;
    return (set & (set - 1)) == 0;
}

/* Memory of three and more is a thing of its own, and so are files; all else is an edge between
 * two. */
static bool is_node(const struct audit *audit, const struct audit_share *share)
{
    return share->kind == AUDIT_FILE ||
           (share->kind == AUDIT_MEMORY && !is_of_two(sharers_of(audit, share->object)));
}

/* A file that somebody can write is more than a file. */
static bool is_plain_file(const struct audit_share *share)
{
    return share->kind == AUDIT_FILE && share->writers == 0;
}

static unsigned rights_to(const struct audit *audit, uint32_t component, uint32_t object)
{
    unsigned rights = 0;

    for (size_t i = 0; i < audit->share_count; i++) {
        const struct audit_share *share = &audit->shares[i];

        if (share->object == object && share->one == component)
            rights |= share->rights_one;
        if (share->object == object && share->other == component)
            rights |= share->rights_other;
    }
    return rights;
}

/* "rw", as short as a drawing wants it. */
static const char *short_rights(unsigned rights, char *text)
{
    char *at = text;

    if (rights & REACH_READ)
        *at++ = 'r';
    if (rights & REACH_WRITE)
        *at++ = 'w';
    if (rights & REACH_EXECUTE)
        *at++ = 'x';
    *at = '\0';
    return text;
}

static const char *direction(bool forth, bool back)
{
    return forth ? back ? "both" : "forward" : back ? "back" : "none";
}

static void print_memory_node(const struct audit *audit, const struct audit_share *share,
                              FILE *stream)
{
    const struct plan_object *object = &audit->view.objects[share->object];
    uint64_t set = sharers_of(audit, share->object);
    char text[SIZE_TEXT_MAX];

    fprintf(stream,
            "    o%" PRIu32 " [shape=cylinder, style=filled, fillcolor=\"#f8d0d0\", label=\"",
            share->object);
    write_text(view_string(&audit->view, object->name), stream);
    fprintf(stream, "\\n%s\"];\n", size_text(object->count * view_unit_size(object), text));
    for (uint32_t i = 0; i < audit->view.count[PLAN_COMPONENTS]; i++) {
        unsigned rights = rights_to(audit, i, share->object);

        if (set >> i & 1)
            fprintf(stream,
                    "    c%" PRIu32 " -> o%" PRIu32 " [dir=%s, label=\"%s\", color=\"%s\"];\n", i,
                    share->object,
                    direction(rights & REACH_WRITE, rights & (REACH_READ | REACH_EXECUTE)),
                    short_rights(rights, text), audit->trusted >> i & 1 ? GREY : RED);
    }
}

/* Is this the first share of its object? */
static bool is_first(const struct audit *audit, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (audit->shares[i].object == audit->shares[index].object)
            return false;
    }
    return true;
}

/* Is this the first file that just these read? */
static bool is_first_of_readers(const struct audit *audit, size_t index, uint64_t set)
{
    for (size_t i = 0; i < index; i++) {
        if (is_plain_file(&audit->shares[i]) && sharers_of(audit, audit->shares[i].object) == set)
            return false;
    }
    return true;
}

static void print_names(const struct audit *audit, uint64_t set, FILE *stream)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < audit->view.count[PLAN_COMPONENTS]; i++) {
        if (!(set >> i & 1))
            continue;
        if (count > 0)
            fputs(count % NAMES_A_LINE == 0 ? ",\\n" : ", ", stream);
        write_text(i == VIEW_INIT ? "init" : view_name(&audit->view, i), stream);
        count++;
    }
}

/* Files that the same components read are one node: they all start from the same. No edges: nothing
 * can be told by what nobody writes. */
static void print_files(const struct audit *audit, size_t first, uint64_t set, FILE *stream)
{
    char size[SIZE_TEXT_MAX];

    fprintf(stream, "    f%zu [shape=cylinder, style=filled, fillcolor=\"#f4f4f4\", label=\"",
            first);
    for (size_t i = first; i < audit->share_count; i++) {
        const struct plan_object *object = &audit->view.objects[audit->shares[i].object];

        if (!is_plain_file(&audit->shares[i]) || !is_first(audit, i) ||
            sharers_of(audit, audit->shares[i].object) != set)
            continue;
        write_text(view_string(&audit->view, object->name), stream);
        fprintf(stream, ", %s\\n", size_text(object->count * view_unit_size(object), size));
    }
    fputs("read by ", stream);
    print_names(audit, set, stream);
    fputs(",\\nwritten by nobody\"];\n", stream);
}

static void print_memory_nodes(const struct audit *audit, FILE *stream)
{
    for (size_t i = 0; i < audit->share_count; i++) {
        const struct audit_share *share = &audit->shares[i];
        uint64_t set = sharers_of(audit, share->object);

        if (is_plain_file(share)) {
            if (is_first_of_readers(audit, i, set))
                print_files(audit, i, set, stream);
        } else if (is_node(audit, share) && is_first(audit, i)) {
            print_memory_node(audit, share, stream);
        }
    }
}

/* All that there is to tell of a share. */
static void print_share(const struct audit *audit, const struct audit_share *share, FILE *stream)
{
    char one[8], other[8];

    write_text(view_string(&audit->view, audit->view.objects[share->object].name), stream);
    if (share->kind == AUDIT_MEMORY || share->kind == AUDIT_DEVICE)
        fprintf(stream, " (%s | %s)", short_rights(share->rights_one, one),
                short_rights(share->rights_other, other));
    fputs("\\n", stream);
}

/* The name, without the ", linux1 to linux2" of a channel whose arrow goes from linux1 to
 * linux2. */
static void print_share_name(const struct audit *audit, const struct audit_share *share,
                             FILE *stream)
{
    const struct view *view = &audit->view;
    const char *name = view_string(view, view->objects[share->object].name);
    const char *comma = strrchr(name, ',');
    uint32_t from = share->forth ? share->one : share->other;
    uint32_t to = share->forth ? share->other : share->one;
    char *text, *way;

    if (asprintf(&way, ", %s to %s", view_name(view, from), view_name(view, to)) < 0)
        abort();
    text = strdup(name);
    if (text == NULL)
        abort();
    if (comma != NULL && share->forth != share->back && strcmp(comma, way) == 0)
        text[comma - name] = '\0';
    write_text(text, stream);
    fputs("\\n", stream);
    free(text);
    free(way);
}

/* The ways that information could take, as a set of them. */
#define FLOW(forth, back) (1u << ((forth) | (back) << 1))
#define FLOW_FORTH        FLOW(1, 0)
#define FLOW_BACK         FLOW(0, 1)
#define FLOW_BOTH         FLOW(1, 1)

/* What goes between two by one line. */
struct edge {
    uint32_t one, other;
    unsigned flows;
    bool trusted; /* one of the two, by all */
};

static bool is_on_edge(const struct audit *audit, const struct audit_share *share,
                       const struct edge *edge)
{
    return share->one == edge->one && share->other == edge->other && !is_node(audit, share) &&
           !is_call(share) && (FLOW((unsigned)share->forth, (unsigned)share->back) & edge->flows);
}

static void begin_edge(const struct audit *audit, const struct edge *edge, FILE *stream)
{
    bool forth = false, back = false;

    for (size_t i = 0; i < audit->share_count; i++) {
        if (is_on_edge(audit, &audit->shares[i], edge)) {
            forth |= audit->shares[i].forth;
            back |= audit->shares[i].back;
        }
    }
    fprintf(stream, "    c%" PRIu32 " -> c%" PRIu32 " [dir=%s", edge->one, edge->other,
            direction(forth, back));
}

/* How many are on it, of one kind or of all (AUDIT_KIND_COUNT). */
static size_t count_on_edge(const struct audit *audit, const struct edge *edge,
                            enum audit_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < audit->share_count; i++) {
        const struct audit_share *share = &audit->shares[i];

        count += is_on_edge(audit, share, edge) &&
                 (kind == AUDIT_KIND_COUNT || share->kind == kind);
    }
    return count;
}

/* A name each; bells only where there is nothing that they could belong to. */
static void print_label(const struct audit *audit, const struct edge *edge, FILE *stream)
{
    size_t bells = count_on_edge(audit, edge, AUDIT_NOTIFICATION);
    bool only_bells = bells == count_on_edge(audit, edge, AUDIT_KIND_COUNT);

    fputs(", label=\"", stream);
    for (size_t i = 0; i < audit->share_count; i++) {
        const struct audit_share *share = &audit->shares[i];

        if (is_on_edge(audit, share, edge) && (only_bells || share->kind != AUDIT_NOTIFICATION))
            print_share_name(audit, share, stream);
    }
    fputc('"', stream);
}

static void print_tip(const struct audit *audit, const struct edge *edge, const char *key,
                      FILE *stream)
{
    fprintf(stream, ", %s=\"", key);
    for (size_t i = 0; i < audit->share_count; i++) {
        if (is_on_edge(audit, &audit->shares[i], edge))
            print_share(audit, &audit->shares[i], stream);
    }
    fputc('"', stream);
}

/* One edge for all that two share in which information could take one of these ways. What carries
 * nothing is not drawn. */
static void print_edge(const struct audit *audit, const struct edge *edge, FILE *stream)
{
    if (count_on_edge(audit, edge, AUDIT_KIND_COUNT) == 0)
        return;
    begin_edge(audit, edge, stream);
    if (!edge->trusted)
        print_label(audit, edge, stream);
    print_tip(audit, edge, "tooltip", stream);
    print_tip(audit, edge, "labeltooltip", stream);
    fprintf(stream, ", color=\"%s\"];\n", edge->trusted ? GREY : RED);
}

/* Between two that are to be kept apart each way has an edge of its own. */
static void print_pair(const struct audit *audit, uint32_t one, uint32_t other, FILE *stream)
{
    static const unsigned ways[] = {FLOW_FORTH, FLOW_BACK, FLOW_BOTH};
    struct edge edge = {.one = one, .other = other, .flows = FLOW_FORTH | FLOW_BACK | FLOW_BOTH};

    edge.trusted = (audit->trusted >> one | audit->trusted >> other) & 1;
    if (edge.trusted) {
        print_edge(audit, &edge, stream);
        return;
    }
    for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        edge.flows = ways[i];
        print_edge(audit, &edge, stream);
    }
}

static void print_device(const struct audit *audit, size_t index, FILE *stream)
{
    const struct audit_device *device = &audit->devices[index];
    bool threat = audit_is_dma_threat(device);

    if (device->device.cpu_interface) /* every guest has it, and it is nobody's */
        return;
    fprintf(stream, "    d%zu [shape=octagon, style=filled, fillcolor=\"%s\", label=\"", index,
            threat ? "#f0a0a0" : "#f0e8ff");
    write_text(device->device.path[0] != '\0' ? device->device.path : "unknown device", stream);
    fprintf(stream, "\\n0x%" PRIx64 "%s\"];\n", device->address,
            threat ? "\\nDMA, not protected" : "");
    for (uint32_t i = 0; i < audit->view.count[PLAN_COMPONENTS]; i++) {
        if (device->holders >> i & 1)
            fprintf(stream, "    d%zu -> c%" PRIu32 " [dir=both];\n", index, i);
    }
}

void graph_print(const struct audit *audit, FILE *stream)
{
    uint32_t count = audit->view.count[PLAN_COMPONENTS];

    print_head(audit, stream);
    print_components(audit, stream);
    print_memory_nodes(audit, stream);
    for (uint32_t one = 0; one < count; one++) {
        for (uint32_t other = one + 1; other < count; other++)
            print_pair(audit, one, other, stream);
    }
    for (size_t i = 0; i < audit->device_count; i++)
        print_device(audit, i, stream);
    fputs("}\n", stream);
}
