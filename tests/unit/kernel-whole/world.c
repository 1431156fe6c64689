/* SPDX-License-Identifier: BSD-2-Clause */
/* The little system of tests/unit/kernel-whole/world.h. */
#include "tests/unit/kernel-whole/world.h"
#include "arch/physmap.h"
#include "kernel/cap/cap.h"
#include "kernel/cap/derive.h"
#include "kernel/cap/tree.h"
#include "kernel/dev/gic.h"
#include "kernel/dev/timer.h"
#include "kernel/entry/entry.h"
#include "kernel/entry/fast.h"
#include "kernel/invariant/invariant.h"
#include "kernel/ipc/message.h"
#include "kernel/lib/check.h"
#include "kernel/lib/print.h"
#include "kernel/mem/asid.h"
#include "kernel/model/irq.h"
#include "kernel/sched/refill.h"
#include "kernel/sched/domain.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/smp.h"
#include "kernel/virt/vcpu.h"

#define ESR_SYSCALL    (ESR_EC_SVC64 << ESR_EC_SHIFT)
#define BUFFER_ADDRESS 0x100000
#define RAM_UNTYPED    (FAKE_BASE + BIT(22))

/* With the address sanitizer only; nothing without. */
__attribute__((weak)) void __asan_poison_memory_region(void const volatile *start, size_t size);
__attribute__((weak)) void __asan_unpoison_memory_region(void const volatile *start, size_t size);

struct world world;
struct core world_cores[CORE_MAX];
struct thread world_idle[CORE_MAX] __attribute__((aligned(1UL << seL4_TCBBits)));

static uint64_t boot_memory;
static jmp_buf at_user_level[CORE_MAX]; /* where each core leaves the kernel to */
static uint64_t random_state = 1;

/* ---- the kernel's variables, as they were before it started ---- */

extern char __start_kernel_data[], __stop_kernel_data[], __start_kernel_bss[], __stop_kernel_bss[];

struct variables {
    char *start, *stop;
    char *first; /* a copy, from before the first start */
};

static struct variables variables[] = {
    {__start_kernel_data, __stop_kernel_data, NULL},
    {__start_kernel_bss, __stop_kernel_bss, NULL},
};

/* Past the guards of the address sanitizer. Whole words: the linker's script aligns them. */
__attribute__((no_sanitize("address"))) static void copy_raw(char *to, const char *from,
                                                             size_t size)
{
    for (size_t i = 0; i < size / sizeof(uint64_t); i++) {
        ((volatile uint64_t *)to)[i] = ((const uint64_t *)from)[i];
    }
}

static void reset_kernel(void)
{
    for (unsigned i = 0; i < ARRAY_COUNT(variables); i++) {
        struct variables *part = &variables[i];
        size_t size = (size_t)(part->stop - part->start);
        CHECK(size % sizeof(uint64_t) == 0);
        if (part->first == NULL) {
            part->first = malloc(size);
            copy_raw(part->first, part->start, size);
        }
        copy_raw(part->start, part->first, size);
    }
}

/* ---- as kernel/boot/root.c does it, in small ---- */

static paddr_t take(unsigned bits)
{
    boot_memory = align_up(boot_memory, bits);
    paddr_t place = paddr(boot_memory);
    boot_memory += BIT(bits);
    CHECK(boot_memory <= RAM_UNTYPED);
    return place;
}

static void put(uint64_t index, struct cap cap)
{
    world.slots[index].cap = cap_set_original(cap, true);
    tree_add_child(tree_anchor(), &world.slots[index]);
}

static void copy_to_thread(enum thread_slot which, uint64_t index)
{
    struct slot *source = &world.slots[index];
    struct cap cap;
    CHECK(cap_derive(source, source->cap, &cap) == seL4_NoError);
    cap_insert(source, &world.driver->slots[which], cap);
}

static void make_spaces(void)
{
    paddr_t cnode = take(WORLD_RADIX + seL4_SlotBits);
    world.slots = phys_to_virt(cnode);
    put(seL4_CapInitThreadCNode, cap_cnode(cnode, WORLD_RADIX, 0, seL4_WordBits - WORLD_RADIX));
    struct asid_pool *pool = phys_to_virt(take(seL4_ASIDPoolBits));
    asid_pool_install(0, pool);
    put(seL4_CapInitThreadASIDPool, cap_make(CAP_ASID_POOL, virt_to_phys(pool), 0, 0));
    paddr_t space = take(seL4_VSpaceBits);
    CHECK(asid_assign(pool, 0, space) == 1);
    put(seL4_CapInitThreadVSpace, cap_set_mapping(cap_make(CAP_VSPACE, space, 0, 0), 1, ipa(0)));
    paddr_t buffer = take(seL4_PageBits);
    world.buffer = phys_to_virt(buffer);
    put(seL4_CapInitThreadIPCBuffer, cap_frame(buffer, STAGE2_4K, false, RIGHT_READ | RIGHT_WRITE));
}

