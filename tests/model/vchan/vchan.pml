/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocol of abi/vchan.h as libs/vchan follows it, for spin: two ends, one on each side of a
 * channel, that meet, send, read, sleep, close, die at any access and begin anew. What must hold:
 *
 *   no byte lost, repeated or stale   each byte read is the next of this very connection
 *   no lost wake-up, no deadlock      when nobody can go on, everything was sent and read
 *   an honest peer is never broken    an index further than the ring is a false assertion
 *
 * Memory. A store goes into a buffer of its end's and reaches memory later, in the order of the
 * stores; a load sees memory. That is what store-release and load-acquire leave open; a full barrier
 * waits until the own buffer is empty. Barriers stand where abi/vchan.h says and nowhere else. Who
 * dies leaves in memory what had reached it: that is a death before each of the stores.
 *
 * Steps. An `atomic` has one access to what the other end sees, at its beginning, and what follows
 * from it: the own variables and stores into the buffer, which nobody sees yet.
 *
 * Compiled with: ONE_WAY (a sends, then closes) or TWO_WAY (both send, nobody closes); BYTES, that an
 * end sends in a connection; DEATHS_A, DEATHS_B, how often each may die; and, to see that the model bites, one of the MUTANT_ names below,
 * each of which takes out one thing that the protocol asks for.
 */
#define SIZE 2 /* of a ring, in bytes */

#ifdef ONE_WAY
#define SENDS    (me == 0)
#define RECEIVES (me == 1)
#else
#define SENDS    true
#define RECEIVES true
#endif

/* What can be stored to. */
#define LIFE      0
#define SEEN      1
#define PRODUCED  2
#define CONSUMED  3
#define WAKE_DATA 4
#define WAKE_ROOM 5
#define CELL      6 /* and on: the ring's bytes */
#define FIELDS    8

/* `phase` of an end. */
#define WAITING   0
#define CONNECTED 1
#define RESTARTED 2
#define CLOSED    3

/* A life is its generation and whether it is open. */
#define OPEN(generation) ((generation) * 2 + 1)
#define SHUT(generation) ((generation) * 2)
#define GENERATION(life) ((life) / 2)
#define IS_OPEN(life)    ((life) % 2 == 1)

/* A byte tells which life sent it to which, and its number. */
#define BYTE(from, to, number) ((from) * 32 + (to) * 4 + (number))

byte memory[2 * FIELDS];
chan buffer[2] = [8] of { byte, byte };
bool bell[2], die[2];

/* Both ends' own variables stand here for the verdict. */
byte phase[2], sent[2], received[2], generation[2], peer_generation[2];
bool is_asleep[2], is_finished[2];
byte finished_with[2]; /* the life that an end had sent everything to when it closed */

/* How many bytes were sent to an end by a life that died. The end reads all of them or is told of a
 * restart. */
byte owed[2];

/* ---- memory ---- */

#define OWN(field)          memory[me * FIELDS + (field)]
#define PEER(field)         memory[(1 - me) * FIELDS + (field)]
#define STORE(field, value) buffer[me]!(field),(value)
#define BARRIER             empty(buffer[me])

#ifdef MUTANT_NO_BARRIER_AFTER_WISH
#define BARRIER_AFTER_WISH true
#else
#define BARRIER_AFTER_WISH BARRIER
#endif

#ifdef MUTANT_NO_BARRIER_AFTER_INDEX
#define BARRIER_AFTER_INDEX true
#else
#define BARRIER_AFTER_INDEX BARRIER
#endif

proctype drain(bit me)
{
    byte field, value;

end:
    do
    :: atomic { buffer[me]?field,value -> OWN(field) = value; field = 0; value = 0 }
    od
}

/* ---- life ---- */

inline reset_indices()
{
    sent[me] = 0;
    received[me] = 0;
    STORE(WAKE_DATA, 0);
    STORE(WAKE_ROOM, 0);
    STORE(PRODUCED, 0);
    STORE(CONSUMED, 0)
}

