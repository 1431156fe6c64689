/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader: from the boot loader's jump to the kernel's first instruction.
 * Stands on the image it is part of; believes nothing in it before its checksum, and never
 * returns: it enters the kernel, or says why not and halts.
 */
#include "abi/crc32.h"
#include "hw/sysreg.h"
#include "loader/board.h"
#include "loader/console.h"
#include "loader/cores.h"
#include "loader/image.h"
#include "loader/layout.h"
#include "loader/machine.h"
#include "loader/tables.h"

#define KIB              1024ull
#define GIB              0x40000000ull

#define TREE_ADDRESS_MIN 4096 /* below is no tree: `go` passes a small number */

struct handover handover;

struct boot {
    const char *file;
    const struct image_header *header;
    struct fdt tree;
    struct machine machine;
    struct layout layout;
};

/* Entry points of start.S. */
uint64_t boot_image_end(const char *file);
uint64_t boot_tree_end(uint64_t candidate);
_Noreturn void loader_main(const char *file, uint64_t candidate, uint64_t exception_level);
_Noreturn void loader_fault(uint64_t syndrome, uint64_t address, uint64_t data);

static uint32_t checksum(const void *data, uint64_t size)
{
    const char *bytes = data;
    uint64_t blocks = size / 128;
    uint32_t crc = 0;

    if ((sysreg_read_id_aa64isar0_el1() >> 16 & 15) != 0 && (uintptr_t)data % 8 == 0) {
        crc = ~crc32_blocks(~crc, bytes, blocks);
        bytes += blocks * 128;
        size -= blocks * 128;
    }
    return crc32_feed(crc, bytes, size);
}

static bool is_tree_address(uint64_t candidate)
{
    return candidate >= TREE_ADDRESS_MIN && candidate % 8 == 0;
}

/* How far the image reaches, as far as it can be believed: for start.S, while the MMU is on. */
uint64_t boot_image_end(const char *file)
{
    if (image_check_header(file, checksum) != IMAGE_OK)
        return (uint64_t)loader_end;
    return (uint64_t)file + image_header_of(file)->length;
}

uint64_t boot_tree_end(uint64_t candidate)
{
    struct fdt tree;

    if (!is_tree_address(candidate) || !fdt_open(&tree, (void *)candidate, FDT_SIZE_MAX))
        return candidate;
    return candidate + tree.size;
}

void loader_fault(uint64_t syndrome, uint64_t address, uint64_t data)
{
    loader_stop("loader: exception at %x (offset %x), ESR_EL2 %x, FAR_EL2 %x", address,
                address - (uint64_t)image_start, syndrome, data);
}

static void open_candidate(struct boot *boot, uint64_t candidate)
{
    if (is_tree_address(candidate) && fdt_open(&boot->tree, (void *)candidate, FDT_SIZE_MAX))
        return;
    halt(); /* no tree: nothing is known of the board, not even where to complain */
}

/*
 * Finds a device tree, the image's own before the boot loader's, and with it the UART; only then
 * can be said what is wrong. Returns what is wrong with the image's head, or NULL.
 */
static const struct image_part *find_tree(struct boot *boot, uint64_t candidate,
                                          enum image_result result)
{
    const struct image_part *part = NULL;
    const struct image_part *damaged = NULL;

    if (result == IMAGE_OK) {
        damaged = image_find_part(boot->header, IMAGE_PART_LOADER);
        if (image_part_is_whole(boot->file, damaged, checksum))
            damaged = NULL;
        part = image_find_part(boot->header, IMAGE_PART_DEVICE_TREE);
    }
    if (part != NULL && !image_part_is_whole(boot->file, part, checksum))
        damaged = part;
    if (part == NULL || damaged == part ||
        !fdt_open(&boot->tree, boot->file + part->offset, part->size))
        open_candidate(boot, candidate);
    return damaged;
}

static void stop_for_damage(const struct boot *boot, const struct image_part *part)
{
    loader_stop("image damaged: %s: checksum is %x, header says %x; copy it again",
                image_part_name(part->kind),
                (uint64_t)checksum(boot->file + part->offset, part->size),
                (uint64_t)part->checksum);
}

static void stop_for_place(const struct boot *boot)
{
    loader_stop("image lies at %x: load it at a multiple of 0x200000", (uint64_t)boot->file);
}

