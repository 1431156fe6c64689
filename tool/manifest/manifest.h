/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A manifest as it was read: what the user wrote, checked for itself, defaults filled in, each
 * value with where it stands. Stands on the C library; what depends on the board comes later
 * (tool/board, tool/plan). docs/manifest.md is the same for users.
 */
#ifndef TOOL_MANIFEST_MANIFEST_H
#define TOOL_MANIFEST_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MANIFEST_NAME_MAX 31 /* letters, digits, '-', '_'; a letter first */
#define MANIFEST_CORE_MAX 8

/* Where a value stands: line and column count from 1. Line 0: a default, nobody wrote it. */
struct place {
    unsigned line, column;
};

struct text {
    const char *value; /* NULL: absent */
    struct place place;
};

struct number {
    uint64_t value;
    struct place place;
};

/* -1 in `value`: the tool chooses. */
struct core {
    int value;
    struct place place;
};

/* Budget of each period in microseconds. budget == period: all that others leave, in turns. */
struct time_share {
    struct number budget_us, period_us;
};

enum restart_policy {
    RESTART_NEVER,
    RESTART_ON_FAILURE,
    RESTART_ALWAYS,
};

struct restart {
    enum restart_policy policy;
    unsigned limit; /* with RESTART_ON_FAILURE: 0 is no limit */
    struct place place;
};

/* A device of the board by its device-tree path or alias. */
struct device_use {
    struct text path;
};

enum file_source {
    FILE_ABSENT,
    FILE_BUILT_IN, /* `debian` or `demo`: what the build brings */
    FILE_PATH,     /* relative to the manifest's folder; `path` is already joined */
};

struct file_use {
    enum file_source source;
    struct text text; /* as written */
    const char *path; /* to open; NULL unless it is a FILE_PATH */
};

#define MANIFEST_SEED_BYTES 32

enum seed_source {
    SEED_OF_BOARD, /* what the board's device tree has, or else none */
    SEED_ABSENT,
    SEED_RANDOM, /* drawn when the plan is made */
    SEED_GIVEN,
};

struct seed {
    enum seed_source source;
    uint8_t bytes[MANIFEST_SEED_BYTES]; /* SEED_GIVEN */
    struct place place;
};

/* Where a guest finds things: `map`. What it is not told the tool chooses; `place` tells which. */
struct manifest_map {
    struct number ram, gicd, gicc, uart, bells;
    struct number uart_interrupt;
    struct number kernel, tree, initrd;
};

/* How often a monitor has its time for others than its guest anew: channels, the console. */
#define MANIFEST_EVENTS_PERIOD_US 10000

struct manifest_vm {
    struct text name;
    struct file_use kernel, initrd;
    struct file_use tree;    /* `dtb`: in place of the generated one */
    struct file_use overlay; /* `overlay`: applied to the generated one */
    struct text bootargs;
    struct seed seed;
    struct number memory; /* bytes, a multiple of 2 MiB */
    struct manifest_map map;
    struct number cpus;                   /* 1 .. MANIFEST_CORE_MAX */
    struct core cores[MANIFEST_CORE_MAX]; /* one each vCPU */
    struct number priority;               /* of its vCPUs; its monitor runs one above */
    struct time_share time;               /* of each vCPU */
    struct number events_us;              /* of each MANIFEST_EVENTS_PERIOD_US, its monitor's */
    bool console;
    struct place console_place;
    struct restart restart;
    struct device_use *devices;
    size_t device_count;
    bool report_exits;  /* `report-exits` */
    struct place place; /* of the whole entry */
};

enum share_rights {
    SHARE_READ = 1,
    SHARE_WRITE = 2,
};

struct manifest_component {
    struct text name;
    struct file_use elf;
    struct text *arguments;
    size_t argument_count;
    struct number priority;
    struct time_share time;
    struct core core;
    bool console;
    struct place console_place;
    struct restart restart;
    struct device_use *devices;
    size_t device_count;
    struct place place;
};

/* Memory several can reach: `shared`. */
struct manifest_sharer {
    struct text name;      /* of a component or VM */
    unsigned rights;       /* enum share_rights */
    struct number address; /* value 0: the tool chooses. A component's own address; a guest's IPA */
};

struct manifest_shared {
    struct text name;
    struct number size; /* bytes, a multiple of 4 KiB */
    struct manifest_sharer *sharers;
    size_t sharer_count;
    struct place place;
};

/* Two that send to each other: `channels`. Values of an end that nobody wrote the tool chooses. */
struct manifest_end {
    struct text name;        /* of a VM or component */
    struct number own, peer; /* where it sees what it writes, and what it reads */
    struct number interrupt; /* of a guest */
};

struct manifest_channel {
    struct text name;
    struct manifest_end *ends; /* two; the first is a */
    size_t end_count;
    struct number size; /* bytes that can be on their way, each way */
    bool one_way;       /* from a to b alone */
    struct number port; /* of the older interface; 0: none */
    struct place place;
};

/* The console component: `console`. */
struct manifest_console {
    bool present; /* false: `console: none`, or nobody has one */
    bool mixed;
    struct text uart; /* path or alias; NULL: the board's */
    struct text log;
    struct number priority;
    struct time_share time;
    struct core core;
    struct place place;
};

enum board_off {
    BOARD_OFF_DEFAULT, /* when idle, if there is no native component; else never */
    BOARD_OFF_IDLE,
    BOARD_OFF_NEVER,
};

struct manifest {
    const char *path; /* of the file, as it was given */
    struct text board;
    struct manifest_vm *vms;
    size_t vm_count;
    struct manifest_component *components;
    size_t component_count;
    struct manifest_shared *shared;
    size_t shared_count;
    struct manifest_channel *channels;
    size_t channel_count;
    struct manifest_console console;
    struct time_share init_time; /* `init`: of init, once everything runs */
    struct number init_priority;
    struct core init_core;
    enum board_off board_off;
    struct place board_off_place;
    void *storage; /* everything above, for manifest_release() */
};

/*
 * Errors: collected, not just the first, in the order of their places; printed one a line as
 * "FILE:LINE:COLUMN: WHAT: HOW TO MEND IT".
 */
struct complaints;

/* Reads, checks and fills in. NULL: see the complaints. What it answers is the caller's, for
 * manifest_release(), and holds no pointer into the complaints or back. */
struct manifest *manifest_read(const char *path, struct complaints *complaints);

/* The same of a text in memory; `path` is what it is called, and its folder the one that files are
 * relative to. */
struct manifest *manifest_read_text(const char *path, const void *text, size_t size,
                                    struct complaints *complaints);
void manifest_release(struct manifest *manifest); /* NULL: nothing */

#endif
