/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt state and delivery. The order of delivery is priority, then INTID, as in hardware
 * (IHI 0048B 3.3); when list registers run out, a more urgent interrupt takes the place of the
 * least urgent one that is still pending, which goes back and is not lost.
 */
#include "vmm/dev/gic.h"

#include <string.h>

static bool gic_is_shared(unsigned intid)
{
    return intid >= GIC_SPI_FIRST;
}

static void gic_bank_reset(struct gic_bank *bank)
{
    memset(bank, 0, sizeof(*bank));
}

void gic_init(struct gic *gic, unsigned cpu_count, unsigned line_count, const struct gic_ops *ops,
              void *owner)
{
    gic->ops = ops;
    gic->owner = owner;
    gic->cpu_count = cpu_count;
    gic->line_count = line_count;
    gic->control = 0;
    for (unsigned i = 0; i < cpu_count; i++) {
        struct gic_cpu *cpu = &gic->cpus[i];

        memset(cpu, 0, sizeof(*cpu));
        cpu->bank.enabled = 0xffff; /* SGIs cannot be disabled */
        cpu->bank.edge = 0xffff;
        cpu->list_count = GICH_LR_LIMIT;
        cpu->timer_reserved = ops->deliver_timer != NULL;
        cpu->list_used = cpu->timer_reserved ? UINT64_C(1) << GIC_TIMER_LIST : 0;
        for (unsigned j = 0; j < 32; j++)
            cpu->bank.targets[j] = (uint8_t)(1u << i);
    }
    for (unsigned i = 0; i < GIC_SPI_BANK_MAX; i++)
        gic_bank_reset(&gic->shared[i]);
}

/* The core a shared interrupt goes to: the lowest of its targets, the only core if there is one. */
static bool gic_goes_to(const struct gic *gic, const struct gic_bank *bank, unsigned bit,
                        unsigned cpu)
{
    unsigned targets = bank->targets[bit];

    if (gic->cpu_count == 1)
        return true;
    return targets != 0 && (unsigned)__builtin_ctz(targets) == cpu;
}

/* Those that would be delivered if they were pending. */
static uint32_t gic_bank_open(const struct gic *gic, const struct gic_bank *bank)
{
    uint32_t groups = 0;

    if (gic->control & GICD_CTLR_ENABLE_GROUP0)
        groups |= ~bank->group1;
    if (gic->control & GICD_CTLR_ENABLE_GROUP1)
        groups |= bank->group1;
    return bank->enabled & ~bank->active & ~bank->held & groups;
}

static uint32_t gic_bank_candidates(const struct gic *gic, const struct gic_bank *bank)
{
    return gic_bank_pending(bank) & gic_bank_open(gic, bank);
}

/* The most urgent interrupt that waits for a list register, or false. */
static bool gic_pick(struct gic *gic, unsigned cpu, unsigned *intid)
{
    unsigned best_priority = 256;

    for (unsigned index = 0; index < gic->line_count / 32; index++) {
        const struct gic_bank *bank = gic_bank(gic, cpu, index);
        uint32_t candidates = gic_bank_candidates(gic, bank);

        while (candidates != 0) {
            unsigned bit = (unsigned)__builtin_ctz(candidates);

            candidates &= candidates - 1;
            if (bank->priority[bit] < best_priority &&
                (index == 0 || gic_goes_to(gic, bank, bit, cpu))) {
                best_priority = bank->priority[bit];
                *intid = index * 32 + bit;
            }
        }
    }
    return best_priority < 256;
}

static inline enum gic_inject_result gic_inject(struct gic *gic, unsigned cpu, unsigned list,
                                                unsigned intid)
{
    const struct gic_bank *bank = gic_bank(gic, cpu, intid / 32);

    return gic->ops->inject(gic->owner, cpu, list, intid, bank->priority[intid % 32] >> 3,
                            bank->group1 >> (intid % 32) & 1);
}

/* The list register now holds the interrupt: its latch is spent. */
static inline void gic_hold(struct gic *gic, unsigned cpu, unsigned list, unsigned intid)
{
    struct gic_cpu *owner = &gic->cpus[cpu];
    struct gic_bank *bank = gic_bank(gic, cpu, intid / 32);
    uint32_t bit = UINT32_C(1) << (intid % 32);
    uint8_t source = 0;

    bank->held |= bit;
    bank->latched &= ~bit;
    if (intid < GIC_SGI_COUNT) {
        uint8_t *sources = &owner->sgi_sources[intid];

        source = (uint8_t)(*sources & -*sources);
        *sources &= (uint8_t)~source;
        if (*sources != 0)
            bank->latched |= bit;
    }
    owner->list_used |= UINT64_C(1) << list;
    owner->lists[list] = (struct gic_list){
        .used = true, .source = source, .intid = (uint16_t)intid};
}

