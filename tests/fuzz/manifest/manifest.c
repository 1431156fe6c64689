/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of manifests, against bytes that are none: it answers with a whole manifest or with
 * complaints, never with both or neither, and what it let through keeps what others rely on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/plan.h"
#include "abi/vmm.h"
#include "tests/fuzz/fuzz.h"
#include "tool/manifest/complaints.h"

#define MUST(what)   \
    do {             \
        if (!(what)) \
            abort(); \
    } while (0)

static void check_time(const struct time_share *time)
{
    MUST(time->period_us.value >= 100 && time->period_us.value <= 10000000);
    MUST(time->budget_us.value >= 100 && time->budget_us.value <= time->period_us.value);
}

static void check_name(const char *name)
{
    MUST(name[0] != '\0' && strlen(name) <= MANIFEST_NAME_MAX);
    MUST(strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
         strlen(name));
}

static void check_core(const struct core *core)
{
    MUST(core->value >= -1 && core->value < MANIFEST_CORE_MAX);
}

static void check_file(const struct file_use *file)
{
    MUST((file->source == FILE_PATH) == (file->path != NULL));
    MUST(file->source != FILE_PATH || file->path[0] != '\0');
}

static bool is_apart(const struct number *a, uint64_t size, const struct number *b,
                     uint64_t other_size)
{
    return a->value + size <= b->value || b->value + other_size <= a->value;
}

static void check_intid(const struct number *intid)
{
    MUST(intid->value >= VMM_INTERRUPT_FIRST && intid->value <= VMM_INTERRUPT_LAST);
}

static void check_map(const struct manifest_map *map, uint64_t memory)
{
    const struct {
        const struct number *address;
        uint64_t size;
    } parts[] = {{&map->ram, memory},
                 {&map->gicd, VMM_GICD_BYTES},
                 {&map->gicc, VMM_GICC_BYTES},
                 {&map->uart, VMM_UART_BYTES},
                 {&map->bells, VMM_BELLS_BYTES}};

    for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        MUST(parts[i].address->value % 4096 == 0);
        MUST(parts[i].address->value + parts[i].size <= VMM_ADDRESS_END);
        for (unsigned j = 0; j < i; j++)
            MUST(is_apart(parts[i].address, parts[i].size, parts[j].address, parts[j].size));
    }
    MUST(map->ram.value % (2 << 20) == 0);
    check_intid(&map->uart_interrupt);
}

static void check_vm(const struct manifest_vm *vm)
{
    check_map(&vm->map, vm->memory.value);
    check_name(vm->name.value);
    check_file(&vm->kernel);
    check_file(&vm->initrd);
    check_file(&vm->tree);
    check_file(&vm->overlay);
    MUST(vm->kernel.source != FILE_ABSENT);
    MUST(vm->memory.value >= 2 << 20 && vm->memory.value % (2 << 20) == 0);
    MUST(vm->cpus.value >= 1 && vm->cpus.value <= MANIFEST_CORE_MAX);
    for (unsigned i = 0; i < MANIFEST_CORE_MAX; i++) {
        check_core(&vm->cores[i]);
        MUST((vm->cores[i].value >= 0) == (vm->cores[0].value >= 0 && i < vm->cpus.value));
    }
    MUST(vm->priority.value >= 1 && vm->priority.value <= 253);
    check_time(&vm->time);
    for (size_t i = 0; i < vm->device_count; i++)
        MUST(vm->devices[i].path.value[0] != '\0');
}

static void check_component(const struct manifest_component *component)
{
    check_name(component->name.value);
    check_file(&component->elf);
    MUST(component->elf.source == FILE_PATH);
    for (size_t i = 0; i < component->argument_count; i++)
        MUST(component->arguments[i].value != NULL);
    check_core(&component->core);
    check_time(&component->time);
}

static bool is_one(const struct manifest *manifest, const char *name)
{
    unsigned found = 0;

    for (size_t i = 0; i < manifest->vm_count; i++)
        found += strcmp(name, manifest->vms[i].name.value) == 0;
    for (size_t i = 0; i < manifest->component_count; i++)
        found += strcmp(name, manifest->components[i].name.value) == 0;
    return found == 1;
}

