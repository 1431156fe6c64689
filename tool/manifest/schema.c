/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of what a manifest may say. A key is read after those above it: a budget in percent is
 * of the period. Stands on manifest.h.
 */
#include "abi/vmm.h"
#include "tool/manifest/manifest.h"
#include "tool/manifest/schema.h"

#define KIB                UINT64_C(1024)
#define MIB                (KIB * KIB)
#define GIB                (KIB * MIB)

#define KEYS(array)        .keys = (array), .key_count = sizeof(array) / sizeof((array)[0])
#define FIELD(type, field) .offset = offsetof(struct type, field)
#define ARRAY(type, field, count_field) \
    .offset = offsetof(struct type, field), .count_offset = offsetof(struct type, count_field)

/* What everything that runs has in common. */
#define NAME_KEY(type, example_name, text) \
    {                                      \
        .name = "name",                    \
        .kind = KEY_NAME,                  \
        FIELD(type, name),                 \
        .required = true,                  \
        .example = example_name,           \
        .help = text,                      \
    }
#define PRIORITY_KEY(type, field, top, default_priority, text) \
    {                                                          \
        .name = "priority",                                    \
        .kind = KEY_NUMBER,                                    \
        FIELD(type, field),                                    \
        .least = 1,                                            \
        .most = top,                                           \
        .fallback = default_priority,                          \
        .example = default_priority,                           \
        .help = text,                                          \
    }
#define PERIOD_KEY(type, field, most_us, otherwise)   \
    {                                                 \
        .name = "period",                             \
        .kind = KEY_PERIOD,                           \
        FIELD(type, field.period_us),                 \
        .least = 100,                                 \
        .most = most_us,                              \
        .fallback = otherwise,                        \
        .example = "10ms",                            \
        .help = "how often the budget is given anew", \
    }
#define BUDGET_KEY(type, field, default_budget, text) \
    {                                                 \
        .name = "budget",                             \
        .kind = KEY_BUDGET,                           \
        FIELD(type, field),                           \
        .least = 100,                                 \
        .most = 10000000,                             \
        .fallback = default_budget,                   \
        .example = "30%",                             \
        .help = text,                                 \
    }
#define CORE_KEY(type, field)          \
    {                                  \
        .name = "core",                \
        .kind = KEY_CORE,              \
        FIELD(type, field),            \
        .most = MANIFEST_CORE_MAX - 1, \
        .derived = "core 0",           \
        .example = "1",                \
        .help = "the core it runs on", \
    }
#define RESTART_KEY(type)                                              \
    {                                                                  \
        .name = "restart",                                             \
        .kind = KEY_RESTART,                                           \
        FIELD(type, restart),                                          \
        .least = 1,                                                    \
        .most = 1000,                                                  \
        .fallback = "on-failure",                                      \
        .example = "on-failure:3",                                     \
        .help = "whether it is started anew after its end, see below", \
    }
#define DEVICES_KEY(type)                                  \
    {                                                      \
        .name = "devices",                                 \
        .kind = KEY_DEVICES,                               \
        ARRAY(type, devices, device_count),                \
        .most = 64,                                        \
        .derived = "none",                                 \
        .example = "[/axi/can@ff060000]",                  \
        .entry_example = "/axi/can@ff060000",              \
        .help = "devices of the board that are its alone", \
    }

#define MAP_KEY(key_name, field, step_bytes, top)                                     \
    .name = key_name, .kind = KEY_ADDRESS, FIELD(manifest_map, field), .most = (top), \
    .step = (step_bytes)
#define ADDRESS_TOP VMM_ADDRESS_END

