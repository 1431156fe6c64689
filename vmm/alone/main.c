/* SPDX-License-Identifier: BSD-2-Clause */
/* The VMM as the first program of a system: takes over memory and console, runs one VM, and
 * switches the board off when the VM is off. */
#include <stdio.h>

#include "libs/rt/rt.h"
#include "vmm/alone/machine.h"
#include "vmm/alone/report.h"

/* zlib's window and tables, while a compressed kernel is unpacked. */
RT_HEAP_DEFINE(64 * 1024);

static struct alloc alloc;
static struct console console;
static struct machine machine;

/* What is mapped from `__payload_start` on: the kernel lists the image's frames in order. */
static size_t payload_available(const seL4_BootInfo *bootinfo)
{
    size_t image = (bootinfo->userImageFrames.end - bootinfo->userImageFrames.start) *
                   seL4_BootInfoFrameSize;
    size_t own = (size_t)(__payload_start - __image_start);

    return image > own ? image - own : 0;
}

static void report(const seL4_BootInfo *bootinfo, const struct alloc_counts *before)
{
    uint64_t taken = before->ram_bytes_free - alloc_count(&alloc).ram_bytes_free;
    uint64_t own = (uint64_t)(__payload_start - __image_start);
    struct report_memory memory = {
        .kernel = machine.board.ram_size - before->ram_bytes_free - own -
                  payload_available(bootinfo),
        .vmm = own + taken - machine.ram.size,
        .guest = machine.ram.size,
    };

    report_exits(&machine.exits, machine.interrupt_count);
    report_memory(&memory);
    if (machine.config.report_exits)
        report_start(&machine.started);
}

int main(void)
{
    const seL4_BootInfo *bootinfo = rt_bootinfo();
    struct complaint complaint;

    if (alloc_init(&alloc, bootinfo) != ALLOC_OK)
        rt_panic("bootinfo lists more memory regions than the VMM has room for");

    struct alloc_counts before = alloc_count(&alloc);
    if (console_open(&console, &alloc, bootinfo) != CONSOLE_OK)
        rt_panic("no UART: the board's device tree must name one in /chosen stdout-path");

    if (!machine_create(&machine, &alloc, bootinfo, &console, __payload_start,
                        payload_available(bootinfo), &complaint) ||
        !machine_boot(&machine, &complaint) || !machine_run(&machine, &complaint)) {
        printf("vmm: %s\n", complaint.text);
        return 1;
    }
    printf("vmm: %s: powered off\n", machine.config.name);
    if (BUILD_DEBUG || machine.config.report_exits)
        report(bootinfo, &before);
    return 0;
}
