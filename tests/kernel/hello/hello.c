/* SPDX-License-Identifier: BSD-2-Clause */
/* The smallest root task: tells what the kernel handed over and switches the board off. The first
 * program to run on a kernel or a board that is being brought up. In a debug build it speaks
 * through the kernel first, so that it tells something even where no untyped can be used yet. */
#include <stdio.h>

#include "libs/console/console.h"
#include "libs/rt/rt.h"

static struct alloc alloc;
static struct console console;

static void print_region(const char *name, seL4_SlotRegion region)
{
    printf("  %-18s %lu..%lu\n", name, region.start, region.end);
}

static void print_bootinfo(const seL4_BootInfo *info)
{
    printf("bootinfo at %p, IPC buffer %p, node %lu of %lu, extra %lu bytes\n", (const void *)info,
           (void *)info->ipcBuffer, info->nodeID, info->numNodes, info->extraLen);
    printf("  root CNode radix   %lu, domain %lu\n", info->initThreadCNodeSizeBits,
           info->initThreadDomain);
    print_region("empty", info->empty);
    print_region("userImageFrames", info->userImageFrames);
    print_region("userImagePaging", info->userImagePaging);
    print_region("extraBIPages", info->extraBIPages);
    print_region("schedcontrol", info->schedcontrol);
    print_region("untyped", info->untyped);
}

static void print_untypeds(const seL4_BootInfo *info)
{
    for (seL4_Word i = 0; i < info->untyped.end - info->untyped.start; i++) {
        const seL4_UntypedDesc *untyped = &info->untypedList[i];

        printf("  untyped %3lu  0x%010lx  2^%u %s\n", i, untyped->paddr, untyped->sizeBits,
               untyped->isDevice ? "device" : "RAM");
    }
}

int main(void)
{
    size_t size = 0;

#if BUILD_DEBUG
    rt_console_set(seL4_DebugPutChar);
#endif
    printf("hello: a root task runs\n");
    print_bootinfo(rt_bootinfo());
    print_untypeds(rt_bootinfo());
    const void *fdt = rt_bootinfo_fdt(rt_bootinfo(), &size);
    printf("  device tree at %p, %zu bytes\n", fdt, size);

    enum alloc_result allocated = alloc_init(&alloc, rt_bootinfo());
    if (allocated != ALLOC_OK)
        rt_panic("allocator: %s", alloc_strerror(allocated));
    enum console_result opened = console_open(&console, &alloc, rt_bootinfo());
    if (opened != CONSOLE_OK)
        rt_panic("console: result %d, allocator's last kernel error %d", opened,
                 alloc.kernel_error);
    printf("hello: console open, interrupt %u, %lu bytes of RAM free\n",
           console.site.interrupt.intid, alloc_count(&alloc).ram_bytes_free);
    printf("hello: done\n");
    return 0;
}