/* Takes a still pending interrupt back from a list register that another one was put over. */
static void gic_take_back(struct gic *gic, unsigned cpu, const struct gic_list *list)
{
    struct gic_bank *bank = gic_bank(gic, cpu, list->intid / 32);
    uint32_t bit = UINT32_C(1) << (list->intid % 32);

    bank->held &= ~bit;
    if (list->intid < GIC_SGI_COUNT)
        gic->cpus[cpu].sgi_sources[list->intid] |= list->source;
    /* A level-sensitive interrupt is pending by its line alone; without it, it was latched. */
    if ((bank->edge & bit) != 0 || (bank->line & bit) == 0)
        bank->latched |= bit;
}

/* ---- the virtual timer's interrupt, by the kernel ---- */

#define GIC_TIMER_BIT (UINT32_C(1) << GIC_PPI_VIRTUAL_TIMER)

/* The list register is like any other from now on. */
static void gic_timer_give_up(struct gic_cpu *owner)
{
    owner->timer_reserved = false;
    owner->timer.enabled = false;
    if (!owner->lists[GIC_TIMER_LIST].used)
        owner->list_used &= ~(UINT64_C(1) << GIC_TIMER_LIST);
}

static bool gic_timer_is(const struct gic_timer *one, const struct gic_timer *other)
{
    return one->enabled == other->enabled &&
           (!one->enabled || (one->priority == other->priority && one->group == other->group));
}

/* What is active in the timer's list register is the VMM's now: it will hear of its end. */
static void gic_timer_take_over(struct gic *gic, unsigned cpu)
{
    if (gic->ops->timer_state(gic->owner, cpu).active) {
        gic->cpus[cpu].bank.held |= GIC_TIMER_BIT;
        gic->cpus[cpu].lists[GIC_TIMER_LIST] = (struct gic_list){.used = true,
                                                                 .intid = GIC_PPI_VIRTUAL_TIMER};
    }
}

void gic_settle_timer(struct gic *gic, unsigned cpu)
{
    struct gic_cpu *owner = &gic->cpus[cpu];
    struct gic_bank *bank = &owner->bank;
    struct gic_timer timer = {
        .enabled = (gic_bank_open(gic, bank) & ~bank->latched & GIC_TIMER_BIT) != 0,
        .priority = bank->priority[GIC_PPI_VIRTUAL_TIMER] >> 3,
        .group = (bank->group1 & GIC_TIMER_BIT) != 0,
    };

    if (!owner->timer_reserved || gic_timer_is(&timer, &owner->timer))
        return;
    if (!gic->ops->deliver_timer(gic->owner, cpu, &timer)) {
        gic_timer_give_up(owner);
        return;
    }
    owner->timer = timer;
    if (timer.enabled)
        bank->line &= ~GIC_TIMER_BIT; /* its line is watched by the kernel */
    else
        gic_timer_take_over(gic, cpu);
}

uint32_t gic_kernel_pending(struct gic *gic, unsigned cpu)
{
    if (!gic->cpus[cpu].timer.enabled)
        return 0;
    if (gic->ops->timer_state(gic->owner, cpu).pending)
        return GIC_TIMER_BIT;
    return gic->ops->sample != NULL && gic->ops->sample(gic->owner, cpu, GIC_PPI_VIRTUAL_TIMER)
               ? GIC_TIMER_BIT
               : 0;
}

uint32_t gic_kernel_active(struct gic *gic, unsigned cpu)
{
    return gic->cpus[cpu].timer.enabled && gic->ops->timer_state(gic->owner, cpu).active
               ? GIC_TIMER_BIT
               : 0;
}

/* With one list register there is none to spare. */
static void gic_share_only_list(struct gic *gic, unsigned cpu)
{
    struct gic_cpu *owner = &gic->cpus[cpu];
    struct gic_timer off = {.enabled = false};

    if (!owner->timer_reserved || owner->list_count > GIC_TIMER_LIST + 1)
        return;
    if (owner->timer.enabled && gic->ops->deliver_timer(gic->owner, cpu, &off))
        gic_timer_take_over(gic, cpu);
    gic_timer_give_up(owner);
}

/* ---- delivery ---- */

/* As far as known: not below list_count if there is none. */
static inline unsigned gic_first_free_list(const struct gic_cpu *owner)
{
    return ~owner->list_used != 0 ? (unsigned)__builtin_ctzll(~owner->list_used) : GICH_LR_LIMIT;
}

