/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the loader learns of the board: RAM, what is reserved of it, cores, PSCI and the UART.
 * Stands on loader/fdt.h; never touches the board, and never follows a tree without a bound.
 *
 * Two passes: the first finds which node is the console, the second visits every node once, with
 * its ancestors at hand, when its own properties are complete.
 */
#include "loader/machine.h"
#include "hw/uart.h"

#define DEPTH_MAX 12
#define PATH_MAX  256

/* A node on the way from the root to the one being read. */
struct level {
    const char *name;
    bool visited;
    bool disabled;
    uint32_t address_cells; /* for its children */
    uint32_t size_cells;
    struct fdt_item ranges; /* kind FDT_PROPERTY if present */
    struct fdt_item reg;
    struct fdt_item compatible;
    struct fdt_item device_type;
    struct fdt_item method;
    struct fdt_item cpu_on;
};

struct walk {
    struct machine *machine;
    enum machine_result result;
    unsigned depth; /* levels in use */
    struct level levels[DEPTH_MAX];
    /* The console's path, from /chosen; an alias until it is resolved. */
    const char *path;
    uint32_t path_size;
    bool console_found;
};

/* Whether one of the strings that a property lists is `wanted`. */
static bool property_lists(const struct fdt_item *property, const char *wanted)
{
    uint32_t start = 0;

    if (property->kind != FDT_PROPERTY)
        return false;
    for (uint32_t i = 0; i < property->size; i++) {
        if (property->data[i] != '\0')
            continue;
        if (fdt_same((const char *)property->data + start, wanted))
            return true;
        start = i + 1;
    }
    return false;
}

/* A node's name is `wanted`, with or without a unit address. */
static bool node_is(const struct level *level, const char *wanted)
{
    const char *name = level->name;

    while (*wanted != '\0' && *name == *wanted) {
        name++;
        wanted++;
    }
    return *wanted == '\0' && (*name == '\0' || *name == '@');
}

static void add_range(struct range *ranges, unsigned *count, uint64_t start, uint64_t size)
{
    unsigned i = *count;

    if (size == 0 || start + size < start)
        return;
    for (; i > 0 && ranges[i - 1].start > start; i--)
        ranges[i] = ranges[i - 1];
    ranges[i] = (struct range){start, start + size};
    (*count)++;
}

/* Address and size number `index` of a reg property; false behind the last or if not readable. */
static bool read_reg(const struct level *level, const struct level *parent, uint32_t index,
                     uint64_t *address, uint64_t *size)
{
    uint32_t cells = parent->address_cells + parent->size_cells;

    if (level->reg.kind != FDT_PROPERTY || parent->address_cells == 0 ||
        parent->address_cells > 2 || parent->size_cells > 2 || index >= level->reg.size / 4 / cells)
        return false;
    *address = fdt_number(level->reg.data + 4 * index * cells, parent->address_cells);
    *size = fdt_number(level->reg.data + 4 * (index * cells + parent->address_cells),
                       parent->size_cells);
    return true;
}

static void visit_memory(struct machine *machine, const struct level *level,
                         const struct level *parent)
{
    uint64_t start, size;

    for (uint32_t i = 0; read_reg(level, parent, i, &start, &size); i++) {
        if (machine->ram_count < MACHINE_RAM_MAX)
            add_range(machine->ram, &machine->ram_count, start, size);
    }
}

static void reserve(struct walk *walk, uint64_t start, uint64_t size)
{
    struct machine *machine = walk->machine;

    if (machine->reserved_count < MACHINE_RESERVED_MAX)
        add_range(machine->reserved, &machine->reserved_count, start, size);
    else
        walk->result = MACHINE_MANY_RESERVED;
}

static void visit_reserved(struct walk *walk, const struct level *level, const struct level *parent)
{
    uint64_t start, size;

    for (uint32_t i = 0; read_reg(level, parent, i, &start, &size); i++)
        reserve(walk, start, size);
}

static void visit_core(struct machine *machine, const struct level *level,
                       const struct level *parent)
{
    uint64_t affinity, unused;

    if (machine->core_count < IMAGE_CORE_MAX && read_reg(level, parent, 0, &affinity, &unused))
        machine->cores[machine->core_count++] = affinity;
}

