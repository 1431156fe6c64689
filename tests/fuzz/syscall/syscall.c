/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel against user level that does anything: bytes become system calls with any registers
 * and IPC buffer, exceptions, time and interrupts. It starts from four threads that share a CNode
 * with every kind of capability; a debug kernel's checks run after each step, and all invariants
 * after a few.
 *
 * A guardian, out of their reach, waits for an interrupt of its own. It starts again what has
 * stopped, so that a life does not end with the first fault.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/input.h"
#include "tests/unit/kernel-whole/world.h"
#include "arch/core.h"
#include "hw/sysreg.h"
#include "kernel/cap/cap.h"
#include "kernel/invariant/invariant.h"
#include "kernel/ipc/message.h"
#include "kernel/lib/print.h"

#define STEPS_MOST 200
#define FULL_EVERY 8 /* steps: then everything is checked, not just what a debug kernel checks */
#define THREADS    4
#define IRQ        40
#define IRQ_GUARD  41
#define PLAY_RADIX 7 /* the shared CNode */

enum {
    ENDPOINT = WORLD_FIRST_FREE,
    ENDPOINT_BADGED,
    NOTIFICATION,
    NOTIFICATION_BADGED,
    REPLY,
    REPLY_2,
    CNODE,   /* of 8 slots, no guard */
    CNODE_2, /* of 4 slots, guard of 60 bits */
    CONTEXT, /* of nobody */
    SPACE,
    SPACE_2, /* without ASID */
    TABLE,
    TABLE_2,
    PAGE,
    PAGE_2,
    PAGE_DEVICE,
    POOL_MEMORY,
    SMALL,
    VCPU,
    IRQ_HANDLER,
    THREAD,
    EMPTY = THREAD + 3 * THREADS,

    /* The guardian's own. */
    PLAY = 200,
    GUARD_NOTIFICATION,
    GUARD_HANDLER,
    GUARD_THREAD, /* copies of the threads' capabilities */
};

static struct slot *play;

/* What the kernel printed last: shown only if it stops. */
static char said[256];
static unsigned said_count;

static void hear(char c)
{
    said[said_count++ % sizeof(said)] = c;
}

static void show(void)
{
    for (unsigned i = 0; i < sizeof(said); i++) {
        char c = said[(said_count + i) % sizeof(said)];
        if (c != '\0') {
            fputc(c, stderr);
        }
    }
}

static void must(struct call call)
{
    if (driver_call(call).label != 0) {
        abort();
    }
}

#define MUST(...) must((struct call){__VA_ARGS__})

static void mint(uint64_t to, uint64_t from, uint64_t data)
{
    MUST(.capability = seL4_CapInitThreadCNode, .label = CNodeMint, .length = 6,
         .words = {to, 64, from, 64, 15, data}, .cap_count = 1, .caps = {seL4_CapInitThreadCNode});
}

static void make_objects(void)
{
    make(seL4_EndpointObject, 0, ENDPOINT, 1);
    mint(ENDPOINT_BADGED, ENDPOINT, 5);
    make(seL4_NotificationObject, 0, NOTIFICATION, 1);
    mint(NOTIFICATION_BADGED, NOTIFICATION, 3);
    make(seL4_ReplyObject, 0, REPLY, 2);
    make(seL4_CapTableObject, 3, CNODE, 1);
    make(seL4_CapTableObject, 2, EMPTY, 1);
    mint(CNODE_2, EMPTY, 62);
    make(seL4_SchedContextObject, 8, CONTEXT, 1);
    make(seL4_ARM_VSpaceObject, 0, SPACE, 2);
    make(seL4_ARM_PageTableObject, 0, TABLE, 2);
    make(seL4_ARM_SmallPageObject, 0, PAGE, 2);
    make(seL4_UntypedObject, seL4_ASIDPoolBits, POOL_MEMORY, 2);
    make(seL4_ARM_VCPUObject, 0, VCPU, 1);
    MUST(.capability = WORLD_DEVICE, .label = UntypedRetype, .length = 6,
         .words = {seL4_ARM_SmallPageObject, 0, 0, 0, PAGE_DEVICE, 1}, .cap_count = 1,
         .caps = {seL4_CapInitThreadCNode});
}