static void make_controls(unsigned core_count)
{
    put(seL4_CapIRQControl, cap_make(CAP_IRQ_CONTROL, paddr(0), 0, 0));
    put(seL4_CapASIDControl, cap_make(CAP_ASID_CONTROL, paddr(0), 0, 0));
    put(seL4_CapDomain, cap_make(CAP_DOMAIN, paddr(0), 0, 0));
    put(seL4_CapSMC, cap_make(CAP_SMC, paddr(0), 0, 0));
    for (unsigned core = 0; core < core_count; core++) {
        put(WORLD_SCHED_CONTROL + core, cap_make(CAP_SCHED_CONTROL, paddr(0), 0, core));
    }
    put(WORLD_UNTYPED, cap_untyped(paddr(RAM_UNTYPED), 22, false));
    put(WORLD_SMALL_UNTYPED, cap_untyped(take(12), 12, false));
    put(WORLD_DEVICE, cap_untyped(paddr(WORLD_DEVICE_BASE), 30, true));
}

static void make_driver(void)
{
    paddr_t place = take(seL4_TCBBits);
    world.driver = phys_to_virt(place);
    put(seL4_CapInitThreadTCB, cap_make(CAP_THREAD, place, 0, 0));
    copy_to_thread(THREAD_SLOT_CSPACE, seL4_CapInitThreadCNode);
    copy_to_thread(THREAD_SLOT_VSPACE, seL4_CapInitThreadVSpace);
    copy_to_thread(THREAD_SLOT_BUFFER, seL4_CapInitThreadIPCBuffer);
    world.driver->buffer_address = BUFFER_ADDRESS;
    world.driver->registers.pc = USER_PC;
    world.driver->registers.spsr = SPSR_NATIVE;
    world.driver->priority = seL4_MaxPrio;
    world.driver->max_priority = seL4_MaxPrio;
    world.driver->state = THREAD_RUNNING;

    place = take(seL4_MinSchedContextBits);
    world.driver_context = phys_to_virt(place);
    world.driver_context->size_bits = seL4_MinSchedContextBits;
    world.driver_context->thread = world.driver;
    world.driver->sched_context = world.driver_context;
    refill_start(world.driver_context, REFILL_MINIMUM, timer_us_to_ticks(5000), 0, timer_now());
    put(seL4_CapInitThreadSC, cap_sched_context(place, seL4_MinSchedContextBits));
}

/* ---- user level ---- */

static void back_to_user_level(void)
{
    longjmp(at_user_level[fake_core], 1);
}

/* In place of vectors.S. */
void entry_return(struct thread *thread)
{
    (void)thread;
    longjmp(at_user_level[fake_core], 1);
}

static void print_out(char c)
{
    fputc(c, stderr);
}

static void start_core(unsigned id)
{
    fake_core = id;
    core_set_local(&world_cores[id]);
    timer_init_core();
    gic.ops->init_core();
    irq_init_core();
}

void world_start(unsigned core_count)
{
    reset_kernel();
    CHECK(fake_memory_make());
    if (__asan_unpoison_memory_region != NULL) {
        __asan_unpoison_memory_region(phys_to_virt(paddr(FAKE_BASE)), FAKE_BYTES);
    }
    fake_machine_reset();
    memset(&world, 0, sizeof(world));
    memset(world_cores, 0, sizeof(world_cores));
    memset(world_idle, 0, sizeof(world_idle));
    world.check = true;
    boot_memory = FAKE_BASE;
    fake_machine.counter = 1000;
    fake_on_wait = back_to_user_level;
    print_set_sink(print_out);
    timer_init();
    gic_use_v2((void *)FAKE_GIC_DISTRIBUTOR, (void *)FAKE_GIC_CPU, (void *)FAKE_GIC_HYP);
    core_set_local(&world_cores[0]);
    gic.ops->init_distributor();
    domain_init(timer_now());
    for (unsigned i = 0; i < core_count; i++) {
        world_cores[i].id = i;
        start_core(i);
        sched_init(&world_cores[i], &world_idle[i], phys_to_virt(take(SCHED_READY_BITS)));
        asid_watch_core(i, &world_cores[i].vttbr);
    }
    fake_core = 0;
    irq_init();
    make_spaces();
    make_controls(core_count);
    make_driver();
    smp_in_use = core_count > 1;
    CHECK(smp_enter(&world_cores[0]));
    vcpu_init_core(&world_cores[0]);
    if (setjmp(at_user_level[fake_core]) == 0) {
        entry_start(&world_cores[0], world.driver);
    }
}

