/* SPDX-License-Identifier: BSD-2-Clause */
/* Letting others run, taking their messages, and what a slot holds. */
#include "tests/kernel/harness/harness.h"
#include "tests/kernel/harness/internal.h"

/* A pause costs an emulator as much as many looks. */
#define LOOKS_BETWEEN_PAUSES 64

uint64_t test_patience;

static seL4_CPtr settle_go, settle_done, probe_slot, watch_endpoint, watch_reply;
static struct alloc_thread settle_thread, watch_thread;

/* At priority 0: it runs when nobody else can. */
static void answer_when_idle(void *argument)
{
    for (;;) {
        seL4_Wait(settle_go, NULL);
        seL4_Signal(settle_done);
    }
}

/* The cases' own thread must not fault: nobody would end the program. */
static void watch_main_thread(void *argument)
{
    seL4_MessageInfo_t info = seL4_Recv(watch_endpoint, NULL, watch_reply);

    rt_panic("the case itself faulted: fault %lu, message 0x%lx 0x%lx 0x%lx 0x%lx",
             seL4_MessageInfo_get_label(info), seL4_GetMR(0), seL4_GetMR(1), seL4_GetMR(2),
             seL4_GetMR(3));
}

static void watch_init(void)
{
    REQUIRE_OK(alloc_object(&test_alloc, seL4_EndpointObject, 0, &watch_endpoint));
    REQUIRE_OK(alloc_object(&test_alloc, seL4_ReplyObject, 0, &watch_reply));
    REQUIRE_OK(alloc_thread_start(
        &test_alloc, rt_bootinfo(),
        &(struct alloc_thread_options){.entry = watch_main_thread, .priority = 255},
        &watch_thread));
    REQUIRE_OK(seL4_TCB_SetSpace(SELF, watch_endpoint, ROOT, 0, seL4_CapInitThreadVSpace, 0));
}

void settle_init(void)
{
    watch_init();
    REQUIRE_OK(alloc_object(&test_alloc, seL4_NotificationObject, 0, &settle_go));
    REQUIRE_OK(alloc_object(&test_alloc, seL4_NotificationObject, 0, &settle_done));
    REQUIRE_OK(alloc_slot(&test_alloc, &probe_slot));
    REQUIRE_OK(alloc_thread_start(
        &test_alloc, rt_bootinfo(),
        &(struct alloc_thread_options){.entry = answer_when_idle, .priority = 0}, &settle_thread));
}

void settle(void)
{
    seL4_Signal(settle_go);
    seL4_Wait(settle_done, NULL);
}

/* The virtual counter: QEMU 7.2 keeps the physical one from EL0 unless EL1 may also have its timer.
 */
uint64_t test_now(void)
{
    uint64_t count, frequency;

    __asm__ volatile("isb; mrs %0, cntvct_el0; mrs %1, cntfrq_el0"
                     : "=r"(count), "=r"(frequency)
                     :
                     : "memory");
    return count * 10 / (frequency / 100000);
}

void test_spin_until(uint64_t time)
{
    for (unsigned looks = 0; test_now() < time; looks++)
        if (looks % LOOKS_BETWEEN_PAUSES == 0)
            test_pause();
}

static struct message message_of(seL4_MessageInfo_t info, seL4_Word badge)
{
    struct message message = {
        .badge = badge,
        .label = seL4_MessageInfo_get_label(info),
        .length = seL4_MessageInfo_get_length(info),
        .extra_caps = seL4_MessageInfo_get_extraCaps(info),
        .unwrapped = seL4_MessageInfo_get_capsUnwrapped(info),
    };

    message.came = badge != 0 || info.words[0] != 0;
    for (seL4_Word i = 0; i < message.length && i < MESSAGE_WORDS; i++)
        message.words[i] = seL4_GetMR((int)i);
    return message;
}

struct message message_take(seL4_CPtr endpoint, seL4_CPtr reply)
{
    struct message message;
    /* A kernel may keep its counters from programs: without patience there is no need of them. */
    uint64_t limit = test_patience == 0 ? 0 : test_now() + test_patience;

    do {
        seL4_Word badge;

        settle();
        seL4_MessageInfo_t info = seL4_NBRecv(endpoint, &badge, reply);
        message = message_of(info, badge);
        test_pause();
    } while (!message.came && limit != 0 && test_now() < limit);
    return message;
}

struct message fault_take(seL4_CPtr endpoint, seL4_CPtr reply, seL4_Word label, seL4_Word length)
{
    struct message message = message_take(endpoint, reply);

    EXPECT_EQ(message.label, label);
    EXPECT_EQ(message.length, length);
    EXPECT_EQ(message.extra_caps, 0);
    return message;
}

seL4_Word poll(seL4_CPtr notification)
{
    seL4_Word badge = 0;

    seL4_Poll(notification, &badge);
    return badge;
}

struct answer call_raw(seL4_CPtr service, seL4_Word label, unsigned caps, unsigned length,
                       const seL4_Word *words)
{
    struct answer answer = {0};
    seL4_Word mr[4] = {0};
    seL4_Word badge;

    for (unsigned i = 0; i < length; i++) {
        if (i < seL4_FastMessageRegisters)
            mr[i] = words[i];
        else
            seL4_SetMR((int)i, words[i]);
    }
    seL4_MessageInfo_t info = sel4_trap_send_recv(seL4_SysCall, service,
                                                  seL4_MessageInfo_new(label, 0, caps, length),
                                                  &badge, &mr[0], &mr[1], &mr[2], &mr[3], 0);
    answer.badge = badge;
    answer.label = seL4_MessageInfo_get_label(info);
    answer.length = seL4_MessageInfo_get_length(info);
    memcpy(answer.words, mr, sizeof(mr));
    return answer;
}

int cap_kind(seL4_CPtr slot)
{
    return BUILD_DEBUG ? (int)seL4_DebugCapIdentify(slot) : -1;
}

/* A copy is refused for what cannot be copied, but only an empty slot is a failed lookup. */
bool slot_is_empty(seL4_CPtr slot)
{
    seL4_Error error = seL4_CNode_Move(ROOT, probe_slot, DEPTH, ROOT, slot, DEPTH);

    if (error == seL4_NoError)
        REQUIRE_OK(seL4_CNode_Move(ROOT, slot, DEPTH, ROOT, probe_slot, DEPTH));
    return error == seL4_FailedLookup;
}
