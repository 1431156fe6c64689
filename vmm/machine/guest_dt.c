/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the tree node by node. Every function returns libfdt's result, 0 or negative; the first
 * error ends it. Bindings: Linux, Documentation/devicetree/bindings (arm/psci.yaml,
 * arm/cpus.yaml, interrupt-controller/arm,gic.yaml, timer/arm,arch_timer.yaml, serial/pl011.yaml).
 */
#include "vmm/machine/guest_dt.h"

#include <libfdt.h>
#include <stdio.h>

#include "abi/vchan.h"
#include "hw/gicv2.h"
#include "vmm/mem/copy.h"

enum {
    PHANDLE_GIC = 1,
    PHANDLE_CLOCK = 2,

    IRQ_SPI = 0, /* first cell of an interrupt: shared or private */
    IRQ_PPI = 1,
    IRQ_EDGE_RISING = 1, /* third cell */
    IRQ_LEVEL_HIGH = 4,
    IRQ_LEVEL_LOW = 8,

    UART_CLOCK_HZ = 24000000,
};

/* Stops at the first error. */
#define TRY(call)          \
    do {                   \
        int try_ = (call); \
        if (try_ != 0)     \
            return try_;   \
    } while (0)

static int write_strings(void *fdt, const char *name, const char *list, size_t size)
{
    return fdt_property(fdt, name, list, (int)size);
}

static int write_cells(void *fdt, const char *name, const uint32_t *cells, size_t count)
{
    fdt32_t *value;

    TRY(fdt_property_placeholder(fdt, name, (int)(count * sizeof(*value)), (void **)&value));
    for (size_t i = 0; i < count; i++)
        fdt32_st(&value[i], cells[i]);
    return 0;
}

#define CELLS(fdt, name, ...)                               \
    write_cells(fdt, name, (const uint32_t[]){__VA_ARGS__}, \
                sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))
#define REGION(base, size) \
    (uint32_t)((base) >> 32), (uint32_t)(base), (uint32_t)((uint64_t)(size) >> 32), (uint32_t)(size)

static int write_root(void *fdt)
{
    TRY(fdt_property_cell(fdt, "#address-cells", 2));
    TRY(fdt_property_cell(fdt, "#size-cells", 2));
    TRY(fdt_property_cell(fdt, "interrupt-parent", PHANDLE_GIC));
    TRY(fdt_property_string(fdt, "compatible", "bulkhead,vm"));
    return fdt_property_string(fdt, "model", "Bulkhead virtual machine");
}

static int write_chosen(void *fdt, const struct guest_dt *tree)
{
    char path[32];

    TRY(fdt_begin_node(fdt, "chosen"));
    TRY(fdt_property_string(fdt, "bootargs", tree->bootargs));
    snprintf(path, sizeof(path), "/uart@%llx", (unsigned long long)tree->layout.uart.value);
    TRY(fdt_property_string(fdt, "stdout-path", path));
    if (tree->initrd_size > 0) {
        TRY(fdt_property_u64(fdt, "linux,initrd-start", tree->initrd.value));
        TRY(fdt_property_u64(fdt, "linux,initrd-end", tree->initrd.value + tree->initrd_size));
    }
    if (tree->seed_size > 0)
        TRY(fdt_property(fdt, "rng-seed", tree->seed, (int)tree->seed_size));
    if (tree->kaslr_seed != 0)
        TRY(fdt_property_u64(fdt, "kaslr-seed", tree->kaslr_seed));
    return fdt_end_node(fdt);
}

static int write_memory(void *fdt, const struct guest_dt *tree)
{
    char name[32];

    snprintf(name, sizeof(name), "memory@%llx", (unsigned long long)tree->layout.ram.value);
    TRY(fdt_begin_node(fdt, name));
    TRY(fdt_property_string(fdt, "device_type", "memory"));
    TRY(CELLS(fdt, "reg", REGION(tree->layout.ram.value, tree->ram_size)));
    return fdt_end_node(fdt);
}

static int write_cpus(void *fdt, unsigned count)
{
    TRY(fdt_begin_node(fdt, "cpus"));
    TRY(fdt_property_cell(fdt, "#address-cells", 1));
    TRY(fdt_property_cell(fdt, "#size-cells", 0));
    for (uint32_t cpu = 0; cpu < count; cpu++) {
        char name[16];

        snprintf(name, sizeof(name), "cpu@%x", (unsigned)cpu);
        TRY(fdt_begin_node(fdt, name));
        TRY(fdt_property_string(fdt, "device_type", "cpu"));
        TRY(fdt_property_string(fdt, "compatible", "arm,armv8"));
        TRY(fdt_property_cell(fdt, "reg", cpu));
        TRY(fdt_property_string(fdt, "enable-method", "psci"));
        TRY(fdt_end_node(fdt));
    }
    return fdt_end_node(fdt);
}