static void make_links(void)
{
    MUST(.capability = seL4_CapInitThreadASIDPool, .label = ARMASIDPoolAssign, .cap_count = 1,
         .caps = {SPACE});
    for (unsigned i = 0; i < 2; i++) {
        MUST(.capability = TABLE + i, .label = ARMPageTableMap, .length = 2, .words = {0, 0},
             .cap_count = 1, .caps = {SPACE});
    }
    MUST(.capability = PAGE, .label = ARMPageMap, .length = 3, .words = {0x5000, 3, 1},
         .cap_count = 1, .caps = {SPACE});
    MUST(.capability = seL4_CapIRQControl, .label = ARMIRQIssueIRQHandlerTrigger, .length = 4,
         .words = {IRQ, 0, IRQ_HANDLER, 64}, .cap_count = 1, .caps = {seL4_CapInitThreadCNode});
    MUST(.capability = IRQ_HANDLER, .label = IRQSetIRQHandler, .cap_count = 1,
         .caps = {NOTIFICATION_BADGED});
    MUST(.capability = WORLD_SCHED_CONTROL, .label = SchedControlConfigureFlags, .length = 5,
         .words = {1000, 3000, 4, 9, 1}, .cap_count = 1, .caps = {CONTEXT});
}

/* All that the driver has goes to the shared CNode, under the same numbers. */
static void hand_over(void)
{
    for (uint64_t slot = seL4_CapInitThreadVSpace; slot < EMPTY; slot++) {
        bool keeps = slot == seL4_CapInitThreadSC || slot == seL4_CapInitThreadIPCBuffer;
        if (!cap_is_null(world.slots[slot].cap) && !keeps) {
            MUST(.capability = PLAY, .label = CNodeMove, .length = 4,
                 .words = {slot, PLAY_RADIX, slot, 64}, .cap_count = 1,
                 .caps = {seL4_CapInitThreadCNode});
        }
    }
    MUST(.capability = PLAY, .label = CNodeMint, .length = 6,
         .words = {seL4_CapInitThreadCNode, PLAY_RADIX, PLAY, 64, 15, 64 - PLAY_RADIX},
         .cap_count = 1, .caps = {seL4_CapInitThreadCNode});
}

static void make_threads(void)
{
    for (unsigned i = 0; i < THREADS; i++) {
        uint64_t slot = THREAD + 3 * i;
        (void)make_thread(slot, (uint8_t)(100 + i % 2), i != 2);
        MUST(.capability = slot, .label = TCBSetSpace, .length = 2, .words = {64 - PLAY_RADIX, 0},
             .cap_count = 3, .caps = {i == 3 ? 0 : ENDPOINT, PLAY, seL4_CapInitThreadVSpace});
        MUST(.capability = slot, .label = TCBSetMCPriority, .length = 1, .words = {150},
             .cap_count = 1, .caps = {seL4_CapInitThreadTCB});
        if (i != 1) { /* the others have a budget that ends */
            MUST(.capability = WORLD_SCHED_CONTROL, .label = SchedControlConfigureFlags,
                 .length = 5, .words = {500 + 100 * i, 3000, 0, i, i & 1}, .cap_count = 1,
                 .caps = {slot + 1});
        }
        mint(GUARD_THREAD + i, slot, 0);
        MUST(.capability = slot, .label = TCBResume);
    }
    MUST(.capability = THREAD + 6, .label = TCBSetTimeoutEndpoint, .cap_count = 1,
         .caps = {ENDPOINT_BADGED});
}

static void make_guard(void)
{
    make(seL4_NotificationObject, 0, GUARD_NOTIFICATION, 1);
    MUST(.capability = seL4_CapIRQControl, .label = ARMIRQIssueIRQHandlerTrigger, .length = 4,
         .words = {IRQ_GUARD, 1, GUARD_HANDLER, 64}, .cap_count = 1,
         .caps = {seL4_CapInitThreadCNode});
    MUST(.capability = GUARD_HANDLER, .label = IRQSetIRQHandler, .cap_count = 1,
         .caps = {GUARD_NOTIFICATION});
}