static void check_shared(const struct manifest *manifest, const struct manifest_shared *shared)
{
    check_name(shared->name.value);
    MUST(shared->size.value >= 4096 && shared->size.value % 4096 == 0);
    MUST(shared->sharer_count > 0);
    for (size_t i = 0; i < shared->sharer_count; i++) {
        const struct manifest_sharer *sharer = &shared->sharers[i];

        MUST(is_one(manifest, sharer->name.value));
        MUST(sharer->rights == SHARE_READ || sharer->rights == (SHARE_READ | SHARE_WRITE));
        MUST(sharer->address.value % 4096 == 0);
        MUST(sharer->address.value + shared->size.value <= UINT64_C(1) << 40);
    }
}

/* What an end has of its own is apart from its VM's RAM, and its interrupt not the UART's. */
static void check_end(const struct manifest *manifest, const struct manifest_end *end)
{
    MUST(is_one(manifest, end->name.value));
    for (size_t i = 0; i < manifest->vm_count; i++) {
        const struct manifest_vm *vm = &manifest->vms[i];

        if (strcmp(vm->name.value, end->name.value) != 0)
            continue;
        if (end->own.place.line != 0)
            MUST(is_apart(&end->own, 4096, &vm->map.ram, vm->memory.value));
        if (end->peer.place.line != 0)
            MUST(is_apart(&end->peer, 4096, &vm->map.ram, vm->memory.value));
        if (end->interrupt.place.line != 0)
            MUST(end->interrupt.value != vm->map.uart_interrupt.value);
    }
    if (end->interrupt.place.line != 0)
        check_intid(&end->interrupt);
}

static void check_channel(const struct manifest *manifest, const struct manifest_channel *channel)
{
    check_name(channel->name.value);
    MUST(channel->end_count == 2);
    check_end(manifest, &channel->ends[0]);
    check_end(manifest, &channel->ends[1]);
}

static void check_manifest(const struct manifest *manifest)
{
    size_t count = manifest->vm_count + manifest->component_count;

    MUST(count > 0 && count + 1 + manifest->console.present <= PLAN_COMPONENT_MAX);
    check_name(manifest->board.value);
    for (size_t i = 0; i < manifest->vm_count; i++)
        check_vm(&manifest->vms[i]);
    for (size_t i = 0; i < manifest->component_count; i++)
        check_component(&manifest->components[i]);
    for (size_t i = 0; i < manifest->shared_count; i++)
        check_shared(manifest, &manifest->shared[i]);
    for (size_t i = 0; i < manifest->channel_count; i++)
        check_channel(manifest, &manifest->channels[i]);
    check_time(&manifest->console.time);
    check_core(&manifest->console.core);
    check_time(&manifest->init_time);
    check_core(&manifest->init_core);
}

/* Each complaint is one line, "m.yaml:LINE:COLUMN: WHAT: HOW". */
static void check_complaints(struct complaints *complaints)
{
    char *text, *line, *rest;
    size_t size, lines = 0;
    FILE *stream = open_memstream(&text, &size);

    complaints_print(complaints, stream);
    fclose(stream);
    for (rest = text; (line = strsep(&rest, "\n")) != NULL && *line != '\0'; lines++) {
        unsigned at_line, at_column;
        int head = 0;

        MUST(sscanf(line, "m.yaml:%u:%u: %n", &at_line, &at_column, &head) == 2 && head > 0);
        MUST(at_line > 0 && at_column > 0);
        MUST(strstr(line + head, ": ") != NULL);
    }
    MUST(lines == complaints->count);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct complaints complaints = {.file = "m.yaml"};
    struct manifest *manifest = manifest_read_text("m.yaml", data, size, &complaints);

    MUST((manifest == NULL) == (complaints.count > 0));
    if (manifest != NULL)
        check_manifest(manifest);
    check_complaints(&complaints);
    manifest_release(manifest);
    complaints_release(&complaints);
    return 0;
}
