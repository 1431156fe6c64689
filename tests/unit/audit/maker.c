/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes plans by hand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/crc32.h"
#include "abi/vmm.h"
#include "tests/unit/audit/maker.h"

static uint32_t add_string(struct maker *maker, const char *text)
{
    uint32_t at = maker->count[PLAN_STRINGS];

    strcpy(maker->strings + at, text);
    maker->count[PLAN_STRINGS] += strlen(text) + 1;
    return at;
}

uint32_t maker_component(struct maker *maker, const char *name, enum plan_kind kind)
{
    uint32_t index = maker->count[PLAN_COMPONENTS]++;

    maker->components[index].name = add_string(maker, name);
    maker->components[index].kind = kind;
    for (unsigned i = 0; i < PLAN_RANGE_COUNT; i++)
        maker->components[index].ranges[i].first = maker->count[i + PLAN_OBJECTS];
    return index;
}

uint32_t maker_object_at(struct maker *maker, const char *name, enum plan_type type, uint32_t count,
                         uint16_t flags, uint64_t address)
{
    uint32_t index = maker->count[PLAN_OBJECTS]++;

    maker->objects[index] = (struct plan_object){
        .name = add_string(maker, name),
        .type = type,
        .flags = flags,
        .count = count,
        .parent = PLAN_NONE,
        .address = address,
        .size_bits = type == PLAN_TYPE_UNTYPED         ? 16
                     : type == PLAN_TYPE_SCHED_CONTEXT ? 8
                     : type == PLAN_TYPE_CNODE         ? 6
                                                       : 0,
    };
    return index;
}

uint32_t maker_object(struct maker *maker, const char *name, enum plan_type type, uint32_t count)
{
    return maker_object_at(maker, name, type, count, 0, 0);
}

void maker_map(struct maker *maker, uint32_t vspace, uint32_t object, uint32_t index,
               uint32_t count, uint32_t flags)
{
    maker->maps[maker->count[PLAN_MAPS]++] = (struct plan_map){
        .vspace = vspace,
        .object = object,
        .index = index,
        .count = count,
        .flags = flags,
        .address = 0x20000000 + index * 0x1000ul,
    };
}

void maker_cap(struct maker *maker, uint32_t cnode, uint32_t object, uint32_t rights)
{
    maker->caps[maker->count[PLAN_CAPS]++] = (struct plan_cap){
        .cnode = cnode,
        .slot = maker->count[PLAN_CAPS],
        .object = object,
        .rights = rights,
        .end = PLAN_NONE,
    };
}

struct plan_thread *maker_thread(struct maker *maker, const char *name, uint32_t cnode,
                                 uint32_t vspace)
{
    struct plan_thread *thread = &maker->threads[maker->count[PLAN_THREADS]++];

    *thread = (struct plan_thread){
        .name = add_string(maker, name),
        .tcb = maker_object(maker, name, PLAN_TYPE_TCB, 1),
        .cnode = cnode,
        .vspace = vspace,
        .buffer = PLAN_NONE,
        .fault_endpoint = PLAN_NONE,
        .sched_context = PLAN_NONE,
        .notification = PLAN_NONE,
        .lent = PLAN_NONE,
        .heir = PLAN_NONE,
        .vcpu = PLAN_NONE,
        .priority = 100,
    };
    return thread;
}

static void close_ranges(struct maker *maker)
{
    for (uint32_t i = 0; i < maker->count[PLAN_COMPONENTS]; i++) {
        for (unsigned j = 0; j < PLAN_RANGE_COUNT; j++) {
            struct plan_range *range = &maker->components[i].ranges[j];
            uint32_t end = i + 1 < maker->count[PLAN_COMPONENTS]
                               ? maker->components[i + 1].ranges[j].first
                               : maker->count[j + PLAN_OBJECTS];

            range->count = end - range->first;
        }
    }
}

