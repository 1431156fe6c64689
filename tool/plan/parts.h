/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of a system, as each adds itself to the builder. Not for others than tool/plan.
 */
#ifndef TOOL_PLAN_PARTS_H
#define TOOL_PLAN_PARTS_H

#include "tool/plan/blob.h"
#include "tool/plan/builder.h"

/* A component: what VMs, the console and native programs have in common. */
struct process {
    uint32_t component;
    const char *name;
    handle_t cnode, vspace, tcb, buffer;
    handle_t notification; /* the system's */
    uint64_t entry;
    struct space *space;
};

/* What is asked for; `slot_bits` of its CNode. */
struct process_request {
    const char *name;
    enum plan_kind kind;
    struct restart restart;
    const struct file *program;
    const char *program_key; /* of the manifest, for complaints */
    struct place place;      /* of the program */
    unsigned slot_bits;
    const handle_t *notification; /* made before; NULL: it gets one */
};

/* False after a complaint. */
bool process_begin(struct builder *builder, const struct process_request *request,
                   struct process *process);
void process_cap(struct builder *builder, const struct process *process, uint32_t slot,
                 handle_t object, uint32_t rights, uint64_t badge);
/* The bell of a channel whose end `end` this process writes: init closes that when the process has
 * ended. */
void process_bell(struct builder *builder, const struct process *process, uint32_t slot,
                  handle_t notification, uint64_t badge, handle_t end);
handle_t process_object(struct builder *builder, const struct process *process, const char *name,
                        enum plan_type type, unsigned size_bits, uint32_t count);
/* What a process of that name is to wait for; the system's. */
handle_t process_notification(struct builder *builder, const char *name);
/* A scheduling context with its time. */
handle_t process_time(struct builder *builder, const struct process *process, const char *name,
                      uint32_t core, const struct time_share *time);
/* Its configuration, finished, and its first thread, which starts with it. */
void process_finish(struct builder *builder, const struct process *process, struct blob *config,
                    struct plan_thread thread);

/* Devices: whoever gets one claims it, so that nobody else can. */
struct device {
    struct board_device board;
    handle_t frames[BOARD_DEVICE_REG_MAX]; /* pages around each of its registers */
    handle_t handlers[BOARD_DEVICE_INTERRUPT_MAX];
};

void devices_begin(struct builder *builder);
bool device_claim(struct builder *builder, const char *owner, const struct text *path,
                  const char *key, struct device *device);
/* Maps its registers; `addresses` tells where each entry of `reg` is. */
void device_map(struct builder *builder, struct space *space, const struct device *device,
                uint64_t addresses[BOARD_DEVICE_REG_MAX]);
/* The two pages of the virtual CPU interface, made once. False after a complaint at `place`. */
bool gicv_pages(struct builder *builder, struct place place, handle_t pages[2]);

/* What init itself has, before all others. */
void system_begin(struct builder *builder);
/* The UART it logs to. `keep`: its own for ever, not just until a console starts. */
void system_map_log(struct builder *builder, const struct device *log, const char *source,
                    bool keep);

/* The console. */
struct console {
    struct process process;
    struct device uart;
    struct blob config;
    unsigned channel_count;
};

/* How the console tells the other end of a channel. */
struct console_bell {
    handle_t notification;
    uint64_t badge;
};

/* What the other end of a channel gets. */
struct console_end {
    uint64_t own, peer;
    uint64_t badge;
    handle_t output; /* the region that the owner of this end writes */
};

bool console_begin(struct builder *builder, struct console *console);
/* A channel for `component`, mapped in `space`. `status`: a page of that side's, or PLAN_NONE. */
struct console_end console_connect(struct builder *builder, struct console *console,
                                   const char *name, uint32_t component, struct space *space,
                                   struct console_bell doorbell, handle_t status);
void console_finish(struct builder *builder, struct console *console);

/* VMs and native components. `console` NULL: there is none. */
bool vm_add(struct builder *builder, unsigned index, struct console *console);
bool native_add(struct builder *builder, unsigned index, struct console *console);

/* Memory that several can reach. */
void shared_begin(struct builder *builder);
struct shared_map {
    const struct manifest_shared *shared;
    uint64_t address;
    struct place place; /* of the address; line 0: chosen */
    unsigned rights;
};
/* Maps all that `name` shares, where it is written or where there is room. `found` has one entry
 * each of the manifest's `shared`. False after a complaint. */
bool shared_map(struct builder *builder, struct space *space, const char *name, bool guest,
                struct shared_map *found, size_t *count);
/* Its nodes in a configuration (abi/component.h). */
void shared_describe(struct builder *builder, struct blob *config, const struct shared_map *maps,
                     size_t count);

/* Channels. Who has an end is told by a number: VMs first, then components. The notification of
 * each is made here, as others have a capability for it. */
void channels_begin(struct builder *builder);
const handle_t *channels_bell(const struct builder *builder, unsigned owner);
unsigned channels_count(const struct builder *builder, unsigned owner);
/* Maps what has an address written down, before others choose theirs. False after a complaint. */
bool channels_place(struct builder *builder, unsigned owner, struct space *space);
/* Maps the ends of one owner in `space`, a guest's or the component's own, gives the process the
 * bells of the others from slot `first_doorbell` on, and describes all (abi/vmm.h,
 * abi/component.h). */
void channels_connect(struct builder *builder, const struct process *process, unsigned owner,
                      struct space *space, uint32_t first_doorbell, struct blob *config);

/* The core something runs on: as written, or else `chosen`. Complains beyond the board's. */
bool core_choose(struct builder *builder, const struct core *core, unsigned chosen,
                 uint32_t *found);

/* What the board has enough of, or not. */
void check_counts(struct builder *builder);
void check_time(struct builder *builder);
void check_memory(struct builder *builder, const struct plan_result *result);

#endif