static void guard_waits(void)
{
    world.driver->registers.x[0] = GUARD_NOTIFICATION;
    enter_syscall(seL4_SysWait);
}

static void make_system(void)
{
    world_start(1);
    world.check = false;
    print_set_sink(hear);
    fake_on_halt = show;
    make_guard();
    make(seL4_CapTableObject, PLAY_RADIX, PLAY, 1);
    play = object_at(PLAY);
    make_objects();
    make_links();
    make_threads();
    hand_over();
    guard_waits();
    world.check = true;
}

/* ---- steps ---- */

static uint64_t pointer(struct input *input)
{
    uint8_t byte = input_byte(input);
    return byte < 0xf8 ? byte % (EMPTY + 16) : input_word(input);
}

static void fill_buffer(struct input *input, unsigned words, unsigned caps)
{
    seL4_IPCBuffer *buffer = message_buffer(current(), true);
    for (unsigned i = 4; buffer != NULL && i < words && i < 12; i++) {
        buffer->msg[i] = input_word(input);
    }
    for (unsigned i = 0; buffer != NULL && i < caps; i++) {
        buffer->caps_or_badges[i] = pointer(input);
    }
}

/*
 * What makes sense to a label: kinds of words and of extra capabilities, in order.
 *   words   s slot, D depth 64, w anything, 0 zero, t type, n a few, v register, a address, u time
 *   caps    C CNode, V address space, T thread, S context, P page, E anything
 */
static const struct shape {
    const char *words, *caps;
} shapes[nInvocationLabels] = {
    [UntypedRetype] = {"tn00sn", "C"},
    [TCBReadRegisters] = {"ww", ""},
    [TCBWriteRegisters] = {"wnwwwwww", ""},
    [TCBCopyRegisters] = {"w", "T"},
    [TCBConfigure] = {"00a", "CVP"},
    [TCBSetPriority] = {"w", "T"},
    [TCBSetMCPriority] = {"w", "T"},
    [TCBSetSchedParams] = {"ww", "TSE"},
    [TCBSetTimeoutEndpoint] = {"", "E"},
    [TCBSetIPCBuffer] = {"a", "P"},
    [TCBSetSpace] = {"00", "ECV"},
    [TCBBindNotification] = {"", "E"},
    [TCBSetTLSBase] = {"w", ""},
    [TCBSetFlags] = {"nn", ""},
    [CNodeRevoke] = {"sD", ""},
    [CNodeDelete] = {"sD", ""},
    [CNodeCancelBadgedSends] = {"sD", ""},
    [CNodeCopy] = {"sDsDw", "C"},
    [CNodeMint] = {"sDsDww", "C"},
    [CNodeMove] = {"sDsD", "C"},
    [CNodeMutate] = {"sDsDw", "C"},
    [CNodeRotate] = {"sDwsDwsD", "CC"},
    [IRQIssueIRQHandler] = {"wsD", "C"},
    [IRQSetIRQHandler] = {"", "E"},
    [DomainSetSet] = {"n", "T"},
    [DomainScheduleConfigure] = {"nnu", ""},
    [DomainScheduleSetStart] = {"n", ""},
    [SchedControlConfigureFlags] = {"uunwn", "S"},
    [SchedContextBind] = {"", "T"},
    [SchedContextUnbindObject] = {"", "T"},
    [ARMVSpaceClean_Data] = {"aw", ""},
    [ARMVSpaceUnify_Instruction] = {"aa", ""},
    [ARMSMCCall] = {"wwwwwwww", ""},
    [ARMPageTableMap] = {"aw", "V"},
    [ARMPageMap] = {"ann", "V"},
    [ARMPageClean_Data] = {"ww", ""},
    [ARMPageInvalidate_Data] = {"ww", ""},
    [ARMASIDControlMakePool] = {"sD", "EC"},
    [ARMASIDPoolAssign] = {"", "E"},
    [ARMVCPUSetTCB] = {"", "T"},
    [ARMVCPUInjectIRQ] = {"w", ""},
    [ARMVCPUReadReg] = {"v", ""},
    [ARMVCPUWriteReg] = {"vw", ""},
    [ARMVCPUAckVPPI] = {"w", ""},
    [ARMIRQIssueIRQHandlerTrigger] = {"wnsD", "C"},
    [ARMIRQIssueIRQHandlerTriggerCore] = {"wnsD0", "C"},
};

