/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The isolation report as text: what a reader wants to know first comes first.
 * Stands on tool/show/audit.
 */
#include <inttypes.h>
#include <string.h>

#include "tool/show/audit.h"
#include "tool/show/size.h"

#define RIGHTS_MAX 80

const char *audit_kind_name(enum audit_kind kind)
{
    static const char *const names[AUDIT_KIND_COUNT] = {
        [AUDIT_MEMORY] = "memory",     [AUDIT_FILE] = "file",
        [AUDIT_DEVICE] = "device",     [AUDIT_CPU_INTERFACE] = "cpu-interface",
        [AUDIT_ENDPOINT] = "endpoint", [AUDIT_NOTIFICATION] = "notification",
        [AUDIT_OBJECT] = "object",
    };

    return names[kind];
}

const char *audit_power_name(enum audit_power power)
{
    static const char *const names[AUDIT_POWER_COUNT] = {
        [AUDIT_POWER_UNTYPED] = "untyped", [AUDIT_POWER_CNODE] = "cnode",
        [AUDIT_POWER_SPACE] = "space",     [AUDIT_POWER_THREAD] = "thread",
        [AUDIT_POWER_GRANT] = "grant",     [AUDIT_POWER_TIME] = "time",
    };

    return names[power];
}

const char *audit_hop_text(const struct audit *audit, const struct audit_path *path, unsigned hop,
                           char *text, size_t size)
{
    const struct audit_share *share = path->shares[hop];
    const struct audit_device *device = path->devices[hop];

    if (share != NULL)
        snprintf(text, size, "%s '%s'", audit_kind_name(share->kind),
                 view_string(&audit->view, audit->view.objects[share->object].name));
    else if (device != NULL)
        snprintf(text, size, "DMA of the device at 0x%" PRIx64, device->address);
    else
        snprintf(text, size, "init holds every capability");
    return text;
}

/* Names of a set of components, "linux1, linux2". */
static void print_set(const struct audit *audit, uint64_t set, FILE *stream)
{
    const char *comma = "";

    for (uint32_t i = 0; i < audit->view.count[PLAN_COMPONENTS]; i++) {
        if (set >> i & 1) {
            fprintf(stream, "%s%s", comma, view_name(&audit->view, i));
            comma = ", ";
        }
    }
}

static bool is_trusted(const struct audit *audit, uint32_t component)
{
    return audit->trusted >> component & 1;
}

static uint64_t untrusted(const struct audit *audit)
{
    uint64_t all = (UINT64_C(1) << audit->view.count[PLAN_COMPONENTS]) - 1;

    return all & ~audit->trusted;
}

static bool pair_flows(const struct audit *audit, uint32_t one, uint32_t other)
{
    for (size_t i = 0; i < audit->share_count; i++) {
        const struct audit_share *share = &audit->shares[i];

        if (share->one == one && share->other == other && (share->forth || share->back))
            return true;
    }
    return false;
}

static const char *share_name(const struct audit *audit, const struct audit_share *share)
{
    return view_string(&audit->view, audit->view.objects[share->object].name);
}

static void print_pair_summary(const struct audit *audit, uint32_t one, uint32_t other,
                               FILE *stream)
{
    const char *comma = "";

    fprintf(stream, "  %s and %s share ", view_name(&audit->view, one),
            view_name(&audit->view, other));
    if (!pair_flows(audit, one, other)) {
        fputs("nothing writable.\n", stream);
        return;
    }
    for (size_t i = 0; i < audit->share_count; i++) {
        const struct audit_share *share = &audit->shares[i];

        if (share->one == one && share->other == other && (share->forth || share->back)) {
            fprintf(stream, "%s%s '%s'", comma, audit_kind_name(share->kind),
                    share_name(audit, share));
            comma = ", ";
        }
    }
    fputs(".\n", stream);
}

