/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One end of a channel, as abi/vchan.h tells it. Accesses are sequentially consistent; the full
 * barrier between an index or a wish and the look at the other's is one of its own besides. On
 * AArch64 STLR and LDAR keep their order without, but QEMU 7.2 with a thread for each core, on x86,
 * does not keep it.
 */
#include "libs/vchan/vchan.h"

#include "libs/vchan/copy.h"

/* Every access to a header is one of these. */
static inline uint64_t load(const uint64_t *field)
{
    return __atomic_load_n(field, __ATOMIC_SEQ_CST);
}

static inline void store(uint64_t *field, uint64_t value)
{
    __atomic_store_n(field, value, __ATOMIC_SEQ_CST);
}

/* A store before a load after. */
static inline void full_barrier(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- life ---- */

static bool is_ring_size(size_t size)
{
    return size == 0 ||
           (size >= VCHAN_RING_MIN && size <= VCHAN_RING_MAX && (size & (size - 1)) == 0);
}

static bool is_on_page(const void *address)
{
    return address != NULL && (uintptr_t)address % VCHAN_HEADER_BYTES == 0;
}

/* Neither the life before, nor what the peer takes for the life it is connected to, nor 0. */
static uint32_t new_generation(const struct vchan *end)
{
    uint32_t generation = VCHAN_LIFE_GENERATION(load(&end->own->life)) + 1;
    uint32_t seen = (uint32_t)load(&end->peer->seen);

    while (generation == 0 || generation == seen)
        generation++;
    return generation;
}

static void reset_indices(struct vchan *end)
{
    end->produced = 0;
    end->consumed = 0;
    store(&end->own->wake_data, 0);
    store(&end->own->wake_room, 0);
    store(&end->own->produced, 0);
    store(&end->own->consumed, 0);
}

static void set_life(struct vchan *end, enum vchan_life state)
{
    store(&end->own->life, VCHAN_LIFE(end->generation, state));
    end->ring = true;
}

enum vchan_result vchan_open(struct vchan *end, const struct vchan_shape *shape)
{
    if (!is_ring_size(shape->own_ring) || !is_ring_size(shape->peer_ring) ||
        !is_on_page(shape->own) || !is_on_page(shape->peer))
        return VCHAN_BAD_SHAPE;
    *end = (struct vchan){
        .own = shape->own,
        .peer = shape->peer,
        .own_ring = shape->own_ring,
        .peer_ring = shape->peer_ring,
        .phase = VCHAN_WAITING,
    };
    end->generation = new_generation(end);
    /* The generation before the indices: pairs with look_at(). */
    set_life(end, VCHAN_LIFE_CLOSED);
    store(&end->own->seen, 0);
    reset_indices(end);
    store(&end->own->magic, VCHAN_MAGIC);
    __atomic_store_n(&end->own->version, VCHAN_VERSION, __ATOMIC_RELAXED);
    __atomic_store_n(&end->own->ring_size, (uint32_t)shape->own_ring, __ATOMIC_RELAXED);
    set_life(end, VCHAN_LIFE_OPEN);
    return VCHAN_OK;
}

void vchan_close(struct vchan *end)
{
    set_life(end, VCHAN_LIFE_CLOSED);
    end->phase = VCHAN_WAITING;
}

bool vchan_is_unread(const struct vchan_header *own, const struct vchan_header *peer)
{
    uint32_t generation = VCHAN_LIFE_GENERATION(load(&own->life));

    return generation != 0 && load(&peer->seen) == generation &&
           load(&peer->consumed) < load(&own->produced);
}

bool vchan_bury(struct vchan_header *own)
{
    uint64_t life = load(&own->life);

    if (VCHAN_LIFE_STATE(life) == VCHAN_LIFE_CLOSED)
        return false;
    store(&own->life, VCHAN_LIFE(VCHAN_LIFE_GENERATION(life), VCHAN_LIFE_CLOSED));
    return true;
}

static bool is_sane(const struct vchan *end)
{
    const struct vchan_header *peer = end->peer;

    return load(&peer->magic) == VCHAN_MAGIC &&
           __atomic_load_n(&peer->version, __ATOMIC_RELAXED) == VCHAN_VERSION &&
           __atomic_load_n(&peer->ring_size, __ATOMIC_RELAXED) == end->peer_ring;
}

/* The indices before `seen`: pairs with the look at the peer's `seen` in vchan_connect(). */
static void meet(struct vchan *end, uint32_t generation)
{
    reset_indices(end);
    end->peer_generation = generation;
    store(&end->own->seen, generation);
    end->ring = true;
}

/* Whether a life can be met, or was: one that was met may have connected, sent and closed since. */
static bool is_there(uint64_t life, bool is_known)
{
    return VCHAN_LIFE_GENERATION(life) != 0 &&
           (is_known || VCHAN_LIFE_STATE(life) == VCHAN_LIFE_OPEN);
}

/* A life that was met, connected or not as far as is known here, was free to send. */
static bool may_have_been_sent_to(const struct vchan *end)
{
    return end->phase == VCHAN_OK || (end->phase == VCHAN_WAITING && end->peer_generation != 0);
}

/* With the life that it is connected to, nothing changes here: how that one ends is for reads and
 * writes to find out, after what it sent. */
enum vchan_result vchan_connect(struct vchan *end)
{
    uint64_t life = load(&end->peer->life);
    uint32_t generation = VCHAN_LIFE_GENERATION(life);
    bool is_known = generation == end->peer_generation && end->phase != VCHAN_RESTARTED;

    if (is_known && end->phase != VCHAN_WAITING)
        return end->phase;
    if (!is_known && may_have_been_sent_to(end))
        return end->phase = VCHAN_RESTARTED;
    end->phase = VCHAN_WAITING;
    if (!is_known)
        end->peer_generation = 0;
    if (!is_there(life, is_known))
        return VCHAN_WAITING;
    if (!is_sane(end))
        return VCHAN_BROKEN;
    if (!is_known)
        meet(end, generation);
    if (load(&end->peer->seen) == end->generation)
        end->phase = VCHAN_OK;
    return end->phase;
}

bool vchan_is_peer_closed(const struct vchan *end)
{
    return end->phase == VCHAN_CLOSED ||
           (end->phase == VCHAN_OK && VCHAN_LIFE_STATE(load(&end->peer->life)) != VCHAN_LIFE_OPEN);
}

void vchan_forget(struct vchan *end)
{
    if (end->phase == VCHAN_OK && vchan_is_peer_closed(end))
        end->phase = VCHAN_RESTARTED;
}

/* ---- indices ---- */

/* The peer's index, which no more than `limit` lies past `base`. Looks at the index first and at
 * `life` then: pairs with vchan_open(). Where `life` is closed the index may have moved in between,
 * so it is read anew; it is the last. `*closed` tells. */
static enum vchan_result look_at(struct vchan *end, const uint64_t *field, uint64_t base,
                                 size_t limit, size_t *distance, bool *closed)
{
    *distance = 0;
    *closed = false;
    if (end->phase != VCHAN_OK)
        return end->phase;

    uint64_t index = load(field);
    uint64_t life = load(&end->peer->life);

    if (VCHAN_LIFE_STATE(life) != VCHAN_LIFE_OPEN) {
        *closed = true;
        index = load(field);
        life = load(&end->peer->life);
    }
    if (VCHAN_LIFE_GENERATION(life) != end->peer_generation)
        return end->phase = VCHAN_RESTARTED;
    if (index - base > limit)
        return end->phase = VCHAN_BROKEN;
    *distance = (size_t)(index - base);
    return VCHAN_OK;
}

enum vchan_result vchan_ready(struct vchan *end, size_t *count)
{
    bool closed;

    *count = 0;
    if (end->peer_ring == 0)
        return VCHAN_ONE_WAY;

    enum vchan_result result = look_at(end, &end->peer->produced, end->consumed, end->peer_ring,
                                       count, &closed);

    if (result == VCHAN_OK && closed && *count == 0)
        return end->phase = VCHAN_CLOSED;
    return result;
}

/* Room is how far `consumed` is past where the ring would be full. */
enum vchan_result vchan_space(struct vchan *end, size_t *count)
{
    bool closed;

    *count = 0;
    if (end->own_ring == 0)
        return VCHAN_ONE_WAY;

    uint64_t full = end->produced - end->own_ring;
    enum vchan_result result = look_at(end, &end->peer->consumed, full, end->own_ring, count,
                                       &closed);

    if (result != VCHAN_OK || !closed)
        return result;
    *count = 0;
    if (end->peer_ring == 0)
        end->phase = VCHAN_CLOSED;
    return VCHAN_CLOSED;
}

/* ---- bytes ---- */

/* Whether a step of an index from `before` to `after` is one that the peer wants to hear of. */
static bool crosses(uint64_t before, uint64_t after, uint64_t wish)
{
    return before < wish && wish <= after;
}

static const uint8_t *ring_of(const struct vchan_header *header)
{
    return (const uint8_t *)header + VCHAN_HEADER_BYTES;
}

enum vchan_result vchan_peek(struct vchan *end, const void **data, size_t *count)
{
    size_t ready;
    enum vchan_result result = vchan_ready(end, &ready);
    size_t at = (size_t)end->consumed & (end->peer_ring - 1);

    *count = 0;
    if (result != VCHAN_OK)
        return result;
    if (ready == 0)
        return VCHAN_EMPTY;
    *data = ring_of(end->peer) + at;
    *count = least(ready, end->peer_ring - at);
    return VCHAN_OK;
}

void vchan_take(struct vchan *end, size_t count)
{
    uint64_t before = end->consumed;

    end->consumed += count;
    /* Bytes before index: pairs with the load of `consumed` in vchan_space(). Index before the
     * wish: pairs with vchan_arm_room(). */
    store(&end->own->consumed, end->consumed);
    full_barrier();
    end->ring |= crosses(before, end->consumed, load(&end->peer->wake_room));
}

enum vchan_result vchan_read(struct vchan *end, void *data, size_t size, size_t *count)
{
    size_t ready;
    enum vchan_result result = vchan_ready(end, &ready);

    *count = 0;
    if (result != VCHAN_OK || size == 0)
        return result;
    if (ready == 0)
        return VCHAN_EMPTY;

    size_t taken = least(ready, size);
    size_t at = (size_t)end->consumed & (end->peer_ring - 1);
    size_t first = least(taken, end->peer_ring - at);

    vchan_copy(data, ring_of(end->peer) + at, first);
    vchan_copy((uint8_t *)data + first, ring_of(end->peer), taken - first);
    vchan_take(end, taken);
    *count = taken;
    return VCHAN_OK;
}

enum vchan_result vchan_reserve(struct vchan *end, void **data, size_t *count)
{
    size_t space;
    enum vchan_result result = vchan_space(end, &space);
    size_t at = (size_t)end->produced & (end->own_ring - 1);

    *count = 0;
    if (result != VCHAN_OK)
        return result;
    if (space == 0)
        return VCHAN_FULL;
    *data = (uint8_t *)end->own + VCHAN_HEADER_BYTES + at;
    *count = least(space, end->own_ring - at);
    return VCHAN_OK;
}

void vchan_commit(struct vchan *end, size_t count)
{
    uint64_t before = end->produced;

    end->produced += count;
    /* Bytes before index: pairs with the load of `produced` in vchan_ready(). Index before the
     * wish: pairs with vchan_arm_data(). */
    store(&end->own->produced, end->produced);
    full_barrier();
    end->ring |= crosses(before, end->produced, load(&end->peer->wake_data));
}

enum vchan_result vchan_write(struct vchan *end, const void *data, size_t size, size_t *count)
{
    size_t space;
    enum vchan_result result = vchan_space(end, &space);

    *count = 0;
    if (result != VCHAN_OK || size == 0)
        return result;
    if (space == 0)
        return VCHAN_FULL;

    size_t given = least(space, size);
    size_t at = (size_t)end->produced & (end->own_ring - 1);
    size_t first = least(given, end->own_ring - at);
    uint8_t *ring = (uint8_t *)end->own + VCHAN_HEADER_BYTES;

    vchan_copy(ring + at, data, first);
    vchan_copy(ring, (const uint8_t *)data + first, given - first);
    vchan_commit(end, given);
    *count = given;
    return VCHAN_OK;
}

/* ---- doorbells ---- */

static size_t within(size_t count, size_t ring)
{
    return count == 0 ? 1 : least(count, ring);
}

/* Without a connection there is nothing to wish: the other end rings when it begins a life. */
static bool may_sleep_apart(const struct vchan *end)
{
    return end->phase != VCHAN_RESTARTED;
}

/* A restart found before sleeping is left for a call that can tell it. */
static bool may_sleep(struct vchan *end, enum vchan_result found, bool is_enough)
{
    if (found == VCHAN_RESTARTED)
        end->phase = VCHAN_OK;
    return found == VCHAN_OK && !is_enough;
}

/* The wish before the look: pairs with the store of `produced` in vchan_write(), and before the
 * look at the other's wish: pairs with arm_room(). */
bool vchan_arm_data(struct vchan *end, size_t count)
{
    size_t wanted = within(count, end->peer_ring);
    size_t ready;

    if (end->phase != VCHAN_OK)
        return may_sleep_apart(end);
    store(&end->own->wake_data, end->consumed + wanted);
    full_barrier();

    enum vchan_result found = vchan_ready(end, &ready);

    if (found == VCHAN_OK && ready < wanted)
        end->ring |= load(&end->peer->wake_room) > end->consumed;
    return may_sleep(end, found, ready >= wanted);
}

bool vchan_is_awaited(const struct vchan *end)
{
    return load(&end->peer->wake_data) > end->produced;
}

/* The wish before the look: pairs with the store of `consumed` in vchan_read(), and before the look
 * at the other's wish: pairs with vchan_arm_data(). */
static bool arm_room(struct vchan *end, size_t count, bool is_part)
{
    size_t wanted = within(count, end->own_ring);
    size_t space;

    if (end->phase != VCHAN_OK)
        return may_sleep_apart(end);
    store(&end->own->wake_room, end->produced + wanted - end->own_ring);
    full_barrier();

    enum vchan_result found = vchan_space(end, &space);
    bool is_enough = space >= wanted || (is_part && space > 0 && vchan_is_awaited(end));

    return may_sleep(end, found, is_enough);
}

bool vchan_arm_room(struct vchan *end, size_t count)
{
    return arm_room(end, count, false);
}

bool vchan_arm_part(struct vchan *end, size_t count)
{
    return arm_room(end, count, true);
}

bool vchan_take_doorbell(struct vchan *end)
{
    bool ring = end->ring;

    end->ring = false;
    return ring;
}
