/* SPDX-License-Identifier: BSD-2-Clause */
/* What all talkers do alike. */
#include "tests/system/losses/talker.h"

#include "tests/system/small/byte.h"

#define PIECE    3000u
#define EARLY_US 200u

static uint8_t bytes[PIECE];

/* ---- bytes ---- */

/* What line_byte() says of each, eight at a time. */
static void make_bytes(uint32_t from, uint32_t to, uint64_t at, uint64_t size)
{
    uint64_t word = line_word(from, to, at / 8) >> at % 8 * 8;

    for (uint64_t i = 0; i < size; i++, word >>= 8) {
        if ((at + i) % 8 == 0)
            word = line_word(from, to, (at + i) / 8);
        bytes[i] = (uint8_t)word;
    }
}

static uint32_t count_wrong(uint32_t from, uint32_t to, uint64_t at, uint64_t size)
{
    uint64_t word = line_word(from, to, at / 8) >> at % 8 * 8;
    uint32_t wrong = 0;

    for (uint64_t i = 0; i < size; i++, word >>= 8) {
        if ((at + i) % 8 == 0)
            word = line_word(from, to, (at + i) / 8);
        wrong += bytes[i] != (uint8_t)word;
    }
    return wrong;
}

/* ---- what is random ---- */

uint64_t talker_random(struct talker *talker, uint64_t limit)
{
    talker->random = talker->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (talker->random >> 33) % limit;
}

/* Numbers that are near each other begin far apart. */
static void begin_random(struct talker *talker, uint64_t own)
{
    talker->random = (talker->orders.seed + own) * UINT64_C(0x9e3779b97f4a7c15);
    talker->random ^= talker->random >> 32;
    (void)talker_random(talker, 1);
}

uint64_t talker_choose_moment(struct talker *talker)
{
    const struct talker_orders *orders = &talker->orders;

    return orders->least_us + talker_random(talker, orders->most_us - orders->least_us + 1);
}

bool talker_dies_early(struct talker *talker, uint64_t *us)
{
    *us = talker_random(talker, EARLY_US);
    return !talker_is_last(talker) && talker_random(talker, 4) == 0;
}

enum talker_death talker_death(const struct talker *talker)
{
    return (enum talker_death)(talker->book->lives % TALKER_DEATHS);
}

/* ---- a connection ---- */

static bool is_over(enum vchan_result result)
{
    return result == VCHAN_CLOSED || result == VCHAN_RESTARTED || result == VCHAN_BROKEN;
}

/* False: there is no room to write it down. */
static bool note_meeting(struct talk *talk, uint32_t own, uint32_t peer)
{
    if (talk->own->count == MEETINGS)
        return false;
    talk->meeting = &talk->own->meetings[talk->own->count];
    talk->meeting->own = own;
    talk->meeting->peer = peer;
    talk->own->count++;
    return true;
}

static bool meet(const struct talker *talker, struct talk *talk)
{
    uint32_t own, peer;

    if (end_meet(talk->side, &own, &peer) != VCHAN_OK || !note_meeting(talk, own, peer))
        return false;
    talk->sent = VCHAN_OK;
    talk->is_final = talker_is_last(talker) && talk->other_book->is_last != 0;
    return true;
}

/* In all: where one of them is yet to die, more than there is time for, unless a third keeps it
 * waiting. */
static uint64_t most_sent(const struct talker *talker, const struct talk *talk)
{
    return talk->is_final ? LAST_BYTES : talker->orders.enough_bytes;
}

static bool has_sent_all(const struct talker *talker, const struct talk *talk)
{
    return talk->meeting->sent == most_sent(talker, talk);
}

static enum vchan_result send(struct talker *talker, struct talk *talk, size_t *count)
{
    struct meeting *meeting = talk->meeting;
    uint64_t size = 1 + talker_random(talker, PIECE);

    if (size > most_sent(talker, talk) - meeting->sent)
        size = most_sent(talker, talk) - meeting->sent;
    make_bytes(meeting->own, meeting->peer, meeting->sent, size);
    meeting->reach = meeting->sent + size;

    enum vchan_result result = end_write(talk->side, bytes, size, count);

    meeting->sent += *count;
    return result;
}

static enum vchan_result hear(struct talker *talker, struct talk *talk, size_t *count)
{
    struct meeting *meeting = talk->meeting;
    enum vchan_result result = end_read(talk->side, bytes, 1 + talker_random(talker, PIECE), count);

