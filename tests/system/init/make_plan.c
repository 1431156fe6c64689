/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes a boot image whose plan runs copies of one native program: for tests of init, which must
 * also meet plans that the tool would never make. Stands on tool/image and libs/plan.
 *
 *   make_plan OUT LOADER KERNEL INIT DTB PROGRAM UART COMPATIBLE [WHAT]...
 *
 * UART is the physical address of the log's. WHAT is one of
 *   NAME:KIND:RESTART:LIMIT:ARGUMENT   a component; KIND native, vm or console; RESTART never,
 *                                      failure or always
 *   memory=NAME:PAGES                  RAM of the system's, PAGES of 2 MiB
 *   pages=NAME:PAGES                   likewise, of 4 KiB
 *   interrupt=N                        a handler of the system's
 *   device=ADDRESS                     a page of a device of the system's
 *   cores=N                            what the plan says it needs
 *   core=N                             where init runs; the kernel gets as many cores as that takes
 *   damage=OFFSET                      turns over a bit of the finished plan
 *   lie=OFFSET:BYTE                    writes a byte and corrects the checksum
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libfdt.h>

#include "abi/component.h"
#include "abi/crc32.h"
#include "abi/sel4/objects.h"
#include "libs/plan/check.h"
#include "libs/plan/read.h"
#include "tool/image/image.h"

#define PAGE       4096u
#define LARGE      (1u << 21)
#define WINDOW     UINT64_C(0x40000000)
#define LOG        UINT64_C(0x40010000)
#define CNODE_BITS 6
#define MIB        20
#define PART_MAX   16

struct part {
    const char *name, *argument;
    enum plan_kind kind;
    enum plan_restart restart;
    unsigned limit;
    uint32_t notification, config, config_size;
};

static struct {
    struct plan_header header;
    struct plan_range open[PLAN_RANGE_COUNT]; /* of the component that is being made */
    struct bytes tables[PLAN_TABLE_COUNT], files;
    struct file program;
    struct part parts[PART_MAX];
    unsigned part_count;
    uint32_t slots;
    uint32_t text[4]; /* IN_FILES objects of the program's segments */
} make;

static _Noreturn void give_up(const char *what, const char *why)
{
    fprintf(stderr, "make_plan: %s: %s\n", what, why);
    exit(1);
}

static uint32_t count_of(enum plan_table table)
{
    static const size_t sizes[PLAN_TABLE_COUNT] = {
        sizeof(struct plan_component), sizeof(struct plan_object), sizeof(struct plan_map),
        sizeof(struct plan_fill),      sizeof(struct plan_cap),    sizeof(struct plan_budget),
        sizeof(struct plan_interrupt), sizeof(struct plan_thread), 1,
    };

    return (uint32_t)(make.tables[table].size / sizes[table]);
}

static uint32_t add(enum plan_table table, const void *record, size_t size)
{
    uint32_t index = count_of(table);

    bytes_add(&make.tables[table], record, size);
    return index;
}

static uint32_t add_string(const char *text)
{
    return add(PLAN_STRINGS, text, strlen(text) + 1);
}

static uint32_t take_slots(uint32_t count)
{
    uint32_t first = make.slots;

    make.slots += count;
    return first;
}

static uint32_t slot_of(uint32_t object)
{
    return ((const struct plan_object *)make.tables[PLAN_OBJECTS].data)[object].slot;
}

static uint32_t add_object(const char *name, struct plan_object object)
{
    object.name = add_string(name);
    object.count = object.count == 0 ? 1 : object.count;
    object.slot = take_slots(object.count);
    return add(PLAN_OBJECTS, &object, sizeof(object));
}

static void add_map(uint32_t vspace, uint32_t object, uint32_t count, uint64_t address,
                    uint32_t flags, bool own)
{
    struct plan_map map = {
        .vspace = vspace,
        .object = object,
        .count = count,
        .address = address,
        .slot = own ? slot_of(object) : take_slots(count),
        .flags = flags,
    };

    add(PLAN_MAPS, &map, sizeof(map));
}

