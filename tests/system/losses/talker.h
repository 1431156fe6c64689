/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A talker: sends and hears at once, on one or two channels, in pieces of random sizes, and writes
 * down how far it came. Each byte is that of its place in the stream from this life to that one. It
 * dies at random moments, of what its system offers; the life after the last death sends LAST_BYTES
 * to each peer's last and ends in order. Stands on freestanding C and on the functions below, which
 * bare.c, native.c and linux.c have for the three kinds of partition.
 */
#ifndef TESTS_SYSTEM_LOSSES_TALKER_H
#define TESTS_SYSTEM_LOSSES_TALKER_H

#include <stdbool.h>
#include <stddef.h>

#include "libs/vchan/vchan.h"
#include "tests/system/losses/book.h"

/* ---- of each system ---- */

/* The other end is there, or was and has sent something: VCHAN_OK, and both generations.
 * VCHAN_WAITING: it will ring. */
enum vchan_result end_meet(unsigned side, uint32_t *own, uint32_t *peer);
/* As vchan_read() and vchan_write(); VCHAN_EMPTY and VCHAN_FULL: the other end will ring. */
enum vchan_result end_read(unsigned side, void *data, size_t size, size_t *count);
enum vchan_result end_write(unsigned side, const void *data, size_t size, size_t *count);
/* After an end was told, by reading: all other ways to ask tell it, too. */
bool end_is_told(unsigned side);
void end_close(unsigned side);

/* ---- a talker ---- */

/* What it is told: numbers, in this order. */
struct talker_orders {
    uint64_t talker;            /* 0 to 2 */
    uint64_t deaths;            /* then comes the last life */
    uint64_t least_us, most_us; /* between that many microseconds after it met somebody */
    uint64_t enough_bytes;      /* then it sends no more to one that is yet to die */
    uint64_t seed;              /* of all that is random */
};

struct talk {
    unsigned side;
    struct side *own;
    const volatile struct book *other_book;
    const volatile struct side *other;
    struct meeting *meeting; /* NULL: they have not met */
    enum vchan_result sent;  /* what the last sending said */
    bool is_final;           /* both are in their last lives */
    bool is_finished;
};

struct talker {
    struct talker_orders orders;
    struct book *book;
    struct talk talks[SIDES];
    uint64_t random;
    unsigned first, end; /* its sides: all, or of one process */
    bool is_patient;     /* it sends nothing until it has met all, or one has ended */
};

/* False: they make no sense. */
bool talker_read_orders(const char *text, struct talker_orders *orders);
/* A life begins, before its channels are opened. `books`: where BOOKS are seen. */
void talker_begin(struct talker *talker, const struct talker_orders *orders, void *books);
/* That channel is open, with that own generation. */
void talker_open(struct talker *talker, unsigned side, uint32_t generation);
/* A step on each channel. False: nothing can be done before the next bell. */
bool talker_turn(struct talker *talker);
bool talker_is_last(const struct talker *talker);
bool talker_is_finished(const struct talker *talker);
/* It has met somebody, or everybody if that is what it waits for: a moment to die comes. */
bool talker_has_met(const struct talker *talker);

/* Whether there is anything to send on that channel. */
bool talker_wants_room(const struct talker *talker, unsigned side);

uint64_t talker_random(struct talker *talker, uint64_t limit);
/* When to die, in microseconds from now: once it has met somebody; or, which is seldom, before
 * that. */
uint64_t talker_choose_moment(struct talker *talker);
bool talker_dies_early(struct talker *talker, uint64_t *us);

/* How: each life in its turn. */
enum talker_death { TALKER_BY_ITSELF, TALKER_BY_FAULT, TALKER_BY_CONSOLE, TALKER_DEATHS };
enum talker_death talker_death(const struct talker *talker);

#endif
