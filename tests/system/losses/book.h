/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a talker writes down of each connection, in memory that outlasts its lives; the judge
 * compares the books of two. Starts as zeros. Three talkers have a channel each two of them.
 */
#ifndef TESTS_SYSTEM_LOSSES_BOOK_H
#define TESTS_SYSTEM_LOSSES_BOOK_H

#include <stdint.h>

#define TALKERS    3u
#define SIDES      2u /* channels of each */
#define MEETINGS   640u
#define LAST_BYTES 100000u /* each way, in the connection of two last lives */

/* Where the books lie, one behind the other, as the manifests say. */
#define BOOKS      UINT64_C(0x30000000)
#define BOOK_BYTES 65536u

/* `sent` to `reach` is how far it sent: it may have died between sending and writing down. */
struct meeting {
    uint32_t own, peer; /* generations */
    uint64_t sent, reach, heard;
    uint32_t wrong;  /* bytes heard that nobody sent in this connection */
    uint32_t how;    /* what it was told of the end, an enum vchan_result; 0: it died before */
    uint32_t untold; /* it was told, and asking another way it was not */
    uint32_t reserved;
};

struct side {
    uint64_t last; /* the generation of the last life, once it has begun */
    uint64_t count;
    struct meeting meetings[MEETINGS];
};

struct book {
    uint64_t lives;
    uint64_t is_last; /* before its channels are opened */
    uint64_t finished;
    uint64_t reserved;
    struct side sides[SIDES];
};

_Static_assert(sizeof(struct book) <= BOOK_BYTES, "as the manifests share");

/* Whose side is at the other end, in the order of the manifests' channels. */
struct end {
    unsigned talker, side;
};

static inline struct end book_other_end(unsigned talker, unsigned side)
{
    static const struct end others[TALKERS][SIDES] = {
        {{1, 0}, {2, 0}},
        {{0, 0}, {2, 1}},
        {{0, 1}, {1, 1}},
    };

    return others[talker][side];
}

#endif
