/* SPDX-License-Identifier: BSD-2-Clause */
/* From the first C instruction to main(): bootinfo or what init handed over, IPC buffer, guard
 * page, constructors. Stands on start.S for stack and TLS. */
#include <stdlib.h>

#include "libs/rt/internal.h"

static seL4_BootInfo *bootinfo; /* NULL: a component */
static struct rt_component component;

const struct rt_component *rt_component(void)
{
    return bootinfo == NULL ? &component : NULL;
}

seL4_BootInfo *rt_bootinfo(void)
{
    return bootinfo;
}

seL4_BootInfo *seL4_GetBootInfo(void)
{
    return bootinfo;
}

void seL4_InitBootInfo(seL4_BootInfo *bi)
{
    bootinfo = bi;
}

const void *rt_bootinfo_fdt(const seL4_BootInfo *bi, size_t *size)
{
    const char *chunk = (const char *)bi + seL4_BootInfoFrameSize;
    size_t left = bi->extraLen;

    while (left >= sizeof(seL4_BootInfoHeader)) {
        const seL4_BootInfoHeader *header = (const seL4_BootInfoHeader *)chunk;

        if (header->len < sizeof(*header) || header->len > left)
            return NULL;
        if (header->id == SEL4_BOOTINFO_HEADER_FDT) {
            *size = header->len - sizeof(*header);
            return header + 1;
        }
        chunk += header->len;
        left -= header->len;
    }
    return NULL;
}

/* The kernel maps the image page by page and lists its frames in ascending order, so the page
 * below the stack can be taken away: an overflow then faults instead of overwriting data. */
static void unmap_stack_guard(void)
{
    seL4_CPtr frame = bootinfo->userImageFrames.start +
                      (seL4_Word)(__stack_guard - __image_start) / seL4_BootInfoFrameSize;

    CHECK(frame < bootinfo->userImageFrames.end);
    seL4_Error error = seL4_ARM_Page_Unmap(frame);
    CHECK(error == seL4_NoError);
}

static void start_root_task(seL4_BootInfo *bi)
{
    seL4_InitBootInfo(bi);
    seL4_SetIPCBuffer(bi->ipcBuffer);
    unmap_stack_guard();
}

void rt_main(seL4_BootInfo *bi, seL4_IPCBuffer *buffer, const void *config, size_t config_size,
             uint64_t starts)
{
    component = (struct rt_component){config, config_size, starts};
    if (bi != NULL)
        start_root_task(bi);
    else
        seL4_SetIPCBuffer(buffer);
    for (rt_constructor *const *entry = __init_array_start; entry != __init_array_end; entry++)
        (*entry)();
    exit(main());
}
