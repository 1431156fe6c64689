/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and checks a VM's configuration blob. */
#include "vmm/machine/config.h"

#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "vmm/mem/layout.h"

/* A string property: NUL at its end and nowhere before. NULL if it is absent. */
static bool config_string(const void *blob, const char *name, size_t limit, const char **value,
                          struct complaint *complaint)
{
    int length;
    const char *text = fdt_getprop(blob, 0, name, &length);

    *value = NULL;
    if (text == NULL)
        return true;
    if (length < 1 || memchr(text, '\0', (size_t)length) != text + length - 1)
        return complain(complaint, "config: '%s' is not one string", name);
    if ((size_t)length > limit)
        return complain(complaint, "config: '%s' has %d bytes: shorten it to %zu", name, length - 1,
                        limit - 1);
    *value = text;
    return true;
}

/* `count` 64-bit numbers. Absent: `*found` is false and the values stay as they are. */
static bool config_numbers(const void *blob, const char *name, unsigned count, uint64_t *values,
                           bool *found, struct complaint *complaint)
{
    int length;
    const fdt64_t *cells = fdt_getprop(blob, 0, name, &length);

    *found = cells != NULL;
    if (cells == NULL)
        return true;
    if (length != (int)(count * sizeof(*cells)))
        return complain(complaint, "config: '%s' has %d bytes: give %u 64-bit number%s", name,
                        length, count, count == 1 ? "" : "s");
    for (unsigned i = 0; i < count; i++)
        values[i] = fdt64_ld(&cells[i]);
    return true;
}

static bool config_memory(const void *blob, uint64_t *memory, struct complaint *complaint)
{
    bool found;

    if (!config_numbers(blob, "memory", 1, memory, &found, complaint))
        return false;
    if (!found)
        return complain(complaint, "config: no 'memory': give the guest's RAM in bytes");
    if (*memory == 0 || *memory % LAYOUT_RAM_PAGE != 0)
        return complain(complaint, "config: memory of %" PRIu64 " bytes: give a multiple of 2 MiB",
                        *memory);
    if (*memory > VMM_ADDRESS_END)
        return complain(complaint,
                        "config: memory of %" PRIu64 " bytes: at most %" PRIu64 " can be addressed",
                        *memory, VMM_ADDRESS_END);
    return true;
}

/* Pages of the guest's, below the end of its addresses. */
static bool config_fits(uint64_t address, uint64_t size, uint64_t alignment)
{
    return address % alignment == 0 && size <= VMM_ADDRESS_END && address <= VMM_ADDRESS_END - size;
}

static bool config_intid_fits(uint64_t intid)
{
    return intid >= VMM_INTERRUPT_FIRST && intid <= VMM_INTERRUPT_LAST;
}

/* As many numbers as `count`, which have to be there. */
static bool config_needed(const void *blob, const char *name, unsigned count, uint64_t *values,
                          struct complaint *complaint)
{
    bool found;

    if (!config_numbers(blob, name, count, values, &found, complaint))
        return false;
    return found || complain(complaint, "config: no '%s': tell where the guest sees it", name);
}

static bool config_layout(const void *blob, struct config *config, struct complaint *complaint)
{
    struct layout *layout = &config->layout;
    uint64_t ram, gic[2], uart[2], bells;

    if (!config_needed(blob, "ram", 1, &ram, complaint) ||
        !config_needed(blob, "gic", 2, gic, complaint) ||
        !config_needed(blob, "uart", 2, uart, complaint) ||
        !config_needed(blob, "bells", 1, &bells, complaint))
        return false;
    if (!config_fits(ram, config->memory, LAYOUT_RAM_PAGE))
        return complain(complaint, "config: 'ram' is 0x%" PRIx64 ", where no RAM can be", ram);
    if (!config_fits(gic[0], VMM_GICD_BYTES, LAYOUT_PAGE) ||
        !config_fits(gic[1], VMM_GICC_BYTES, LAYOUT_PAGE) ||
        !config_fits(uart[0], VMM_UART_BYTES, LAYOUT_PAGE) ||
        !config_fits(bells, VMM_BELLS_BYTES, LAYOUT_PAGE))
        return complain(complaint, "config: 'gic', 'uart' or 'bells' is where no device can be");
    if (!config_intid_fits(uart[1]))
        return complain(complaint,
                        "config: 'uart' has interrupt %" PRIu64 ": %d to %d can be given", uart[1],
                        VMM_INTERRUPT_FIRST, VMM_INTERRUPT_LAST);
    *layout = (struct layout){
        .ram = IPA(ram),
        .gicd = IPA(gic[0]),
        .gicc = IPA(gic[1]),
        .uart = IPA(uart[0]),
        .bells = IPA(bells),
        .uart_intid = (unsigned)uart[1],
    };
    return true;
}

