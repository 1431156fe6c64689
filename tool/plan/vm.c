/* SPDX-License-Identifier: BSD-2-Clause */
/* A VM: the process of its monitor, and its guest. */
#include "tool/plan/parts.h"

#include <inttypes.h>
#include <string.h>
#include <sys/random.h>

#include "abi/component.h"
#include "abi/console.h"
#include "abi/vmm.h"
#include "tool/plan/guest.h"

#define SLOT_BITS  7
/* The least that the kernel makes: no guest's thread may have a capability. */
#define EMPTY_BITS 1
/* Linux as we make its device tree finds no console by itself. */
#define BOOTARGS   "console=ttyAMA0"

_Static_assert(VMM_SLOT_COUNT == 1 << SLOT_BITS, "as many slots as a VMM knows");
_Static_assert(MANIFEST_CORE_MAX == VMM_CPU_MAX, "as many vCPUs as a VMM knows");

struct vcpu {
    handle_t thread, object;
    uint32_t core;
};

struct vm {
    const struct manifest_vm *wanted;
    struct process process;
    struct blob config;
    const struct file *kernel, *initrd;
    struct space *guest;
    struct shared_map *shared;
    size_t shared_count;
    handle_t endpoint, reply, empty;
    struct vcpu vcpus[MANIFEST_CORE_MAX];
    unsigned vcpu_count;
};

static const struct file *load(struct builder *builder, const struct file_use *use,
                               const char *built_in, const char *key)
{
    if (use->source == FILE_BUILT_IN)
        return load_own(builder, built_in);
    return load_file(builder, use->path, use->text.place, key);
}

static struct place place_of(const struct vm *vm, const struct guest_refusal *refusal)
{
    const struct manifest_map *map = &vm->wanted->map;
    const struct place *wishes[] = {&map->kernel.place, &map->initrd.place, &map->tree.place};
    const struct place *places[] = {
        refusal->wished ? wishes[refusal->about] : NULL,
        refusal->no_room ? &vm->wanted->memory.place : NULL,
        refusal->about == GUEST_INITRD ? &vm->wanted->initrd.text.place
                                       : &vm->wanted->kernel.text.place,
    };

    for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (places[i] != NULL && places[i]->line != 0)
            return *places[i];
    }
    return vm->wanted->place;
}

/* Where it was chosen, or where it stands. */
static const char *source_or(struct builder *builder, const struct number *address,
                             const char *chosen)
{
    return address->place.line == 0 ? chosen : source_of(builder, address->place);
}

/* Each kernel once, as its own header says how large it is. */
static bool try_kernel(struct builder *builder, const struct vm *vm,
                       const struct guest_places *places)
{
    struct guest_refusal refusal;

    if (vm->kernel == builder->unpacked)
        return true;
    if (!guest_unpacks(vm->kernel, places, &refusal))
        return complain_at(builder->complaints, place_of(vm, &refusal), "%s", refusal.text);
    builder->unpacked = vm->kernel;
    return true;
}

static bool place_files(struct builder *builder, const struct vm *vm)
{
    const struct manifest_map *map = &vm->wanted->map;
    const char *name = vm->wanted->name.value;
    struct guest_places places;
    struct guest_refusal refusal;

    if (!guest_place(vm->wanted, vm->kernel, vm->initrd, &places, &refusal))
        return complain_at(builder->complaints, place_of(vm, &refusal), "%s", refusal.text);
    if (!try_kernel(builder, vm, &places))
        return false;
    build_fact(builder, name, "guest kernel", source_or(builder, &map->kernel, "its Image header"),
               "0x%" PRIx64 "-0x%" PRIx64 "%s, file %s", places.kernel,
               places.kernel + places.kernel_size - 1, places.packed ? ", unpacked" : "",
               vm->kernel->name);
    build_fact(builder, name, "guest device tree",
               source_or(builder, &map->tree, "behind the kernel"), "0x%" PRIx64, places.tree);
    if (places.initrd_size > 0)
        build_fact(builder, name, "guest initrd",
                   source_or(builder, &map->initrd, "behind the device tree"),
                   "0x%" PRIx64 "-0x%" PRIx64 ", file %s", places.initrd,
                   places.initrd + places.initrd_size - 1, vm->initrd->name);
    return true;
}