int world_make(void **state)
{
    (void)state;
    world_start(1);
    return 0;
}

int world_free(void **state)
{
    (void)state;
    fake_memory_free();
    return 0;
}

struct thread *current(void)
{
    return core_local()->current;
}

bool is_idle(void)
{
    return current() == core_local()->idle;
}

static void check(void)
{
    if (world.check) {
        invariant_check_core(core_local());
        invariant_check_all();
    }
}

/* What vectors.S does: the lock, and system calls by number, everything else by its syndrome. */
static void vector_synchronous(uint64_t esr)
{
    struct thread *thread = current();
    struct registers *registers = &thread->registers;
    struct core *core = core_local();
    bool is_syscall = esr >> ESR_EC_SHIFT == ESR_EC_SVC64;
    int64_t number = (int64_t)registers->x[7];
    bool is_call = is_syscall || (smp_in_use && esr >> ESR_EC_SHIFT == ESR_EC_HVC64);
    registers->restart_pc = is_call ? registers->pc - 4 : registers->pc;
    if (!smp_enter(core)) {
        (void)entry_again(esr, 0, thread, core);
    } else if (!is_syscall) {
        (void)fast_exception(esr, 0, thread, core);
    } else if (number == seL4_SysCall) {
        (void)fast_call(registers->x[0], registers->x[1], thread, core);
    } else if (number == seL4_SysReplyRecv) {
        (void)fast_reply_recv(registers->x[0], registers->x[1], thread, core);
    } else if (number == seL4_SysSend || number == seL4_SysNBSend) {
        (void)fast_send(registers->x[0], registers->x[1], thread, core);
    } else if (number == seL4_SysRecv || number == seL4_SysNBRecv || number == seL4_SysWait) {
        (void)fast_wait(registers->x[0], registers->x[1], thread, core);
    } else {
        (void)entry_syscall(registers->x[0], registers->x[1], thread, core);
    }
    smp_leave(core);
}

/* The same for what comes from outside. */
static void vector_asynchronous(uint64_t esr, struct thread *entry(uint64_t, uint64_t,
                                                                   struct thread *, struct core *))
{
    struct thread *thread = current();
    struct core *core = core_local();
    thread->registers.restart_pc = thread->registers.pc;
    (void)(smp_enter(core) ? entry : entry_again)(esr, 0, thread, core);
    smp_leave(core);
}

void enter_exception(uint64_t esr)
{
    if (setjmp(at_user_level[fake_core]) == 0) {
        vector_synchronous(esr);
    }
    check();
}

void enter_again(void)
{
    current()->registers.pc = current()->registers.restart_pc + 4;
    enter_exception(ESR_SYSCALL);
}

void enter_syscall(int64_t number)
{
    current()->registers.x[7] = (uint64_t)number;
    current()->registers.pc = USER_PC + 4;
    enter_exception(ESR_SYSCALL);
}

void enter_interrupt(void)
{
    if (setjmp(at_user_level[fake_core]) == 0) {
        vector_asynchronous(0, entry_interrupt);
    }
    check();
}

void enter_serror(uint64_t esr)
{
    if (setjmp(at_user_level[fake_core]) == 0) {
        vector_asynchronous(esr, entry_serror);
    }
    check();
}

void enter_first(void)
{
    if (setjmp(at_user_level[fake_core]) == 0) {
        entry_start_idle(core_local());
    }
}

void pass_time(uint64_t ticks)
{
    fake_machine.counter += ticks;
}

/* ---- memory that is nobody's ---- */

static uint64_t bytes_of(struct cap cap)
{
    static const uint8_t bits[32] = {
        [CAP_ENDPOINT] = seL4_EndpointBits,  [CAP_NOTIFICATION] = seL4_NotificationBits,
        [CAP_REPLY] = seL4_ReplyBits,        [CAP_THREAD] = seL4_TCBBits,
        [CAP_VSPACE] = seL4_VSpaceBits,      [CAP_PAGE_TABLE] = seL4_PageTableBits,
        [CAP_ASID_POOL] = seL4_ASIDPoolBits, [CAP_VCPU] = seL4_VCPUBits,
    };
    switch (cap_type(cap)) {
    case CAP_SCHED_CONTEXT:
        return BIT(cap_size_bits(cap));
    case CAP_FRAME:
        return cap_is_device(cap) ? 0 : BIT(stage2_level_bits(cap_frame_size(cap)));
    case CAP_CNODE:
        return BIT(cap_size_bits(cap) + seL4_SlotBits);
    case CAP_ZOMBIE:
        return BIT(cap_size_bits(cap) == 0 ? seL4_TCBBits : cap_size_bits(cap) + seL4_SlotBits);
    default:
        return bits[cap_type(cap)] == 0 ? 0 : BIT(bits[cap_type(cap)]);
    }
}

