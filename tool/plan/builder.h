/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plan while it is made: records in the order they came, each marked with its component, objects
 * named by handles. finish.c puts them in the plan's order. Not for others than tool/plan.
 */
#ifndef TOOL_PLAN_BUILDER_H
#define TOOL_PLAN_BUILDER_H

#include "tool/manifest/storage.h"
#include "tool/plan/plan.h"

#define PAGE_BITS         12
#define PAGE_BYTES        (UINT64_C(1) << PAGE_BITS)
#define LARGE_BITS        21
#define LARGE_BYTES       (UINT64_C(1) << LARGE_BITS)
#define SPACE_END         (UINT64_C(1) << 40) /* of an address space */
#define SYSTEM            0u                  /* the component that owns what outlives the others */

/* Rights of capabilities, as in the seL4 ABI. */
#define RIGHT_WRITE       1u
#define RIGHT_READ        2u
#define RIGHT_GRANT       4u
#define RIGHT_GRANT_REPLY 8u
#define RIGHTS_ALL        15u

/* Names an object: an index of builder.objects, or PLAN_NONE, or PLAN_INIT. */
typedef uint32_t handle_t;

#define NO_FILE UINT32_MAX

struct build_object {
    uint32_t component;
    const char *name;
    enum plan_type type;
    uint8_t size_bits;
    uint16_t flags;
    uint32_t count;
    uint64_t address;
    uint32_t slot;
    uint32_t file;   /* its pages hold this stored file, or NO_FILE */
    bool mapped;     /* its own slot is used by a map */
    uint32_t record; /* finish.c: its first record; it may become several */
};

struct build_map {
    uint32_t component;
    struct plan_map record;
};
struct build_fill {
    uint32_t component;
    struct plan_fill record;
};
struct build_cap {
    uint32_t component;
    struct plan_cap record;
};
struct build_budget {
    uint32_t component;
    struct plan_budget record;
    struct place place;
};
struct build_interrupt {
    uint32_t component;
    struct plan_interrupt record;
};
struct build_thread {
    uint32_t component;
    const char *name;
    struct plan_thread record;
};

struct build_component {
    const char *name;
    enum plan_kind kind;
    enum plan_restart restart;
    unsigned restart_limit;
};

/* Addresses kept free for what the plan does not map. */
struct kept {
    uint64_t from, size;
};

#define KEPT_MAX 3

/* An address space: the maps it wants; finish.c adds the page tables. */
struct space {
    handle_t vspace; /* or PLAN_INIT */
    uint32_t component;
    struct bytes maps; /* struct plan_map */
    uint64_t next_region;
    uint64_t next_file;
    uint64_t window; /* its page table is wanted, too; 0: none */
    struct kept kept[KEPT_MAX];
    unsigned kept_count;
    struct space *next;
};

/* A file of the image's files part. */
struct stored_file {
    const void *data;
    size_t size;
    bool large;
    handle_t object;
    uint64_t offset; /* finish.c */
};

struct builder {
    const struct manifest *manifest;
    const struct board *board;
    const struct plan_inputs *inputs;
    struct complaints *complaints;
    struct storage *storage;
    struct plan_header header;
    struct bytes components, objects, maps, fills, caps, budgets, interrupts, threads;
    struct bytes files; /* struct stored_file */
    struct bytes facts;
    struct bytes claims;         /* devices.c */
    struct bytes opened;         /* struct file *, store.c */
    const struct file *unpacked; /* the last guest's kernel that was seen to unpack, vm.c */
    struct bytes shared;         /* handle_t, one each of the manifest's `shared` */
    struct bytes channels;       /* channel.c */
    struct bytes bells;          /* handle_t, the notification of each VM and component */
    handle_t gicv[2];            /* or PLAN_NONE */
    struct space *spaces, **last_space;
    struct space init;
    uint32_t slot_count;
    uint32_t core_count;
    const char *log_compatible;
};

/* Records. */
handle_t build_object(struct builder *builder, struct build_object object);
struct build_object *object_of(const struct builder *builder, handle_t handle);
unsigned object_bits(const struct build_object *object); /* of the bytes of one */
uint32_t build_slots(struct builder *builder, uint32_t count);
uint32_t build_component(struct builder *builder, struct build_component component);
void build_cap(struct builder *builder, uint32_t component, struct plan_cap cap);
void build_fill(struct builder *builder, uint32_t component, struct plan_fill fill);
void build_budget(struct builder *builder, uint32_t component, struct plan_budget budget,
                  struct place place);
void build_interrupt(struct builder *builder, uint32_t component, struct plan_interrupt interrupt);
void build_thread(struct builder *builder, uint32_t component, const char *name,
                  struct plan_thread thread);
char *build_text(struct builder *builder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A path's last part: what a plan calls a file, wherever that lies on the host. */
const char *file_name(const char *path);

/* Facts. `source_of`: "line 7" or "default". */
void build_fact(struct builder *builder, const char *subject, const char *what, const char *source,
                const char *format, ...) __attribute__((format(printf, 5, 6)));
const char *source_of(struct builder *builder, struct place place);

/* Address spaces. A map of what the component does not own takes copies of the capabilities. */
void space_begin(struct builder *builder, struct space *space, handle_t vspace, uint32_t component);
void space_map(struct builder *builder, struct space *space, handle_t object, uint32_t index,
               uint32_t count, uint64_t address, uint32_t flags);
/* No more than KEPT_MAX of them. */
void space_keep(struct space *space, uint64_t from, uint64_t size);
/* At the next free address for regions; answers it. A page stays free behind it, if it was chosen
 * right behind another. */
uint64_t space_map_region(struct builder *builder, struct space *space, handle_t object,
                          uint32_t flags);
uint64_t space_map_file(struct builder *builder, struct space *space, uint32_t file);
/* Whether nothing of `size` bytes at `address` is mapped yet, or kept free. */
bool space_is_free(const struct builder *builder, const struct space *space, uint64_t address,
                   uint64_t size);

/* Files: keeps each content once. `data` must live until the plan is finished. `small`: by 4 KiB
 * pages whatever its size. */
uint32_t store_add(struct builder *builder, const char *name, const void *data, size_t size,
                   bool small);
struct stored_file *stored_file(const struct builder *builder, uint32_t file);
handle_t store_object(struct builder *builder, uint32_t file);

/* Reads a file once and keeps it; NULL after a complaint at `place`. */
const struct file *load_file(struct builder *builder, const char *path, struct place place,
                             const char *key);
/* Of a file that cannot be used for the reason that `fault` gives. Always false. */
bool complain_of_file(struct builder *builder, struct place place, const char *key,
                      const char *path, const struct fault *fault, const char *remedy);
/* One of the files that we build. */
const struct file *load_own(struct builder *builder, const char *path);

/* The order of the plan, and its bytes. */
void finish(struct builder *builder, struct plan_result *result);

#endif
