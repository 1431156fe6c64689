/* SPDX-License-Identifier: BSD-2-Clause */
/* The checker itself: whatever is bent must be noticed, and named. */
#include "tests/unit/kernel-whole/world.h"
#include "arch/core.h"
#include "kernel/cap/cap.h"
#include "kernel/cap/derive.h"
#include "kernel/invariant/invariant.h"
#include "kernel/lib/print.h"
#include "kernel/mem/asid.h"

enum {
    SLOT_ENDPOINT = WORLD_FIRST_FREE,
    SLOT_COPY,
    SLOT_NOTIFICATION,
    SLOT_REPLY,
    SLOT_VCPU,
    SLOT_WAITER,
    SLOT_READY = SLOT_WAITER + 3,
    SLOT_SENDER = SLOT_READY + 3,
};

static struct thread *waiter, *ready, *sender;
static jmp_buf stopped;
static char said[512];
static unsigned said_count;

static void hear(char c)
{
    if (said_count < sizeof(said) - 1) {
        said[said_count++] = c;
        said[said_count] = '\0';
    }
}

static void stop(void)
{
    longjmp(stopped, 1);
}

/* One of everything: a thread that waits with a reply, one that is ready, one that sends. */
static int make_system(void **state)
{
    world_make(state);
    make(seL4_EndpointObject, 0, SLOT_ENDPOINT, 1);
    make(seL4_NotificationObject, 0, SLOT_NOTIFICATION, 1);
    make(seL4_ReplyObject, 0, SLOT_REPLY, 1);
    make(seL4_ARM_VCPUObject, 0, SLOT_VCPU, 1);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeMint, .length = 6,
                          .words = {SLOT_COPY, 64, SLOT_ENDPOINT, 64, 15, 7}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     0);
    waiter = make_thread(SLOT_WAITER, 10, true);
    ready = make_thread(SLOT_READY, 10, true);
    sender = make_thread(SLOT_SENDER, 10, true);
    waiter->state = THREAD_INACTIVE;
    (void)CALL(.capability = SLOT_READY, .label = TCBResume);
    said_count = 0;
    print_set_sink(hear);
    fake_on_halt = stop;
    return 0;
}

static bool notices(void)
{
    if (setjmp(stopped) == 0) {
        invariant_check_core(core_local());
        invariant_check_all();
        return false;
    }
    return true;
}

/* Each value in the lvalue's place must be noticed, and what was there must not. */
#define BEND(lvalue, value, sentence)                        \
    do {                                                     \
        __typeof__(lvalue) good = (lvalue);                  \
        assert_false(notices());                             \
        said_count = 0;                                      \
        (lvalue) = (__typeof__(lvalue))(value);              \
        assert_true(notices());                              \
        (lvalue) = good;                                     \
        if (strstr(said, sentence) == NULL) {                \
            fail_msg("instead of '%s': %s", sentence, said); \
        }                                                    \
    } while (0)

static void threads(void **state)
{
    (void)state;
    BEND(ready->queued, false, "ready or runs");
    BEND(ready->state, THREAD_INACTIVE, "could run");
    BEND(ready->priority, 11, "priority's queue");
    BEND(ready->domain, 3, "domain's and priority's queue");
    BEND(world.driver->domain, 3, "domain has the time");
    BEND(waiter->state, THREAD_BLOCKED_REPLY, "has a reply object");
    BEND(waiter->state, THREAD_BLOCKED_SEND, "hold the threads that wait there");
    BEND(waiter->state, THREAD_IDLE, "state there is");
    BEND(waiter->fault.type, FAULT_VM, "waits for its handler");
    BEND(waiter->reply, object_at(SLOT_REPLY), "reply object is its own");
    BEND(waiter->sched_context, NULL, "context's thread knows it");
    BEND(waiter->bound_notification, object_at(SLOT_NOTIFICATION), "bound notification");
    BEND(waiter->yielding_to, object_at(SLOT_READY + 1), "who yields to it");
    BEND(waiter->vcpu, object_at(SLOT_VCPU), "thread's vCPU is its own");
    BEND(waiter->fpu_core, 1, "whose FP registers");
    BEND(waiter->delayed, true, "waits for time");
    BEND(world.driver->queued, true, "current thread is in no queue");
    BEND(world.driver->state, THREAD_INACTIVE, "current thread is running");
}

static void queues(void **state)
{
    struct core *core = &world_cores[0];
    (void)state;
    BEND(core->ready_summary, 2, "summary");
    BEND(core->ready_bitmap[0], 1, "queue marked ready");
    BEND(core->ready[0][10].tail, NULL, "tail");
    BEND(core->alarm, 5, "alarm");
    BEND(core->candidate, ready, "no candidate");
    BEND(core->charged, NULL, "time goes to");
    BEND(core->release.head, ready, "delayed thread");
    BEND(core->fpu_owner, ready, "owner of FP");
    BEND(core->vcpu_loaded, object_at(SLOT_VCPU), "loaded vCPU");
    BEND(core->vcpu_active, object_at(SLOT_VCPU), "vCPU is the active one");
    BEND(core->vttbr, 8, "its address space");
    BEND(core->deadline, 5, "timer is set");
    BEND(core->budget_end, 5, "end of the budget");
}

