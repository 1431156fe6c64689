/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who can reach what: every access that a plan gives to a component, or to init, one by one.
 * Stands on tool/show/view. Computed from what threads have mapped and from the capability spaces
 * they run in, CNodes reached through other CNodes included; never from who owns a record.
 */
#ifndef TOOL_SHOW_REACH_H
#define TOOL_SHOW_REACH_H

#include "tool/show/view.h"

enum reach_right {
    REACH_READ = 1 << 0,
    REACH_WRITE = 1 << 1,
    REACH_EXECUTE = 1 << 2,
    REACH_SEND = 1 << 3,    /* endpoint: a message; notification: a signal */
    REACH_RECEIVE = 1 << 4, /* likewise: wait for one */
    REACH_GRANT = 1 << 5,   /* endpoint: capabilities with the message */
    REACH_CALL = 1 << 6,    /* endpoint: messages that are answered */
    REACH_CONTROL = 1 << 7, /* whatever its capability allows; or it is part of the component */
};

enum reach_how {
    REACH_BY_MAP,    /* mapped in an address space */
    REACH_BY_CAP,    /* a capability in its capability space */
    REACH_BY_THREAD, /* a thread of it runs on it, in it, or sends its faults there */
};

/* Units [index, index + count) of an object, as one component reaches them. */
struct reach {
    uint32_t component; /* VIEW_INIT: init itself */
    uint32_t object;
    uint32_t index, count;
    unsigned rights; /* enum reach_right */
    enum reach_how how;
    bool guest;       /* by a guest, not by its monitor */
    uint64_t address; /* REACH_BY_MAP: of unit `index` */
    uint64_t badge;   /* REACH_BY_CAP */
};

struct reaches {
    struct reach *list;
    size_t count, capacity;
};

void reaches_collect(struct reaches *reaches, const struct view *view);
void reaches_release(struct reaches *reaches);

/* What is behind an object's unit: two objects may name the same memory or interrupt. */
enum reach_space {
    REACH_SPACE_OBJECT,    /* the object's alone */
    REACH_SPACE_ADDRESS,   /* physical addresses that are no free RAM */
    REACH_SPACE_FILES,     /* bytes of the image's files part */
    REACH_SPACE_INTERRUPT, /* interrupt numbers */
};

struct reach_extent {
    enum reach_space space;
    uint64_t start, end;
};

struct reach_extent reach_extent_of(const struct view *view, const struct reach *reach);

/* Bytes (or units, of interrupts) that both name; 0: they have nothing in common. */
uint64_t reach_overlap(const struct view *view, const struct reach *one, const struct reach *other);

/* "read, write"; "nothing" for 0. */
const char *reach_rights_text(unsigned rights, char *text, size_t size);

#endif