/* One sentence when it is the same for all pairs, else one for each. */
static void print_pairs_summary(const struct audit *audit, FILE *stream)
{
    uint32_t count = audit->view.count[PLAN_COMPONENTS];
    uint64_t set = untrusted(audit);
    unsigned pairs = 0, flowing = 0;

    for (uint32_t one = 0; one < count; one++) {
        for (uint32_t other = one + 1; other < count; other++) {
            if (!is_trusted(audit, one) && !is_trusted(audit, other)) {
                pairs++;
                flowing += pair_flows(audit, one, other);
            }
        }
    }
    if (pairs > 1 && flowing == 0) {
        fputs("  No two of ", stream);
        print_set(audit, set, stream);
        fputs(" share anything writable.\n", stream);
        return;
    }
    if (pairs == 0) {
        fputs("  There are no two components to keep apart, but for those that are trusted.\n",
              stream);
        return;
    }
    for (uint32_t one = 0; one < count; one++) {
        for (uint32_t other = one + 1; other < count; other++) {
            if (!is_trusted(audit, one) && !is_trusted(audit, other))
                print_pair_summary(audit, one, other, stream);
        }
    }
}

static void print_dma_summary(const struct audit *audit, FILE *stream)
{
    uint64_t holders = 0;
    unsigned count = 0;

    for (size_t i = 0; i < audit->device_count; i++) {
        if (audit_is_dma_threat(&audit->devices[i])) {
            holders |= audit->devices[i].holders;
            count++;
        }
    }
    if (count == 0) {
        fputs("  Nobody holds a device that could read or write memory by itself (DMA).\n", stream);
        return;
    }
    fprintf(stream, "  WITHOUT ISOLATION: %u device%s could reach all memory by DMA, held by ",
            count, count == 1 ? "" : "s");
    print_set(audit, holders, stream);
    fputs(".\n", stream);
}

static void print_path(const struct audit *audit, const struct audit_path *path, FILE *stream)
{
    char text[160];

    for (unsigned i = 0; i < path->length; i++) {
        fprintf(stream, "%s%s", i > 0 ? " -> " : "", view_name(&audit->view, path->hops[i]));
        if (i + 1 < path->length)
            fprintf(stream, " (%s)", audit_hop_text(audit, path, i, text, sizeof(text)));
    }
    fputc('\n', stream);
}

static bool print_rule(const struct audit *audit, const struct audit_rule *rule, bool strict,
                       FILE *stream)
{
    struct audit_path forth = audit_find_path(audit, rule->one, rule->other, strict);
    struct audit_path back = audit_find_path(audit, rule->other, rule->one, strict);
    bool broken = forth.length > 0 || back.length > 0;

    fprintf(stream, "  Forbidden %s:%s%s: ", view_name(&audit->view, rule->one),
            view_name(&audit->view, rule->other), strict ? " (strict)" : "");
    fputs(broken ? "BROKEN\n" : "kept\n", stream);
    if (forth.length > 0) {
        fputs("      ", stream);
        print_path(audit, &forth, stream);
    }
    if (back.length > 0) {
        fputs("      ", stream);
        print_path(audit, &back, stream);
    }
    return broken;
}

static unsigned print_summary(const struct audit *audit, const struct audit_question *question,
                              FILE *stream)
{
    unsigned broken = 0;

    fprintf(stream, "Isolation on board %s, from a plan of %" PRIu64 " bytes (checksum %08x)\n\n",
            view_string(&audit->view, audit->view.header->board), audit->view.header->size,
            audit->view.header->checksum);
    print_pairs_summary(audit, stream);
    print_dma_summary(audit, stream);
    fputs("  Trusted by all, so that what passes through them is left out above: ", stream);
    print_set(audit, audit->trusted, stream);
    fputs(".\n", stream);
    for (size_t i = 0; i < question->rule_count; i++)
        broken += print_rule(audit, &question->rules[i], question->strict, stream);
    return broken;
}

static void print_flow(const struct audit *audit, const struct audit_share *share, FILE *stream)
{
    if (share->forth || share->back) {
        fputs(share->forth && share->back ? "<->" : share->forth ? "->" : "<-", stream);
        return;
    }
    fputs("none: ", stream);
    if (share->kind == AUDIT_CPU_INTERFACE)
        fputs("each core has its own, the kernel keeps each vCPU's", stream);
    else if (share->kind == AUDIT_ENDPOINT || share->kind == AUDIT_NOTIFICATION)
        fputs("neither receives there", stream);
    else if (share->writers == 0)
        fputs("nobody writes it", stream);
    else {
        fputs("written by ", stream);
        print_set(audit, share->writers, stream);
    }
}