static uint64_t word_of_kind(struct input *input, char kind)
{
    switch (kind) {
    case 's':
        return pointer(input);
    case 'D':
        return input_byte(input) < 0xf0 ? 64 : input_word(input);
    case '0':
        return input_byte(input) < 0xf0 ? 0 : input_word(input);
    case 't':
        return input_byte(input) % 14;
    case 'n':
        return input_byte(input) % 14;
    case 'v':
        return input_byte(input) % 26;
    case 'a':
        return (uint64_t)(input_byte(input) % 16) << (10 + input_byte(input) % 24);
    case 'u':
        return 20UL << (input_byte(input) % 12);
    default:
        return input_word(input);
    }
}

static uint64_t cap_of_kind(struct input *input, char kind)
{
    uint8_t byte = input_byte(input);
    if (byte >= 0xe0) {
        return pointer(input);
    }
    switch (kind) {
    case 'C':
        return byte < 0x80 ? seL4_CapInitThreadCNode : CNODE + byte % 2;
    case 'V':
        return byte < 0x80 ? SPACE : seL4_CapInitThreadVSpace;
    case 'T':
        return byte < 0x20 ? seL4_CapInitThreadTCB : THREAD + 3UL * (byte % THREADS);
    case 'S':
        return byte < 0x40 ? CONTEXT : THREAD + 3UL * (byte % THREADS) + 1;
    case 'P':
        return byte < 0x40 ? PAGE : THREAD + 3UL * (byte % 2) + 2;
    default:
        return pointer(input);
    }
}

/* The shared CNode may be gone: then what is there does not matter. */
__attribute__((no_sanitize("address"))) static unsigned type_in(const struct slot *slot)
{
    return (unsigned)(slot->cap.meta >> 59);
}

/* Labels of the object that a slot of the driver's holds: the first, and how many. */
static uint64_t label_for(uint64_t slot, uint8_t byte)
{
    static const struct {
        uint8_t first, count;
    } labels[32] = {
        [CAP_UNTYPED] = {UntypedRetype, 1},
        [CAP_THREAD] = {TCBReadRegisters, TCBSetFlags - TCBReadRegisters + 1},
        [CAP_CNODE] = {CNodeRevoke, CNodeRotate - CNodeRevoke + 1},
        [CAP_IRQ_HANDLER] = {IRQAckIRQ, 3},
        [CAP_DOMAIN] = {DomainSetSet, 3},
        [CAP_SCHED_CONTROL] = {SchedControlConfigureFlags, 1},
        [CAP_SCHED_CONTEXT] = {SchedContextBind, 5},
        [CAP_VSPACE] = {ARMVSpaceClean_Data, 4},
        [CAP_SMC] = {ARMSMCCall, 1},
        [CAP_PAGE_TABLE] = {ARMPageTableMap, 2},
        [CAP_FRAME] = {ARMPageMap, 7},
        [CAP_ASID_CONTROL] = {ARMASIDControlMakePool, 1},
        [CAP_ASID_POOL] = {ARMASIDPoolAssign, 1},
        [CAP_VCPU] = {ARMVCPUSetTCB, 5},
        [CAP_IRQ_CONTROL] = {ARMIRQIssueIRQHandlerTrigger, 2},
    };
    unsigned type = slot < EMPTY ? type_in(&play[slot]) : CAP_NULL;
    return labels[type].count == 0 ? byte : labels[type].first + byte % labels[type].count;
}