static bool load_files(struct builder *builder, struct vm *vm)
{
    const struct manifest_vm *wanted = vm->wanted;

    vm->kernel = load(builder, &wanted->kernel, builder->inputs->kernel, "kernel");
    if (vm->kernel == NULL)
        return false;
    if (wanted->initrd.source != FILE_ABSENT) {
        vm->initrd = load(builder, &wanted->initrd, builder->inputs->initrd, "initrd");
        if (vm->initrd == NULL)
            return false;
    }
    return place_files(builder, vm);
}

static void map_file(struct builder *builder, struct vm *vm, const char *key,
                     const struct file *file)
{
    uint32_t stored = store_add(builder, build_text(builder, "file %s", file_name(file->name)),
                                file->data, file->size, false);
    uint64_t place[2] = {space_map_file(builder, vm->process.space, stored), file->size};

    blob_u64(&vm->config, key, place, 2);
}

static bool map_tree(struct builder *builder, struct vm *vm, const char *key, const char *property,
                     const struct file_use *use)
{
    const struct file *file;

    if (use->source == FILE_ABSENT)
        return true;
    file = load_file(builder, use->path, use->text.place, key);
    if (file == NULL)
        return false;
    if (!blob_is_one(file->data, file->size))
        return complain_at(
            builder->complaints, use->text.place,
            "'%s' is '%s', no device tree blob, or a damaged one: compile it with dtc", key,
            file->name);
    if (file->size > GUEST_TREE_BYTES_MAX)
        return complain_at(builder->complaints, use->text.place,
                           "'%s' is '%s', which has %zu bytes, of at most %d: leave out what the "
                           "guest does not need",
                           key, file->name, file->size, GUEST_TREE_BYTES_MAX);
    map_file(builder, vm, property, file);
    return true;
}

static bool map_files(struct builder *builder, struct vm *vm)
{
    map_file(builder, vm, "kernel", vm->kernel);
    if (vm->initrd != NULL)
        map_file(builder, vm, "initrd", vm->initrd);
    return map_tree(builder, vm, "dtb", "tree", &vm->wanted->tree) &&
           map_tree(builder, vm, "overlay", "overlay", &vm->wanted->overlay);
}

static const char *source_of_ram(struct builder *builder, const struct manifest_vm *wanted)
{
    const char *source = source_of(builder, wanted->memory.place);

    return wanted->map.ram.place.line == 0 ? source
                                           : build_text(builder, "%s, its address %s", source,
                                                        source_of(builder, wanted->map.ram.place));
}

/* The guest's RAM: the same frames for the guest and, elsewhere, for its monitor. */
static void map_ram(struct builder *builder, struct vm *vm)
{
    const struct manifest_vm *wanted = vm->wanted;
    const struct number *ram = &wanted->map.ram;
    uint32_t count = (uint32_t)(wanted->memory.value >> LARGE_BITS);
    handle_t frames = build_object(builder,
                                   (struct build_object){
                                       .component = SYSTEM,
                                       .name = build_text(builder, "RAM of %s", wanted->name.value),
                                       .type = PLAN_TYPE_LARGE_PAGE,
                                       .count = count,
                                       .file = NO_FILE,
                                   });

    space_map(builder, vm->process.space, frames, 0, count, COMPONENT_RAM_ADDRESS,
              PLAN_MAP_READ | PLAN_MAP_WRITE);
    space_map(builder, vm->guest, frames, 0, count, ram->value,
              PLAN_MAP_READ | PLAN_MAP_WRITE | PLAN_MAP_EXECUTE);
    blob_u64(&vm->config, "memory", &wanted->memory.value, 1);
    blob_u64(&vm->config, "ram", &ram->value, 1);
    build_fact(builder, wanted->name.value, "guest RAM", source_of_ram(builder, wanted),
               "0x%" PRIx64 "-0x%" PRIx64 ", %u pages of 2 MiB", ram->value,
               ram->value + wanted->memory.value - 1, count);
}