inline open_end()
{
    atomic {
        word = PEER(SEEN);
        phase[me] = WAITING;
        peer_generation[me] = 0;
        generation[me] = GENERATION(OWN(LIFE)) + 1;
        if
        :: generation[me] == word -> generation[me] = generation[me] + 1
        :: else
        fi;
        word = 0;
#ifndef MUTANT_LIFE_AFTER_INDICES
        STORE(LIFE, SHUT(generation[me]));
#endif
        STORE(SEEN, 0);
        reset_indices();
        STORE(LIFE, OPEN(generation[me]));
        ring = true
    }
}

inline meet()
{
    assert(owed[me] == 0);
    peer_generation[me] = GENERATION(word);
#ifdef MUTANT_SEEN_BEFORE_INDICES
    STORE(SEEN, peer_generation[me]);
    reset_indices();
#else
    reset_indices();
    STORE(SEEN, peer_generation[me]);
#endif
    ring = true
}

/* With the life that it is connected to, nothing changes here. */
inline connect()
{
    atomic {
        word = PEER(LIFE);
        is_known = (GENERATION(word) == peer_generation[me] && phase[me] != RESTARTED);
        is_there = false;
        if
        :: is_known && phase[me] != WAITING
        :: else ->
            if
#ifdef MUTANT_UNSEEN_IS_UNTOLD
            :: phase[me] == CONNECTED -> phase[me] = RESTARTED
#else
            :: !is_known && (phase[me] == CONNECTED ||
                             (phase[me] == WAITING && peer_generation[me] != 0)) ->
                phase[me] = RESTARTED
#endif
            :: else ->
                if
                :: phase[me] == RESTARTED || (phase[me] == CLOSED && received[me] == owed[me]) ->
                    owed[me] = 0
                :: else
                fi;
                phase[me] = WAITING;
                is_there = (GENERATION(word) != 0 && (is_known || IS_OPEN(word)));
                if
                :: is_known
                :: else -> peer_generation[me] = 0
                fi;
                if
                :: is_there && !is_known -> meet()
                :: else
                fi
            fi
        fi;
        word = 0; is_known = false
    };
    if
    :: atomic { is_there && PEER(SEEN) == generation[me] -> phase[me] = CONNECTED }
    :: atomic { !(is_there && PEER(SEEN) == generation[me]) -> skip }
    fi
}

/* ---- indices ---- */

/* What `index` is worth: `count` bytes to read. */
inline judge_data()
{
    assert(index >= received[me] && index - received[me] <= SIZE);
    count = index - received[me];
    if
    :: is_closed && count == 0 -> phase[me] = CLOSED
    :: else
    fi
}

/* Room for `count` bytes. */
inline judge_room()
{
    assert(index <= sent[me] && sent[me] - index <= SIZE);
    count = (is_closed -> 0 : SIZE - (sent[me] - index))
}

inline judge(field)
{
    if
    :: GENERATION(word) != peer_generation[me] -> phase[me] = RESTARTED
    :: else ->
        if
        :: field == PRODUCED -> judge_data()
        :: else -> judge_room()
        fi
    fi;
    word = 0; index = 0
}

/* An index first and the life then; of one that has closed, the index once more. */
inline look_at(field)
{
#ifdef MUTANT_LIFE_BEFORE_INDEX
    atomic { word = PEER(LIFE); is_closed = !IS_OPEN(word); count = 0 };
    atomic { index = PEER(field); judge(field) }
#else
    atomic { index = PEER(field); is_closed = false; count = 0 };
    atomic { word = PEER(LIFE); is_closed = !IS_OPEN(word) };
#ifndef MUTANT_CLOSED_WITHOUT_LOOK
    if
    :: is_closed ->
        atomic { index = PEER(field) };
        atomic { word = PEER(LIFE) }
    :: else
    fi;
#endif
    atomic { judge(field) }
#endif
}

/* ---- bytes ---- */

#ifdef MUTANT_RING_ONLY_WHEN_EQUAL
#define CROSSES(before, after, wish) ((after) == (wish))
#else
#define CROSSES(before, after, wish) ((before) < (wish) && (wish) <= (after))
#endif

