/* SPDX-License-Identifier: BSD-2-Clause */
/* Thread queues against an array that is sorted by hand. */
#include "tests/unit/kernel/support.h"
#include "kernel/sched/queue.h"

#define THREADS 24

static struct thread *threads[THREADS];
static struct thread_queue queue;
static struct thread *model[THREADS];
static unsigned count;

static void set_up(void)
{
    for (unsigned i = 0; i < THREADS; i++) {
        threads[i] = arena_take(seL4_TCBBits);
    }
    queue = (struct thread_queue){NULL, NULL};
    count = 0;
}

static void model_insert(unsigned place, struct thread *thread)
{
    memmove(&model[place + 1], &model[place], (count - place) * sizeof(model[0]));
    model[place] = thread;
    count++;
}

static unsigned model_place(const struct thread *thread)
{
    for (unsigned i = 0; i < count; i++) {
        if (model[i] == thread) {
            return i;
        }
    }
    return count;
}

static void check(void)
{
    assert_ptr_equal(queue.head, count == 0 ? NULL : model[0]);
    assert_ptr_equal(queue.tail, count == 0 ? NULL : model[count - 1]);
    for (unsigned i = 0; i < count; i++) {
        assert_ptr_equal(model[i]->previous, i == 0 ? NULL : model[i - 1]);
        assert_ptr_equal(model[i]->next, i == count - 1 ? NULL : model[i + 1]);
    }
}

static void remove_one(struct thread *thread)
{
    unsigned place = model_place(thread);

    queue_remove(&queue, thread);
    count--;
    memmove(&model[place], &model[place + 1], (count - place) * sizeof(model[0]));
    assert_null(thread->next);
    assert_null(thread->previous);
}

static void ends(void **state)
{
    set_up();
    random_seed(5);
    for (unsigned i = 0; i < 20000; i++) {
        struct thread *thread = threads[random_below(THREADS)];

        if (model_place(thread) < count) {
            remove_one(thread);
        } else if (random_below(2) == 0) {
            queue_push_head(&queue, thread);
            model_insert(0, thread);
        } else {
            queue_push_tail(&queue, thread);
            model_insert(count, thread);
        }
        check();
    }
}

static void insert_by_priority(struct thread *thread)
{
    unsigned place = 0;

    thread->priority = (uint8_t)random_below(5);
    while (place < count && model[place]->priority >= thread->priority) {
        place++;
    }
    queue_insert(&queue, thread);
    model_insert(place, thread);
}

static void insert_by_time(struct thread *thread)
{
    unsigned place = 0;

    thread->wake_time = random_below(5);
    while (place < count && model[place]->wake_time <= thread->wake_time) {
        place++;
    }
    queue_insert_by_time(&queue, thread);
    model_insert(place, thread);
}

static void in_order(void (*insert)(struct thread *thread))
{
    set_up();
    random_seed(6);
    for (unsigned i = 0; i < 20000; i++) {
        struct thread *thread = threads[random_below(THREADS)];

        if (model_place(thread) < count) {
            remove_one(thread);
        } else {
            insert(thread);
        }
        check();
    }
}

/* Higher priorities first; of one priority, who came first. */
static void by_priority(void **state)
{
    in_order(insert_by_priority);
}

/* The soonest first; of one time, who came first. */
static void by_time(void **state)
{
    in_order(insert_by_time);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, arena_make, arena_free)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(ends), TEST(by_priority), TEST(by_time)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
