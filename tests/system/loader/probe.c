/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Judges how the loader entered the probe kernel, and prints what is not as the ABI asks.
 * Stands on the recorded registers, and on the loader's readers of device trees and its UART
 * output; it ends the emulator by PSCI when it is done.
 */
#include <stdbool.h>
#include <stddef.h>

#include "abi/image.h"
#include "abi/payload.h"
#include "loader/board.h"
#include "loader/console.h"
#include "loader/fdt.h"
#include "tests/system/loader/probe.h"

#define MIB          0x100000ull
#define GIB          0x40000000ull

#define INIT_VADDR   0x400000ull
#define INIT_MARK    0x6c756b6861656400ull /* the first data of init.S */
#define INIT_PAGES   35                    /* what init.ld makes of it */
#define BLOCK_NORMAL 0x711ull /* inner shareable, accessed, MAIR index 4; AP[1] is either */

struct probe_record records[PROBE_CORE_MAX] __attribute__((aligned(64)));
extern char kernel_start[];
extern const uint64_t probe_paddr; /* where it was linked to lie; all ones: anywhere */
void probe_use_tables(uint64_t tables);
_Noreturn void probe_main(void);

static uint64_t root[512] __attribute__((aligned(4096)));
static uint64_t same[512] __attribute__((aligned(4096)));
static unsigned char empty[300 * 1024]; /* bss: the test fills RAM with other bytes before */
static unsigned failed;
static unsigned checked;
static bool can_print;
/* What failed before there was a UART. */
static struct failure {
    const char *what;
    uint64_t core, got, wanted;
} failures[16];

static void print_failure(const struct failure *failure)
{
    say("probe: core %u: %s is %x, not %x\n", failure->core, failure->what, failure->got,
        failure->wanted);
}

static void expect(uint64_t core, const char *what, uint64_t got, uint64_t wanted)
{
    struct failure failure = {what, core, got, wanted};

    checked++;
    if (got == wanted)
        return;
    if (can_print)
        print_failure(&failure);
    else if (failed < 16)
        failures[failed] = failure;
    failed++;
}

static void expect_registers(const struct probe_record *record, uint64_t core)
{
    uint64_t features;

    __asm__("mrs %0, id_aa64mmfr0_el1" : "=r"(features));
    expect(core, "tpidr_el1", record->core, core);
    expect(core, "CurrentEL", record->current_el, 2 << 2);
    expect(core, "SPSel", record->spsel, 1);
    expect(core, "DAIF", record->daif, 0x3c0);
    expect(core, "SCTLR_EL2", record->sctlr, 0x1005);
    expect(core, "TCR_EL2", record->tcr, 0x80803510 | (features & 7) << 16);
    expect(core, "MAIR_EL2", record->mair, 0x0000aaff440c0400);
    expect(core, "HCR_EL2", record->hcr, 0);
    expect(core, "VBAR_EL2", record->vbar, 0);
    expect(core, "CPTR_EL2", record->cptr, 0);
    expect(core, "CNTHCTL_EL2", record->cnthctl, 3);
    expect(core, "CNTVOFF_EL2", record->cntvoff, 0);
    expect(core, "SP modulo 16", record->sp % 16, 0);
    expect(core, "TTBR0_EL2", record->ttbr0, records[0].ttbr0);
    expect(core, "fault of the kernel's address", record->kernel_par & 1, 0);
    expect(core, "Normal write-back memory", record->kernel_par >> 56, 0xff);
    for (unsigned i = 0; i < 7; i++)
        expect(core, "argument", record->x[i], records[0].x[i]);
}

/* The descriptor of the 2 MiB block that maps `vaddr`, in the loader's tables; 0 if none. */
static uint64_t loader_block(uint64_t vaddr)
{
    const uint64_t *table = (const uint64_t *)records[0].ttbr0;

    for (unsigned shift = 39; shift > 21; shift -= 9) {
        uint64_t entry = table[vaddr >> shift & 511];

        if ((entry & 3) != 3)
            return 0;
        table = (const uint64_t *)(entry & 0xfffffffff000);
    }
    return table[vaddr >> 21 & 511] & ~(UINT64_C(1) << 6);
}

