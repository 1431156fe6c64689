/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest's GICv2 distributor: every interrupt's state, and its way into the list registers of
 * the virtual CPU interface, which is hardware. Source: Arm IHI 0048B. Stands on hw/gicv2.h and
 * a table of operations; never touches a physical interrupt.
 *
 *   device --gic_set_line()--> [ line ]--.
 *   guest  --GICD_ISPENDR----> [latched]-+- pending? enabled? not active? --inject--> LR --> guest
 *   guest  --GICD_SGIR-------> [sources]-'                                            |
 *                                                         [held] until <--gic_ended()-'
 *
 * An interrupt in a list register is "held": pending or active, which of the two only the
 * hardware knows. Every list register asks for a maintenance interrupt at its end, so `held` ends
 * exactly when the guest ends the interrupt. What cannot be had through the kernel's interface is
 * taking a pending interrupt back out of a list register: one that is disabled, or whose line
 * falls, between injection and acknowledge is still seen once, as a late or spurious interrupt.
 *
 * With several cores, one that runs is ahead of what is known of its list registers: it may have
 * ended what is believed to be pending there. So nothing is concluded from putting an interrupt
 * over another one there; what became pending twice may be seen twice, and nothing is lost.
 *
 * The virtual timer's interrupt is the kernel's business where the kernel knows how: it then puts
 * it into a list register that is kept free for it, and nobody hears of it. The distributor says
 * when: as long as the guest has it enabled, and nothing of it is here (latched, active, held).
 */
#ifndef VMM_DEV_GIC_H
#define VMM_DEV_GIC_H

#include <stdbool.h>
#include <stdint.h>

#include "hw/gicv2.h"
#include "vmm/bus/bus.h"

enum {
    GIC_CPU_MAX = GICV2_CPU_COUNT,
    GIC_LINES_MAX = 256,
    GIC_SPI_BANK_MAX = GIC_LINES_MAX / 32 - 1,
    GIC_TIMER_LIST = 0,
};

enum gic_inject_result {
    GIC_INJECTED,
    GIC_LIST_ACTIVE,  /* that list register holds an active interrupt: left alone */
    GIC_LIST_MISSING, /* the hardware has no list register of that number */
};

/* How the kernel is to deliver the virtual timer's interrupt; the list register is
 * GIC_TIMER_LIST. */
struct gic_timer {
    bool enabled;
    uint8_t priority; /* 0 to 31 */
    uint8_t group;
};

struct gic_timer_state {
    bool pending, active;
};

struct gic_ops {
    /* Puts an interrupt, pending, into a list register, over whatever is pending there.
     * `priority` is 0 to 31. */
    enum gic_inject_result (*inject)(void *owner, unsigned cpu, unsigned list, unsigned intid,
                                     unsigned priority, unsigned group);
    /* The line of a level-sensitive interrupt that was high may have fallen unseen, because its
     * device tells of rises only (a timer): look, and answer whether it is high. NULL: never. */
    bool (*sample)(void *owner, unsigned cpu, unsigned intid);
    /* The guest ended the interrupt. NULL: nobody wants to know. */
    void (*ended)(void *owner, unsigned cpu, unsigned intid);
    /* From now on the kernel delivers the virtual timer's interrupt by itself, or does not any
     * more: then an active one stays, and its end is told like that of others. False: this kernel
     * cannot. NULL: none can. */
    bool (*deliver_timer)(void *owner, unsigned cpu, const struct gic_timer *timer);
    /* What is in the timer's list register. NULL only where deliver_timer is. */
    struct gic_timer_state (*timer_state)(void *owner, unsigned cpu);
};

/* 32 interrupts; one bit each, bit 0 is the lowest INTID. */
struct gic_bank {
    uint32_t enabled;
    uint32_t latched; /* pending by edge, by GICD_ISPENDR, or an SGI with a source */
    uint32_t line;    /* the input is high */
    uint32_t edge;    /* edge-triggered; clear: level-sensitive */
    uint32_t active;  /* by GICD_ISACTIVER alone */
    uint32_t held;    /* in a list register */
    uint32_t group1;
    uint8_t priority[32]; /* 5 bits implemented: 7 to 3 */
    uint8_t targets[32];  /* one bit a core */
};

struct gic_list {
    bool used;
    bool uncertain; /* was put over another one, whose end may still be told */
    uint8_t source; /* an SGI's sender */
    uint16_t intid;
};

struct gic_cpu {
    struct gic_bank bank; /* INTID 0 to 31 */
    uint8_t sgi_sources[GIC_SGI_COUNT];
    unsigned list_count; /* as far as known: shrinks when the hardware says so */
    uint64_t list_used;  /* one bit each */
    struct gic_list lists[GICH_LR_LIMIT];
    bool timer_reserved;    /* GIC_TIMER_LIST is kept free for the kernel, as far as known */
    struct gic_timer timer; /* as the kernel was told last */
};

struct gic {
    const struct gic_ops *ops;
    void *owner;
    unsigned cpu_count;
    unsigned line_count; /* INTIDs: a multiple of 32 */
    uint32_t control;    /* GICD_CTLR */
    struct gic_cpu cpus[GIC_CPU_MAX];
    struct gic_bank shared[GIC_SPI_BANK_MAX];
};

extern const struct bus_device_ops gicd_bus_ops;

/* As after reset. `line_count` up to GIC_LINES_MAX, `cpu_count` up to GIC_CPU_MAX. */
void gic_init(struct gic *gic, unsigned cpu_count, unsigned line_count, const struct gic_ops *ops,
              void *owner);

/* A device's output changed. Shared interrupts ignore `cpu`. Unknown INTIDs are ignored. */
void gic_set_line(struct gic *gic, unsigned cpu, unsigned intid, bool high);

/* The guest ended what was in this list register: any number, it comes from outside. */
void gic_ended(struct gic *gic, unsigned cpu, uint64_t list);

/* Puts what is pending and enabled into list registers, most urgent first, as far as they go. */
void gic_deliver(struct gic *gic, unsigned cpu);

/* For the register file. */
static inline struct gic_bank *gic_bank(struct gic *gic, unsigned cpu, unsigned index)
{
    return index == 0 ? &gic->cpus[cpu].bank : &gic->shared[index - 1];
}

static inline uint32_t gic_bank_pending(const struct gic_bank *bank)
{
    return bank->latched | (bank->line & ~bank->edge);
}

void gic_set_pending(struct gic *gic, unsigned cpu, unsigned intid);
void gic_send_sgi(struct gic *gic, unsigned from, unsigned to, unsigned intid);
void gic_resample(struct gic *gic, unsigned cpu, unsigned index, uint32_t mask);
void gic_deliver_all(struct gic *gic);
/* Tells the kernel of its timer's interrupt what has changed. */
void gic_settle_timer(struct gic *gic, unsigned cpu);
/* What the kernel has of it: bits of bank 0 that are pending, or active. */
uint32_t gic_kernel_pending(struct gic *gic, unsigned cpu);
uint32_t gic_kernel_active(struct gic *gic, unsigned cpu);

#endif