static void add_cap(uint32_t cnode, uint32_t slot, uint32_t object, uint32_t rights, uint64_t badge)
{
    struct plan_cap cap = {.cnode = cnode,
                           .slot = slot,
                           .object = object,
                           .rights = rights,
                           .badge = badge,
                           .end = PLAN_NONE};

    add(PLAN_CAPS, &cap, sizeof(cap));
}

static void open_component(void)
{
    for (unsigned i = 0; i < PLAN_RANGE_COUNT; i++)
        make.open[i].first = count_of((enum plan_table)(PLAN_OBJECTS + i));
}

static void close_component(const struct part *part)
{
    struct plan_component component = {
        .name = add_string(part->name),
        .kind = (uint8_t)part->kind,
        .restart = (uint8_t)part->restart,
        .restart_limit = (uint16_t)part->limit,
    };

    for (unsigned i = 0; i < PLAN_RANGE_COUNT; i++) {
        component.ranges[i].first = make.open[i].first;
        component.ranges[i].count = count_of((enum plan_table)(PLAN_OBJECTS + i)) -
                                    make.open[i].first;
    }
    add(PLAN_COMPONENTS, &component, sizeof(component));
}

/* Bytes become pages of the image's files, an object of the system's. */
static uint32_t add_file(const char *name, const void *data, size_t size)
{
    struct plan_object object = {
        .type = PLAN_TYPE_SMALL_PAGE,
        .flags = PLAN_IN_FILES,
        .count = (uint32_t)((size + PAGE - 1) / PAGE),
        .parent = PLAN_NONE,
        .address = make.files.size,
    };

    bytes_add(&make.files, data, size);
    bytes_align(&make.files, PAGE);
    return add_object(name, object);
}

static const Elf64_Phdr *segment(unsigned index)
{
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)make.program.data;
    const Elf64_Phdr *table = (const Elf64_Phdr *)(make.program.data + header->e_phoff);

    for (unsigned i = 0; i < header->e_phnum; i++) {
        if (table[i].p_type == PT_LOAD && table[i].p_memsz > 0 && index-- == 0)
            return &table[i];
    }
    return NULL;
}

static void add_config(struct part *part)
{
    static char blob[PAGE];

    memset(blob, 0, sizeof(blob));
    if (fdt_create(blob, sizeof(blob)) || fdt_finish_reservemap(blob) || fdt_begin_node(blob, "") ||
        fdt_property_string(blob, "arguments", part->argument) || fdt_end_node(blob) ||
        fdt_finish(blob))
        give_up(part->argument, "no configuration");
    part->config_size = fdt_totalsize(blob);
    part->config = add_file("configuration", blob, part->config_size);
}

static uint32_t system_object(const char *name, enum plan_type type, uint32_t count)
{
    return add_object(
        name, (struct plan_object){.type = (uint8_t)type, .count = count, .parent = PLAN_NONE});
}

static void add_memory(const char *text, enum plan_type type)
{
    char name[64] = "";
    unsigned pages = 0;

    if (sscanf(text, "%63[^:]:%u", name, &pages) != 2 || pages == 0)
        give_up(text, "NAME:PAGES");
    system_object(name, type, pages);
}

static uint32_t add_device(const char *name, uint64_t address)
{
    return add_object(name, (struct plan_object){.type = PLAN_TYPE_SMALL_PAGE,
                                                 .flags = PLAN_AT_ADDRESS,
                                                 .parent = PLAN_NONE,
                                                 .address = address});
}

static const char *option(char *what, const char *name)
{
    size_t length = strlen(name);

    return strncmp(what, name, length) == 0 && what[length] == '=' ? what + length + 1 : NULL;
}

/* Those between two addresses: a plan's ascend. */
static void add_devices(char **whats, uint64_t from, uint64_t to)
{
    for (char **what = whats; *what != NULL; what++) {
        const char *text = option(*what, "device");
        uint64_t address = text == NULL ? 0 : strtoull(text, NULL, 0);

        if (text != NULL && address > from && address < to)
            add_device("device", address);
    }
}

