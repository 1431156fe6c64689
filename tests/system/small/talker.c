/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that sends and hears at once, in pieces of random sizes, and dies at a random moment: amid an
 * access of the channel as well as asleep, by a reset or by its monitor's death. Its bootargs are how
 * often, and between how many microseconds after the two met. Each byte is that of its place in the
 * stream from this life to that one. The life after the last death sends LAST_BYTES and ends in order.
 */
#include "tests/system/small/book.h"
#include "tests/system/small/fatal.h"
#include "tests/system/small/line.h"

#define PIECE 3000u

static struct book *const book = (struct book *)(uintptr_t)PAGES;
static const volatile struct book *const other =
    (const volatile struct book *)(uintptr_t)(PAGES + BOOK_BYTES);
static struct line line;
static uint8_t bytes[PIECE];
static uint64_t deaths, least_us, most_us;
static uint64_t random_state;

static uint64_t random_below(uint64_t limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (random_state >> 33) % limit;
}

static uint64_t take_number(const char **text)
{
    uint64_t value = 0;

    while (**text == ' ')
        (*text)++;
    for (; **text >= '0' && **text <= '9'; (*text)++)
        value = value * 10 + (uint64_t)(**text - '0');
    return value;
}

static bool is_last(void)
{
    return book->lives > deaths;
}

/* ---- death ---- */

void line_timer(void)
{
    if (book->lives % 4 == 0)
        (void)hypercall(PSCI_FEATURES, FATAL_FUNCTION + FATAL_WRITE);
    (void)secure_call(PSCI_SYSTEM_RESET, 0);
    guest_fault(0, 0, 0);
}

static void set_death(uint64_t from_us, uint64_t to_us)
{
    if (!is_last())
        line_set_timer((from_us + random_below(to_us - from_us + 1)) * frequency() / 1000000 + 1);
}

/* ---- a connection ---- */

static void meet(void)
{
    /* Some die before they meet, or as they do. */
    if (random_below(4) == 0)
        set_death(0, 200);
    for (;;) {
        uint64_t bells = line_bells();
        enum vchan_result result = vchan_connect(&line.end);

        line_ring(&line);
        if (result == VCHAN_OK)
            return;
        if (result != VCHAN_RESTARTED)
            line_sleep(bells);
    }
}

static bool has_sent_all(const struct meeting *meeting)
{
    return is_last() && meeting->sent == LAST_BYTES;
}

static enum vchan_result send(struct meeting *meeting, size_t *count)
{
    uint64_t size = 1 + random_below(PIECE);

    if (is_last() && size > LAST_BYTES - meeting->sent)
        size = LAST_BYTES - meeting->sent;
    for (uint64_t i = 0; i < size; i++)
        bytes[i] = line_byte(line.end.generation, line.end.peer_generation, meeting->sent + i);
    meeting->reach = meeting->sent + size;

    enum vchan_result result = vchan_write(&line.end, bytes, size, count);

    meeting->sent += *count;
    return result;
}

static enum vchan_result hear(struct meeting *meeting, size_t *count)
{
    enum vchan_result result = vchan_read(&line.end, bytes, 1 + random_below(PIECE), count);

    for (size_t i = 0; i < *count; i++, meeting->heard++)
        meeting->wrong += bytes[i] !=
                          line_byte(line.end.peer_generation, line.end.generation, meeting->heard);
    return result;
}

static bool is_over(enum vchan_result result)
{
    return result == VCHAN_CLOSED || result == VCHAN_RESTARTED || result == VCHAN_BROKEN;
}

/* Until it has ended, or both have sent all: VCHAN_OK. A peer that has closed may still be heard. */
static enum vchan_result talk(struct meeting *meeting)
{
    enum vchan_result sent = VCHAN_OK, heard;

    for (;;) {
        uint64_t bells = line_bells();
        size_t gone = 0, come = 0;

        if (!is_over(sent) && !has_sent_all(meeting))
            sent = send(meeting, &gone);
        heard = hear(meeting, &come);
        if (is_over(heard))
            return heard;
        if (has_sent_all(meeting) && meeting->heard == LAST_BYTES &&
            other->last == line.end.peer_generation)
            return VCHAN_OK;
        if (gone + come == 0 && vchan_arm_data(&line.end, 1) &&
            (is_over(sent) || has_sent_all(meeting) ||
             vchan_arm_room(&line.end, 1 + random_below(PIECE)))) {
            line_ring(&line);
            line_sleep(bells);
        }
        line_ring(&line);
    }
}

static struct meeting *note_meeting(void)
{
    struct meeting *meeting = &book->meetings[book->count];

    if (book->count == MEETINGS)
        guest_fault(0, 0, 0);
    meeting->own = line.end.generation;
    meeting->peer = line.end.peer_generation;
    book->count++;
    return meeting;
}

static void begin_life(void)
{
    book->lives++;
    line_find(&line);
    deaths = take_number(&line.arguments);
    least_us = take_number(&line.arguments);
    most_us = take_number(&line.arguments);
    if (vchan_open(&line.end, &line.shape) != VCHAN_OK)
        guest_fault(0, 0, 0);
    random_state = board_time() ^ book->lives << 40;
    if (is_last())
        book->last = line.end.generation;
}

void guest_main(void)
{
    enum vchan_result how;

    begin_life();
    do {
        struct meeting *meeting;

        meet();
        meeting = note_meeting();
        set_death(least_us, most_us);
        how = talk(meeting);
        line_clear_timer();
        meeting->how = how;
    } while (how != VCHAN_OK);
    vchan_close(&line.end);
    line_ring(&line);
    book->finished = 1;
    power_off();
}