    meeting->wrong += count_wrong(meeting->peer, meeting->own, meeting->heard, *count);
    meeting->heard += *count;
    return result;
}

static bool wants_to_send(const struct talker *talker, const struct talk *talk)
{
    return !talker->is_patient && !is_over(talk->sent) && !has_sent_all(talker, talk);
}

static bool is_heard_out(const struct talker *talker, const struct talk *talk)
{
    return talk->is_final && has_sent_all(talker, talk) && talk->meeting->heard == LAST_BYTES &&
           talk->other->last == talk->meeting->peer;
}

static void note_end(struct talk *talk, enum vchan_result how)
{
    talk->meeting->untold = !end_is_told(talk->side);
    talk->meeting->how = how;
    talk->meeting = NULL;
}

/* A peer that has closed may still be heard. */
static bool exchange(struct talker *talker, struct talk *talk)
{
    enum vchan_result heard = VCHAN_OK;
    size_t gone = 0, come = 0;

    if (wants_to_send(talker, talk))
        talk->sent = send(talker, talk, &gone);

    /* Who has heard all may find the other's end closed. */
    if (!is_heard_out(talker, talk))
        heard = hear(talker, talk, &come);
    if (is_heard_out(talker, talk)) {
        end_close(talk->side);
        talk->is_finished = true;
    } else if (is_over(heard)) {
        note_end(talk, heard);
        talker->is_patient = false;
        return true;
    }
    return gone + come > 0;
}

/* ---- a life ---- */

bool talker_is_last(const struct talker *talker)
{
    return talker->book->is_last != 0;
}

bool talker_is_finished(const struct talker *talker)
{
    bool is_finished = true;

    for (unsigned side = talker->first; side < talker->end; side++)
        is_finished &= talker->talks[side].is_finished;
    return is_finished;
}

bool talker_has_met(const struct talker *talker)
{
    unsigned met = 0;

    for (unsigned side = talker->first; side < talker->end; side++)
        met += talker->talks[side].meeting != NULL;
    return talker->is_patient ? met == talker->end - talker->first : met > 0;
}

bool talker_wants_room(const struct talker *talker, unsigned side)
{
    const struct talk *talk = &talker->talks[side];

    return talk->meeting != NULL && wants_to_send(talker, talk);
}

bool talker_turn(struct talker *talker)
{
    bool did = false;

    for (unsigned side = talker->first; side < talker->end; side++) {
        struct talk *talk = &talker->talks[side];

        if (!talk->is_finished)
            did |= talk->meeting == NULL ? meet(talker, talk) : exchange(talker, talk);
    }
    if (talker->is_patient && talker_has_met(talker)) {
        talker->is_patient = false;
        did = true;
    }
    return did;
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

bool talker_read_orders(const char *text, struct talker_orders *orders)
{
    orders->talker = take_number(&text);
    orders->deaths = take_number(&text);
    orders->least_us = take_number(&text);
    orders->most_us = take_number(&text);
    orders->enough_bytes = take_number(&text);
    orders->seed = take_number(&text);
    return orders->talker < TALKERS && orders->least_us <= orders->most_us;
}

static struct talk begin_talk(uint8_t *books, struct book *own, unsigned talker, unsigned side)
{
    struct end end = book_other_end(talker, side);
    const volatile struct book *other = (void *)(books + end.talker * BOOK_BYTES);

    return (struct talk){
        .side = side,
        .own = &own->sides[side],
        .other_book = other,
        .other = &other->sides[end.side],
    };
}

void talker_begin(struct talker *talker, const struct talker_orders *orders, void *books)
{
    struct book *own = (void *)((uint8_t *)books + orders->talker * BOOK_BYTES);

    own->lives++;
    if (own->lives > orders->deaths)
        own->is_last = 1;
    *talker = (struct talker){.orders = *orders, .book = own, .end = SIDES};
    begin_random(talker, orders->talker << 32 | own->lives);
    talker->is_patient = !talker_is_last(talker) && talker_random(talker, 2) == 0;
    for (unsigned side = 0; side < SIDES; side++)
        talker->talks[side] = begin_talk(books, own, (unsigned)orders->talker, side);
}

void talker_open(struct talker *talker, unsigned side, uint32_t generation)
{
    if (talker_is_last(talker))
        talker->talks[side].own->last = generation;
}
