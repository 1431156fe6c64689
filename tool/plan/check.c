/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the board has enough cores, time, memory and slots for what is asked of it. */
#include "tool/plan/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Of init's CNode; the kernel itself fills some before. */
#define SLOT_MAX 60000u

/* Shares of a core, in parts of this. */
#define WHOLE    10000u

#define MIB_BITS 20

bool core_choose(struct builder *builder, const struct core *core, unsigned chosen, uint32_t *found)
{
    unsigned count = builder->board->core_count;

    *found = core->value < 0 ? chosen : (uint32_t)core->value;
    if (*found < count)
        return true;
    return complain_at(builder->complaints, core->place,
                       "there is no core %u on the board '%s': write a number below %u", *found,
                       builder->board->name, count);
}

void check_counts(struct builder *builder)
{
    size_t count = builder->components.size / sizeof(struct build_component);

    if (count > PLAN_COMPONENT_MAX)
        complain_at(builder->complaints, (struct place){0, 0},
                    "%zu VMs and components, with the console and init, of at most %d: leave some "
                    "out",
                    count, PLAN_COMPONENT_MAX);
    if (builder->slot_count > SLOT_MAX)
        complain_at(builder->complaints, (struct place){0, 0},
                    "the system needs %u capabilities of init, of at most %u: give the VMs less "
                    "memory",
                    builder->slot_count, SLOT_MAX);
}

/* What a message names: with the longest names it still fits. */
#define SHARES_NAMED 5
#define SHARES_TEXT  (SHARES_NAMED * (MANIFEST_NAME_MAX + 16) + 32)

struct share {
    const char *name;
    unsigned part; /* of WHOLE */
    struct place place;
};

static const char *name_of(const struct builder *builder, uint32_t component)
{
    return ((const struct build_component *)builder->components.data)[component].name;
}

static unsigned part_of(uint64_t budget, uint64_t period)
{
    return (unsigned)((budget * WHOLE + period - 1) / period);
}

/* The same component's shares are told as one. */
static void add_share(struct bytes *shares, const struct share *share)
{
    struct share *list = (struct share *)shares->data;

    for (size_t i = 0; i < shares->size / sizeof(*list); i++) {
        if (strcmp(list[i].name, share->name) == 0) {
            list[i].part += share->part;
            if (list[i].place.line == 0)
                list[i].place = share->place;
            return;
        }
    }
    bytes_add(shares, share, sizeof(*share));
}

/* Everything on a core that has a budget of its own; answers whether others live on what is left.
 */
static bool collect_shares(const struct builder *builder, uint32_t core, struct bytes *shares)
{
    const struct build_budget *budgets = (const struct build_budget *)builder->budgets.data;
    const struct plan_header *header = &builder->header;
    bool turns = false;

    if (header->core == core && header->budget_us < header->period_us)
        add_share(shares, &(struct share){"init", part_of(header->budget_us, header->period_us),
                                          builder->manifest->init_time.budget_us.place});
    for (size_t i = 0; i < builder->budgets.size / sizeof(*budgets); i++) {
        const struct plan_budget *budget = &budgets[i].record;

        if (budget->core != core)
            continue;
        if (budget->budget_us == budget->period_us)
            turns = true;
        else
            add_share(shares, &(struct share){name_of(builder, budgets[i].component),
                                              part_of(budget->budget_us, budget->period_us),
                                              budgets[i].place});
    }
    return turns;
}

/* The largest that somebody wrote down, or else the largest. */
static const struct share *most(const struct share *list, size_t count)
{
    const struct share *found = &list[0];

    for (size_t i = 1; i < count; i++) {
        bool written = list[i].place.line != 0, before = found->place.line != 0;

        if (written != before ? written : list[i].part > found->part)
            found = &list[i];
    }
    return found;
}

/* The first few by name. */
static void describe(const struct share *list, size_t count, char *text, size_t size)
{
    size_t length = 0, named = count > SHARES_NAMED ? SHARES_NAMED : count;

    for (size_t i = 0; i < named; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%s %u.%u %%",
                                   i == 0 ? "" : ", ", list[i].name, list[i].part / 100,
                                   list[i].part / 10 % 10);
    if (named < count)
        snprintf(text + length, size - length, ", and %zu more", count - named);
}