/* PSCI 5.1.4: 0.2 and later have one number for CPU_ON; before, the tree tells it. */
static void visit_psci(struct machine *machine, const struct level *level)
{
    machine->psci_by_smc = property_lists(&level->method, "smc");
    if (property_lists(&level->compatible, "arm,psci-0.2") ||
        property_lists(&level->compatible, "arm,psci-1.0"))
        machine->psci_cpu_on = 0xc4000003;
    else if (level->cpu_on.kind == FDT_PROPERTY && level->cpu_on.size == 4)
        machine->psci_cpu_on = fdt_number(level->cpu_on.data, 1);
}

static enum uart_model uart_model_of(const struct fdt_item *compatible)
{
    if (property_lists(compatible, PL011_COMPATIBLE))
        return UART_PL011;
    if (property_lists(compatible, CADENCE_UART_COMPATIBLE_PS) ||
        property_lists(compatible, CADENCE_UART_COMPATIBLE_R1P8) ||
        property_lists(compatible, CADENCE_UART_COMPATIBLE_R1P12))
        return UART_CADENCE;
    if (property_lists(compatible, IMX_UART_COMPATIBLE_6Q) ||
        property_lists(compatible, IMX_UART_COMPATIBLE_8MP))
        return UART_IMX;
    return UART_NONE;
}

/* One step up: from the addresses inside `bus` to those of its parent. */
static bool translate_through(const struct level *bus, const struct level *parent,
                              uint64_t *address)
{
    uint32_t child = bus->address_cells, up = parent->address_cells;
    uint32_t cells = child + up + bus->size_cells;

    if (bus->ranges.kind != FDT_PROPERTY)
        return false; /* its inside is not memory-mapped */
    if (bus->ranges.size == 0)
        return true; /* the same addresses */
    if (child == 0 || child > 2 || up == 0 || up > 2 || bus->size_cells == 0 || bus->size_cells > 2)
        return false;
    for (uint32_t i = 0; i < bus->ranges.size / 4 / cells; i++) {
        const uint8_t *entry = bus->ranges.data + 4 * i * cells;
        uint64_t start = fdt_number(entry, child);
        uint64_t size = fdt_number(entry + 4 * (child + up), bus->size_cells);

        if (*address >= start && *address - start < size) {
            *address = *address - start + fdt_number(entry + 4 * child, up);
            return true;
        }
    }
    return false;
}

/* Whether the node being visited, number `depth`, is the one that the console's path names. */
static bool is_console(const struct walk *walk, unsigned depth)
{
    uint32_t at = 0;

    for (unsigned i = 1; i <= depth; i++) {
        const char *name = walk->levels[i].name;

        if (at >= walk->path_size || walk->path[at++] != '/')
            return false;
        while (at < walk->path_size && walk->path[at] != '/' && *name == walk->path[at]) {
            at++;
            name++;
        }
        if (*name != '\0' && *name != '@')
            return false;
        if (at < walk->path_size && walk->path[at] != '/')
            return false;
    }
    return walk->path_size != 0 && at == walk->path_size;
}

static void visit_uart(struct walk *walk, unsigned depth, enum uart_model model)
{
    struct machine *machine = walk->machine;
    bool console = is_console(walk, depth);
    uint64_t address, unused;

    if (walk->console_found || (!console && machine->uart_model != UART_NONE))
        return;
    if (!read_reg(&walk->levels[depth], &walk->levels[depth - 1], 0, &address, &unused))
        return;
    for (unsigned i = depth - 1; i > 0; i--) {
        if (!translate_through(&walk->levels[i], &walk->levels[i - 1], &address))
            return;
    }
    machine->uart_model = model;
    machine->uart_base = address;
    walk->console_found = console;
}

/* Called once for each node, when its properties are known and before its children. */
static void visit(struct walk *walk)
{
    unsigned depth = walk->depth - 1;
    struct level *level = &walk->levels[depth];
    const struct level *parent;
    enum uart_model model;

    if (level->visited)
        return;
    level->visited = true;
    if (depth == 0 || level->disabled)
        return;
    parent = &walk->levels[depth - 1];
    if (depth == 1 && property_lists(&level->device_type, "memory"))
        visit_memory(walk->machine, level, parent);
    else if (depth == 2 && node_is(parent, "reserved-memory"))
        visit_reserved(walk, level, parent);
    else if (depth == 2 && node_is(parent, "cpus") && property_lists(&level->device_type, "cpu"))
        visit_core(walk->machine, level, parent);
    if (level->compatible.kind != FDT_PROPERTY)
        return;
    if (level->method.kind == FDT_PROPERTY && node_is(level, "psci"))
        visit_psci(walk->machine, level);
    model = uart_model_of(&level->compatible);
    if (model != UART_NONE)
        visit_uart(walk, depth, model);
}