static void check_head(const struct boot *boot, enum image_result result,
                       const struct image_part *damaged)
{
    if ((uint64_t)boot->file % IMAGE_PAGE != 0)
        stop_for_place(boot);
    if (result == IMAGE_HEADER_DAMAGED)
        loader_stop("image damaged: header: checksum is %x, header says %x; copy it again",
                    (uint64_t)image_header_checksum(boot->file, checksum),
                    (uint64_t)boot->header->checksum);
    if (result == IMAGE_HEADER_IMPOSSIBLE)
        loader_stop("image's header says what cannot be; make the image again");
    if (damaged != NULL)
        stop_for_damage(boot, damaged);
    if (image_find_part(boot->header, IMAGE_PART_FILES) != NULL &&
        (uint64_t)boot->file % IMAGE_FILES_ALIGNMENT != 0)
        stop_for_place(boot);
}

static void check_machine(enum machine_result result, uint64_t exception_level)
{
    if (exception_level != 2)
        loader_stop("started at EL%u, but the kernel needs EL2: have the firmware enter at EL2, "
                    "or run QEMU with -M ...,virtualization=on",
                    exception_level);
    if (result == MACHINE_DAMAGED)
        loader_stop("device tree is damaged");
    if (result == MACHINE_MANY_RESERVED)
        loader_stop("device tree reserves more than %u ranges of memory",
                    (uint64_t)MACHINE_RESERVED_MAX);
    if (result == MACHINE_NO_RAM)
        loader_stop("device tree names no memory");
}

static void decide_layout(struct boot *boot)
{
    uint64_t tree = (uint64_t)boot->tree.blob;
    struct layout_request request = {
        .header = boot->header,
        .machine = &boot->machine,
        .image = (uint64_t)boot->file,
        .loader_size = (uint64_t)loader_end - (uint64_t)boot->file,
        .tree = {tree, tree + boot->tree.size},
    };
    struct layout_fault fault;

    if (layout_decide(&request, &boot->layout, &fault))
        return;
    if (fault.other != NULL)
        loader_stop("%s (%x to %x) and %s (%x to %x) overlap; load the image elsewhere", fault.part,
                    fault.place.start, fault.place.end, fault.other, fault.other_place.start,
                    fault.other_place.end);
    if (fault.place.start == 0)
        loader_stop("no room in RAM for the %s (%u bytes)", fault.part, fault.place.end);
    loader_stop("%s (%x to %x) does not lie in RAM", fault.part, fault.place.start,
                fault.place.end);
}

static bool map_same(uint64_t tables, struct range range)
{
    return tables_map(tables, range.start, range.start, range.end - range.start, TABLES_NORMAL);
}

/* Maps what the loader will touch, and no more: what else RAM holds may be the firmware's. */
static void enable_caches(const struct boot *boot)
{
    const struct layout *layout = &boot->layout;
    uint64_t tree = (uint64_t)boot->tree.blob;
    uint64_t tables = tables_create();
    uint64_t uart = boot->machine.uart_base;

    if (tables == 0 || !map_same(tables, layout->image) || !map_same(tables, layout->kernel) ||
        !map_same(tables, (struct range){tree, tree + boot->tree.size}) ||
        !map_same(tables, layout->tree) ||
        !map_same(tables, (struct range){layout->user.start, layout->headers.end}) ||
        (boot->machine.uart_model != UART_NONE &&
         !tables_map(tables, uart, uart, 1, TABLES_DEVICE)))
        loader_stop("loader: image too large for its page tables");
    mmu_enable(tables, tables_translation(sysreg_read_id_aa64mmfr0_el1()));
}

static void check_parts(const struct boot *boot)
{
    for (uint32_t i = 0; i < boot->header->part_count; i++) {
        const struct image_part *part = &boot->header->parts[i];

        if (part->kind > IMAGE_PART_DEVICE_TREE && !image_part_is_whole(boot->file, part, checksum))
            stop_for_damage(boot, part);
    }
}

/* Tells init where the files lie; after the payload's checksum was compared. */
static void point_to_files(const struct boot *boot)
{
    const struct image_part *payload = image_find_part(boot->header, IMAGE_PART_PAYLOAD);
    const struct range *files = &boot->layout.files;
    struct image_payload_head *head;

    if (files->start == files->end)
        return;
    head = (struct image_payload_head *)((uint64_t)boot->file + payload->offset);
    if (head->magic != IMAGE_PAYLOAD_MAGIC || head->files_size != files->end - files->start)
        loader_stop("image has files and no plan for them; make the image again");
    head->files_start = files->start;
}