/* The first free list register that the hardware has; learns how many there are. */
static bool gic_use_free_list(struct gic *gic, unsigned cpu, unsigned intid)
{
    struct gic_cpu *owner = &gic->cpus[cpu];
    unsigned list;

    while ((list = gic_first_free_list(owner)) < owner->list_count) {
        switch (gic_inject(gic, cpu, list, intid)) {
        case GIC_INJECTED:
            gic_hold(gic, cpu, list, intid);
            return true;
        case GIC_LIST_MISSING:
            owner->list_count = list;
            gic_share_only_list(gic, cpu);
            return false;
        case GIC_LIST_ACTIVE:
            /* Not ours: never offer it again. It comes back if it is ever reported as ended. */
            owner->list_used |= UINT64_C(1) << list;
            break;
        }
    }
    return false;
}

static unsigned gic_list_priority(struct gic *gic, unsigned cpu, const struct gic_list *list)
{
    return gic_bank(gic, cpu, list->intid / 32)->priority[list->intid % 32];
}

/* Puts `intid` over the least urgent interrupt that is still pending in a list register. */
static bool gic_evict(struct gic *gic, unsigned cpu, unsigned intid)
{
    struct gic_cpu *owner = &gic->cpus[cpu];
    unsigned priority = gic_bank(gic, cpu, intid / 32)->priority[intid % 32];
    uint64_t tried = 0;

    for (unsigned attempt = 0; attempt < owner->list_count; attempt++) {
        unsigned worst = owner->list_count, worst_priority = priority;

        for (unsigned list = 0; list < owner->list_count; list++) {
            const struct gic_list *entry = &owner->lists[list];

            if (entry->used && (tried >> list & 1) == 0 &&
                gic_list_priority(gic, cpu, entry) > worst_priority) {
                worst = list;
                worst_priority = gic_list_priority(gic, cpu, entry);
            }
        }
        if (worst == owner->list_count)
            return false;
        tried |= UINT64_C(1) << worst;
        if (gic_inject(gic, cpu, worst, intid) == GIC_INJECTED) {
            gic_take_back(gic, cpu, &owner->lists[worst]);
            gic_hold(gic, cpu, worst, intid);
            owner->lists[worst].uncertain = gic->cpu_count > 1;
            return true;
        }
    }
    return false;
}

void gic_deliver(struct gic *gic, unsigned cpu)
{
    unsigned intid = 0;

    gic_settle_timer(gic, cpu);
    if (!gic_pick(gic, cpu, &intid))
        return;
    do {
        if (!gic_use_free_list(gic, cpu, intid) && !gic_evict(gic, cpu, intid))
            break; /* the next interrupt that ends makes room */
    } while (gic_pick(gic, cpu, &intid));
    gic_settle_timer(gic, cpu); /* it may be held now */
}

/* Has just become pending. What was pending before has a list register, or there is none: so while
 * one is free nobody else needs to be looked for, and the hardware sees to the order. Where it is
 * not as free as believed, all are looked at. */
static void gic_offer(struct gic *gic, unsigned cpu, unsigned intid)
{
    const struct gic_bank *bank = gic_bank(gic, cpu, intid / 32);
    const struct gic_cpu *owner = &gic->cpus[cpu];
    uint32_t bit = UINT32_C(1) << (intid % 32);
    unsigned list = gic_first_free_list(owner);

    if (intid != GIC_PPI_VIRTUAL_TIMER) {
        if ((gic_is_shared(intid) && !gic_goes_to(gic, bank, intid % 32, cpu)) ||
            (gic_bank_open(gic, bank) & bit) == 0)
            return;
        if (list < owner->list_count && gic_inject(gic, cpu, list, intid) == GIC_INJECTED) {
            gic_hold(gic, cpu, list, intid);
            return;
        }
    }
    gic_deliver(gic, cpu);
}

/* Apart, like gic_deliver_all() and gic_merge(): a new interrupt's short way does not pay for their
 * frames. */
static __attribute__((noinline)) void gic_offer_shared(struct gic *gic, unsigned intid)
{
    for (unsigned cpu = 0; cpu < gic->cpu_count; cpu++)
        gic_offer(gic, cpu, intid);
}

__attribute__((noinline)) void gic_deliver_all(struct gic *gic)
{
    for (unsigned cpu = 0; cpu < gic->cpu_count; cpu++)
        gic_deliver(gic, cpu);
}

/* The core whose list register holds the interrupt. */
static struct gic_list *gic_find_held(struct gic *gic, unsigned intid, unsigned *cpu)
{
    unsigned first = gic_is_shared(intid) ? 0 : *cpu;
    unsigned last = gic_is_shared(intid) ? gic->cpu_count - 1 : *cpu;

    for (unsigned i = first; i <= last; i++) {
        for (unsigned list = 0; list < gic->cpus[i].list_count; list++) {
            struct gic_list *entry = &gic->cpus[i].lists[list];

            if (entry->used && entry->intid == intid) {
                *cpu = i;
                return entry;
            }
        }
    }
    return NULL;
}