static unsigned count_used(const uint64_t *table)
{
    unsigned count = 0;

    for (unsigned i = 0; i < 512; i++)
        count += table[i] != 0;
    return count;
}

/* The window reaches from the kernel to the end of its 1 GiB, and nothing else is mapped. */
static void expect_tables(uint64_t paddr)
{
    const uint64_t *table = (const uint64_t *)records[0].ttbr0;
    uint64_t start = (uint64_t)kernel_start;
    uint64_t identity = 0;

    for (uint64_t at = start; at < (start / GIB + 1) * GIB; at += 2 * MIB)
        expect(0, "block of the kernel's window", loader_block(at),
               (paddr + (at - start)) | BLOCK_NORMAL);
    if (start % GIB != 0)
        expect(0, "block below the kernel", loader_block(start - 2 * MIB), 0);
    expect(0, "top-level entries", count_used(table), 2);
    for (uint64_t at = 0; at < 512 * GIB; at += 2 * MIB) {
        if (loader_block(at) == 0)
            continue;
        expect(0, "identity block", loader_block(at), at | BLOCK_NORMAL);
        expect(0, "identity block is the loader's",
               records[0].ttbr0 - at < 2 * MIB || records[0].ttbr0 - at > -2 * MIB, 1);
        identity++;
    }
    expect(0, "identity blocks of the loader, if not 1 or 2", identity, identity == 2 ? 2 : 1);
}

static void expect_zeros(void)
{
    unsigned wrong = 0;

    for (unsigned i = 0; i < sizeof(empty); i++)
        wrong += ((volatile unsigned char *)empty)[i] != 0;
    expect(0, "bytes of the kernel's bss that are not zero", wrong, 0);
}

/*
 * Maps the first 512 GiB to themselves, 1 GiB blocks: as memory where the loader put something,
 * else as devices. The kernel's own window stays as the loader made it.
 */
static void map_everything(void)
{
    const uint64_t *loader = (const uint64_t *)records[0].ttbr0;
    uint64_t memory[] = {records[0].x[0], records[0].x[1], records[0].x[4], records[0].ttbr0};
    uint64_t offset = (uint64_t)kernel_start - (records[0].kernel_par & 0xfffffffff000);
    unsigned top = (uint64_t)kernel_start >> 39;

    for (uint64_t i = 0; i < 512; i++)
        same[i] = i << 30 | 1ull << 54 | 0x701;
    for (unsigned i = 0; i < 4; i++)
        same[memory[i] >> 30 & 511] = (memory[i] & ~(GIB - 1)) | BLOCK_NORMAL;
    root[0] = ((uint64_t)same - offset) | 3;
    root[top] = loader[top];
    probe_use_tables((uint64_t)root - offset);
}

static void open_uart(void)
{
    const uint64_t *x = records[0].x;
    struct machine machine;
    struct fdt tree;

    if (!fdt_open(&tree, (void *)x[4], x[5]))
        halt();
    if (machine_learn(&machine, &tree) != MACHINE_OK)
        halt();
    console_open(&machine);
    can_print = true;
    for (unsigned i = 0; i < failed && i < 16; i++)
        print_failure(&failures[i]);
    expect(0, "size of the device tree", x[5], tree.size);
    expect(0, "device tree's address modulo a page", x[4] % IMAGE_PAGE, 0);
}

/* The file `count`: the numbers from 1, a line each. */
static void expect_count(const unsigned char *text, uint64_t size)
{
    uint64_t at = 0, number = 0, value = 0;

    while (at < size) {
        if (text[at] == '\n') {
            if (value != ++number)
                break;
            value = 0;
        } else {
            value = value * 10 + text[at] - '0';
        }
        at++;
    }
    expect(0, "bytes of the file `count` that are right", at, size);
    expect(0, "numbers in the file `count`", number, 300000);
}