static void place_user(const struct boot *boot)
{
    const struct image_part *init = image_find_part(boot->header, IMAGE_PART_INIT);
    const struct layout *layout = &boot->layout;

    memcpy((void *)layout->user.start, boot->file + init->offset,
           layout->headers.end - layout->user.start);
    cache_publish_code(layout->user.start, layout->headers.end);
}

static void place_parts(const struct boot *boot)
{
    const struct image_part *kernel = image_find_part(boot->header, IMAGE_PART_KERNEL);
    const struct layout *layout = &boot->layout;
    char *to = (char *)layout->kernel.start;

    point_to_files(boot);
    memcpy(to, boot->file + kernel->offset, kernel->size);
    memset(to + kernel->size, 0, layout->kernel.end - layout->kernel.start - kernel->size);
    cache_publish_code(layout->kernel.start, layout->kernel.end);
    memcpy((void *)layout->tree.start, boot->tree.blob, boot->tree.size);
    cache_clean(layout->tree.start, layout->tree.end);
    place_user(boot);
}

/* The tables that the kernel starts on: the loader itself, and the kernel's window. */
static uint64_t make_kernel_tables(const struct boot *boot)
{
    uint64_t vaddr = boot->header->kernel_vaddr;
    uint64_t tables = tables_create();

    if (tables == 0 || !map_same(tables, boot->layout.loader) ||
        !tables_map(tables, vaddr, boot->layout.kernel.start, GIB - vaddr % GIB, TABLES_NORMAL))
        loader_stop("loader: no room for the kernel's page tables");
    return tables;
}

static void prepare_handover(const struct boot *boot, unsigned cores)
{
    const struct layout *layout = &boot->layout;

    handover.arguments[0] = layout->user.start;
    handover.arguments[1] = layout->user.end;
    handover.arguments[2] = layout->user.start - boot->header->user_vaddr;
    handover.arguments[3] = boot->header->user_entry;
    handover.arguments[4] = layout->tree.start;
    handover.arguments[5] = layout->tree.end - layout->tree.start;
    handover.arguments[6] = IMAGE_CORES_STARTED + cores;
    handover.arguments[7] = layout->files.start;
    handover.arguments[8] = layout->files.end;
    handover.entry = boot->header->kernel_entry;
    handover.tables = make_kernel_tables(boot);
    handover.translation = tables_translation(sysreg_read_id_aa64mmfr0_el1());
    cache_clean(layout->loader.start, layout->loader.end);
}

static void tell(const struct boot *boot, unsigned cores)
{
    const struct layout *layout = &boot->layout;
    const struct image_part *payload = image_find_part(boot->header, IMAGE_PART_PAYLOAD);

    say("bulkhead: loader: kernel %u KiB at %x, device tree %u KiB at %x, init %u KiB and "
        "payload %u KiB at %x, %u core%s\n",
        (layout->kernel.end - layout->kernel.start) / KIB, layout->kernel.start,
        (layout->tree.end - layout->tree.start + KIB - 1) / KIB, layout->tree.start,
        (layout->user.end - layout->user.start - payload->size) / KIB, payload->size / KIB,
        layout->user.start, (uint64_t)cores, cores == 1 ? "" : "s");
}

void loader_main(const char *file, uint64_t candidate, uint64_t exception_level)
{
    static struct boot boot;
    enum image_result image_result = image_check_header(file, checksum);
    enum machine_result machine_result;
    const struct image_part *damaged;
    unsigned cores;

    boot.file = file;
    boot.header = image_header_of(file);
    damaged = find_tree(&boot, candidate, image_result);
    machine_result = machine_learn(&boot.machine, &boot.tree);
    console_open(&boot.machine);
    check_head(&boot, image_result, damaged);
    check_machine(machine_result, exception_level);
    decide_layout(&boot);
    if (!image_has_end(file))
        loader_stop("image damaged: its end is missing, it should be %u bytes long; "
                    "copy it again",
                    boot.header->length);
    enable_caches(&boot);
    check_parts(&boot);
    place_parts(&boot);
    cores = cores_available(&boot.machine, boot.header->cores);
    prepare_handover(&boot, cores);
    tell(&boot, cores);
    cores_start(&boot.machine, cores);
    core_enter(0);
}
