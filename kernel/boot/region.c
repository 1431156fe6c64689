/* SPDX-License-Identifier: BSD-2-Clause */
/* The region lists of kernel/boot/region.h. Runs while booting only. */
#include "kernel/boot/region.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/bits.h"

struct region region_round_out(struct region region, unsigned bits)
{
    return (struct region){align_down(region.start, bits), align_up(region.end, bits)};
}

struct region region_round_in(struct region region, unsigned bits)
{
    struct region inner = {align_up(region.start, bits), align_down(region.end, bits)};
    return inner.start < inner.end ? inner : (struct region){0, 0};
}

bool region_overlaps(struct region a, struct region b)
{
    return a.start < b.end && b.start < a.end;
}

/* Replaces `count` regions from `first` on by the `replacements`; room is the caller's care. */
static void replace(struct region_list *list, unsigned first, unsigned count,
                    const struct region *replacements, unsigned replacement_count)
{
    unsigned tail = list->count - first - count;
    struct region *at = &list->regions[first];
    memmove(at + replacement_count, at + count, tail * sizeof(*at));
    memcpy(at, replacements, replacement_count * sizeof(*at));
    list->count = first + replacement_count + tail;
}

bool region_list_add(struct region_list *list, struct region region)
{
    if (region.start >= region.end) {
        return true;
    }
    unsigned first = 0;
    while (first < list->count && list->regions[first].end < region.start) {
        first++;
    }
    unsigned count = 0; /* of those it touches */
    while (first + count < list->count && list->regions[first + count].start <= region.end) {
        region.start = min_u64(region.start, list->regions[first + count].start);
        region.end = max_u64(region.end, list->regions[first + count].end);
        count++;
    }
    if (count == 0 && list->count == REGION_MAX) {
        return false;
    }
    replace(list, first, count, &region, 1);
    return true;
}

bool region_list_remove(struct region_list *list, struct region region)
{
    if (region.start >= region.end) {
        return true;
    }
    unsigned first = 0;
    while (first < list->count && list->regions[first].end <= region.start) {
        first++;
    }
    unsigned count = 0; /* of those it overlaps */
    while (first + count < list->count && list->regions[first + count].start < region.end) {
        count++;
    }
    if (count == 0) {
        return true;
    }
    struct region rest[2];
    unsigned rest_count = 0;
    if (list->regions[first].start < region.start) {
        rest[rest_count++] = (struct region){list->regions[first].start, region.start};
    }
    if (list->regions[first + count - 1].end > region.end) {
        rest[rest_count++] = (struct region){region.end, list->regions[first + count - 1].end};
    }
    if (list->count - count + rest_count > REGION_MAX) {
        return false;
    }
    replace(list, first, count, rest, rest_count);
    return true;
}

bool region_list_contains(const struct region_list *list, struct region region)
{
    for (unsigned i = 0; i < list->count; i++) {
        if (list->regions[i].start <= region.start && region.end <= list->regions[i].end) {
            return true;
        }
    }
    return false;
}

uint64_t region_list_size(const struct region_list *list)
{
    uint64_t size = 0;
    for (unsigned i = 0; i < list->count; i++) {
        size += list->regions[i].end - list->regions[i].start;
    }
    return size;
}

static uint64_t size_of(struct region region)
{
    return region.end - region.start;
}

bool region_list_take(struct region_list *list, unsigned bits, uint64_t *start)
{
    const struct region *best = NULL;
    for (unsigned i = 0; i < list->count; i++) {
        const struct region *region = &list->regions[i];
        bool fits = align_up(region->start, bits) + BIT(bits) <= region->end;
        if (fits && (best == NULL || size_of(*region) < size_of(*best))) {
            best = region;
        }
    }
    if (best == NULL) {
        return false;
    }
    *start = align_up(best->start, bits);
    return region_list_remove(list, (struct region){*start, *start + BIT(bits)});
}

struct region_block region_next_block(struct region *region)
{
    unsigned bits = bits_highest(region->end - region->start);
    if (region->start != 0 && bits_lowest(region->start) < bits) {
        bits = bits_lowest(region->start);
    }
    struct region_block block = {region->start, bits};
    region->start += BIT(bits);
    return block;
}