void *maker_finish(struct maker *maker, size_t *size)
{
    const struct {
        const void *records;
        size_t size;
    } tables[PLAN_TABLE_COUNT] = {
        {maker->components, sizeof(maker->components[0])},
        {maker->objects, sizeof(maker->objects[0])},
        {maker->maps, sizeof(maker->maps[0])},
        {maker->fills, sizeof(maker->fills[0])},
        {maker->caps, sizeof(maker->caps[0])},
        {maker->budgets, sizeof(maker->budgets[0])},
        {maker->interrupts, sizeof(maker->interrupts[0])},
        {maker->threads, sizeof(maker->threads[0])},
        {maker->strings, 1},
    };
    const size_t summed = offsetof(struct plan_header, checksum) + 4;
    struct plan_header *header = &maker->header;
    uint8_t *bytes;

    close_ranges(maker);
    *size = sizeof(*header);
    for (unsigned i = 0; i < PLAN_TABLE_COUNT; i++) {
        header->tables[i] = (struct plan_extent){*size, maker->count[i]};
        *size += (maker->count[i] * tables[i].size + 7) & ~7ul;
    }
    header->magic = PLAN_MAGIC;
    header->version = PLAN_VERSION;
    header->size = *size;
    bytes = calloc(1, *size);
    memcpy(bytes, header, sizeof(*header));
    for (unsigned i = 0; i < PLAN_TABLE_COUNT; i++)
        memcpy(bytes + header->tables[i].offset, tables[i].records,
               maker->count[i] * tables[i].size);
    ((struct plan_header *)bytes)->checksum = crc32_feed(0, bytes + summed, *size - summed);
    return bytes;
}

#define RW (PLAN_MAP_READ | PLAN_MAP_WRITE)

struct vm {
    uint32_t out, in, gicv, doorbell, ram; /* of the system */
    uint32_t space, guest, cnode;
};

/* What outlives a VM: its RAM, its console channel and doorbell. */
static struct vm make_lasting(struct maker *maker, const char *name)
{
    struct vm vm;
    char text[64];

    snprintf(text, sizeof(text), "%s RAM", name);
    vm.ram = maker_object(maker, text, PLAN_TYPE_LARGE_PAGE, 64);
    snprintf(text, sizeof(text), "%s console out", name);
    vm.out = maker_object(maker, text, PLAN_TYPE_SMALL_PAGE, 4);
    snprintf(text, sizeof(text), "%s console in", name);
    vm.in = maker_object(maker, text, PLAN_TYPE_SMALL_PAGE, 4);
    snprintf(text, sizeof(text), "%s doorbell", name);
    vm.doorbell = maker_object(maker, text, PLAN_TYPE_NOTIFICATION, 1);
    return vm;
}

static void make_guest(struct maker *maker, struct vm *vm, uint32_t gicv)
{
    uint32_t empty = maker_object(maker, "empty capability space", PLAN_TYPE_CNODE, 1);
    struct plan_thread *thread;

    vm->guest = maker_object(maker, "guest's address space", PLAN_TYPE_VSPACE, 1);
    thread = maker_thread(maker, "vCPU 0", empty, vm->guest);
    thread->flags = PLAN_THREAD_VCPU;
    thread->vcpu = maker_object(maker, "vCPU 0", PLAN_TYPE_VCPU, 1);
    thread->fault_endpoint = maker_object(maker, "exits", PLAN_TYPE_ENDPOINT, 1);
    maker_map(maker, vm->guest, vm->ram, 0, 64, RW | PLAN_MAP_EXECUTE);
    maker_map(maker, vm->guest, gicv, 0, 2, RW | PLAN_MAP_DEVICE);
    maker_cap(maker, vm->cnode, thread->fault_endpoint, 2);
    maker_cap(maker, vm->cnode, thread->tcb, 15);
}

static uint32_t make_vm(struct maker *maker, const char *name, struct vm *vm, uint32_t kernel,
                        uint32_t gicv, uint32_t console_bell)
{
    uint32_t component = maker_component(maker, name, PLAN_KIND_VM);
    struct plan_thread *thread;

    maker_object(maker, name, PLAN_TYPE_UNTYPED, 1);
    vm->space = maker_object(maker, "address space", PLAN_TYPE_VSPACE, 1);
    vm->cnode = maker_object(maker, "capability space", PLAN_TYPE_CNODE, 1);
    thread = maker_thread(maker, "handler 0", vm->cnode, vm->space);
    thread->notification = vm->doorbell;
    thread->fault_endpoint = maker->header.endpoint;
    maker_map(maker, vm->space, vm->ram, 0, 64, RW);
    maker_map(maker, vm->space, kernel, 0, 16, PLAN_MAP_READ);
    maker_map(maker, vm->space, vm->out, 0, 4, RW);
    maker_map(maker, vm->space, vm->in, 0, 4, PLAN_MAP_READ);
    maker_cap(maker, vm->cnode, maker->header.endpoint, 1 | 8);
    maker_cap(maker, vm->cnode, maker->header.ready, 1);
    maker_cap(maker, vm->cnode, console_bell, 1);
    maker_cap(maker, vm->cnode, vm->doorbell, 2);
    make_guest(maker, vm, gicv);
    return component;
}