static void fill_wild_call(struct input *input)
{
    uint64_t *x = current()->registers.x;
    uint8_t label = input_byte(input);
    uint8_t shape = input_byte(input);
    unsigned caps = shape & 3;
    unsigned words = (shape >> 2) % 13;
    x[0] = pointer(input);
    x[1] = seL4_MessageInfo_new(label % 70, 0, caps, shape >= 0xf0 ? 127 : words).words[0];
    for (unsigned i = 0; i < 4 && i < words; i++) {
        x[2 + i] = input_word(input);
    }
    fill_buffer(input, words, caps);
}

/* Registers and buffer of a call: nine in ten times one that could succeed. */
static void fill_call(struct input *input)
{
    struct call call = {.capability = pointer(input)};
    uint8_t byte = input_byte(input);
    call.label = label_for(call.capability, byte);
    if (byte >= 0xe8 || call.label >= nInvocationLabels || shapes[call.label].words == NULL) {
        fill_wild_call(input);
        current()->registers.x[0] = call.capability;
        return;
    }
    struct shape shape = shapes[call.label];
    bool has_buffer = message_buffer(current(), true) != NULL;
    call.length = (unsigned)strlen(shape.words);
    call.cap_count = has_buffer ? (unsigned)strlen(shape.caps) : 0;
    for (unsigned i = 0; i < call.length; i++) {
        call.words[i] = word_of_kind(input, shape.words[i]);
    }
    for (unsigned i = 0; i < call.cap_count; i++) {
        call.caps[i] = cap_of_kind(input, shape.caps[i]);
    }
    call.length = has_buffer || call.length < 4 ? call.length : 4;
    fill_message(&call);
}

/* What one may wait on or send to, mostly. */
static uint64_t partner(struct input *input)
{
    uint8_t byte = input_byte(input);
    return byte < 0xe0 ? ENDPOINT + byte % 4UL : pointer(input);
}

static void do_syscall(struct input *input)
{
    uint8_t choice = input_byte(input);
    int64_t number = choice < 0x80 ? seL4_SysCall : -1 - (int64_t)(choice % 11);
    number = choice >= 0xfc ? -12 - (int64_t)(input_byte(input) % 24) : number;
    /* Both may stop a debug kernel, as documented (docs/kernel/debug.md). */
    if (number == seL4_SysDebugHalt || number == seL4_SysDebugNameThread) {
        number = seL4_SysYield;
    }
    fill_call(input);
    if (number != seL4_SysCall || choice < 0x20) {
        uint8_t reply = input_byte(input);
        uint64_t other = partner(input);
        current()->registers.x[0] = partner(input);
        current()->registers.x[6] = reply < 0xe0 ? REPLY + reply % 2UL : other;
        current()->registers.x[8] = other;
    }
    if (number == seL4_SysNBSendWait || (choice & 0x70) == 0x30) {
        current()->registers.x[6] = partner(input);
    }
    enter_syscall(number);
}

static void do_exception(struct input *input)
{
    static const uint64_t classes[] = {ESR_EC_UNKNOWN,    ESR_EC_WFX,        ESR_EC_FP,
                                       ESR_EC_HVC64,      ESR_EC_SMC64,      ESR_EC_SYSREG,
                                       ESR_EC_INST_LOWER, ESR_EC_DATA_LOWER, ESR_EC_BRK64};
    uint64_t class = classes[input_byte(input) % ARRAY_COUNT(classes)];
    uint64_t *sysregs = fake_machine.cores[0].sysregs;
    sysregs[FAKE_far_el2] = input_word(input);
    sysregs[FAKE_hpfar_el2] = input_word(input);
    sysregs[FAKE_par_el1] = input_word(input);
    current()->registers.pc = USER_PC;
    current()->registers.restart_pc = USER_PC;
    if (input_byte(input) == 0) {
        enter_serror(class << ESR_EC_SHIFT);
    } else {
        enter_exception(class << ESR_EC_SHIFT | ESR_IL | (input_word(input) & ESR_ISS));
    }
}