/* All there is, or one. */
inline choose_count(limit)
{
    if
    :: count > limit -> count = limit
    :: else
    fi;
    if
    :: true
    :: count > 1 -> count = 1
    fi
}

inline write()
{
    look_at(CONSUMED);
    if
    :: atomic {
        phase[me] == CONNECTED && count > 0 && sent[me] < BYTES ->
        choose_count(BYTES - sent[me]);
        before = sent[me];
#ifdef MUTANT_INDEX_BEFORE_BYTES
        STORE(PRODUCED, before + count);
#endif
        do
        :: sent[me] < before + count ->
            STORE(CELL + sent[me] % SIZE, BYTE(generation[me], peer_generation[me], sent[me]));
            sent[me] = sent[me] + 1
        :: else -> break
        od;
#ifndef MUTANT_INDEX_BEFORE_BYTES
        STORE(PRODUCED, sent[me]);
#endif
        count = 0
       };
       atomic {
        BARRIER_AFTER_INDEX ->
        ring = (ring || CROSSES(before, sent[me], PEER(WAKE_DATA)));
        before = 0
       }
    :: else
    fi
}

/* A reader of bytes takes what there is, one of packets waits for a whole one; but for no more than will
 * come. */
inline choose_packet()
{
    atomic {
        if
        :: packet > 0
        :: packet == 0 -> packet = 1
        :: packet == 0 && BYTES - received[me] >= SIZE -> packet = SIZE
        fi
    }
}

inline read()
{
    choose_packet();
    look_at(PRODUCED);
    if
    :: atomic {
        phase[me] == CONNECTED && count > 0 && (count >= packet || is_closed) ->
        packet = 0;
        choose_count(SIZE);
        before = received[me];
#ifdef MUTANT_INDEX_BEFORE_TAKING
        STORE(CONSUMED, before + count);
#endif
       };
       do
       :: atomic {
        received[me] < before + count ->
        if
        :: PEER(CELL + received[me] % SIZE) ==
           BYTE(peer_generation[me], generation[me], received[me])
        :: else -> is_odd = true
        fi;
        received[me] = received[me] + 1
       }
       :: else -> break
       od;
       atomic {
#ifndef MUTANT_INDEX_BEFORE_TAKING
        STORE(CONSUMED, received[me]);
#endif
        count = 0
       };
       assert(!is_odd);
       atomic {
        BARRIER_AFTER_INDEX ->
        ring = (ring || CROSSES(before, received[me], PEER(WAKE_ROOM)));
        before = 0
       }
    :: else
    fi
}

/* ---- sleeping ---- */

/* A wish that was fulfilled before it was made is none. */
#define ROOM_WISH (sent[me] + wanted > SIZE -> sent[me] + wanted - SIZE : 0)

/* A restart that is found here is left for a call that can tell it. */
inline found()
{
    atomic {
        if
        :: phase[me] == RESTARTED -> phase[me] = CONNECTED; may_sleep = false
        :: else -> may_sleep = (may_sleep && phase[me] == CONNECTED && !is_closed &&
                                count < wanted)
        fi;
        count = 0; wanted = 0; is_closed = false
    }
}

inline arm_data()
{
    choose_packet();
    if
    :: phase[me] == CONNECTED ->
        wanted = packet;
#ifdef MUTANT_WISH_AFTER_LOOK
        look_at(PRODUCED);
        STORE(WAKE_DATA, received[me] + wanted);
        BARRIER;
#else
        STORE(WAKE_DATA, received[me] + wanted);
        BARRIER_AFTER_WISH;
        look_at(PRODUCED);
#endif
#ifndef MUTANT_NO_BELL_FOR_PARTS
        atomic { ring = (ring || (count < wanted && PEER(WAKE_ROOM) > received[me])) };
#endif
        found()
    :: else -> may_sleep = (phase[me] != RESTARTED)
    fi
}