static int write_psci(void *fdt)
{
    static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2";

    TRY(fdt_begin_node(fdt, "psci"));
    TRY(write_strings(fdt, "compatible", compatible, sizeof(compatible)));
    TRY(fdt_property_string(fdt, "method", "smc"));
    return fdt_end_node(fdt);
}

/* Secure, non-secure, virtual and hypervisor timer; the guest has the virtual one. */
static int write_timer(void *fdt, unsigned cpu_count)
{
    const uint32_t flags = ((1u << cpu_count) - 1) << 8 | IRQ_LEVEL_LOW;

    TRY(fdt_begin_node(fdt, "timer"));
    TRY(fdt_property_string(fdt, "compatible", "arm,armv8-timer"));
    TRY(CELLS(fdt, "interrupts", IRQ_PPI, 13, flags, IRQ_PPI, 14, flags, IRQ_PPI,
              GIC_PPI_VIRTUAL_TIMER - GIC_PPI_FIRST, flags, IRQ_PPI, 10, flags));
    TRY(fdt_property(fdt, "always-on", NULL, 0));
    return fdt_end_node(fdt);
}

static int write_interrupt_controller(void *fdt, const struct layout *layout)
{
    char name[48];

    snprintf(name, sizeof(name), "interrupt-controller@%llx",
             (unsigned long long)layout->gicd.value);
    TRY(fdt_begin_node(fdt, name));
    TRY(fdt_property_string(fdt, "compatible", GICV2_COMPATIBLE_400));
    TRY(fdt_property_cell(fdt, "#interrupt-cells", 3));
    TRY(fdt_property_cell(fdt, "#address-cells", 0));
    TRY(fdt_property(fdt, "interrupt-controller", NULL, 0));
    TRY(CELLS(fdt, "reg", REGION(layout->gicd.value, VMM_GICD_BYTES),
              REGION(layout->gicc.value, VMM_GICC_BYTES)));
    TRY(fdt_property_cell(fdt, "phandle", PHANDLE_GIC));
    return fdt_end_node(fdt);
}

static int write_uart(void *fdt, const struct layout *layout)
{
    static const char compatible[] = "arm,pl011\0arm,primecell";
    static const char clocks[] = "uartclk\0apb_pclk";
    char name[32];

    TRY(fdt_begin_node(fdt, "apb-clock"));
    TRY(fdt_property_string(fdt, "compatible", "fixed-clock"));
    TRY(fdt_property_cell(fdt, "#clock-cells", 0));
    TRY(fdt_property_cell(fdt, "clock-frequency", UART_CLOCK_HZ));
    TRY(fdt_property_cell(fdt, "phandle", PHANDLE_CLOCK));
    TRY(fdt_end_node(fdt));

    snprintf(name, sizeof(name), "uart@%llx", (unsigned long long)layout->uart.value);
    TRY(fdt_begin_node(fdt, name));
    TRY(write_strings(fdt, "compatible", compatible, sizeof(compatible)));
    TRY(CELLS(fdt, "reg", REGION(layout->uart.value, VMM_UART_BYTES)));
    TRY(CELLS(fdt, "interrupts", IRQ_SPI, layout->uart_intid - GIC_SPI_FIRST, IRQ_LEVEL_HIGH));
    TRY(CELLS(fdt, "clocks", PHANDLE_CLOCK, PHANDLE_CLOCK));
    TRY(write_strings(fdt, "clock-names", clocks, sizeof(clocks)));
    return fdt_end_node(fdt);
}

/* docs/shared-memory.md */
static int write_shared(void *fdt, const struct guest_shared *shared)
{
    char name[48];

    snprintf(name, sizeof(name), "shared-memory@%llx", (unsigned long long)shared->address.value);
    TRY(fdt_begin_node(fdt, name));
    TRY(fdt_property_string(fdt, "compatible", "bulkhead,shared-memory"));
    TRY(CELLS(fdt, "reg", REGION(shared->address.value, shared->size)));
    TRY(fdt_property_string(fdt, "label", shared->name));
    if (!shared->writable)
        TRY(fdt_property(fdt, "read-only", NULL, 0));
    return fdt_end_node(fdt);
}

