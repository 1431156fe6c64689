/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plans made by hand for the tests of what shows them. Stands on abi and the C library.
 */
#ifndef TESTS_UNIT_AUDIT_MAKER_H
#define TESTS_UNIT_AUDIT_MAKER_H

#include <stdbool.h>

#include "abi/plan.h"

#define MAKER_MAX 1024

/* Zero is empty. Records go to the component that was begun last. */
struct maker {
    struct plan_header header;
    struct plan_component components[PLAN_COMPONENT_MAX + 1];
    struct plan_object objects[MAKER_MAX];
    struct plan_map maps[MAKER_MAX];
    struct plan_fill fills[MAKER_MAX];
    struct plan_cap caps[MAKER_MAX];
    struct plan_budget budgets[MAKER_MAX];
    struct plan_interrupt interrupts[MAKER_MAX];
    struct plan_thread threads[MAKER_MAX];
    char strings[MAKER_MAX * 16];
    uint32_t count[PLAN_TABLE_COUNT];
};

/* Returns its index. The first is the system. */
uint32_t maker_component(struct maker *maker, const char *name, enum plan_kind kind);

/* Each returns the object's index. */
uint32_t maker_object(struct maker *maker, const char *name, enum plan_type type, uint32_t count);
uint32_t maker_object_at(struct maker *maker, const char *name, enum plan_type type, uint32_t count,
                         uint16_t flags, uint64_t address);

void maker_map(struct maker *maker, uint32_t vspace, uint32_t object, uint32_t index,
               uint32_t count, uint32_t flags);
void maker_cap(struct maker *maker, uint32_t cnode, uint32_t object, uint32_t rights);
/* Its TCB is made too. */
struct plan_thread *maker_thread(struct maker *maker, const char *name, uint32_t cnode,
                                 uint32_t vspace);

/* The plan's bytes, for free(). */
void *maker_finish(struct maker *maker, size_t *size);

/* Two VMs with a console, as the tool would plan them, in `maker`. */
struct two_linux {
    uint32_t linux1, linux2, console;                   /* components */
    uint32_t linux1_space, linux2_space, console_space; /* address spaces of the programs */
    uint32_t linux1_guest, linux2_guest;                /* and of the guests */
    uint32_t linux1_cnode, linux2_cnode, console_cnode;
    uint32_t linux1_ram, linux2_ram;
    uint32_t linux1_doorbell, linux2_doorbell; /* notifications that the console signals */
    uint32_t console_bell;                     /* and that it waits at */
    uint32_t kernel;                           /* file */
};
void maker_two_linux(struct maker *maker, struct two_linux *system);

/* A channel of these two, as the tool would plan it: the objects of its regions, linux1's first. */
struct maker_channel {
    uint32_t regions[2];
};
struct maker_channel maker_add_channel(struct maker *maker, const struct two_linux *system,
                                       bool one_way);

#endif
