/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One end of a channel against a peer that writes anything anywhere it can, and between two such
 * writes behaves. Whatever it does: no more bytes than asked for or than a ring holds, indices that
 * stay the own ones, and an end that comes to rest when the peer does.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/input.h"
#include "tests/unit/vchan/pair.h"

static struct pair pair;
static uint8_t bytes[2 * RING];

static void require(bool condition, const char *text)
{
    if (condition)
        return;
    fprintf(stderr, "not so: %s\n", text);
    abort();
}

static void check_own_end(void)
{
    const struct vchan_header *own = (const struct vchan_header *)pair.region_b;

    require(own->produced == pair.b.produced && own->consumed == pair.b.consumed,
            "the header says what the end believes");
    require(own->seen == 0 || own->seen == pair.b.peer_generation || pair.b.peer_generation == 0,
            "seen is a life that was met");
}

/* Values near what makes sense, besides all others. */
static void peer_writes(struct input *input)
{
    static const size_t fields[] = {
        offsetof(struct vchan_header, life),      offsetof(struct vchan_header, seen),
        offsetof(struct vchan_header, produced),  offsetof(struct vchan_header, consumed),
        offsetof(struct vchan_header, wake_data), offsetof(struct vchan_header, wake_room),
        offsetof(struct vchan_header, magic),     offsetof(struct vchan_header, version),
    };
    uint8_t choice = input_byte(input);
    uint64_t value = input_word(input);

    switch (choice >> 3 & 7) {
    case 0:
        value += pair.b.consumed;
        break;
    case 1:
        value += pair.b.produced - RING;
        break;
    case 2:
        value = VCHAN_LIFE(value, VCHAN_LIFE_OPEN);
        break;
    case 3:
        value = pair.b.generation;
        break;
    default:
        break;
    }
    memcpy(pair.region_a + fields[choice & 7], &value, sizeof(value));
}

static void peer_behaves(struct input *input)
{
    size_t size = input_byte(input) * 17u, count;

    if (input_byte(input) % 4 == 0)
        (void)!pair_open_a(&pair);
    vchan_connect(&pair.a);
    vchan_write(&pair.a, bytes, size, &count);
    vchan_read(&pair.a, bytes, size, &count);
}

static void end_reads(size_t size)
{
    size_t count;
    enum vchan_result result;

    memset(bytes, 0xa5, sizeof(bytes));
    result = vchan_read(&pair.b, bytes, size, &count);
    require(count <= size && count <= RING, "no more read than asked for");
    require(result == VCHAN_OK || count == 0, "bytes only with VCHAN_OK");
    require(count == sizeof(bytes) || bytes[count] == 0xa5, "nothing written behind");
}

static void end_writes(size_t size)
{
    size_t count;
    enum vchan_result result = vchan_write(&pair.b, bytes, size, &count);

    require(count <= size && count <= RING, "no more written than asked for");
    require(result == VCHAN_OK || count == 0, "written only with VCHAN_OK");
}

/* As a component's loop does it. */
static void end_comes_to_rest(void)
{
    size_t count;

    for (int turns = 0; turns < 8; turns++) {
        if (vchan_connect(&pair.b) == VCHAN_OK) {
            while (vchan_read(&pair.b, bytes, sizeof(bytes), &count) == VCHAN_OK)
                ;
        }
        vchan_take_doorbell(&pair.b);
        if (vchan_arm_data(&pair.b, 1))
            return;
    }
    require(false, "an end rests when its peer does");
}

static void end_acts(struct input *input)
{
    uint8_t choice = input_byte(input);
    size_t size = input_byte(input) * 32u;

    if (choice & 1)
        vchan_connect(&pair.b);
    if (choice & 2)
        end_writes(size);
    if (choice & 4)
        end_reads(size);
    if (choice & 8)
        vchan_arm_room(&pair.b, size);
    if (choice & 16)
        vchan_arm_data(&pair.b, size);
    if ((choice & 0xe0) == 0xe0)
        require(pair_open_b(&pair) == VCHAN_OK, "a good shape opens");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};

    memset(pair.region_a, 0, VCHAN_HEADER_BYTES);
    memset(pair.region_b, 0, VCHAN_HEADER_BYTES);
    require(pair_open_a(&pair) == VCHAN_OK && pair_open_b(&pair) == VCHAN_OK, "opens");
    while (!input_is_empty(&input)) {
        if (input_byte(&input) & 1)
            peer_writes(&input);
        else
            peer_behaves(&input);
        end_acts(&input);
        check_own_end();
        end_comes_to_rest();
    }
    return 0;
}