static void check_core(struct builder *builder, uint32_t core)
{
    struct bytes shares = {0};
    bool turns = collect_shares(builder, core, &shares);
    const struct share *list = (const struct share *)shares.data;
    size_t count = shares.size / sizeof(*list);
    unsigned total = 0;
    char text[SHARES_TEXT];

    for (size_t i = 0; i < count; i++)
        total += list[i].part;
    if (count > 0)
        describe(list, count, text, sizeof(text));
    if (total > WHOLE)
        complain_at(builder->complaints, most(list, count)->place,
                    "%u.%u %% of the time of core %u is asked for (%s): lower a budget, or move "
                    "one to another core",
                    total / 100, total / 10 % 10, core, text);
    else if (total == WHOLE && turns)
        complain_at(builder->complaints, most(list, count)->place,
                    "nothing of core %u is left for those without a budget of their own (%s): "
                    "lower a budget, or move one to another core",
                    core, text);
    else
        build_fact(builder, "board", build_text(builder, "core %u", core), "sum of its budgets",
                   "%u.%u %% given away%s%s", total / 100, total / 10 % 10, count > 0 ? ": " : "",
                   count > 0 ? text : "");
    bytes_release(&shares);
}

void check_time(struct builder *builder)
{
    for (uint32_t core = 0; core < builder->core_count; core++)
        check_core(builder, core);
}

/* Bytes of RAM that the component's objects take. */
static uint64_t memory_of(const struct builder *builder, uint32_t component)
{
    const struct build_object *objects = (const struct build_object *)builder->objects.data;
    uint64_t total = 0;

    for (size_t i = 0; i < builder->objects.size / sizeof(*objects); i++) {
        if (objects[i].component == component &&
            !(objects[i].flags & (PLAN_AT_ADDRESS | PLAN_IN_FILES)))
            total += (uint64_t)objects[i].count << object_bits(&objects[i]);
    }
    return total;
}

/* All but guest RAM; tells it, too. */
static uint64_t fixed_memory(struct builder *builder, const struct plan_result *result)
{
    const struct manifest *manifest = builder->manifest;
    uint64_t total = memory_of(builder, SYSTEM),
             image = builder->inputs->boot_bytes + result->plan.size + result->files.size;
    size_t count = builder->components.size / sizeof(struct build_component);

    for (size_t i = 0; i < manifest->vm_count; i++)
        total -= manifest->vms[i].memory.value;
    build_fact(builder, "image", "memory", "kernel, init, plan and files stay in RAM",
               "%" PRIu64 " KiB, of which files %zu KiB", image >> 10, result->files.size >> 10);
    build_fact(builder, "system", "memory", "what components share, but guest RAM",
               "%" PRIu64 " KiB", total >> 10);
    for (uint32_t i = 1; i < count; i++) {
        uint64_t own = memory_of(builder, i);

        build_fact(builder, name_of(builder, i), "own memory", "sum of its objects",
                   "%" PRIu64 " KiB", own >> 10);
        total += own;
    }
    return total + image;
}

/* What RAM ends or firmware cuts off may be no whole large page. */
static uint64_t usable_memory(const struct board *board)
{
    uint64_t lost = LARGE_BYTES * (board->ram_count + board->reserved_count + 1);
    uint64_t memory = board_memory(board);

    return memory > lost ? memory - lost : 0;
}

void check_memory(struct builder *builder, const struct plan_result *result)
{
    const struct manifest *manifest = builder->manifest;
    uint64_t usable = usable_memory(builder->board), fixed = fixed_memory(builder, result);
    uint64_t taken = fixed;

    if (fixed > usable) {
        complain_at(builder->complaints, manifest->board.place,
                    "the board '%s' has %" PRIu64
                    " MiB of memory, and kernel, image and components alone need %" PRIu64
                    " MiB: choose another board, or smaller files",
                    builder->board->name, usable >> MIB_BITS, fixed >> MIB_BITS);
        return;
    }
    for (size_t i = 0; i < manifest->vm_count; i++) {
        const struct manifest_vm *vm = &manifest->vms[i];

        if (vm->memory.value > usable - taken) {
            complain_at(builder->complaints,
                        vm->memory.place.line != 0 ? vm->memory.place : vm->place,
                        "'memory' of '%s' is %" PRIu64 " MiB, and %" PRIu64 " MiB of %" PRIu64
                        " MiB are left (kernel, image and components %" PRIu64
                        " MiB, VMs before it %" PRIu64 " MiB): lower it",
                        vm->name.value, vm->memory.value >> MIB_BITS, (usable - taken) >> MIB_BITS,
                        usable >> MIB_BITS, fixed >> MIB_BITS, (taken - fixed) >> MIB_BITS);
            return;
        }
        taken += vm->memory.value;
    }
    build_fact(builder, "board", "memory", "the board's device tree",
               "%" PRIu64 " MiB, of which %" PRIu64 " MiB are left", usable >> MIB_BITS,
               (usable - taken) >> MIB_BITS);
}