static void add_interrupts(char **whats)
{
    for (char **what = whats; *what != NULL; what++) {
        const char *text = option(*what, "interrupt");

        if (text != NULL)
            add_object("interrupt", (struct plan_object){.type = PLAN_TYPE_INTERRUPT,
                                                         .parent = PLAN_NONE,
                                                         .address = strtoull(text, NULL, 0)});
    }
}

static void make_system(uint64_t uart, char **whats)
{
    static const struct part system = {.name = "system", .kind = PLAN_KIND_SYSTEM};
    uint32_t upper, lower, log;

    open_component();
    for (char **what = whats; *what != NULL; what++) {
        if (option(*what, "memory") != NULL)
            add_memory(option(*what, "memory"), PLAN_TYPE_LARGE_PAGE);
        if (option(*what, "pages") != NULL)
            add_memory(option(*what, "pages"), PLAN_TYPE_SMALL_PAGE);
    }
    upper = system_object("upper page table", PLAN_TYPE_PAGE_TABLE, 1);
    lower = system_object("lower page table", PLAN_TYPE_PAGE_TABLE, 1);
    make.header.endpoint = system_object("init's endpoint", PLAN_TYPE_ENDPOINT, 1);
    make.header.ready = system_object("ready", PLAN_TYPE_NOTIFICATION, 1);
    for (unsigned i = 0; i < make.part_count; i++)
        make.parts[i].notification = system_object("notification", PLAN_TYPE_NOTIFICATION, 1);
    add_devices(whats, 0, uart);
    log = add_device("log", uart);
    add_devices(whats, uart, UINT64_MAX);
    add_interrupts(whats);
    for (unsigned i = 0; segment(i) != NULL; i++) {
        if (segment(i)->p_filesz > 0)
            make.text[i] = add_file("program", make.program.data + segment(i)->p_offset,
                                    segment(i)->p_filesz);
    }
    for (unsigned i = 0; i < make.part_count; i++)
        add_config(&make.parts[i]);
    add_map(PLAN_INIT, upper, 1, WINDOW, 0, true);
    add_map(PLAN_INIT, lower, 1, WINDOW, 0, true);
    add_map(PLAN_INIT, log, 1, LOG, PLAN_MAP_READ | PLAN_MAP_WRITE | PLAN_MAP_DEVICE, true);
    close_component(&system);
}

static uint32_t own_object(const char *name, enum plan_type type, unsigned bits, uint32_t count,
                           uint32_t parent)
{
    return add_object(name, (struct plan_object){.type = (uint8_t)type,
                                                 .size_bits = (uint8_t)bits,
                                                 .count = count,
                                                 .parent = parent});
}

static void make_segments(uint32_t vspace, uint32_t parent)
{
    for (unsigned i = 0; segment(i) != NULL; i++) {
        const Elf64_Phdr *part = segment(i);
        uint32_t pages = (uint32_t)((part->p_memsz + PAGE - 1) / PAGE), frames;
        uint32_t flags = PLAN_MAP_READ | (part->p_flags & PF_X ? PLAN_MAP_EXECUTE : 0) |
                         (part->p_flags & PF_W ? PLAN_MAP_WRITE : 0);
        struct plan_fill fill = {.files = make.text[i], .size = part->p_filesz};

        if (!(part->p_flags & PF_W)) {
            add_map(vspace, make.text[i], pages, part->p_vaddr, flags, false);
            continue;
        }
        frames = own_object("memory", PLAN_TYPE_SMALL_PAGE, 0, pages, parent);
        add_map(vspace, frames, pages, part->p_vaddr, flags, true);
        fill.object = frames;
        if (part->p_filesz > 0)
            add(PLAN_FILLS, &fill, sizeof(fill));
    }
}