static const struct key MAP_KEYS[] = {
    {
        MAP_KEY("ram", ram, 2 * MIB, ADDRESS_TOP - 2 * MIB),
        .fallback = "0x40000000",
        .example = "0x80000000",
        .help = "where its RAM begins",
    },
    {
        MAP_KEY("gic-distributor", gicd, 4 * KIB, ADDRESS_TOP - 4 * KIB),
        .fallback = "0x8000000",
        .example = "0xf9010000",
        .help = "the distributor of its GICv2, 4 KiB",
    },
    {
        MAP_KEY("gic-cpu", gicc, 4 * KIB, ADDRESS_TOP - 8 * KIB),
        .fallback = "0x8010000",
        .example = "0xf9020000",
        .help = "the CPU interface of its GICv2, 8 KiB",
    },
    {
        MAP_KEY("uart", uart, 4 * KIB, ADDRESS_TOP - 4 * KIB),
        .fallback = "0x9000000",
        .example = "0xff000000",
        .help = "its UART, a PL011, 4 KiB",
    },
    {
        .name = "uart-interrupt",
        .kind = KEY_NUMBER,
        FIELD(manifest_map, uart_interrupt),
        .least = VMM_INTERRUPT_FIRST,
        .most = VMM_INTERRUPT_LAST,
        .fallback = "33",
        .example = "53",
        .help = "the interrupt of its UART; a device tree counts from 32 on, so that 33 is 1 there",
    },
    {
        MAP_KEY("bells", bells, 4 * KIB, ADDRESS_TOP - 4 * KIB),
        .fallback = "0xa000000",
        .example = "0xff0e0000",
        .help = "the register that rings the other ends of its channels, 4 KiB",
    },
    {
        MAP_KEY("kernel", kernel, 4 * KIB, ADDRESS_TOP - 4 * KIB),
        .derived = "as far behind `ram` as its Image header says",
        .example = "0x80200000",
        .help = "where its kernel begins: as far behind a multiple of 2M",
    },
    {
        MAP_KEY("dtb", tree, 4 * KIB, ADDRESS_TOP - 4 * KIB),
        .derived = "behind the kernel, at a multiple of 64K",
        .example = "0x83000000",
        .help = "where it finds its device tree, which has 64 KiB",
    },
    {
        MAP_KEY("initrd", initrd, 4 * KIB, ADDRESS_TOP - 4 * KIB),
        .derived = "behind the device tree, at a multiple of 64K",
        .example = "0x84000000",
        .help = "where it finds its initial RAM disk",
    },
};

static const struct mapping MAP = {
    .what = "a map", .noun = "map", KEYS(MAP_KEYS), .size = sizeof(struct manifest_map)};

static const struct key VM_KEYS[] = {
    NAME_KEY(manifest_vm, "linux1", "what it is called everywhere"),
    {
        .name = "memory",
        .kind = KEY_SIZE,
        FIELD(manifest_vm, memory),
        .required = true,
        .least = 2 * MIB,
        .most = 64 * GIB,
        .step = 2 * MIB,
        .example = "512M",
        .help = "the guest's RAM",
    },
    {
        .name = "kernel",
        .kind = KEY_FILE,
        FIELD(manifest_vm, kernel),
        .fallback = "debian",
        .built_in = "debian",
        .example = "debian",
        .help = "an arm64 Linux Image, plain or gzip-compressed",
    },
    {
        .name = "initrd",
        .kind = KEY_FILE,
        FIELD(manifest_vm, initrd),
        .built_in = "demo",
        .may_be_none = true,
        .derived = "`demo` with `kernel: debian`, else `none`",
        .example = "demo",
        .help = "the initial RAM disk",
    },
    {
        .name = "dtb",
        .kind = KEY_FILE,
        FIELD(manifest_vm, tree),
        .derived = "generated",
        .example = "linux1.dtb",
        .help = "a device tree in place of the generated one",
    },
    {
        .name = "overlay",
        .kind = KEY_FILE,
        FIELD(manifest_vm, overlay),
        .derived = "none",
        .example = "linux1.dtbo",
        .help = "a device tree overlay, applied to the generated one; not with `dtb`",
    },
    {
        .name = "map",
        .kind = KEY_MAPPING,
        .offset = offsetof(struct manifest_vm, map),
        .entries = &MAP,
        .derived = "as below",
        .example = "'ram: 0x80000000'",
        .help = "where the guest sees its RAM, its devices and its files",
    },
    {
        .name = "bootargs",
        .kind = KEY_TEXT,
        FIELD(manifest_vm, bootargs),
        .most = 2047,
        .derived = "`console=ttyAMA0`; none with `dtb`",
        .example = "\"console=ttyAMA0 quiet\"",
        .help = "the kernel's command line",
    },
    {
        .name = "seed",
        .kind = KEY_SEED,
        FIELD(manifest_vm, seed),
        .derived = "the `rng-seed` of the board's device tree, if it has one",
        .example = "random",
        .help = "what its random numbers begin with, see below",
    },
    {
        .name = "cores",
        .kind = KEY_CORES,
        FIELD(manifest_vm, cores),
        .most = MANIFEST_CORE_MAX - 1,
        .derived = "virtual CPUs in turn over the board's cores",
        .example = "[0, 1]",
        .entry_example = "1",
        .help = "the core of each virtual CPU",
    },
    {
        .name = "cpus",
        .kind = KEY_NUMBER,
        FIELD(manifest_vm, cpus),
        .least = 1,
        .most = MANIFEST_CORE_MAX,
        .derived = "as many as `cores`, else 1",
        .example = "2",
        .help = "virtual CPUs",
    },
    PRIORITY_KEY(manifest_vm, priority, 253, "100",
                 "of its virtual CPUs; higher goes first. Its monitor is one above"),
    PERIOD_KEY(manifest_vm, time, 10000000, "10ms"),
    BUDGET_KEY(manifest_vm, time, "100%", "what each virtual CPU may use in a period, and no more"),
    {
        .name = "events",
        .kind = KEY_PERIOD,
        FIELD(manifest_vm, events_us),
        .least = 100,
        .most = MANIFEST_EVENTS_PERIOD_US - 1000,
        .fallback = "500us",
        .example = "2ms",
        .help = "what its monitor may use of each 10 ms to hear bells and keys",
    },
    {
        .name = "console",
        .kind = KEY_SWITCH,
        FIELD(manifest_vm, console),
        .count_offset = offsetof(struct manifest_vm, console_place),
        .fallback = "yes",
        .example = "no",
        .help = "whether the console component shows it and types to it",
    },
    RESTART_KEY(manifest_vm),
    DEVICES_KEY(manifest_vm),
    {
        .name = "report-exits",
        .kind = KEY_SWITCH,
        FIELD(manifest_vm, report_exits),
        .count_offset = SIZE_MAX,
        .fallback = "no",
        .example = "yes",
        .help = "whether its monitor prints, at power-off, how often the guest left and why",
    },
};