static void tell_device(struct builder *builder, const struct vm *vm, const char *what,
                        const struct number *address, uint64_t size)
{
    build_fact(builder, vm->wanted->name.value, what, source_of(builder, address->place),
               "0x%" PRIx64 "-0x%" PRIx64, address->value, address->value + size - 1);
}

/* What the VMM emulates is mapped nowhere, so that each access comes to it. */
static void place_devices(struct builder *builder, struct vm *vm)
{
    const struct manifest_map *map = &vm->wanted->map;
    const struct number *interrupt = &map->uart_interrupt;

    space_keep(vm->guest, map->gicd.value, VMM_GICD_BYTES);
    space_keep(vm->guest, map->uart.value, VMM_UART_BYTES);
    space_keep(vm->guest, map->bells.value, VMM_BELLS_BYTES);
    blob_u64(&vm->config, "gic", (uint64_t[]){map->gicd.value, map->gicc.value}, 2);
    blob_u64(&vm->config, "uart", (uint64_t[]){map->uart.value, interrupt->value}, 2);
    blob_u64(&vm->config, "bells", &map->bells.value, 1);
    tell_device(builder, vm, "guest GIC distributor", &map->gicd, VMM_GICD_BYTES);
    tell_device(builder, vm, "guest GIC CPU interface", &map->gicc, VMM_GICC_BYTES);
    tell_device(builder, vm, "guest UART", &map->uart, VMM_UART_BYTES);
    build_fact(builder, vm->wanted->name.value, "guest UART's interrupt",
               source_of(builder, interrupt->place), "%" PRIu64, interrupt->value);
    tell_device(builder, vm, "guest bells", &map->bells, VMM_BELLS_BYTES);
}

static void make_vcpus(struct builder *builder, struct vm *vm)
{
    struct process *process = &vm->process;

    for (unsigned i = 0; i < vm->vcpu_count; i++) {
        vm->vcpus[i].thread = process_object(
            builder, process, build_text(builder, "thread of vCPU %u", i), PLAN_TYPE_TCB, 0, 1);
        vm->vcpus[i].object = process_object(builder, process, build_text(builder, "vCPU %u", i),
                                             PLAN_TYPE_VCPU, 0, 1);
    }
    vm->endpoint = process_object(builder, process, "exits", PLAN_TYPE_ENDPOINT, 0, 1);
    vm->reply = process_object(builder, process, "answer to an exit", PLAN_TYPE_REPLY, 0, 1);
}

static bool make_guest(struct builder *builder, struct vm *vm)
{
    struct process *process = &vm->process;
    handle_t vspace = process_object(builder, process, "guest address space", PLAN_TYPE_VSPACE, 0,
                                     1);
    handle_t gicv[2];

    vm->guest = storage_take(builder->storage, 1, sizeof(*vm->guest));
    space_begin(builder, vm->guest, vspace, process->component);
    place_devices(builder, vm);
    vm->empty = process_object(builder, process, "no capabilities", PLAN_TYPE_CNODE, EMPTY_BITS, 1);
    make_vcpus(builder, vm);
    if (!gicv_pages(builder, builder->manifest->board.place, gicv))
        return false;
    for (unsigned i = 0; i < 2; i++)
        space_map(builder, vm->guest, gicv[i], 0, 1, vm->wanted->map.gicc.value + i * PAGE_BYTES,
                  PLAN_MAP_READ | PLAN_MAP_WRITE | PLAN_MAP_DEVICE);
    map_ram(builder, vm);
    return true;
}