static void make_thread(const struct part *part, uint32_t index, uint32_t cnode, uint32_t vspace,
                        uint32_t buffer, uint32_t parent)
{
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)make.program.data;
    struct plan_thread thread = {
        .name = add_string("first thread"),
        .tcb = own_object("thread", PLAN_TYPE_TCB, 0, 1, parent),
        .cnode = cnode,
        .vspace = vspace,
        .buffer = buffer,
        .buffer_address = COMPONENT_BUFFER_ADDRESS,
        .fault_endpoint = make.header.endpoint,
        .fault_badge = PLAN_BADGE_FAULT_OF(index, 0),
        .fault_slot = take_slots(1),
        .sched_context = own_object("time", PLAN_TYPE_SCHED_CONTEXT, 8, 1, parent),
        .notification = part->notification,
        .lent = PLAN_NONE,
        .heir = PLAN_NONE,
        .vcpu = PLAN_NONE,
        .flags = PLAN_THREAD_START,
        .priority = 150,
        .entry = header->e_entry,
        .arguments = {0, COMPONENT_BUFFER_ADDRESS, COMPONENT_CONFIG_ADDRESS, part->config_size, 0},
    };
    struct plan_budget budget = {
        .object = thread.sched_context, .budget_us = 1000, .period_us = 10000, .extra_refills = 2};

    add(PLAN_THREADS, &thread, sizeof(thread));
    add(PLAN_BUDGETS, &budget, sizeof(budget));
}

static void make_component(const struct part *part, uint32_t index)
{
    uint32_t parent, vspace, tables, buffer, cnode;

    open_component();
    parent = own_object("untyped", PLAN_TYPE_UNTYPED, MIB, 1, PLAN_NONE);
    vspace = own_object("address space", PLAN_TYPE_VSPACE, 0, 1, parent);
    tables = own_object("page tables", PLAN_TYPE_PAGE_TABLE, 0, 3, parent);
    for (unsigned i = 0; i < 3; i++) {
        struct plan_map map = {.vspace = vspace,
                               .object = tables,
                               .index = i,
                               .count = 1,
                               .address = i == 2 ? COMPONENT_BUFFER_ADDRESS : 0x400000,
                               .slot = slot_of(tables) + i};

        add(PLAN_MAPS, &map, sizeof(map));
    }
    make_segments(vspace, parent);
    buffer = own_object("IPC buffer", PLAN_TYPE_SMALL_PAGE, 0, 1, parent);
    add_map(vspace, buffer, 1, COMPONENT_BUFFER_ADDRESS, PLAN_MAP_READ | PLAN_MAP_WRITE, true);
    add_map(vspace, part->config, 1, COMPONENT_CONFIG_ADDRESS, PLAN_MAP_READ, false);
    cnode = own_object("capabilities", PLAN_TYPE_CNODE, CNODE_BITS, 1, parent);
    add_cap(cnode, COMPONENT_SLOT_INIT, make.header.endpoint, 9, PLAN_BADGE_CALL_FROM(index));
    add_cap(cnode, COMPONENT_SLOT_READY, make.header.ready, 1, PLAN_BADGE_READY(index));
    add_cap(cnode, COMPONENT_SLOT_NOTIFICATION, part->notification, 2, 0);
    make_thread(part, index, cnode, vspace, buffer, parent);
    close_component(part);
}

static void finish(struct bytes *plan)
{
    struct plan_header *header = &make.header;

    header->slot_count = make.slots;
    bytes_add(plan, NULL, sizeof(*header));
    for (unsigned i = 0; i < PLAN_TABLE_COUNT; i++) {
        bytes_align(plan, 8);
        header->tables[i] = (struct plan_extent){(uint32_t)plan->size,
                                                 count_of((enum plan_table)i)};
        if (make.tables[i].size > 0)
            bytes_add(plan, make.tables[i].data, make.tables[i].size);
    }
    header->size = plan->size;
    memcpy(plan->data, header, sizeof(*header));
}

static void sum(struct bytes *plan)
{
    size_t from = offsetof(struct plan_header, size);

    ((struct plan_header *)plan->data)->checksum = crc32_feed(0, plan->data + from,
                                                              plan->size - from);
}