/* guest/linux/vchan/binding.md */
static int write_channel(void *fdt, const struct guest_channel *channel, unsigned number,
                         ipa_t bells)
{
    static const char names[] = "own\0peer\0doorbell";
    char name[32];

    snprintf(name, sizeof(name), "vchan@%llx", (unsigned long long)channel->own.value);
    TRY(fdt_begin_node(fdt, name));
    TRY(fdt_property_string(fdt, "compatible", "bulkhead,vchan-1"));
    TRY(CELLS(fdt, "reg", REGION(channel->own.value, VCHAN_REGION_BYTES(channel->send_ring)),
              REGION(channel->other.value, VCHAN_REGION_BYTES(channel->receive_ring)),
              REGION(bells.value, sizeof(uint32_t))));
    TRY(write_strings(fdt, "reg-names", names, sizeof(names)));
    TRY(CELLS(fdt, "interrupts", IRQ_SPI, channel->intid - GIC_SPI_FIRST, IRQ_EDGE_RISING));
    TRY(fdt_property_string(fdt, "bulkhead,name", channel->name));
    TRY(fdt_property_string(fdt, "bulkhead,peer", channel->peer));
    if (channel->send_ring > 0)
        TRY(fdt_property_cell(fdt, "bulkhead,send-ring", channel->send_ring));
    if (channel->receive_ring > 0)
        TRY(fdt_property_cell(fdt, "bulkhead,receive-ring", channel->receive_ring));
    TRY(fdt_property_cell(fdt, "bulkhead,doorbell", number));
    if (channel->compat_port > 0)
        TRY(fdt_property_cell(fdt, "bulkhead,compat-port", channel->compat_port));
    return fdt_end_node(fdt);
}

static int write_tree(void *fdt, size_t size, const struct guest_dt *tree)
{
    TRY(fdt_create(fdt, (int)size));
    TRY(fdt_finish_reservemap(fdt));
    TRY(fdt_begin_node(fdt, ""));
    TRY(write_root(fdt));
    TRY(write_chosen(fdt, tree));
    TRY(write_memory(fdt, tree));
    TRY(write_cpus(fdt, tree->cpu_count));
    TRY(write_psci(fdt));
    TRY(write_timer(fdt, tree->cpu_count));
    TRY(write_interrupt_controller(fdt, &tree->layout));
    TRY(write_uart(fdt, &tree->layout));
    for (unsigned i = 0; i < tree->shared_count; i++)
        TRY(write_shared(fdt, &tree->shared[i]));
    for (unsigned i = 0; i < tree->channel_count; i++)
        TRY(write_channel(fdt, &tree->channels[i], i, tree->layout.bells));
    TRY(fdt_end_node(fdt));
    return fdt_finish(fdt);
}

bool guest_dt_write(void *buffer, size_t size, const struct guest_dt *tree)
{
    return size <= INT32_MAX && write_tree(buffer, size, tree) == 0;
}

/* libfdt marks an overlay it has applied or spoilt, so it gets a copy. */
bool guest_dt_overlay(void *buffer, size_t size, const void *overlay, size_t overlay_size,
                      void *scratch, struct complaint *complaint)
{
    int result;

    if (overlay_size > GUEST_DT_SIZE)
        return complain(complaint, "overlay: %zu bytes: at most %d", overlay_size, GUEST_DT_SIZE);
    copy_bulk(scratch, overlay, overlay_size);
    result = fdt_check_full(scratch, overlay_size);
    if (result == 0)
        result = fdt_open_into(buffer, buffer, (int)size);
    if (result == 0)
        result = fdt_overlay_apply(buffer, scratch);
    if (result == 0)
        result = fdt_pack(buffer);
    copy_zero(scratch, overlay_size);
    if (result == -FDT_ERR_NOSPACE)
        return complain(complaint, "overlay: with it the device tree exceeds %zu bytes", size);
    if (result != 0)
        return complain(complaint,
                        "overlay: cannot be applied to the guest's device tree (%s): make it with "
                        "dtc -@ and name its targets by target-path",
                        fdt_strerror(result));
    return true;
}

bool guest_dt_take(void *buffer, size_t size, const void *tree, size_t tree_size,
                   struct complaint *complaint)
{
    if (tree_size > size)
        return complain(complaint, "dtb: %zu bytes: at most %zu", tree_size, size);
    copy_bulk(buffer, tree, tree_size);
    if (fdt_check_full(buffer, tree_size) != 0)
        return complain(complaint, "dtb: not a device tree blob: make it with dtc");
    return true;
}