static const struct mapping VM = {.what = "a VM",
                                  .noun = "VM",
                                  KEYS(VM_KEYS),
                                  .size = sizeof(struct manifest_vm),
                                  .place_offset = offsetof(struct manifest_vm, place)};

static const struct key COMPONENT_KEYS[] = {
    NAME_KEY(manifest_component, "sensor", "what it is called everywhere"),
    {
        .name = "elf",
        .kind = KEY_FILE,
        FIELD(manifest_component, elf),
        .required = true,
        .example = "sensor.elf",
        .help = "the program, an ELF file",
    },
    {
        .name = "arguments",
        .kind = KEY_ARGUMENTS,
        ARRAY(manifest_component, arguments, argument_count),
        .most = 64,
        .derived = "none",
        .example = "[--rate, \"10\"]",
        .entry_example = "--verbose",
        .help = "what its main() gets, behind its name",
    },
    PRIORITY_KEY(manifest_component, priority, 253, "150", "higher goes first"),
    PERIOD_KEY(manifest_component, time, 10000000, "10ms"),
    BUDGET_KEY(manifest_component, time, "10%", "what it may use in a period, and no more"),
    CORE_KEY(manifest_component, core),
    {
        .name = "console",
        .kind = KEY_SWITCH,
        FIELD(manifest_component, console),
        .count_offset = offsetof(struct manifest_component, console_place),
        .fallback = "no",
        .example = "yes",
        .help = "whether the console component shows what it prints",
    },
    RESTART_KEY(manifest_component),
    DEVICES_KEY(manifest_component),
};

static const struct mapping COMPONENT = {
    .what = "a component",
    .noun = "component",
    KEYS(COMPONENT_KEYS),
    .size = sizeof(struct manifest_component),
    .place_offset = offsetof(struct manifest_component, place)};

static const struct key SHARER_KEYS[] = {
    NAME_KEY(manifest_sharer, "linux1", "a VM or a component"),
    {
        .name = "rights",
        .kind = KEY_RIGHTS,
        FIELD(manifest_sharer, rights),
        .required = true,
        .example = "rw",
        .help = "read, or read and write",
    },
    {
        .name = "address",
        .kind = KEY_ADDRESS,
        FIELD(manifest_sharer, address),
        .least = 4 * KIB,
        .most = KIB * GIB - 4 * KIB,
        .step = 4 * KIB,
        .derived = "the tool chooses",
        .example = "0x30000000",
        .help = "where it sees the memory: an address of the component, or a guest-physical one",
    },
};