static void give_caps(struct builder *builder, const struct vm *vm)
{
    const struct process *process = &vm->process;

    process_cap(builder, process, VMM_SLOT_ENDPOINT, vm->endpoint, RIGHT_READ, 0);
    process_cap(builder, process, VMM_SLOT_REPLY, vm->reply, RIGHTS_ALL, 0);
    for (unsigned i = 0; i < vm->vcpu_count; i++) {
        process_cap(builder, process, VMM_SLOT_TCB + i, vm->vcpus[i].thread, RIGHTS_ALL, 0);
        process_cap(builder, process, VMM_SLOT_VCPU + i, vm->vcpus[i].object, RIGHTS_ALL, 0);
    }
    if (vm->vcpu_count > 1)
        process_cap(builder, process, VMM_SLOT_PARK, process->notification, RIGHT_WRITE,
                    VMM_BADGE_PARK);
}

/* The status page outlives the VM: who looks at it must not fault when the VM ends. */
static void connect_console(struct builder *builder, struct vm *vm, struct console *console)
{
    handle_t status = build_object(
        builder, (struct build_object){
                     .component = SYSTEM,
                     .name = build_text(builder, "status of %s", vm->wanted->name.value),
                     .type = PLAN_TYPE_SMALL_PAGE,
                     .count = 1,
                     .file = NO_FILE,
                 });
    uint64_t address = space_map_region(builder, vm->process.space, status,
                                        PLAN_MAP_READ | PLAN_MAP_WRITE);
    struct console_bell bell = {vm->process.notification, VMM_BADGE_CONSOLE};
    struct console_end end;

    blob_u64(&vm->config, "status", &address, 1);
    if (console == NULL || !vm->wanted->console)
        return;
    end = console_connect(builder, console, vm->wanted->name.value, vm->process.component,
                          vm->process.space, bell, status);
    blob_u64(&vm->config, "console", (uint64_t[]){end.own, end.peer}, 2);
    process_bell(builder, &vm->process, VMM_SLOT_CONSOLE_DOORBELL, console->process.notification,
                 end.badge, end.output);
}

static void plan_vcpu(struct builder *builder, const struct vm *vm, unsigned index, handle_t time)
{
    const struct manifest_vm *wanted = vm->wanted;

    build_thread(builder, vm->process.component,
                 build_text(builder, "%s vCPU %u", wanted->name.value, index),
                 (struct plan_thread){
                     .tcb = vm->vcpus[index].thread,
                     .cnode = vm->empty,
                     .vspace = vm->guest->vspace,
                     .buffer = PLAN_NONE,
                     .fault_endpoint = vm->endpoint,
                     .fault_badge = VMM_BADGE_VCPU_OF(index),
                     .sched_context = time,
                     .notification = PLAN_NONE,
                     .lent = PLAN_NONE,
                     .heir = PLAN_NONE,
                     .vcpu = vm->vcpus[index].object,
                     .flags = PLAN_THREAD_VCPU,
                     .priority = (uint8_t)wanted->priority.value,
                 });
}

static handle_t time_of_vcpu(struct builder *builder, const struct vm *vm, unsigned index)
{
    return process_time(builder, &vm->process, build_text(builder, "time of vCPU %u", index),
                        vm->vcpus[index].core, &vm->wanted->time);
}

/* The monitor has the first vCPU's time until the guest may run; the others have their own, which
 * waits until the guest starts them. */
static void plan_threads(struct builder *builder, struct vm *vm)
{
    const struct time_share lent = {vm->wanted->events_us, {.value = MANIFEST_EVENTS_PERIOD_US}};
    const struct process *process = &vm->process;

    process_finish(
        builder, process, &vm->config,
        (struct plan_thread){
            .sched_context = time_of_vcpu(builder, vm, 0),
            .lent = process_time(builder, process, "time for events", vm->vcpus[0].core, &lent),
            .heir = vm->vcpus[0].thread,
            .priority = (uint8_t)(vm->wanted->priority.value + 1),
        });
    for (unsigned i = 0; i < vm->vcpu_count; i++)
        plan_vcpu(builder, vm, i, i == 0 ? PLAN_NONE : time_of_vcpu(builder, vm, i));
}

