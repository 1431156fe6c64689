/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two threads, each one end, under the thread sanitizer: bytes in order and complete, doorbells
 * only when asked for, no lost wake-up (a thread that sleeps for ever fails by the time limit),
 * restarts in the middle.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/vchan/pair.h"
#include "tests/unit/vmm/random.h"

#define TOTAL_BYTES   (2u << 20)
#define TRICKLE_BYTES 300000u
#define LIVES         300

/* A notification: rings are latched. */
struct bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    bool is_rung;
    unsigned count;
};

struct side {
    struct vchan *end;
    struct bell *own, *other;
    uint64_t random;
    size_t most; /* bytes in one call */
    uint64_t sent, received;
};

static struct pair pair;
static struct bell bells[2] = {
    {.lock = PTHREAD_MUTEX_INITIALIZER, .rung = PTHREAD_COND_INITIALIZER},
    {.lock = PTHREAD_MUTEX_INITIALIZER, .rung = PTHREAD_COND_INITIALIZER},
};

static void require(bool condition, const char *text)
{
    if (condition)
        return;
    fprintf(stderr, "failed: %s\n", text);
    exit(1);
}

static void bell_ring(struct bell *bell)
{
    pthread_mutex_lock(&bell->lock);
    bell->is_rung = true;
    bell->count++;
    pthread_cond_signal(&bell->rung);
    pthread_mutex_unlock(&bell->lock);
}

static void bell_wait(struct bell *bell)
{
    pthread_mutex_lock(&bell->lock);
    while (!bell->is_rung)
        pthread_cond_wait(&bell->rung, &bell->lock);
    bell->is_rung = false;
    pthread_mutex_unlock(&bell->lock);
}

static void ring_other(struct side *side)
{
    if (vchan_take_doorbell(side->end))
        bell_ring(side->other);
}

/* The n-th byte of a stream. */
static uint8_t pattern(uint64_t at)
{
    return (uint8_t)(at * 131 >> 3);
}

static enum vchan_result send_some(struct side *side, uint64_t total)
{
    static _Thread_local uint8_t bytes[RING * 2];
    size_t size = random_next(&side->random) % side->most + 1, count;

    if (size > total - side->sent)
        size = total - side->sent;
    for (size_t i = 0; i < size; i++)
        bytes[i] = pattern(side->sent + i);

    enum vchan_result result = vchan_write(side->end, bytes, size, &count);
    side->sent += count;
    return result;
}

static enum vchan_result receive_some(struct side *side)
{
    static _Thread_local uint8_t bytes[RING * 2];
    size_t size = random_next(&side->random) % side->most + 1, count;
    enum vchan_result result = vchan_read(side->end, bytes, size, &count);

    for (size_t i = 0; i < count; i++)
        require(bytes[i] == pattern(side->received + i), "bytes in order");
    side->received += count;
    return result;
}

static void connect_side(struct side *side)
{
    while (vchan_connect(side->end) != VCHAN_OK) {
        ring_other(side);
        bell_wait(side->own);
    }
    ring_other(side);
}

/* Both ways at once; sleeps only when neither can go on. */
static void *stream(void *argument)
{
    struct side *side = argument;

    connect_side(side);
    while (side->sent < TOTAL_BYTES || side->received < TOTAL_BYTES) {
        while (side->sent < TOTAL_BYTES && send_some(side, TOTAL_BYTES) == VCHAN_OK)
            ;
        while (side->received < TOTAL_BYTES && receive_some(side) == VCHAN_OK)
            ;

        bool sleep = side->received == TOTAL_BYTES || vchan_arm_data(side->end, 1);
        if (side->sent < TOTAL_BYTES)
            sleep &= vchan_arm_room(side->end, 1);
        else
            sleep &= side->received < TOTAL_BYTES;
        ring_other(side);
        if (sleep)
            bell_wait(side->own);
    }
    ring_other(side);
    return NULL;
}

static void run(struct side sides[2], void *(*a)(void *), void *(*b)(void *))
{
    pthread_t threads[2];

    pthread_create(&threads[0], NULL, a, &sides[0]);
    pthread_create(&threads[1], NULL, b, &sides[1]);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
}

static void make_sides(struct side sides[2], size_t most)
{
    memset(&pair, 0, sizeof(pair));
    require(pair_open_a(&pair) == VCHAN_OK && pair_open_b(&pair) == VCHAN_OK, "opens");
    sides[0] = (struct side){&pair.a, &bells[0], &bells[1], 1, most, 0, 0};
    sides[1] = (struct side){&pair.b, &bells[1], &bells[0], 2, most, 0, 0};
    bells[0].is_rung = bells[1].is_rung = false;
    bells[0].count = bells[1].count = 0;
}