/* Address and size of what is mapped into the VMM. */
static bool config_file(const void *blob, const char *name, struct image_file *file,
                        struct complaint *complaint)
{
    uint64_t values[2] = {0, 0};
    bool found;

    if (!config_numbers(blob, name, 2, values, &found, complaint))
        return false;
    if (found && (values[0] == 0 || values[1] == 0 || values[1] > UINT64_MAX - values[0]))
        return complain(complaint, "config: '%s' is not the address and size of a file", name);
    *file = (struct image_file){.data = (const void *)(uintptr_t)values[0],
                                .size = (size_t)values[1]};
    return true;
}

static bool config_wish(const void *blob, const char *name, uint64_t *address,
                        struct complaint *complaint)
{
    bool found;

    *address = IMAGE_ANYWHERE;
    return config_numbers(blob, name, 1, address, &found, complaint);
}

static bool config_files(const void *blob, struct config *config, struct complaint *complaint)
{
    if (!config_file(blob, "kernel", &config->kernel, complaint) ||
        !config_file(blob, "initrd", &config->initrd, complaint) ||
        !config_file(blob, "tree", &config->tree, complaint) ||
        !config_file(blob, "overlay", &config->overlay, complaint) ||
        !config_wish(blob, "kernel-address", &config->wish.kernel, complaint) ||
        !config_wish(blob, "tree-address", &config->wish.tree, complaint) ||
        !config_wish(blob, "initrd-address", &config->wish.initrd, complaint))
        return false;
    if (config->kernel.size == 0)
        return complain(complaint, "config: no 'kernel': give the address and size of its file");
    if (config->tree.size > 0 && config->overlay.size > 0)
        return complain(complaint, "config: both 'tree' and 'overlay': an overlay goes with the "
                                   "generated tree, so give one of them");
    return true;
}

static bool config_cpus(const void *blob, unsigned *count, struct complaint *complaint)
{
    int length;
    const fdt32_t *cell = fdt_getprop(blob, 0, "cpus", &length);

    *count = 1;
    if (cell == NULL)
        return true;
    if (length != (int)sizeof(*cell))
        return complain(complaint, "config: 'cpus' has %d bytes: give one 32-bit number", length);
    *count = fdt32_ld(cell);
    if (*count == 0 || *count > VMM_CPU_MAX)
        return complain(complaint, "config: %u cpus: a VM has 1 to %d", *count, VMM_CPU_MAX);
    return true;
}

/* The first things: with them there is somebody to complain to. */
static bool config_console(const void *blob, struct config *config, struct complaint *complaint)
{
    uint64_t regions[2] = {0, 0};
    bool found;

    if (!config_numbers(blob, "console", 2, regions, &found, complaint))
        return false;
    if (found && (regions[0] == 0 || regions[1] == 0))
        return complain(complaint, "config: 'console' is not two addresses");
    config->console_own = regions[0];
    config->console_peer = regions[1];
    return true;
}

static bool config_status(const void *blob, uint64_t *status, struct complaint *complaint)
{
    bool found;

    if (!config_numbers(blob, "status", 1, status, &found, complaint))
        return false;
    if (!found || *status == 0 || *status % sizeof(uint64_t) != 0)
        return complain(complaint, "config: 'status' is not the address of a status page");
    return true;
}

static bool config_seed(const void *blob, struct config *config, struct complaint *complaint)
{
    int length;

    config->seed = fdt_getprop(blob, 0, "rng-seed", &length);
    config->seed_size = config->seed != NULL ? (size_t)length : 0;
    if (config->seed_size > VMM_SEED_BYTES_MAX)
        return complain(complaint, "config: 'rng-seed' has %d bytes: give at most %d", length,
                        VMM_SEED_BYTES_MAX);
    if (config->seed_size == 0)
        config->seed = NULL;
    return true;
}

static bool config_region(const void *blob, int node, struct guest_shared *shared)
{
    int length, number;
    const fdt64_t *address = fdt_getprop(blob, node, "address", &number), *size;

    if (address == NULL || number != sizeof(*address))
        return false;
    size = fdt_getprop(blob, node, "size", &number);
    shared->name = fdt_getprop(blob, node, "name", &length);
    if (size == NULL || number != sizeof(*size) || shared->name == NULL || length < 1 ||
        memchr(shared->name, '\0', (size_t)length) != shared->name + length - 1)
        return false;
    shared->address = IPA(fdt64_ld(address));
    shared->size = fdt64_ld(size);
    shared->writable = fdt_getprop(blob, node, "writable", NULL) != NULL;
    return true;
}