static void spoil(struct bytes *plan, char **whats)
{
    for (char **what = whats; *what != NULL; what++) {
        unsigned offset, value;

        if (option(*what, "damage") != NULL)
            plan->data[strtoul(option(*what, "damage"), NULL, 0) % plan->size] ^= 1;
        if (option(*what, "lie") != NULL &&
            sscanf(option(*what, "lie"), "%u:%u", &offset, &value) == 2) {
            plan->data[offset % plan->size] = (uint8_t)value;
            sum(plan);
        }
    }
}

static void parse(char *what)
{
    static const char *const kinds[] = {"", "vm", "native", "console"};
    static const char *const restarts[] = {"never", "failure", "always"};
    struct part *part = &make.parts[make.part_count];
    char *word[5];

    if (option(what, "cores") != NULL)
        make.header.core_count = (uint32_t)strtoul(option(what, "cores"), NULL, 0);
    if (option(what, "core") != NULL)
        make.header.core = (uint8_t)strtoul(option(what, "core"), NULL, 0);
    if (make.header.core >= make.header.core_count)
        make.header.core_count = make.header.core + 1u;
    if (strchr(what, '=') != NULL)
        return;
    for (unsigned i = 0; i < 5; i++) {
        word[i] = strsep(&what, ":");
        if (word[i] == NULL || make.part_count == PART_MAX)
            give_up("component", "NAME:KIND:RESTART:LIMIT:ARGUMENT");
    }
    *part = (struct part){.name = word[0], .argument = word[4]};
    for (unsigned i = 1; i < 4; i++) {
        if (strcmp(kinds[i], word[1]) == 0)
            part->kind = (enum plan_kind)i;
        if (strcmp(restarts[i - 1], word[2]) == 0)
            part->restart = (enum plan_restart)(i - 1);
    }
    part->limit = (unsigned)strtoul(word[3], NULL, 0);
    make.part_count++;
}

static void write_image(char **arguments, const struct bytes *plan)
{
    struct image_inputs inputs = {
        .cores = make.header.core + 1u, .plan = plan, .files = &make.files};
    struct file *const files[] = {&inputs.loader, &inputs.kernel, &inputs.init, &inputs.tree};
    struct image_header header;
    struct bytes image = {0};
    struct fault fault;

    for (unsigned i = 0; i < 4; i++) {
        if (!file_read(files[i], arguments[2 + i], &fault))
            give_up("input", fault.text);
    }
    if (!image_make(&inputs, &image, &header, &fault) || !file_write(arguments[1], &image, &fault))
        give_up("image", fault.text);
}

int main(int count, char **arguments)
{
    struct bytes plan = {0};
    struct fault fault;

    if (count < 9)
        give_up("usage", "make_plan OUT LOADER KERNEL INIT DTB PROGRAM UART COMPATIBLE [WHAT]...");
    if (!file_read(&make.program, arguments[6], &fault))
        give_up("program", fault.text);
    make.header = (struct plan_header){
        .magic = PLAN_MAGIC,
        .version = PLAN_VERSION,
        .core_count = 1,
        .priority = 254,
        .board_off = PLAN_BOARD_OFF_IDLE,
        .board = add_string("test"),
        .budget_us = 500,
        .period_us = 10000,
        .window = WINDOW,
        .log_uart = LOG,
        .log_compatible = add_string(arguments[8]),
        .log_keep = 1,
        .log_doorbell = PLAN_NONE,
    };
    for (char **what = arguments + 9; *what != NULL; what++)
        parse(*what);
    make_system(strtoull(arguments[7], NULL, 0), arguments + 9);
    for (unsigned i = 0; i < make.part_count; i++)
        make_component(&make.parts[i], i + 1);
    bytes_align(&make.files, LARGE);
    finish(&plan);
    sum(&plan);
    if (plan_check(plan.data, plan.size).fault != PLAN_GOOD)
        give_up("plan", plan_fault_text(plan_check(plan.data, plan.size).fault));
    spoil(&plan, arguments + 9);
    write_image(arguments, &plan);
    return 0;
}
