/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A native monitor beside two Linux guests: each period it does a millisecond of work that must be
 * done before the next one begins, then reads what telemetry the guests have sent over their
 * channels and answers each line. Stands on libs/component and libs/libvchan.
 *
 * A turn ends with seL4_Yield(), which gives back what is left of the budget; the next turn begins
 * with the next period. So the manifest's period is the program's clock, no bell wakes it, and a
 * guest that sends without end is read as much of in a turn as one that sends a line.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "libs/component/component.h"
#include "libs/libvchan/libvchan.h"
#include "libs/rt/rt.h"

#define STATE_MAGIC    0x54414548 /* "HEAT" */
#define PERIOD_US      10000      /* as the manifest says */
#define WORK_US        1000
#define LINES_PER_TURN 8 /* of each guest */
#define LINE_BYTES     128
#define ANSWER_BYTES   160
#define GUEST_COUNT    2

RT_HEAP_DEFINE(16384);

/* What linux1 reads, little-endian. */
struct state {
    uint32_t magic;
    uint32_t starts; /* of this program, before this one */
    volatile uint64_t turns;
    volatile uint64_t worst_ns; /* from a turn's beginning, as planned, to the end of its work */
    volatile uint64_t late;     /* turns whose work was not done within the period */
    volatile uint64_t lines;    /* of telemetry */
};

struct guest {
    const char *channel;
    struct libvchan *vchan;
    bool is_there;
    uint64_t lines;
    char line[LINE_BYTES]; /* as much of it as came */
    size_t length;
};

static struct guest guests[GUEST_COUNT] = {{.channel = "telemetry1"}, {.channel = "telemetry2"}};
static struct state *state;

/* ---- time ---- */

static uint64_t now(void)
{
    uint64_t value;

    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value)::"memory");
    return value;
}

static uint64_t frequency(void)
{
    uint64_t value;

    __asm__("mrs %0, cntfrq_el0" : "=r"(value));
    return value;
}

static uint64_t ticks(uint64_t us)
{
    return us * frequency() / 1000000;
}

/* ---- the work ---- */

/* Stands for a control loop: a filter step each round. */
static void work(uint64_t rounds)
{
    static volatile uint64_t output;
    uint64_t value = output;

    for (uint64_t i = 0; i < rounds; i++)
        value = value * 6364136223846793005u + i;
    output = value;
}

/* How many rounds take WORK_US when nobody is in between: the fastest of some trials tells. */
static uint64_t measure_work(void)
{
    const uint64_t trial = 20000;
    uint64_t least = UINT64_MAX;

    for (unsigned i = 0; i < 5; i++) {
        uint64_t start = now();

        work(trial);
        uint64_t taken = now() - start;
        if (taken < least)
            least = taken;
    }
    return trial * ticks(WORK_US) / (least > 0 ? least : 1);
}

/* When the turn was to begin: the kernel gives the time again a period after it began to be
 * used. */
static void judge_turn(uint64_t start, uint64_t end)
{
    static uint64_t before; /* when the last one began */
    uint64_t release = before + ticks(PERIOD_US);

    if (state->turns == 0 || start < release)
        release = start;
    before = start;

    uint64_t response = end - release;
    uint64_t response_ns = response * 1000 / (frequency() / 1000000);

    if (response_ns > state->worst_ns)
        state->worst_ns = response_ns;
    if (response > ticks(PERIOD_US))
        state->late++;
}

/* ---- telemetry ---- */

static void answer(struct guest *guest)
{
    char text[ANSWER_BYTES];
    int length;

    guest->lines++;
    state->lines++;
    length = snprintf(text, sizeof(text),
                      "%.40s: line %" PRIu64 ", turn %" PRIu64 ", worst response %" PRIu64
                      " us of %d, %" PRIu64 " late\n",
                      guest->line, guest->lines, state->turns, state->worst_ns / 1000, PERIOD_US,
                      state->late);
    if (libvchan_send(guest->vchan, text, (size_t)length) != length)
        guest->is_there = false; /* it closed meanwhile, and wants no answer */
}