static const struct mapping SHARER = {.what = "an entry of 'between'",
                                      .noun = "sharer",
                                      KEYS(SHARER_KEYS),
                                      .size = sizeof(struct manifest_sharer)};

static const struct key SHARED_KEYS[] = {
    NAME_KEY(manifest_shared, "frames", "what its sharers find it by"),
    {
        .name = "size",
        .kind = KEY_SIZE,
        FIELD(manifest_shared, size),
        .required = true,
        .least = 4 * KIB,
        .most = GIB,
        .step = 4 * KIB,
        .example = "64K",
        .help = "how much memory",
    },
    {
        .name = "between",
        .kind = KEY_BETWEEN,
        ARRAY(manifest_shared, sharers, sharer_count),
        .required = true,
        .least = 1,
        .most = 61,
        .entries = &SHARER,
        .example = "{linux1: r, sensor: rw}",
        .entry_example = "'{name: linux1, rights: r}'",
        .help = "who reaches it, and what each may do",
    },
};

static const struct mapping SHARED = {.what = "shared memory",
                                      .noun = "shared memory",
                                      KEYS(SHARED_KEYS),
                                      .size = sizeof(struct manifest_shared),
                                      .place_offset = offsetof(struct manifest_shared, place)};

static const struct key END_KEYS[] = {
    NAME_KEY(manifest_end, "linux1", "a VM or a component"),
    {
        .name = "own-address",
        .kind = KEY_ADDRESS,
        FIELD(manifest_end, own),
        .least = 4 * KIB,
        .most = ADDRESS_TOP - 4 * KIB,
        .step = 4 * KIB,
        .derived = "the tool chooses",
        .example = "0x30000000",
        .help =
            "where it sees what it writes, a page and the bytes on their way: an address of the "
            "component, or a guest-physical one",
    },
    {
        .name = "peer-address",
        .kind = KEY_ADDRESS,
        FIELD(manifest_end, peer),
        .least = 4 * KIB,
        .most = ADDRESS_TOP - 4 * KIB,
        .step = 4 * KIB,
        .derived = "the tool chooses",
        .example = "0x30100000",
        .help = "where it sees what the other end writes, likewise",
    },
    {
        .name = "interrupt",
        .kind = KEY_NUMBER,
        FIELD(manifest_end, interrupt),
        .least = VMM_INTERRUPT_FIRST,
        .most = VMM_INTERRUPT_LAST,
        .derived = "the next free from 64 on",
        .example = "72",
        .help = "in a VM, what it hears the other end by; a device tree counts from 32 on",
    },
};

static const struct mapping END = {.what = "an entry of 'between'",
                                   .noun = "end",
                                   KEYS(END_KEYS),
                                   .size = sizeof(struct manifest_end)};

static const struct key CHANNEL_KEYS[] = {
    NAME_KEY(manifest_channel, "telemetry", "what both ends find it by"),
    {
        .name = "between",
        .kind = KEY_ENDS,
        ARRAY(manifest_channel, ends, end_count),
        .entries = &END,
        .required = true,
        .least = 1,
        .most = 2,
        .example = "[linux1, linux2]",
        .entry_example = "linux1",
        .help = "the two VMs or components that it connects, a and b",
    },
    {
        .name = "size",
        .kind = KEY_SIZE,
        FIELD(manifest_channel, size),
        .least = 4 * KIB,
        .most = 16 * MIB,
        .step = 4 * KIB,
        .fallback = "64K",
        .example = "64K",
        .help = "how many bytes can be on their way, each way; a power of two",
    },
    {
        .name = "direction",
        .kind = KEY_DIRECTION,
        FIELD(manifest_channel, one_way),
        .fallback = "both",
        .example = "a-to-b",
        .help = "whether b can send, too",
    },
    {
        .name = "compat-port",
        .kind = KEY_NUMBER,
        FIELD(manifest_channel, port),
        .least = 1,
        .most = 65535,
        .derived = "none",
        .example = "80",
        .help = "in Linux, `/dev/vchan<port>_tx` and `_rx`, for programs of an older system",
    },
};

static const struct mapping CHANNEL = {.what = "a channel",
                                       .noun = "channel",
                                       KEYS(CHANNEL_KEYS),
                                       .size = sizeof(struct manifest_channel),
                                       .place_offset = offsetof(struct manifest_channel, place)};

