/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The isolation report: what any two components of a plan can both reach, where information could
 * flow, who could make new objects, and which devices could write memory by themselves.
 * Stands on tool/show/reach and device; reads the plan's records and the board's device tree, and
 * never the manifest. docs/audit.md tells how to read the report.
 */
#ifndef TOOL_SHOW_AUDIT_H
#define TOOL_SHOW_AUDIT_H

#include <stdio.h>

#include "tool/show/device.h"
#include "tool/show/reach.h"

enum audit_kind {
    AUDIT_MEMORY,        /* RAM */
    AUDIT_FILE,          /* of the image */
    AUDIT_DEVICE,        /* registers */
    AUDIT_CPU_INTERFACE, /* the hardware's virtual CPU interface: no flow, see device.c */
    AUDIT_ENDPOINT,
    AUDIT_NOTIFICATION,
    AUDIT_OBJECT, /* thread, CNode, scheduling context, interrupt...: who shares one can signal */
    AUDIT_KIND_COUNT,
};

/* One object that two components reach, `one` < `other`. */
struct audit_share {
    uint32_t one, other;
    uint32_t object;
    uint64_t address; /* physical, or in the files part, when the object has such */
    uint64_t size;    /* bytes of memory in common, 0 for what is no memory */
    unsigned rights_one, rights_other;
    enum audit_kind kind;
    bool forth; /* information could flow from `one` to `other` */
    bool back;
    uint64_t writers; /* memory and files: components that can write it, a bit each */
};

enum audit_power {
    AUDIT_POWER_UNTYPED,
    AUDIT_POWER_CNODE,
    AUDIT_POWER_SPACE,  /* address space or page table: map frames there */
    AUDIT_POWER_THREAD, /* set registers, start and stop */
    AUDIT_POWER_GRANT,  /* an endpoint by which capabilities can be passed on */
    AUDIT_POWER_TIME,   /* scheduling context */
    AUDIT_POWER_COUNT,
};

/* A capability by which new ones can be made or passed on, or others be controlled. */
struct audit_authority {
    enum audit_power power;
    uint32_t holder; /* component; VIEW_INIT: kept by init */
    uint32_t object;
    uint32_t victim; /* the component whose object it is, or that it is made for */
    bool guest;
};

/* A device that somebody holds. */
struct audit_device {
    uint64_t address, size;
    struct device device;
    uint64_t holders; /* components, a bit each */
};

struct audit {
    struct view view;
    struct reaches reaches;
    struct device_map device_map;
    uint64_t trusted; /* console and init, a bit each */
    struct audit_share *shares;
    size_t share_count;
    struct audit_authority *authorities;
    size_t authority_count;
    struct audit_device *devices;
    size_t device_count;
};

/* `plan` and `tree` (NULL: nothing is known of the board's devices) must outlive the audit. */
bool audit_make(struct audit *audit, const void *plan, size_t size, const void *tree,
                struct fault *fault);
void audit_release(struct audit *audit);

/* A component by its name, "init" included; false: there is none. */
bool audit_find(const struct audit *audit, const char *name, uint32_t *component);

/* Could a device of this one write all memory? */
bool audit_is_dma_threat(const struct audit_device *device);

/* A way that information could take: from `hops[0]` on to `hops[length - 1]`. */
struct audit_path {
    unsigned length; /* 0: there is none */
    uint32_t hops[PLAN_COMPONENT_MAX + 2];
    /* By what it gets from hop i to the next: a share, or by DMA, or by what init holds. */
    const struct audit_share *shares[PLAN_COMPONENT_MAX + 2];
    const struct audit_device *devices[PLAN_COMPONENT_MAX + 2];
};

/* Trusted components in between count only if `strict`. */
struct audit_path audit_find_path(const struct audit *audit, uint32_t from, uint32_t to,
                                  bool strict);

/* A pair between which no information may flow. */
struct audit_rule {
    uint32_t one, other;
};

struct audit_question {
    const struct audit_rule *rules;
    size_t rule_count;
    bool strict;
};

/* Both print the whole report and return how many rules are broken. */
unsigned audit_print(const struct audit *audit, const struct audit_question *question,
                     FILE *stream);
unsigned audit_print_json(const struct audit *audit, const struct audit_question *question,
                          FILE *stream);

/* What the kernel hands to the root task, and who holds it once components run: the plan has no
 * record that could give one of these to a component. Ends with a NULL name. */
struct audit_control {
    const char *name, *holder, *why;
    unsigned board_off; /* a bit each enum plan_board_off that it is true of */
};
extern const struct audit_control AUDIT_CONTROLS[];
bool audit_has_control(const struct audit *audit, const struct audit_control *control);

/* Shared by both reports. */
const char *audit_kind_name(enum audit_kind kind);
const char *audit_power_name(enum audit_power power);
const char *audit_hop_text(const struct audit *audit, const struct audit_path *path, unsigned hop,
                           char *text, size_t size);

#endif