static void make_console(struct maker *maker, struct two_linux *system, const struct vm *one,
                         const struct vm *two, uint32_t uart)
{
    struct plan_thread *thread;

    system->console = maker_component(maker, "console", PLAN_KIND_CONSOLE);
    system->console_space = maker_object(maker, "address space", PLAN_TYPE_VSPACE, 1);
    system->console_cnode = maker_object(maker, "capability space", PLAN_TYPE_CNODE, 1);
    thread = maker_thread(maker, "console", system->console_cnode, system->console_space);
    thread->notification = system->console_bell;
    thread->fault_endpoint = maker->header.endpoint;
    maker_map(maker, system->console_space, uart, 0, 1, RW | PLAN_MAP_DEVICE);
    maker_map(maker, system->console_space, one->out, 0, 4, PLAN_MAP_READ);
    maker_map(maker, system->console_space, two->out, 0, 4, PLAN_MAP_READ);
    maker_map(maker, system->console_space, one->in, 0, 4, RW);
    maker_map(maker, system->console_space, two->in, 0, 4, RW);
    maker_cap(maker, system->console_cnode, one->doorbell, 1);
    maker_cap(maker, system->console_cnode, two->doorbell, 1);
    maker_cap(maker, system->console_cnode, maker->header.endpoint, 1 | 8);
}

void maker_two_linux(struct maker *maker, struct two_linux *system)
{
    uint32_t uart, gicv;
    struct vm one, two;

    maker_component(maker, "system", PLAN_KIND_SYSTEM);
    maker->header.board = add_string(maker, "test-board");
    maker->header.endpoint = maker_object(maker, "init's endpoint", PLAN_TYPE_ENDPOINT, 1);
    maker->header.ready = maker_object(maker, "ready", PLAN_TYPE_NOTIFICATION, 1);
    gicv = maker_object_at(maker, "virtual CPU interface", PLAN_TYPE_SMALL_PAGE, 2, PLAN_AT_ADDRESS,
                           0x8040000);
    uart = maker_object_at(maker, "UART", PLAN_TYPE_SMALL_PAGE, 1, PLAN_AT_ADDRESS, 0x9000000);
    system->kernel = maker_object_at(maker, "debian kernel", PLAN_TYPE_LARGE_PAGE, 16,
                                     PLAN_IN_FILES, 0x200000);
    system->console_bell = maker_object(maker, "console doorbell", PLAN_TYPE_NOTIFICATION, 1);
    one = make_lasting(maker, "linux1");
    two = make_lasting(maker, "linux2");
    system->linux1 = make_vm(maker, "linux1", &one, system->kernel, gicv, system->console_bell);
    system->linux2 = make_vm(maker, "linux2", &two, system->kernel, gicv, system->console_bell);
    make_console(maker, system, &one, &two, uart);
    system->linux1_space = one.space, system->linux2_space = two.space;
    system->linux1_guest = one.guest, system->linux2_guest = two.guest;
    system->linux1_cnode = one.cnode, system->linux2_cnode = two.cnode;
    system->linux1_ram = one.ram, system->linux2_ram = two.ram;
    system->linux1_doorbell = one.doorbell, system->linux2_doorbell = two.doorbell;
}

struct maker_channel maker_add_channel(struct maker *maker, const struct two_linux *system,
                                       bool one_way)
{
    const uint32_t guests[2] = {system->linux1_guest, system->linux2_guest};
    const uint32_t spaces[2] = {system->linux1_space, system->linux2_space};
    struct maker_channel channel = {{
        maker_object(maker, "channel talk, linux1 to linux2", PLAN_TYPE_SMALL_PAGE, 17),
        one_way
            ? maker_object(maker, "channel talk, how far linux2 has read", PLAN_TYPE_SMALL_PAGE, 1)
            : maker_object(maker, "channel talk, linux2 to linux1", PLAN_TYPE_SMALL_PAGE, 17),
    }};

    for (unsigned end = 0; end < 2; end++) {
        for (unsigned region = 0; region < 2; region++)
            maker_map(maker, guests[end], channel.regions[region], 0,
                      maker->objects[channel.regions[region]].count,
                      region == end ? RW : PLAN_MAP_READ);
        maker_map(maker, spaces[end], channel.regions[end], 0,
                  maker->objects[channel.regions[end]].count, RW);
    }
    maker_cap(maker, system->linux1_cnode, system->linux2_doorbell, 1);
    maker_cap(maker, system->linux2_cnode, system->linux1_doorbell, 1);
    return channel;
}