static bool config_shared(const void *blob, struct config *config, struct complaint *complaint)
{
    int node, parent = fdt_path_offset(blob, "/shared");

    for (node = parent < 0 ? -1 : fdt_first_subnode(blob, parent); node >= 0;
         node = fdt_next_subnode(blob, node)) {
        if (config->shared_count == VMM_SHARED_MAX)
            return complain(complaint, "config: more than %d regions of shared memory",
                            VMM_SHARED_MAX);
        if (!config_region(blob, node, &config->shared[config->shared_count++]))
            return complain(complaint, "config: '/shared/%s' is no name, address and size",
                            fdt_get_name(blob, node, NULL));
    }
    return true;
}

/* The only number of a property; false if it is not there. */
static bool config_node_u64(const void *blob, int node, const char *name, uint64_t *value)
{
    int length;
    const fdt64_t *cells = fdt_getprop(blob, node, name, &length);

    if (cells == NULL || length != sizeof(*cells))
        return false;
    *value = fdt64_ld(cells);
    return true;
}

static const char *config_node_string(const void *blob, int node, const char *name)
{
    int length;
    const char *text = fdt_getprop(blob, node, name, &length);

    return text != NULL && length > 0 && memchr(text, '\0', (size_t)length) == text + length - 1
               ? text
               : NULL;
}

/* 0 where there is none. */
static uint32_t config_cell(const void *blob, int node, const char *name)
{
    int length;
    const fdt32_t *cell = fdt_getprop(blob, node, name, &length);

    return cell != NULL && length == sizeof(*cell) ? fdt32_ld(cell) : 0;
}

static bool config_channel(const void *blob, int node, struct guest_channel *channel)
{
    uint64_t own, other;

    channel->name = config_node_string(blob, node, "name");
    channel->peer = config_node_string(blob, node, "peer");
    if (channel->name == NULL || channel->peer == NULL ||
        !config_node_u64(blob, node, "own", &own) || !config_node_u64(blob, node, "other", &other))
        return false;
    channel->own = IPA(own);
    channel->other = IPA(other);
    channel->send_ring = config_cell(blob, node, "send-ring");
    channel->receive_ring = config_cell(blob, node, "receive-ring");
    channel->compat_port = config_cell(blob, node, "compat-port");
    channel->intid = config_cell(blob, node, "interrupt");
    if (!config_intid_fits(channel->intid))
        return false;
    return channel->send_ring != 0 || channel->receive_ring != 0;
}

/* Their order is their numbers', as they are bells, interrupts and slots by these. */
static bool config_channels(const void *blob, struct config *config, struct complaint *complaint)
{
    int parent = fdt_path_offset(blob, "/channel");

    for (unsigned i = 0; parent >= 0; i++) {
        char name[8];
        int node;

        snprintf(name, sizeof(name), "%u", i);
        node = fdt_subnode_offset(blob, parent, name);
        if (node < 0)
            return true;
        if (i == VMM_CHANNEL_MAX)
            return complain(complaint, "config: more than %d channels", VMM_CHANNEL_MAX);
        if (!config_channel(blob, node, &config->channels[i]))
            return complain(complaint, "config: '/channel/%u' is no channel", i);
        config->channel_count = i + 1;
    }
    return true;
}

static bool config_name(const void *blob, struct config *config, struct complaint *complaint)
{
    const char *name;

    if (!config_string(blob, "model", CONFIG_NAME_SIZE, &name, complaint))
        return false;
    if (name != NULL)
        strcpy(config->name, name);
    return true;
}

/* As many as the highest interrupt needs, in whole words of the distributor's. */
static unsigned config_lines(const struct config *config)
{
    unsigned highest = config->layout.uart_intid;

    for (unsigned i = 0; i < config->channel_count; i++) {
        if (config->channels[i].intid > highest)
            highest = config->channels[i].intid;
    }
    return highest < LAYOUT_GIC_LINES ? LAYOUT_GIC_LINES : (highest / 32 + 1) * 32;
}

bool config_read(const void *blob, size_t size, struct config *config, struct complaint *complaint)
{
    *config = (struct config){.name = "guest", .line_count = LAYOUT_GIC_LINES};
    if (blob == NULL || size > INT32_MAX || fdt_check_full(blob, size) != 0)
        return complain(complaint, "config: not a device tree blob");
    if (!config_console(blob, config, complaint) || !config_name(blob, config, complaint) ||
        !config_status(blob, &config->status, complaint) ||
        !config_memory(blob, &config->memory, complaint) ||
        !config_layout(blob, config, complaint) || !config_files(blob, config, complaint) ||
        !config_cpus(blob, &config->cpu_count, complaint) ||
        !config_string(blob, "bootargs", CONFIG_BOOTARGS_SIZE, &config->bootargs, complaint) ||
        !config_seed(blob, config, complaint) || !config_shared(blob, config, complaint) ||
        !config_channels(blob, config, complaint))
        return false;
    if (config->bootargs == NULL)
        config->bootargs = "";
    config->line_count = config_lines(config);
    config->report_exits = fdt_getprop(blob, 0, "report-exits", NULL) != NULL;
    return true;
}
