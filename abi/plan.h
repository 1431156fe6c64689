/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plan: what the tool compiles a manifest to and init replays. Every kernel object, capability,
 * mapping, thread and budget of the running system stands here; nothing at run time adds to it.
 * Stands on freestanding C alone; holds the layout, no behaviour. libs/plan judges one.
 *
 *   struct plan_header
 *   tables     each 8-byte aligned, in the order of enum plan_table, records without gaps
 *   strings    the last table: names, each ending in NUL
 *
 * All numbers are little-endian. Records refer to each other by index, to files by their offset in
 * the image's files part (abi/image.h).
 *
 * Components. Record 0 is the system: what outlives everyone, made once. Every other component is
 * a process (a VM's monitor with its guest, or a native program): its records are what one life of
 * it is made of. Restarting it is: revoke its untypeds, delete the other capabilities init made for
 * it, and replay its records again. So a component's records may refer to the system's and to its
 * own, never to another's. Components stand in ascending order, and so do their ranges in every
 * table: no gaps, no overlap.
 *
 * Slots. `slot` is a place in init's CNode, counted from the first empty one that bootinfo tells.
 * The tool gives every slot out; no two records share one, but for maps that name their object's.
 */
#ifndef ABI_PLAN_H
#define ABI_PLAN_H

#include <stddef.h>
#include <stdint.h>

#define PLAN_MAGIC         UINT64_C(0x00006e616c504842) /* "BHPlan\0\0" */
#define PLAN_VERSION       2
#define PLAN_NONE          UINT32_MAX       /* no record */
#define PLAN_INIT          (UINT32_MAX - 1) /* in place of a VSpace: init's own */
#define PLAN_COMPONENT_MAX 62               /* badges are bits of a word, see below */
#define PLAN_CORE_MAX      8

enum plan_table {
    PLAN_COMPONENTS,
    PLAN_OBJECTS,
    PLAN_MAPS,
    PLAN_FILLS,
    PLAN_CAPS,
    PLAN_BUDGETS,
    PLAN_INTERRUPTS,
    PLAN_THREADS,
    PLAN_STRINGS, /* count is in bytes */
    PLAN_TABLE_COUNT,
};

struct plan_extent {
    uint32_t offset; /* from the plan's start */
    uint32_t count;  /* of records */
};

struct plan_header {
    uint64_t magic;    /* PLAN_MAGIC */
    uint32_t version;  /* PLAN_VERSION */
    uint32_t checksum; /* CRC-32 (abi/crc32.h) of everything behind this field */
    uint64_t size;     /* of the whole plan */

    uint32_t core_count; /* cores the plan uses: 0 .. core_count - 1 */
    uint32_t slot_count; /* slots it needs in init's CNode */

    /* Init itself. */
    uint32_t endpoint; /* object: where components call init and where faults come */
    uint32_t ready;    /* object: the notification bound to init's thread */
    uint8_t priority;  /* once everything runs */
    uint8_t core;
    uint8_t board_off; /* enum plan_board_off */
    uint8_t reserved0;
    uint32_t board;     /* string: the board it was made for */
    uint32_t budget_us; /* of init once everything runs */
    uint32_t period_us;
    uint64_t window; /* two free pages in init's address space whose page table the plan maps */

    /* Init's log until a console component takes over: the UART's registers as the plan maps them
     * into init, and its device-tree "compatible". log_uart 0: none. */
    uint64_t log_uart;
    uint32_t log_compatible;
    uint32_t log_keep; /* 1: init's own for ever; 0: only until components start */
    /* Init's end of a console channel (abi/vchan.h), used once components started. 0: none. The
     * console signals init with PLAN_BADGE_READY(0). */
    uint64_t log_own;
    uint64_t log_peer;
    uint32_t log_doorbell; /* object: the notification that tells the reader, or PLAN_NONE */
    uint32_t log_channel;  /* number of the channel (abi/console.h): the badge to tell it by */

    struct plan_extent tables[PLAN_TABLE_COUNT];
};

enum plan_board_off {
    PLAN_BOARD_OFF_NEVER = 0,
    PLAN_BOARD_OFF_IDLE = 1, /* when every VM is off and will not be started again */
};

enum plan_kind {
    PLAN_KIND_SYSTEM = 0,
    PLAN_KIND_VM = 1, /* off when its guest is; ready once its guest may run */
    PLAN_KIND_NATIVE = 2,
    PLAN_KIND_CONSOLE = 3, /* may ask init about every component, restart and stop them */
};

enum plan_restart {
    PLAN_RESTART_NEVER = 0,
    PLAN_RESTART_ON_FAILURE = 1, /* a fault, a failure, a guest's reset (a panic looks like one) */
    PLAN_RESTART_ALWAYS = 2,
};

struct plan_range {
    uint32_t first, count;
};

/* One range a table, tables PLAN_OBJECTS to PLAN_THREADS; those of a component follow those of the
 * component before. Index with PLAN_RANGE(). */
#define PLAN_RANGE_COUNT  (PLAN_THREADS - PLAN_OBJECTS + 1)
#define PLAN_RANGE(table) ((table) - PLAN_OBJECTS)

struct plan_component {
    uint32_t name;          /* string */
    uint8_t kind;           /* enum plan_kind */
    uint8_t restart;        /* enum plan_restart */
    uint16_t restart_limit; /* restarts by PLAN_RESTART_ON_FAILURE, 0: no limit */
    struct plan_range ranges[PLAN_RANGE_COUNT];
};

/*
 * Objects. `parent` is the untyped they are made from, or PLAN_NONE: then they come from the
 * machine's free RAM or, with PLAN_AT_ADDRESS, are at `address` in memory that is no free RAM, or,
 * with PLAN_IN_FILES, are `address` bytes into the image's files part. The tool orders objects of
 * one untyped by falling size and sums them exactly, so that they always fit. `count` alike
 * objects take neighbouring slots and, at an address, neighbouring places. Objects at an address
 * ascend, and so do objects in files.
 */
enum plan_type {
    PLAN_TYPE_UNTYPED = 1, /* size_bits: of its bytes */
    PLAN_TYPE_TCB = 2,
    PLAN_TYPE_ENDPOINT = 3,
    PLAN_TYPE_NOTIFICATION = 4,
    PLAN_TYPE_CNODE = 5,         /* size_bits: of its slots */
    PLAN_TYPE_SCHED_CONTEXT = 6, /* size_bits: of its bytes */
    PLAN_TYPE_REPLY = 7,
    PLAN_TYPE_VSPACE = 8, /* gets an ASID when it is made */
    PLAN_TYPE_PAGE_TABLE = 9,
    PLAN_TYPE_SMALL_PAGE = 10, /* 4 KiB */
    PLAN_TYPE_LARGE_PAGE = 11, /* 2 MiB */
    PLAN_TYPE_VCPU = 12,
    PLAN_TYPE_INTERRUPT = 13, /* a handler; address: its number; of the system only */
    PLAN_TYPE_COUNT,
};

#define PLAN_AT_ADDRESS 1u
#define PLAN_IN_FILES   2u
#define PLAN_EDGE       4u /* an interrupt: triggered by an edge, not a level */

struct plan_object {
    uint32_t name; /* string: what it is for, for messages and reports */
    uint8_t type;  /* enum plan_type */
    uint8_t size_bits;
    uint16_t flags;
    uint32_t count;
    uint32_t parent; /* object or PLAN_NONE */
    uint64_t address;
    uint32_t slot;     /* the first of `count` */
    uint32_t reserved; /* 0 */
};

/* A mapping of `count` objects from `index` on, at neighbouring addresses. `slot`: the object's own
 * (object.slot + index), or the first of `count` slots for copies made first. Page tables stand
 * before what they hold, upper before lower. */
#define PLAN_MAP_READ    1u
#define PLAN_MAP_WRITE   2u
#define PLAN_MAP_EXECUTE 4u
#define PLAN_MAP_DEVICE  8u /* uncached */

struct plan_map {
    uint32_t vspace; /* object or PLAN_INIT */
    uint32_t object;
    uint32_t index;
    uint32_t count;
    uint64_t address;
    uint32_t slot;
    uint32_t flags; /* PLAN_MAP_... */
};

/* `size` bytes of the image's files at `source`, copied into pages of 4 KiB at every start:
 * `source` is on a page, and the first byte goes to the first byte of page `index` of `object`.
 * The pages in files that hold it are object `files`, from its page `files_index` on. */
struct plan_fill {
    uint32_t object;
    uint32_t index;
    uint32_t files;
    uint32_t files_index;
    uint64_t size;
};

/* A capability in a component's own CNode. `end` makes it the bell of a channel (abi/vchan.h),
 * which signals who has the other end: the pages that start with the header of this component's.
 * When the component has ended, init closes that end for it and rings. */
struct plan_cap {
    uint32_t cnode; /* object */
    uint32_t slot;  /* in that CNode */
    uint32_t object;
    uint32_t index;
    uint32_t rights; /* bits as in the seL4 ABI: write 1, read 2, grant 4, grant reply 8 */
    uint32_t end;    /* object of the system's, or PLAN_NONE */
    uint64_t badge;  /* 0: a plain copy */
};

/* Time: configures a scheduling context. budget == period: round robin. */
struct plan_budget {
    uint32_t object;
    uint32_t core;
    uint64_t budget_us;
    uint64_t period_us;
    uint32_t extra_refills;
    uint32_t reserved;
};

/* An interrupt that signals a notification with a badge. `slot`: of the badged copy. */
struct plan_interrupt {
    uint32_t object;
    uint32_t notification;
    uint64_t badge;
    uint32_t slot;
    uint32_t reserved;
};

/*
 * A thread. At boot all are configured first, those of every component, then those with
 * PLAN_THREAD_START start, in order; after a restart the component's own likewise.
 *
 * `fault_endpoint`/`fault_badge`/`fault_slot`: where its faults go; the slot takes the badged copy
 * (write and grant rights).
 * `notification` is bound to it; `lent` is a scheduling context bound to that notification.
 * `heir`: when the component is ready (abi/component.h), the scheduling context leaves this thread
 * and is bound to thread object `heir`. Not before is `notification` bound to this one.
 */
#define PLAN_THREAD_START 1u
#define PLAN_THREAD_VCPU  2u /* runs a guest: `vcpu` is set to it, no registers are written */

struct plan_thread {
    uint32_t name;
    uint32_t tcb;
    uint32_t cnode; /* its capability space; slot numbers are pointers (guard of zeros) */
    uint32_t vspace;
    uint32_t buffer; /* object: 4 KiB page of the IPC buffer, or PLAN_NONE: then 0 follows */
    uint32_t buffer_index;
    uint64_t buffer_address;
    uint32_t fault_endpoint;
    uint32_t fault_slot;
    uint64_t fault_badge;
    uint32_t sched_context; /* or PLAN_NONE */
    uint32_t notification;  /* or PLAN_NONE */
    uint32_t lent;          /* or PLAN_NONE */
    uint32_t heir;          /* TCB object or PLAN_NONE */
    uint32_t vcpu;          /* or PLAN_NONE */
    uint32_t flags;
    uint8_t priority;
    uint8_t reserved[7];
    uint64_t entry;
    uint64_t arguments[5]; /* x0 to x4; init adds to x4 how often it started the component before */
};

/* Badges at init. Messages at its endpoint: BADGE_MESSAGE and the component's index, and for a
 * fault BADGE_FAULT and, from bit 8 on, which of its threads. Signals at its notification: the bit
 * of the component's index. */
#define PLAN_BADGE_MESSAGE              (UINT64_C(1) << 63)
#define PLAN_BADGE_FAULT                (UINT64_C(1) << 62)
#define PLAN_BADGE_CALL_FROM(component) (PLAN_BADGE_MESSAGE | (component))
#define PLAN_BADGE_FAULT_OF(component, thread) \
    (PLAN_BADGE_MESSAGE | PLAN_BADGE_FAULT | (uint64_t)(thread) << 8 | (component))
#define PLAN_BADGE_READY(component) (UINT64_C(1) << (component))

_Static_assert(sizeof(struct plan_component) == 64, "part of the plan format");
_Static_assert(sizeof(struct plan_object) == 32, "part of the plan format");
_Static_assert(sizeof(struct plan_map) == 32, "part of the plan format");
_Static_assert(sizeof(struct plan_fill) == 24, "part of the plan format");
_Static_assert(sizeof(struct plan_cap) == 32, "part of the plan format");
_Static_assert(sizeof(struct plan_budget) == 32, "part of the plan format");
_Static_assert(sizeof(struct plan_interrupt) == 24, "part of the plan format");
_Static_assert(sizeof(struct plan_thread) == 128, "part of the plan format");

#endif
