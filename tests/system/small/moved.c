/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that believes its device tree alone: it prints where that says things are, for `run` to
 * compare with the manifest, then uses each. Two VMs of it meet over a channel, and the one that
 * may leaves a word in memory that both see.
 */
#include "abi/linux_image.h"
#include "tests/system/small/line.h"

#define WORD   UINT64_C(0x6d6f76656420746f) /* what is left in shared memory */
#define PIECE  64u
#define MOST_S 20u

static struct line line;
static volatile bool is_late;

void line_timer(void)
{
    is_late = true;
}

static uint64_t load64(uint64_t address)
{
    return *(volatile uint64_t *)(uintptr_t)address;
}

static void store64(uint64_t address, uint64_t value)
{
    *(volatile uint64_t *)(uintptr_t)address = value;
}

static void tell(const char *what, uint64_t value)
{
    print(what);
    print(" ");
    print_hex(value);
    print("\n");
}

static void tell_all(const struct machine *machine)
{
    tell("ram", machine->ram);
    tell("ram-size", machine->ram_size);
    tell("distributor", machine->gicd);
    tell("cpu-interface", machine->gicc);
    tell("uart", machine->uart);
    tell("uart-interrupt", machine->uart_interrupt);
    tell("bells", machine->bells);
    tell("own", (uintptr_t)line.shape.own);
    tell("peer", (uintptr_t)line.shape.peer);
    tell("bell-interrupt", line.interrupt);
    tell("kernel", (uintptr_t)guest_image_start);
    tell("dtb", entry.x[0]);
    tell("initrd", machine->initrd);
    tell("shared", machine->shared);
}

/* The interrupt of sending, level-sensitive, once. */
static void check_uart_interrupt(const struct machine *machine)
{
    uint32_t intid = machine->uart_interrupt;

    *(volatile uint8_t *)(uintptr_t)(machine->gicd + GICD_ITARGETSR + intid) = 1;
    store32(machine->gicd + GICD_ISENABLER + intid / 32 * 4, 1u << intid % 32);
    store32(machine->uart + PL011_IMSC, PL011_INT_TX);
    print("sent\n"); /* raises it */
    report_value("the UART interrupts", line_uart_interrupts() == 1, line_uart_interrupts());
}

/* It is this guest's own Image, without what its header asks for behind the file. */
static void check_initrd(const struct machine *machine)
{
    uint64_t start = (uintptr_t)guest_image_start, size = machine->initrd_end - machine->initrd;
    bool same = size > LINUX_IMAGE_HEADER_SIZE && size <= load64(start + 16);

    for (uint64_t at = 0; at < LINUX_IMAGE_HEADER_SIZE; at += 8)
        same &= load64(machine->initrd + at) == load64(start + at);
    report_value("the initrd is the file", same, size);
}

static void check_machine(const struct machine *machine)
{
    uint64_t last = machine->ram + machine->ram_size - 8;
    uint64_t lines = ((load32(machine->gicd + GICD_TYPER) & 31) + 1) * 32;

    store64(last, WORD);
    report_value("RAM reaches to its end", load64(last) == WORD, load64(last));
    report_value("the distributor has that many interrupts",
                 lines > line.interrupt && lines > machine->uart_interrupt, lines);
    check_uart_interrupt(machine);
    if (machine->initrd != 0)
        check_initrd(machine);
}

/* All of `bytes` one way or the other, asleep in between. */
static bool move(uint8_t *bytes, bool write)
{
    size_t done = 0, count;

    while (done < PIECE && !is_late) {
        uint64_t bells = line_bells();
        enum vchan_result result = write
                                       ? vchan_write(&line.end, bytes + done, PIECE - done, &count)
                                       : vchan_read(&line.end, bytes + done, PIECE - done, &count);

        done += count;
        line_ring(&line);
        if (result != VCHAN_OK && result != VCHAN_EMPTY)
            return false;
        if (result == VCHAN_EMPTY && vchan_arm_data(&line.end, 1)) {
            line_ring(&line);
            line_sleep(bells);
        }
    }
    return done == PIECE;
}

static void meet(void)
{
    while (!is_late) {
        uint64_t bells = line_bells();
        bool met = vchan_connect(&line.end) == VCHAN_OK;

        line_ring(&line);
        if (met)
            return;
        line_sleep(bells);
    }
}

static void check_channel(const struct machine *machine)
{
    uint8_t bytes[PIECE];
    bool good = true;

    line_set_timer(MOST_S * frequency());
    report("the channel opens", vchan_open(&line.end, &line.shape) == VCHAN_OK);
    if (machine->may_write_shared)
        store64(machine->shared, WORD);
    meet();
    for (unsigned i = 0; i < PIECE; i++)
        bytes[i] = line_byte(line.end.generation, line.end.peer_generation, i);
    report("the channel takes bytes", move(bytes, true));
    report("the channel brings bytes", move(bytes, false));
    for (unsigned i = 0; i < PIECE; i++)
        good &= bytes[i] == line_byte(line.end.peer_generation, line.end.generation, i);
    report("they are the other's", good);
    report_value("bells rang", line_bells() > 0, line_bells());
    report_value("the shared word", load64(machine->shared) == WORD, load64(machine->shared));
}

void guest_main(void)
{
    const struct machine *machine = line_machine();

    line_find(&line, 1);
    print_to(machine->uart);
    tell_all(machine);
    check_machine(machine);
    check_channel(machine);
    print("done\n");
    power_off();
}