inline arm_room()
{
    if
    :: atomic {
        phase[me] == CONNECTED ->
        if
        :: wanted = 1
        :: wanted = SIZE
        fi;
        STORE(WAKE_ROOM, ROOM_WISH)
       };
       BARRIER_AFTER_WISH;
       look_at(CONSUMED);
#ifndef MUTANT_NO_LOOK_FOR_PARTS
       atomic { wanted = (count > 0 && PEER(WAKE_DATA) > sent[me] -> 1 : wanted) };
#endif
       found()
    :: else -> may_sleep = (phase[me] != RESTARTED)
    fi
}

/* Whoever rings has made visible what it rings for. */
#define MAY_RING (!ring || BARRIER)

inline ring_if_asked()
{
    if
    :: ring -> bell[1 - me] = true; ring = false
    :: else
    fi
}

inline sleep()
{
    atomic { MAY_RING -> ring_if_asked(); is_asleep[me] = may_sleep };
    if
    :: atomic { is_asleep[me] && bell[me] -> bell[me] = false; is_asleep[me] = false }
    :: atomic { !is_asleep[me] -> may_sleep = false }
    fi
}

/* ---- the ends ---- */

inline close_end()
{
    atomic {
        STORE(LIFE, SHUT(generation[me]));
#ifndef MUTANT_CLOSE_IN_SILENCE
        ring = true;
#endif
        finished_with[me] = peer_generation[me]
    };
    atomic { MAY_RING -> ring_if_asked(); is_finished[me] = true };
    false /* until it dies */
}

inline live()
{
    open_end();
    do
    :: connect();
        if
        :: phase[me] == CONNECTED && RECEIVES -> read()
        :: else
        fi;
        if
        :: phase[me] == CONNECTED && SENDS && sent[me] < BYTES -> write()
        :: else
        fi;
#ifdef ONE_WAY
        if
        :: phase[me] == CONNECTED && SENDS && sent[me] == BYTES -> close_end()
        :: else
        fi;
#endif
        may_sleep = true;
        if
        :: RECEIVES -> arm_data()
        :: else
        fi;
        if
        :: may_sleep && SENDS && sent[me] < BYTES -> arm_room()
        :: else
        fi;
        sleep()
    od
}

/* What a life knew is gone with it; what it stored is not. */
inline forget()
{
    if
    :: sent[me] > 0 && generation[1 - me] == peer_generation[me] ->
        owed[1 - me] = sent[me]
    :: else
    fi;
    owed[me] = 0; packet = 0;
    is_finished[me] = false; is_asleep[me] = false; finished_with[me] = 0;
    phase[me] = 0; sent[me] = 0; received[me] = 0; generation[me] = 0; peer_generation[me] = 0;
    word = 0; index = 0; count = 0; before = 0; wanted = 0;
    is_known = false; is_there = false; is_closed = false; is_odd = false;
    may_sleep = false; ring = false;
    do
    :: buffer[me]?_,_
    :: empty(buffer[me]) -> break
    od
}

proctype end(bit me)
{
    byte word, index, count, before, wanted, packet;
    bool is_known, is_there, is_closed, is_odd, may_sleep, ring;

    do
    :: { live() } unless { atomic { die[me] -> die[me] = false; forget() } }
    od
}

proctype fate()
{
    byte deaths_a = DEATHS_A, deaths_b = DEATHS_B;

    do
    :: atomic { deaths_a > 0 && !die[0] -> deaths_a--; die[0] = true }
    :: atomic { deaths_b > 0 && !die[1] -> deaths_b--; die[1] = true }
    :: break
    od
}

/* When nothing moves any more. */
#define HAS_ALL(end) (sent[1 - (end)] == BYTES && received[end] == BYTES)

proctype verdict()
{
    timeout;
#ifdef ONE_WAY
    /* Whoever lives on since before the other closed has all of it, and knows that it is all. */
    assert(is_finished[0] && is_asleep[1]);
    assert(finished_with[0] != generation[1] || (HAS_ALL(1) && phase[1] == CLOSED))
#else
    assert(is_asleep[0] && is_asleep[1] && phase[0] == CONNECTED && phase[1] == CONNECTED);
    assert(HAS_ALL(0) && HAS_ALL(1))
#endif
}

init
{
    atomic {
        run drain(0); run drain(1);
        run end(0); run end(1);
        run fate(); run verdict()
    }
}