static const struct key CONSOLE_KEYS[] = {
    {
        .name = "mixed",
        .kind = KEY_SWITCH,
        FIELD(manifest_console, mixed),
        .count_offset = SIZE_MAX,
        .fallback = "no",
        .example = "yes",
        .help = "whether it shows all at once, each line with a name",
    },
    {
        .name = "uart",
        .kind = KEY_DEVICE,
        FIELD(manifest_console, uart),
        .derived = "the board's for VMs",
        .example = "serial1",
        .help = "its UART",
    },
    {
        .name = "log",
        .kind = KEY_DEVICE,
        FIELD(manifest_console, log),
        .derived = "the board's for boot messages",
        .example = "serial0",
        .help = "the UART of init's log; it may be the same",
    },
    PRIORITY_KEY(manifest_console, priority, 253, "200", "higher goes first"),
    PERIOD_KEY(manifest_console, time, 10000, "5ms"),
    BUDGET_KEY(manifest_console, time, "10%", "what it may use in a period, and no more"),
    CORE_KEY(manifest_console, core),
};

static const struct mapping CONSOLE = {.what = "the console",
                                       .noun = "console",
                                       KEYS(CONSOLE_KEYS),
                                       .size = sizeof(struct manifest_console)};

/* Init's fields stand in struct manifest itself. */
static const struct key INIT_KEYS[] = {
    PRIORITY_KEY(manifest, init_priority, 254, "254", "once everything runs; higher goes first"),
    PERIOD_KEY(manifest, init_time, 10000000, "10ms"),
    BUDGET_KEY(manifest, init_time, "5%", "what it may use in a period, once everything runs"),
    CORE_KEY(manifest, init_core),
};

static const struct mapping INIT = {
    .what = "init", .noun = "init", KEYS(INIT_KEYS), .size = sizeof(struct manifest)};

static const struct key MANIFEST_KEYS[] = {
    {
        .name = "board",
        .kind = KEY_NAME,
        FIELD(manifest, board),
        .required = true,
        .example = "zcu102",
        .help = "the board it runs on; `bulkhead boards` lists them",
    },
    {
        .name = "vms",
        .kind = KEY_LIST,
        ARRAY(manifest, vms, vm_count),
        .most = 61,
        .derived = "none",
        .entries = &VM,
        .example = "'- name: linux1'",
        .entry_example = "'name: linux1'",
        .help = "virtual machines",
    },
    {
        .name = "components",
        .kind = KEY_LIST,
        ARRAY(manifest, components, component_count),
        .most = 61,
        .derived = "none",
        .entries = &COMPONENT,
        .example = "'- name: sensor'",
        .entry_example = "'name: sensor'",
        .help = "native programs",
    },
    {
        .name = "shared",
        .kind = KEY_LIST,
        ARRAY(manifest, shared, shared_count),
        .most = 64,
        .derived = "none",
        .entries = &SHARED,
        .example = "'- name: frames'",
        .entry_example = "'name: frames'",
        .help = "memory that several can reach",
    },
    {
        .name = "channels",
        .kind = KEY_LIST,
        ARRAY(manifest, channels, channel_count),
        .most = 1024,
        .derived = "none",
        .entries = &CHANNEL,
        .example = "'- name: telemetry'",
        .entry_example = "'name: telemetry'",
        .help = "streams of bytes between VMs and components",
    },
    {
        .name = "console",
        .kind = KEY_CONSOLE,
        FIELD(manifest, console),
        .entries = &CONSOLE,
        .derived = "one VM at a time",
        .example = "'mixed: yes'",
        .help = "who shows what VMs and components print, and how",
    },
    {
        .name = "init",
        .kind = KEY_MAPPING,
        .entries = &INIT,
        .derived = "as below",
        .example = "'budget: 5%'",
        .help = "the program that starts and restarts all the others",
    },
    {
        .name = "board-off",
        .kind = KEY_BOARD_OFF,
        .derived = "`never` with a component, else "
                   "`idle`",
        .example = "idle",
        .help = "whether the board is switched off once every VM is off for good",
    },
};

const struct mapping SCHEMA_MANIFEST = {.what = "the manifest",
                                        .noun = "manifest",
                                        KEYS(MANIFEST_KEYS),
                                        .size = sizeof(struct manifest)};