/* "1", or "1, 2, 3". */
static const char *list_cores(struct builder *builder, const struct vm *vm)
{
    const char *text = build_text(builder, "%u", vm->vcpus[0].core);

    for (unsigned i = 1; i < vm->vcpu_count; i++)
        text = build_text(builder, "%s, %u", text, vm->vcpus[i].core);
    return text;
}

static void tell(struct builder *builder, const struct vm *vm)
{
    const struct manifest_vm *wanted = vm->wanted;
    const char *name = wanted->name.value;

    build_fact(builder, name, vm->vcpu_count == 1 ? "core" : "cores of its vCPUs",
               wanted->cores[0].value < 0 ? "vCPUs take turns over the board's cores"
                                          : source_of(builder, wanted->cores[0].place),
               "%s", list_cores(builder, vm));
    build_fact(builder, name, "priority", source_of(builder, wanted->priority.place),
               "%" PRIu64 ", its monitor %" PRIu64, wanted->priority.value,
               wanted->priority.value + 1);
    build_fact(builder, name, "time", source_of(builder, wanted->time.budget_us.place),
               "%s%" PRIu64 " us of each %" PRIu64 " us%s", vm->vcpu_count == 1 ? "" : "each vCPU ",
               wanted->time.budget_us.value, wanted->time.period_us.value,
               wanted->time.budget_us.value == wanted->time.period_us.value ? ", in turns" : "");
    build_fact(builder, name, "time for events", source_of(builder, wanted->events_us.place),
               "%" PRIu64 " us of each %d us", wanted->events_us.value, MANIFEST_EVENTS_PERIOD_US);
}

static bool judge(struct builder *builder, const struct manifest_vm *wanted)
{
    if (wanted->cpus.value > builder->board->core_count && wanted->cores[0].value < 0)
        return complain_at(
            builder->complaints, wanted->cpus.place,
            "'cpus' of '%s' is %" PRIu64
            ", and '%s' has %u cores: write at most %u, or name the core of each in 'cores'",
            wanted->name.value, wanted->cpus.value, builder->board->name,
            builder->board->core_count, builder->board->core_count);
    if (wanted->memory.value > SPACE_END - COMPONENT_RAM_ADDRESS)
        return complain_at(builder->complaints, wanted->memory.place,
                           "'memory' of '%s' is more than its addresses reach: lower it",
                           wanted->name.value);
    if (wanted->device_count > 0)
        return complain_at(builder->complaints, wanted->devices[0].path.place,
                           "'devices' names '%s', and a VM has those alone that its monitor "
                           "emulates: give it to a component",
                           wanted->devices[0].path.value);
    return true;
}

static bool share(struct builder *builder, struct vm *vm, unsigned owner)
{
    bool fine;

    vm->shared = storage_take(builder->storage, builder->manifest->shared_count + 1,
                              sizeof(*vm->shared));
    fine = channels_place(builder, owner, vm->guest);
    return shared_map(builder, vm->guest, vm->wanted->name.value, true, vm->shared,
                      &vm->shared_count) &&
           fine;
}

/* A tree of the user's has its own. */
static const char *choose_bootargs(struct builder *builder, const struct manifest_vm *wanted)
{
    if (wanted->bootargs.value != NULL)
        return wanted->bootargs.value;
    if (wanted->tree.source != FILE_ABSENT)
        return NULL;
    build_fact(builder, wanted->name.value, "bootargs", "default", "%s", BOOTARGS);
    return BOOTARGS;
}

static bool draw_seed(struct builder *builder, const struct manifest_vm *wanted,
                      uint8_t bytes[MANIFEST_SEED_BYTES])
{
    return getrandom(bytes, MANIFEST_SEED_BYTES, 0) == MANIFEST_SEED_BYTES ||
           complain_at(builder->complaints, wanted->seed.place,
                       "'seed' is random, and this machine gives out no random bytes: write some");
}