void forbid_free_memory(void)
{
    if (__asan_poison_memory_region == NULL) {
        return;
    }
    /* First what is anybody's is listed: looking at capabilities needs their memory. */
    static struct {
        void *start;
        uint64_t bytes;
    } live[4096];
    unsigned count = 0;
    for (struct slot *slot = tree_anchor(); (slot = invariant_next_slot(slot)) != NULL;) {
        uint64_t bytes = bytes_of(slot->cap);
        if (bytes != 0 && count < ARRAY_COUNT(live)) {
            live[count].start = cap_object(slot->cap);
            live[count++].bytes = bytes;
        }
    }
    CHECK(count < ARRAY_COUNT(live));
    __asan_poison_memory_region(phys_to_virt(paddr(RAM_UNTYPED)), BIT(22));
    while (count > 0) {
        count--;
        __asan_unpoison_memory_region(live[count].start, live[count].bytes);
    }
}

/* ---- invocations ---- */

void fill_message(const struct call *call)
{
    uint64_t *x = current()->registers.x;
    seL4_IPCBuffer *buffer = message_buffer(current(), true);
    x[0] = call->capability;
    x[1] = seL4_MessageInfo_new(call->label, 0, call->cap_count, call->length).words[0];
    for (unsigned i = 0; i < call->length; i++) {
        if (i < MESSAGE_REG_COUNT) {
            x[MESSAGE_REG_FIRST + i] = call->words[i];
        } else {
            buffer->msg[i] = call->words[i];
        }
    }
    for (unsigned i = 0; i < call->cap_count; i++) {
        buffer->caps_or_badges[i] = call->caps[i];
    }
}

struct answer read_answer(void)
{
    const struct thread *thread = current();
    seL4_MessageInfo_t info = message_info(thread);
    struct answer answer = {.label = seL4_MessageInfo_get_label(info),
                            .length = seL4_MessageInfo_get_length(info)};
    (void)message_read(thread, answer.words, ARRAY_COUNT(answer.words));
    return answer;
}

struct answer driver_call(struct call call)
{
    assert_ptr_equal(current(), world.driver);
    fill_message(&call);
    enter_syscall(seL4_SysCall);
    for (;;) {
        if (fake_irq_waits()) {
            enter_interrupt();
        } else if (current() == world.driver && world.driver->registers.pc == USER_PC) {
            enter_again();
        } else {
            break;
        }
    }
    assert_ptr_equal(current(), world.driver);
    return read_answer();
}

uint64_t retype(uint64_t type, uint64_t size_bits, uint64_t slot, unsigned count)
{
    return CALL(.capability = WORLD_UNTYPED, .label = UntypedRetype, .length = 6,
                .words = {type, size_bits, 0, 0, slot, count}, .cap_count = 1,
                .caps = {seL4_CapInitThreadCNode})
        .label;
}

void make(uint64_t type, uint64_t size_bits, uint64_t slot, unsigned count)
{
    assert_int_equal(retype(type, size_bits, slot, count), 0);
}

void *object_at(uint64_t slot)
{
    return cap_object(world.slots[slot].cap);
}

struct thread *make_thread(uint64_t slot, uint8_t priority, bool with_buffer)
{
    make(seL4_TCBObject, 0, slot, 1);
    make(seL4_SchedContextObject, seL4_MinSchedContextBits, slot + 1, 1);
    if (with_buffer) {
        make(seL4_ARM_SmallPageObject, 0, slot + 2, 1);
    }
    assert_int_equal(CALL(.capability = WORLD_SCHED_CONTROL, .label = SchedControlConfigureFlags,
                          .length = 5, .words = {5000, 5000, 0, 0, 0}, .cap_count = 1,
                          .caps = {slot + 1})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = slot, .label = TCBConfigure, .length = 3,
                          .words = {0, 0, with_buffer ? BUFFER_ADDRESS : 0}, .cap_count = 3,
                          .caps = {seL4_CapInitThreadCNode, seL4_CapInitThreadVSpace,
                                   with_buffer ? slot + 2 : 0})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = slot, .label = TCBSetSchedParams, .length = 2,
                          .words = {priority, priority}, .cap_count = 3,
                          .caps = {seL4_CapInitThreadTCB, slot + 1, 0})
                         .label,
                     0);
    return object_at(slot);
}

/* ---- chance: xorshift64* ---- */

void random_seed(uint64_t seed)
{
    random_state = seed * 2 + 1;
}

uint64_t random_word(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(2685821657736338717);
}

unsigned random_below(unsigned limit)
{
    return (unsigned)((random_word() >> 33) % limit);
}