/*
 * Became pending again while held. If it is still pending in its list register, the two are one,
 * as in hardware; if it is active there, the latch stays and is delivered when it ends. Putting
 * the same interrupt into the same list register asks which, and changes nothing. But a core that
 * runs meanwhile may have ended it, unheard of yet: then the latch stays in any case.
 */
static __attribute__((noinline)) void gic_merge(struct gic *gic, unsigned cpu, unsigned intid)
{
    if (gic->cpu_count > 1)
        return;

    struct gic_bank *bank = gic_bank(gic, cpu, intid / 32);
    uint32_t bit = UINT32_C(1) << (intid % 32);
    unsigned holder = cpu;
    struct gic_list *entry = gic_find_held(gic, intid, &holder);

    if (entry == NULL)
        return;

    struct gic_cpu *owner = &gic->cpus[holder];
    if (intid < GIC_SGI_COUNT && (owner->sgi_sources[intid] & entry->source) == 0)
        return; /* from another core: each sender counts */
    if (gic_inject(gic, holder, (unsigned)(entry - owner->lists), intid) != GIC_INJECTED)
        return;
    if (intid < GIC_SGI_COUNT) {
        owner->sgi_sources[intid] &= (uint8_t)~entry->source;
        if (owner->sgi_sources[intid] != 0)
            return;
    }
    bank->latched &= ~bit;
}

void gic_set_pending(struct gic *gic, unsigned cpu, unsigned intid)
{
    struct gic_bank *bank = gic_bank(gic, cpu, intid / 32);
    uint32_t bit = UINT32_C(1) << (intid % 32);

    bank->latched |= bit;
    if (bank->held & bit)
        gic_merge(gic, cpu, intid);
    else if (gic_is_shared(intid))
        gic_offer_shared(gic, intid);
    else
        gic_offer(gic, cpu, intid);
}

void gic_send_sgi(struct gic *gic, unsigned from, unsigned to, unsigned intid)
{
    gic->cpus[to].sgi_sources[intid] |= (uint8_t)(1u << from);
    gic_set_pending(gic, to, intid);
}

void gic_set_line(struct gic *gic, unsigned cpu, unsigned intid, bool high)
{
    if (intid < GIC_SGI_COUNT || intid >= gic->line_count || cpu >= gic->cpu_count)
        return;

    struct gic_bank *bank = gic_bank(gic, cpu, intid / 32);
    uint32_t bit = UINT32_C(1) << (intid % 32);
    bool rose = high && (bank->line & bit) == 0;

    bank->line = high ? bank->line | bit : bank->line & ~bit;
    if (!rose)
        return;
    if (bank->edge & bit)
        gic_set_pending(gic, cpu, intid);
    else if (gic_is_shared(intid))
        gic_offer_shared(gic, intid);
    else
        gic_offer(gic, cpu, intid);
}

/* Whether what ended is what was there before. It may be the later one: then that comes once more,
 * which is better than never. */
static bool gic_is_still_there(struct gic *gic, unsigned cpu, uint64_t list)
{
    struct gic_list *entry = &gic->cpus[cpu].lists[list];

    entry->uncertain = false;
    return gic_inject(gic, cpu, (unsigned)list, entry->intid) != GIC_LIST_MISSING;
}

void gic_ended(struct gic *gic, unsigned cpu, uint64_t list)
{
    if (cpu >= gic->cpu_count || list >= GICH_LR_LIMIT)
        return;

    struct gic_cpu *owner = &gic->cpus[cpu];
    struct gic_list *entry = &owner->lists[list];

    if (entry->used && entry->uncertain && gic_is_still_there(gic, cpu, list))
        return;
    if (list != GIC_TIMER_LIST || !owner->timer_reserved)
        owner->list_used &= ~(UINT64_C(1) << list);
    if (entry->used) {
        unsigned intid = entry->intid;

        entry->used = false;
        gic_bank(gic, cpu, intid / 32)->held &= ~(UINT32_C(1) << (intid % 32));
        if (gic->ops->ended != NULL)
            gic->ops->ended(gic->owner, cpu, intid);
    }
    gic_deliver(gic, cpu);
}

/* Lines that may have fallen unseen, before they make an interrupt of it. */
void gic_resample(struct gic *gic, unsigned cpu, unsigned index, uint32_t mask)
{
    struct gic_bank *bank = gic_bank(gic, cpu, index);
    uint32_t stale = bank->line & ~bank->edge & ~bank->held & mask;

    if (gic->ops->sample == NULL)
        return;
    for (; stale != 0; stale &= stale - 1) {
        unsigned bit = (unsigned)__builtin_ctz(stale);

        if (!gic->ops->sample(gic->owner, cpu, index * 32 + bit))
            bank->line &= ~(UINT32_C(1) << bit);
    }
}