static void streams(size_t most)
{
    struct side sides[2];

    make_sides(sides, most);
    run(sides, stream, stream);
    require(sides[0].received == TOTAL_BYTES && sides[1].received == TOTAL_BYTES, "no loss");
    unsigned rings = bells[0].count + bells[1].count;
    printf("%zu bytes at most: %u doorbells for %u bytes each way\n", most, rings, TOTAL_BYTES);
    /* Each wish is passed once, and a side sleeps at most once for what a ring holds, or for each
     * call of the other where calls are small. */
    require(rings < 4 * (TOTAL_BYTES / (most < RING ? most : RING)) + 16, "doorbells suppressed");
}

/* ---- wake-ups ---- */

static void spin(uint64_t turns)
{
    for (volatile uint64_t i = 0; i < turns; i++)
        ;
}

/* A byte at a time, each at another moment of the reader's going to sleep. A wake-up that is lost
 * once leaves it asleep for ever, as no later byte passes the wish. */
static void *trickle(void *argument)
{
    struct side *side = argument;

    connect_side(side);
    while (side->sent < TRICKLE_BYTES) {
        side->most = 1;
        if (send_some(side, TRICKLE_BYTES) == VCHAN_FULL && vchan_arm_room(side->end, 1))
            bell_wait(side->own);
        ring_other(side);
        spin(random_below(&side->random, 300));
    }
    return NULL;
}

static void *drink(void *argument)
{
    struct side *side = argument;

    connect_side(side);
    while (side->received < TRICKLE_BYTES) {
        while (receive_some(side) == VCHAN_OK)
            spin(random_below(&side->random, 100));
        bool sleep = side->received < TRICKLE_BYTES && vchan_arm_data(side->end, 1);
        ring_other(side);
        if (sleep)
            bell_wait(side->own);
    }
    return NULL;
}

static void wake_ups(void)
{
    struct side sides[2];

    make_sides(sides, RING);
    run(sides, trickle, drink);
    printf("%u bytes one by one: %u doorbells\n", TRICKLE_BYTES, bells[1].count);
    require(bells[1].count > 1000, "the reader went to sleep often enough");
}

/* ---- lives ---- */

/* Each life sends this pattern, from its first byte; a byte of a life before would not fit. */
static void *live_often(void *argument)
{
    struct side *side = argument;

    for (int life = 0; life < LIVES; life++) {
        side->sent = 0;
        side->received = 0;
        if (life > 0)
            require(pair_open_a(&pair) == VCHAN_OK, "opens again");
        connect_side(side);
        uint64_t goal = random_next(&side->random) % (4 * RING) + 1;
        while (side->sent < goal) {
            enum vchan_result result = send_some(side, goal);
            require(result == VCHAN_OK || result == VCHAN_FULL, "the other end stays");
            bool sleep = result == VCHAN_FULL && vchan_arm_room(side->end, 1);
            ring_other(side);
            if (sleep)
                bell_wait(side->own);
        }
        if (life % 3 == 0)
            vchan_close(side->end);
        ring_other(side);
    }
    vchan_close(side->end);
    ring_other(side);
    return NULL;
}

static unsigned restarts, closes;

static void *outlive(void *argument)
{
    struct side *side = argument;

    for (;;) {
        enum vchan_result result = vchan_connect(side->end);

        if (result == VCHAN_OK) {
            while ((result = receive_some(side)) == VCHAN_OK)
                ;
            require(result != VCHAN_BROKEN, "an honest peer is not broken");
        }
        if (result == VCHAN_RESTARTED || result == VCHAN_CLOSED)
            side->received = 0;
        restarts += result == VCHAN_RESTARTED;
        closes += result == VCHAN_CLOSED;
        ring_other(side);
        if (result == VCHAN_CLOSED && VCHAN_LIFE_GENERATION(__atomic_load_n(
                                          &side->end->peer->life, __ATOMIC_SEQ_CST)) >= LIVES)
            return NULL;
        if (vchan_arm_data(side->end, 1))
            bell_wait(side->own);
    }
}

static void lives(void)
{
    struct side sides[2];

    make_sides(sides, RING);
    run(sides, live_often, outlive);
    printf("%u lives ended by restart, %u by close\n", restarts, closes);
    require(restarts > 0 && closes > 0, "both ways to end are seen");
}

int main(void)
{
    alarm(60);
    streams(16);
    streams(1000);
    streams(2 * RING);
    wake_ups();
    lives();
    return 0;
}