static void print_share(const struct audit *audit, const struct audit_share *share, int width,
                        FILE *stream)
{
    char one[RIGHTS_MAX], other[RIGHTS_MAX], size[SIZE_TEXT_MAX] = "";

    if (share->size > 0)
        size_text(share->size, size);
    fprintf(stream, "    %-*s %-13s %9s  %-20s %-20s ", width, share_name(audit, share),
            audit_kind_name(share->kind), size,
            reach_rights_text(share->rights_one, one, sizeof(one)),
            reach_rights_text(share->rights_other, other, sizeof(other)));
    print_flow(audit, share, stream);
    fputc('\n', stream);
}

/* Of the names of what two share: the longest, or as wide as most need. */
static int names_width(const struct audit *audit, uint32_t one, uint32_t other)
{
    size_t width = 28;

    for (size_t i = 0; i < audit->share_count; i++) {
        const struct audit_share *share = &audit->shares[i];

        if (share->one == one && share->other == other && strlen(share_name(audit, share)) > width)
            width = strlen(share_name(audit, share));
    }
    return (int)width;
}

static void print_pair(const struct audit *audit, uint32_t one, uint32_t other, FILE *stream)
{
    int width = names_width(audit, one, other);
    bool any = false;

    for (size_t i = 0; i < audit->share_count; i++) {
        const struct audit_share *share = &audit->shares[i];

        if (share->one != one || share->other != other)
            continue;
        if (!any)
            fprintf(stream, "\n  %s and %s\n    %-*s %-13s %9s  %-20s %-20s %s\n",
                    view_name(&audit->view, one), view_name(&audit->view, other), width, "WHAT",
                    "KIND", "SIZE", view_name(&audit->view, one), view_name(&audit->view, other),
                    "FLOW");
        any = true;
        print_share(audit, share, width, stream);
    }
    if (!any)
        fprintf(stream, "\n  %s and %s: nothing\n", view_name(&audit->view, one),
                view_name(&audit->view, other));
}

static void print_pairs(const struct audit *audit, FILE *stream)
{
    uint32_t count = audit->view.count[PLAN_COMPONENTS];

    fputs("\nWhat two can both reach\n", stream);
    /* Those who are to be kept apart first, then what they share with whom they trust. */
    for (unsigned trusted = 0; trusted < 2; trusted++) {
        for (uint32_t one = 0; one < count; one++) {
            for (uint32_t other = one + 1; other < count; other++) {
                if ((is_trusted(audit, one) || is_trusted(audit, other)) == trusted)
                    print_pair(audit, one, other, stream);
            }
        }
    }
}

static const char *power_means(enum audit_power power)
{
    static const char *const meanings[AUDIT_POWER_COUNT] = {
        [AUDIT_POWER_UNTYPED] = "Memory that objects are made from",
        [AUDIT_POWER_CNODE] = "Capability spaces: who holds one can give and take capabilities",
        [AUDIT_POWER_SPACE] = "Address spaces: who holds one can map frames there",
        [AUDIT_POWER_THREAD] = "Threads: who holds one can set its registers, start and stop it",
        [AUDIT_POWER_GRANT] = "Endpoints with grant: a capability can be passed to the receiver",
        [AUDIT_POWER_TIME] = "Scheduling contexts: who holds one can bind it to a thread",
    };

    return meanings[power];
}

static void print_authority(const struct audit *audit, const struct audit_authority *authority,
                            FILE *stream)
{
    const struct plan_object *object = &audit->view.objects[authority->object];
    const char *holder = view_name(&audit->view, authority->holder);
    char size[SIZE_TEXT_MAX];

    fprintf(stream, "    %-16s %s", holder, view_string(&audit->view, object->name));
    if (authority->power == AUDIT_POWER_UNTYPED)
        fprintf(stream, ", %s", size_text(view_unit_size(object) * object->count, size));
    else
        fprintf(stream, ", of %s",
                authority->victim == authority->holder
                    ? "its own"
                    : view_name(&audit->view, authority->victim));
    fprintf(stream, "%s\n", authority->guest ? " (held by the GUEST)" : "");
}