static void do_receive_slot(struct input *input)
{
    seL4_IPCBuffer *buffer = message_buffer(current(), true);
    if (buffer != NULL) {
        buffer->receiveCNode = pointer(input);
        buffer->receiveIndex = pointer(input);
        buffer->receiveDepth = input_word(input);
    }
}

static void do_registers(struct input *input)
{
    struct fake_core_state *core = &fake_machine.cores[0];
    core->sysregs[FAKE_cntv_ctl_el0] = input_byte(input) & 3;
    core->sysregs[FAKE_cntv_cval_el0] = input_word(input);
    core->sysregs[FAKE_tpidr_el0] = input_word(input);
    core->hyp[64 + input_byte(input) % FAKE_LIST_COUNT] = (uint32_t)input_word(input);
}

static void do_event(struct input *input, uint8_t what)
{
    switch (what % 8) {
    case 0:
    case 6:
    case 7:
        pass_time(1UL << (input_byte(input) % 28));
        break;
    case 1:
        fake_irq_raise(input_byte(input) % FAKE_IRQ_COUNT);
        break;
    case 2:
        fake_machine.look_fire = fake_machine.looks + 1 + input_byte(input) % 8;
        break;
    case 3:
        do_receive_slot(input);
        break;
    case 4:
        do_registers(input);
        break;
    default:
        fake_irq_raise(25); /* the end of a virtual interrupt */
        break;
    }
}

/* A call of the guardian's, whose errors do not matter. */
static void guard_call(const struct call *call)
{
    fill_message(call);
    enter_syscall(seL4_SysCall);
    while (current() == world.driver && world.driver->registers.pc == USER_PC) {
        enter_again();
    }
}

/* The guardian starts the threads again that `which` says, behind what they did. False: it does not
 * come. */
static bool guard(uint8_t which)
{
    fake_irq_raise(IRQ_GUARD);
    for (unsigned i = 0; i < 8 && fake_irq_waits() && current() != world.driver; i++) {
        enter_interrupt();
    }
    if (current() != world.driver) {
        return false;
    }
    for (unsigned i = 0; i < THREADS; i++) {
        if ((which & (1u << i)) != 0) {
            guard_call(&(struct call){.capability = GUARD_THREAD + i,
                                      .label = TCBWriteRegisters,
                                      .length = 3,
                                      .words = {1, 1, USER_PC + 4}});
        }
    }
    guard_call(&(struct call){.capability = GUARD_HANDLER, .label = IRQAckIRQ});
    guard_waits();
    return true;
}

/* Nobody can run: time comes for somebody, or the guardian. */
static bool wake_up(struct input *input)
{
    uint8_t choice = input_byte(input);
    uint64_t deadline = fake_machine.cores[0].sysregs[FAKE_cnthp_cval_el2];
    if (fake_irq_waits()) {
        enter_interrupt();
        return true;
    }
    if ((choice & 0xc0) != 0 && deadline != UINT64_MAX && deadline > fake_machine.counter) {
        fake_machine.counter = deadline;
        return true;
    }
    return guard(choice | 1);
}

static bool step(struct input *input)
{
    uint8_t what = input_byte(input);
    if (is_idle()) {
        return wake_up(input);
    }
    if (what == 0xff) {
        return guard(input_byte(input));
    }
    if (what >= 0xf0) {
        do_exception(input);
    } else if (what >= 0xc0) {
        do_event(input, what);
    } else if (fake_irq_waits()) {
        enter_interrupt();
    } else if (current()->registers.pc == USER_PC && (what & 7) != 0) {
        enter_again(); /* sent back: usually it goes on with what it did */
    } else {
        do_syscall(input);
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    bool goes_on = true;
    make_system();
    fake_machine.counter_step = 3;
    for (unsigned i = 0; goes_on && i < STEPS_MOST && !input_is_empty(&input); i++) {
        world.check = i % FULL_EVERY == FULL_EVERY - 1;
        goes_on = step(&input);
        if (world.check) {
            forbid_free_memory();
        }
    }
    invariant_check_all();
    return 0;
}