static void objects(void **state)
{
    struct endpoint *endpoint = object_at(SLOT_ENDPOINT);
    struct notification *notification = object_at(SLOT_NOTIFICATION);
    struct reply *reply = object_at(SLOT_REPLY);
    struct vcpu *vcpu = object_at(SLOT_VCPU);
    struct sched_context *context = object_at(SLOT_READY + 1);
    (void)state;
    BEND(endpoint->head_and_state, 3, "endpoint is in a state");
    BEND(endpoint->head_and_state, 1, "idle if nobody waits");
    BEND(endpoint->tail, waiter, "tail");
    BEND(notification->state, 3, "notification is in a state");
    BEND(notification->state, NOTIFICATION_WAITING, "whether somebody waits");
    BEND(notification->badge, 1, "no badge");
    BEND(notification->bound_thread, waiter, "bound thread knows");
    BEND(notification->sched_context, context, "scheduling context knows");
    BEND(reply->thread, waiter, "reply object's thread");
    BEND(reply->up, (uint64_t)context | 1, "whose caller waits");
    BEND(reply->older, reply, "both ways");
    BEND(vcpu->thread, waiter, "vCPU's thread");
    BEND(vcpu->loaded, true, "whose EL1 registers");
    BEND(context->thread, waiter, "thread knows it");
    BEND(context->notification, notification, "context's notification");
    BEND(context->yielding, waiter, "who yields to a context");
    BEND(context->replies, reply, "both ways");
    BEND(context->size_bits, 9, "knows its size");
    BEND(context->refill_max, 3, "fit their object");
    BEND(context->refill_count, 0, "inside of their ring");
    BEND(context->refills[0].amount, context->budget + 1, "within the budget");
    BEND(context->budget, context->budget - 1, "within the budget");
    BEND(context->core, 1, "");
}

static void capabilities(void **state)
{
    struct slot *endpoint = &world.slots[SLOT_ENDPOINT];
    struct slot *copy = &world.slots[SLOT_COPY];
    struct slot *reply = &world.slots[SLOT_REPLY];
    struct slot *untyped = &world.slots[WORLD_UNTYPED];
    (void)state;
    BEND(endpoint->cap.meta, endpoint->cap.meta & ~CAP_ORIGINAL, "only an original");
    BEND(endpoint->cap.meta, endpoint->cap.meta & ~1UL, "rights its source lacks");
    BEND(endpoint->cap.meta, 0, "not empty");
    BEND(endpoint->cap.data, 1, "badge never changes");
    BEND(endpoint->links[0], 0, "both ways");
    BEND(copy->links[1], endpoint->links[1], "both ways");
    BEND(copy->cap.meta, copy->cap.meta + 16, "its like");
    BEND(reply->cap.meta, endpoint->cap.meta, "side by side");
    BEND(reply->cap.meta, cap_make(CAP_REPLY, paddr(FAKE_BASE), 4, 0).meta, "it was made from");
    BEND(untyped->cap.data, 0, "watermark");
    BEND(world.slots[255].cap.meta, endpoint->cap.meta, "unless it is empty");
    BEND(world.slots[255].links[0], 1, "unless it is empty");
}

static void spaces(void **state)
{
    struct asid_pool *pool = object_at(seL4_CapInitThreadASIDPool);
    uint64_t *root = object_at(seL4_CapInitThreadVSpace);
    (void)state;
    BEND(root[0], FAKE_BASE | 3, "table in use");
    BEND(root[3], FAKE_BASE | 1, "page that is mapped");
    BEND(root[1023], 2, "maps, or is zero");
    BEND(pool->entries[2], FAKE_BASE, "stands for an address space");
    BEND(world.slots[seL4_CapInitThreadASIDPool].cap.data, 1UL << 62, "");
}

__attribute__((weak)) int __asan_address_is_poisoned(void const volatile *address);

/* What lets the fuzzer notice the use of an object that is gone. */
static void free_memory_is_forbidden(void **state)
{
    const char *endpoint = object_at(SLOT_ENDPOINT);
    const char *reply = object_at(SLOT_REPLY);
    (void)state;
    if (__asan_address_is_poisoned == NULL) {
        return; /* built without the sanitizer */
    }
    forbid_free_memory();
    assert_false(__asan_address_is_poisoned(endpoint));
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete, .length = 2,
                          .words = {SLOT_REPLY, 64})
                         .label,
                     0);
    forbid_free_memory();
    assert_true(__asan_address_is_poisoned(reply));
    assert_false(__asan_address_is_poisoned(endpoint));
    make(seL4_ReplyObject, 0, SLOT_REPLY, 1);
    assert_false(__asan_address_is_poisoned(object_at(SLOT_REPLY)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_system, world_free)
    static const struct CMUnitTest tests[] = {
        TEST(threads),      TEST(queues), TEST(objects),
        TEST(capabilities), TEST(spaces), TEST(free_memory_is_forbidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