static void keep_property(struct level *level, const struct fdt_item *item)
{
    /* Told apart by the first letter: most of a tree's properties are none of these. */
    switch (item->name[0]) {
    case '#':
        if (item->size == 4 && fdt_same(item->name, "#address-cells"))
            level->address_cells = fdt_number(item->data, 1);
        else if (item->size == 4 && fdt_same(item->name, "#size-cells"))
            level->size_cells = fdt_number(item->data, 1);
        break;
    case 'c':
        if (fdt_same(item->name, "compatible"))
            level->compatible = *item;
        else if (fdt_same(item->name, "cpu_on"))
            level->cpu_on = *item;
        break;
    case 'd':
        if (fdt_same(item->name, "device_type"))
            level->device_type = *item;
        break;
    case 'm':
        if (fdt_same(item->name, "method"))
            level->method = *item;
        break;
    case 'r':
        if (fdt_same(item->name, "reg"))
            level->reg = *item;
        else if (fdt_same(item->name, "ranges"))
            level->ranges = *item;
        break;
    case 's':
        if (fdt_same(item->name, "status"))
            level->disabled = !property_lists(item, "okay") && !property_lists(item, "ok");
        break;
    }
}

static void enter_level(struct walk *walk, const char *name)
{
    /* The specification's defaults, 2.3.5. */
    walk->levels[walk->depth++] = (struct level){.name = name, .address_cells = 2, .size_cells = 1};
}

static enum machine_result walk_tree(struct walk *walk, const struct fdt *tree)
{
    uint32_t at = 0;

    for (;;) {
        struct fdt_item item = fdt_next(tree, &at);

        switch (item.kind) {
        case FDT_NODE:
            if (walk->depth > 0)
                visit(walk);
            if (walk->depth == DEPTH_MAX)
                return MACHINE_DAMAGED;
            enter_level(walk, item.name);
            break;
        case FDT_PROPERTY:
            if (walk->depth == 0)
                return MACHINE_DAMAGED;
            keep_property(&walk->levels[walk->depth - 1], &item);
            break;
        case FDT_NODE_END:
            if (walk->depth == 0)
                return MACHINE_DAMAGED;
            visit(walk);
            walk->depth--;
            break;
        case FDT_END:
            return walk->depth == 0 ? walk->result : MACHINE_DAMAGED;
        case FDT_BAD:
            return MACHINE_DAMAGED;
        }
    }
}

/* The length of a path up to its end or the options behind a colon. */
static uint32_t path_length(const struct fdt_item *path)
{
    uint32_t length = 0;

    while (length < path->size && length < PATH_MAX && path->data[length] != '\0' &&
           path->data[length] != ':')
        length++;
    return length;
}

static void find_console_path(struct walk *walk, const struct fdt *tree)
{
    struct fdt_item item = fdt_find_property(tree, "chosen", "stdout-path", 11);
    uint32_t length;

    if (item.kind != FDT_PROPERTY)
        return;
    length = path_length(&item);
    if (length > 0 && item.data[0] != '/') {
        item = fdt_find_property(tree, "aliases", (const char *)item.data, length);
        if (item.kind != FDT_PROPERTY)
            return;
        length = path_length(&item);
    }
    walk->path = (const char *)item.data;
    walk->path_size = length;
}

enum machine_result machine_learn(struct machine *machine, const struct fdt *tree)
{
    struct walk walk = {.machine = machine, .result = MACHINE_OK};
    enum machine_result result;
    uint64_t start, size;

    *machine = (struct machine){.uart_model = UART_NONE};
    find_console_path(&walk, tree);
    for (uint32_t i = 0; fdt_reservation(tree, i, &start, &size); i++)
        reserve(&walk, start, size);
    result = walk_tree(&walk, tree);
    if (result == MACHINE_OK && machine->ram_count == 0)
        result = MACHINE_NO_RAM;
    return result;
}