/* What the VMM derives those of each life from; it takes no more than it has room for. */
static bool choose_seed(struct builder *builder, struct vm *vm)
{
    const struct manifest_vm *wanted = vm->wanted;
    const struct seed *seed = &wanted->seed;
    const struct board *board = builder->board;
    uint8_t bytes[VMM_SEED_BYTES_MAX];
    size_t size = MANIFEST_SEED_BYTES;

    if (seed->source == SEED_ABSENT || (seed->source == SEED_OF_BOARD && board->seed == NULL))
        return true;
    if (seed->source == SEED_GIVEN) {
        memcpy(bytes, seed->bytes, size);
    } else if (seed->source == SEED_OF_BOARD) {
        size = board->seed_size < sizeof(bytes) ? board->seed_size : sizeof(bytes);
        memcpy(bytes, board->seed, size);
    } else if (!draw_seed(builder, wanted, bytes)) {
        return false;
    }
    blob_bytes(&vm->config, "rng-seed", bytes, size);
    build_fact(builder, wanted->name.value, "seed",
               seed->source == SEED_OF_BOARD ? "the board's device tree"
                                             : source_of(builder, seed->place),
               "%zu bytes%s, from which each life's are derived", size,
               seed->source == SEED_RANDOM ? ", drawn now" : "");
    return true;
}

static void describe_wish(struct vm *vm, const char *key, const struct number *address)
{
    if (address->place.line != 0)
        blob_u64(&vm->config, key, &address->value, 1);
}

static void describe(struct builder *builder, struct vm *vm)
{
    const struct manifest_vm *wanted = vm->wanted;
    const char *bootargs = choose_bootargs(builder, wanted);

    blob_begin(&vm->config);
    blob_text(&vm->config, "model", wanted->name.value);
    blob_u32(&vm->config, "cpus", vm->vcpu_count);
    if (bootargs != NULL)
        blob_text(&vm->config, "bootargs", bootargs);
    if (wanted->report_exits)
        blob_flag(&vm->config, "report-exits");
    describe_wish(vm, "kernel-address", &wanted->map.kernel);
    describe_wish(vm, "tree-address", &wanted->map.tree);
    describe_wish(vm, "initrd-address", &wanted->map.initrd);
}

/* As written, or by turns: where the VMs before it stopped. */
static bool choose_cores(struct builder *builder, struct vm *vm, unsigned index)
{
    const struct manifest_vm *wanted = vm->wanted;
    unsigned count = builder->board->core_count, before = 0;
    bool fine = true;

    for (unsigned i = 0; i < index; i++)
        before += (unsigned)builder->manifest->vms[i].cpus.value;
    vm->vcpu_count = (unsigned)wanted->cpus.value;
    for (unsigned i = 0; i < vm->vcpu_count; i++)
        fine = core_choose(builder, &wanted->cores[i], (before + i) % count, &vm->vcpus[i].core) &&
               fine;
    return fine;
}

bool vm_add(struct builder *builder, unsigned index, struct console *console)
{
    const struct manifest_vm *wanted = &builder->manifest->vms[index];
    const struct file *program = load_own(builder, builder->inputs->vmm);
    struct process_request request = {
        .name = wanted->name.value,
        .kind = PLAN_KIND_VM,
        .restart = wanted->restart,
        .program = program,
        .program_key = "vmm",
        .slot_bits = SLOT_BITS,
        .notification = channels_bell(builder, index),
    };
    struct vm vm = {.wanted = wanted};
    bool fine = judge(builder, wanted);

    fine = choose_cores(builder, &vm, index) && fine;
    fine = load_files(builder, &vm) && fine;
    if (!fine || program == NULL || !process_begin(builder, &request, &vm.process))
        return false;
    describe(builder, &vm);
    fine = choose_seed(builder, &vm) && make_guest(builder, &vm) && map_files(builder, &vm) &&
           share(builder, &vm, index);
    give_caps(builder, &vm);
    connect_console(builder, &vm, console);
    shared_describe(builder, &vm.config, vm.shared, vm.shared_count);
    channels_connect(builder, &vm.process, index, vm.guest, VMM_SLOT_CHANNEL, &vm.config);
    plan_threads(builder, &vm);
    tell(builder, &vm);
    return fine;
}
