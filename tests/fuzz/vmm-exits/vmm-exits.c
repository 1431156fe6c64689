/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest and a console that do anything to their VMM: fault messages with any contents, code and
 * tables of the guest's choice, accesses to each device, anything in the channel. Each message has
 * an answer, and the sanitizers find nothing. */
#include <stdlib.h>
#include <string.h>

#include "abi/console.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/input.h"
#include "tests/unit/vmm/fake_vcpu.h"
#include "vmm/machine/terminal.h"

#define GICD UINT64_C(0x08000000)
#define UART UINT64_C(0x09000000)

enum { STEPS = 200 };

static _Alignas(4096) uint8_t ours[VCHAN_REGION_BYTES(CONSOLE_OUTPUT_BYTES)],
    theirs[VCHAN_REGION_BYTES(CONSOLE_INPUT_BYTES)];
static struct terminal terminal;

static void nobody(void *owner)
{
    (void)owner;
}

static const struct terminal_ops terminal_ops = {.ring = nobody, .pause = nobody};

static struct fake *begin(struct input *input)
{
    struct fake *fake = start();

    memset(ours, 0, sizeof(ours));
    memset(theirs, 0, sizeof(theirs));
    terminal_open(&terminal, ours, theirs, &fake->gic, 33, &terminal_ops, NULL);
    bus_init(&fake->bus);
    if (bus_add(&fake->bus, IPA(GICD), VMM_GICD_BYTES, &gicd_bus_ops, &fake->gic) != BUS_ADDED ||
        bus_add(&fake->bus, IPA(UART), VMM_UART_BYTES, &pl011_bus_ops, &terminal.uart) != BUS_ADDED)
        abort();
    fake->exits.rich = input_byte(input) & 1;
    return fake;
}

/* In a device most of the time. */
static uint64_t address(struct input *input)
{
    uint8_t kind = input_byte(input);

    switch (kind % 8) {
    case 0:
        return input_word(input);
    case 1:
    case 2:
        return UART + input_byte(input);
    case 3:
        return PC + input_bytes(input, 2);
    default:
        return GICD + input_bytes(input, 2) % 0x1100;
    }
}

/* An abort of a load or store that the hardware took apart, or not, or anything. */
static uint64_t syndrome(struct input *input)
{
    uint64_t iss = input_bytes(input, 4) & 0x1ffffff;

    switch (input_byte(input) % 4) {
    case 0:
        return input_word(input);
    case 1:
        return (uint64_t)(input_byte(input) & 0x3f) << 26 | iss;
    case 2:
        return (uint64_t)0x24 << 26 | (iss & ~(ESR_DATA_ISV | ESR_ABORT_S1PTW | ESR_ABORT_CM));
    default:
        return (uint64_t)0x24 << 26 | ((iss | ESR_DATA_ISV) & ~ESR_ABORT_S1PTW);
    }
}

static void message(struct fake *fake, struct input *input)
{
    struct exit_message message = {.label = input_byte(input) % 12};

    for (unsigned i = 0; i < seL4_UnknownSyscall_Length; i++)
        message.words[i] = i < 4 ? input_word(input) : i;
    if (message.label == seL4_Fault_VMFault) {
        message.words[seL4_VMFault_IP] = fake->context.pc;
        message.words[seL4_VMFault_Addr] = address(input);
        message.words[seL4_VMFault_FSR] = syndrome(input);
    } else if (message.label == seL4_Fault_VCPUFault) {
        message.words[seL4_VCPUFault_HSR] = syndrome(input);
    }
    if (exits_handle(&fake->exits, fake->cpu, &message).reply_words > seL4_UnknownSyscall_Length)
        abort();
}

/* What a guest sets up by itself: code, tables, registers. */
static void guest_writes(struct fake *fake, struct input *input)
{
    uint64_t value = input_bytes(input, 8);
    uint8_t which = input_byte(input);
    seL4_Word *words = (seL4_Word *)&fake->context;

    switch (which % 4) {
    case 0:
        memcpy(fake->memory + input_bytes(input, 2) % (sizeof(fake->memory) - 8), &value, 8);
        break;
    case 1:
        words[input_byte(input) % seL4_UserContext_Length] = value;
        break;
    case 2:
        words[input_byte(input) % seL4_UserContext_Length] = address(input);
        break;
    default:
        fake->system[input_byte(input) % seL4_VCPUReg_Num] = value;
        break;
    }
}

/* A load or store without a syndrome, at the instruction that is to be found. */
static void emulation(struct fake *fake, struct input *input)
{
    uint32_t instruction = (uint32_t)input_bytes(input, 4);
    uint64_t device = address(input);
    struct exit_message message = {.label = seL4_Fault_VMFault,
                                   .words = {PC, device, 0, (uint64_t)0x24 << 26}};

    fake->system[seL4_VCPUReg_SCTLR] = 0;
    fake->context.pc = PC;
    fake->context.spsr = 5;
    if (input_byte(input) & 1)
        instruction = 0x28000000 | (instruction & 0xd1ffffff); /* pairs */
    else
        instruction = 0x38000400 | (instruction & 0xc0dffbff);
    put_instruction(fake, PC, instruction);
    ((seL4_Word *)&fake->context)[input_byte(input) % seL4_UserContext_Length] = device;
    (void)exits_handle(&fake->exits, fake->cpu, &message);
}

static void console_writes(struct input *input)
{
    struct vchan_header *header = (struct vchan_header *)theirs;
    uint8_t which = input_byte(input);

    if (which & 0x80) { /* as an honest one would start */
        header->magic = VCHAN_MAGIC;
        header->version = VCHAN_VERSION;
        header->ring_size = CONSOLE_INPUT_BYTES;
        header->life = VCHAN_LIFE(which, VCHAN_LIFE_OPEN);
        header->seen = terminal.end.generation;
    } else if (which & 0x40) {
        header->produced = terminal.end.consumed + input_word(input);
        header->consumed = terminal.end.produced - input_byte(input);
    } else {
        ((uint64_t *)header)[which % (sizeof(*header) / 8)] = input_word(input);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {.data = data, .size = size};
    struct fake *fake = begin(&input);

    for (unsigned step = 0; step < STEPS && !input_is_empty(&input); step++) {
        switch (input_byte(&input) % 8) {
        case 0:
            guest_writes(fake, &input);
            break;
        case 1:
            emulation(fake, &input);
            break;
        case 2:
            console_writes(&input);
            break;
        case 3:
            terminal_serve(&terminal);
            break;
        default:
            message(fake, &input);
            break;
        }
        if (terminal.room > CONSOLE_OUTPUT_BYTES || terminal.uart.fifo_count > PL011_FIFO_BYTES ||
            terminal.uart.queue_count > PL011_QUEUE_BYTES)
            abort();
    }
    return 0;
}