/* The bytes up to a line's end, or all. What is too long for a line is cut. */
static size_t gather(struct guest *guest, const char *data, size_t size, bool *is_whole)
{
    for (size_t i = 0; i < size; i++) {
        char c = data[i]; /* once: the guest may change it */

        *is_whole = c == '\n';
        if (*is_whole)
            return i + 1;
        if (guest->length < LINE_BYTES - 1)
            guest->line[guest->length++] = c;
    }
    return size;
}

/* One line, if there is one and room for the answer. */
static bool serve_line(struct guest *guest)
{
    bool is_whole = false;
    size_t size;
    const char *data;

    if (libvchan_buffer_space(guest->vchan) < ANSWER_BYTES)
        return false;
    data = libvchan_peek(guest->vchan, &size);
    if (data == NULL)
        return false;
    libvchan_take(guest->vchan,
                  gather(guest, data, size < LINE_BYTES ? size : LINE_BYTES, &is_whole));
    if (!is_whole)
        return true;
    guest->line[guest->length] = '\0';
    guest->length = 0;
    answer(guest);
    return true;
}

/* Of a guest that went, what it sent last is read before the next is met. */
static void meet(struct guest *guest)
{
    bool was_there = guest->is_there;

    guest->is_there = libvchan_is_open(guest->vchan) == LIBVCHAN_OPEN;
    if (libvchan_is_open(guest->vchan) == LIBVCHAN_CLOSED &&
        libvchan_data_ready(guest->vchan) == 0) {
        guest->length = 0;
        guest->is_there = libvchan_reconnect(guest->vchan) == 0;
    }
    if (guest->is_there != was_there)
        printf("monitor: %s: %s\n", guest->channel, guest->is_there ? "connected" : "closed");
}

static void serve(struct guest *guest)
{
    meet(guest);
    for (unsigned i = 0; i < LINES_PER_TURN && serve_line(guest); i++)
        ;
}

/* ---- start ---- */

/* The memory the manifest calls `name`, at least `size` bytes and writable, or NULL. */
static void *find_shared(const char *name, size_t size)
{
    const void *config = component_config();
    int shared = component_child(config, COMPONENT_CONFIG_ROOT, "shared");
    int node = COMPONENT_NO_NODE;

    while (shared != COMPONENT_NO_NODE &&
           (node = component_next_child(config, shared, node)) != COMPONENT_NO_NODE) {
        const char *found = component_string(config, node, "name");
        uint64_t address, length;

        if (found != NULL && strcmp(found, name) == 0 && component_has(config, node, "writable") &&
            component_u64(config, node, "address", &address) &&
            component_u64(config, node, "size", &length) && length >= size)
            return (void *)(uintptr_t)address;
    }
    return NULL;
}

static void open_state(void)
{
    state = find_shared("state", sizeof(*state));
    if (state == NULL)
        rt_panic("no writable shared memory 'state': add it to the manifest under 'shared'");
    state->magic = STATE_MAGIC;
    state->starts = (uint32_t)component_starts();
    state->turns = state->worst_ns = state->late = state->lines = 0;
}

static void open_channel(struct guest *guest)
{
    guest->vchan = libvchan_server_init(guest->channel);
    if (guest->vchan == NULL)
        rt_panic("channel '%s' cannot be opened (error %d): add it to the manifest under "
                 "'channels'",
                 guest->channel, errno);
    libvchan_set_blocking(guest->vchan, false);
}

int main(void)
{
    uint64_t rounds;

    open_state();
    for (unsigned i = 0; i < GUEST_COUNT; i++)
        open_channel(&guests[i]);
    printf("monitor: started %" PRIu64 " times before\n", component_starts());
    seL4_Yield();
    rounds = measure_work();
    seL4_Yield();
    for (;;) {
        uint64_t start = now();

        work(rounds);
        judge_turn(start, now());
        state->turns++;
        for (unsigned i = 0; i < GUEST_COUNT; i++)
            serve(&guests[i]);
        seL4_Yield();
    }
}