static bool is_kept_untyped(const struct audit_authority *authority)
{
    return authority->power == AUDIT_POWER_UNTYPED && authority->holder == VIEW_INIT;
}

/* Init's untypeds, one line for those that one component is made from. */
static bool print_kept_untypeds(const struct audit *audit, FILE *stream)
{
    bool any = false;

    for (uint32_t i = 0; i < audit->view.count[PLAN_COMPONENTS]; i++) {
        uint64_t bytes = 0;
        char size[SIZE_TEXT_MAX];

        for (size_t j = 0; j < audit->authority_count; j++) {
            const struct audit_authority *authority = &audit->authorities[j];
            const struct plan_object *object = &audit->view.objects[authority->object];

            if (is_kept_untyped(authority) && authority->victim == i)
                bytes += view_unit_size(object) * object->count;
        }
        if (bytes == 0)
            continue;
        any = true;
        fprintf(stream, "    %-16s %s for %s%s\n", "init", size_text(bytes, size),
                i == VIEW_INIT ? "what outlives components" : view_name(&audit->view, i),
                i == VIEW_INIT ? ", used up at boot" : ", to start it anew");
    }
    return any;
}

static void print_power(const struct audit *audit, enum audit_power power, FILE *stream)
{
    bool any = false;

    fprintf(stream, "\n  %s\n", power_means(power));
    if (power == AUDIT_POWER_UNTYPED)
        any = print_kept_untypeds(audit, stream);
    for (size_t i = 0; i < audit->authority_count; i++) {
        if (audit->authorities[i].power == power && !is_kept_untyped(&audit->authorities[i])) {
            print_authority(audit, &audit->authorities[i], stream);
            any = true;
        }
    }
    if (!any)
        fputs("    nobody\n", stream);
}

static void print_authorities(const struct audit *audit, FILE *stream)
{
    fputs("\nWho could make objects, pass capabilities on, or control others\n", stream);
    for (unsigned power = 0; power < AUDIT_POWER_COUNT; power++)
        print_power(audit, power, stream);
    fputs("\n  What the kernel hands out once\n", stream);
    for (const struct audit_control *control = AUDIT_CONTROLS; control->name != NULL; control++) {
        if (audit_has_control(audit, control))
            fprintf(stream, "    %-16s %s: %s\n", control->holder, control->name, control->why);
    }
    fputs(
        "\n  init holds, besides, a capability of every object it made: it is trusted with all.\n",
        stream);
}

static void print_device(const struct audit *audit, const struct audit_device *device, FILE *stream)
{
    const struct device *facts = &device->device;
    char size[SIZE_TEXT_MAX];

    fprintf(stream, "    0x%010" PRIx64 " %9s  %s", device->address, size_text(device->size, size),
            facts->path[0] != '\0' ? facts->path : "(no device of the board's device tree)");
    if (facts->compatible[0] != '\0')
        fprintf(stream, " (%s)", facts->compatible);
    fputs("\n                          held by ", stream);
    print_set(audit, device->holders, stream);
    if (facts->cpu_interface)
        fputs("; virtual CPU interface, no DMA", stream);
    else if (facts->dma == DEVICE_DMA_NO)
        fputs("; no DMA of its own", stream);
    else
        fprintf(stream, "; %s, %s",
                facts->dma == DEVICE_DMA_YES ? "DMA" : "DMA assumed: the device tree does not say",
                facts->behind_smmu ? "NOT PROTECTED: its SMMU is not driven"
                                   : "NOT PROTECTED: no SMMU");
    fputc('\n', stream);
}

unsigned audit_print(const struct audit *audit, const struct audit_question *question, FILE *stream)
{
    unsigned broken = print_summary(audit, question, stream);

    print_pairs(audit, stream);
    print_authorities(audit, stream);
    fputs("\nDevices that are given to somebody\n", stream);
    for (size_t i = 0; i < audit->device_count; i++)
        print_device(audit, &audit->devices[i], stream);
    if (audit->device_count == 0)
        fputs("    none\n", stream);
    return broken;
}