static void expect_payload(uint64_t start, uint64_t end)
{
    const struct payload_directory *directory = (const void *)start;
    const void *data = NULL;
    uint64_t size = 0;

    expect(0, "payload_check()", payload_check(directory, end - start), PAYLOAD_OK);
    expect(0, "size of the payload", directory->size, end - start);
    expect(0, "number of files", directory->count, 2);
    expect(0, "payload_find(nothing)", payload_find(directory, "nothing", &data, &size),
           PAYLOAD_NOT_FOUND);
    if (payload_find(directory, "count", &data, &size) == PAYLOAD_OK)
        expect_count(data, size);
    expect(0, "payload_find(empty)", payload_find(directory, "empty", &data, &size), PAYLOAD_OK);
    expect(0, "size of the file `empty`", size, 0);
}

static void expect_user(void)
{
    const uint64_t *x = records[0].x;
    uint64_t start = INIT_VADDR + x[2];
    const uint64_t *data = (const uint64_t *)(start + 2 * IMAGE_PAGE);
    const struct image_program_headers *headers = (const void *)x[1];
    unsigned wrong = 0;

    expect(0, "start of the user image", x[0], start);
    expect(0, "start of the user image modulo a page", x[0] % IMAGE_PAGE, 0);
    expect(0, "end of the user image modulo a page", x[1] % IMAGE_PAGE, 0);
    expect(0, "entry of init", x[3], INIT_VADDR + 8);
    expect(0, "first data of init", data[0], INIT_MARK);
    expect(0, "last data of init", data[1], 0x401000);
    for (unsigned i = 2; i < (INIT_PAGES - 2) * IMAGE_PAGE / 8; i++)
        wrong += data[i] != 0;
    expect(0, "words of init's bss that are not zero", wrong, 0);
    expect_payload(start + INIT_PAGES * IMAGE_PAGE, x[1]);
    expect(0, "size of a program header", headers->entry_size, 56);
    expect(0, "number of program headers", headers->count, 2);
    expect(0, "type of the first program header", headers->table[0], 1);
    expect(0, "order: kernel before device tree", (records[0].kernel_par & 0xfffffffff000) < x[4],
           1);
    expect(0, "order: device tree before user image", x[4] + x[5] <= x[0], 1);
}

static void wait_for(uint64_t cores)
{
    for (uint64_t i = 0; i < cores; i++) {
        while (((volatile struct probe_record *)records)[i].here == 0)
            __asm__ volatile("yield");
    }
}

void probe_main(void)
{
    uint64_t started = records[0].x[6] - IMAGE_CORES_STARTED;
    uint64_t cores = started <= PROBE_CORE_MAX ? started : PROBE_CORE_MAX;
    uint64_t paddr = records[0].kernel_par & 0xfffffffff000;

    wait_for(cores);
    for (uint64_t i = 0; i < cores; i++)
        expect_registers(&records[i], i);
    expect(0, "stacks shared by cores", cores > 1 && records[0].sp == records[1].sp, 0);
    expect_zeros();
    expect_tables(paddr);
    if (probe_paddr != IMAGE_ANYWHERE)
        expect(0, "kernel's physical address", paddr, probe_paddr);
    expect(0, "kernel's physical address modulo 2 MiB", paddr % (2 * MIB), 0);
    map_everything();
    open_uart();
    expect_user();
    say("probe: kernel at %x, device tree at %x, user image at %x to %x\n", paddr, records[0].x[4],
        records[0].x[0], records[0].x[1]);
    say("probe: entered at count %u\n", records[0].counter);
    say("probe: %u cores, %u checks, %u failed\n", cores, (uint64_t)checked, (uint64_t)failed);
    firmware_call(0x84000008, 0, 0, 0); /* PSCI SYSTEM_OFF */
    halt();
}
