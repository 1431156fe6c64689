/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a talker writes down of each connection, in memory that outlasts its lives; the judge compares
 * the books of two. Starts as zeros.
 */
#ifndef TESTS_SYSTEM_SMALL_BOOK_H
#define TESTS_SYSTEM_SMALL_BOOK_H

#include <stdint.h>

#define BOOK_BYTES 65536u
#define MEETINGS   1300u
#define LAST_BYTES 100000u /* each way, in the connection of the two last lives */

/* `sent` to `reach` is how far it sent: it may have died between sending and writing down. */
struct meeting {
    uint32_t own, peer; /* generations */
    uint64_t sent, reach, heard;
    uint32_t wrong; /* bytes heard that nobody sent in this connection */
    uint32_t how;   /* what it was told of the end, an enum vchan_result; 0: it died before */
    uint64_t reserved;
};

struct book {
    uint64_t lives;
    uint64_t finished;
    uint64_t last; /* the generation of the last life, once it has begun */
    uint64_t count;
    struct meeting meetings[MEETINGS];
};

_Static_assert(sizeof(struct book) <= BOOK_BYTES, "as the manifests share");

#endif
