/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits until the three talkers have finished, and compares their books two by two: whether each
 * byte that one sent was heard by the other, or its loss was told. What is wrong is told with who
 * and where. */
#include "libs/vchan/vchan.h"
#include "tests/system/losses/book.h"
#include "tests/system/small/small.h"

#define LOOK_MS  500
#define QUIET_MS 120000 /* far more than any pause, or a system's start */

static const char *const names[TALKERS] = {"left", "right", "native"};

static struct {
    uint64_t connections, heard, lost;
    uint64_t wrong, invented, missing, repeated, other_ends, untold, unfinished;
    uint64_t closed, restarted, died;
} found;

static const struct book *book_of(unsigned talker)
{
    return (const struct book *)(uintptr_t)(BOOKS + talker * BOOK_BYTES);
}

void guest_interrupt(void)
{
    uint32_t acknowledged = load32(GICC + GICC_IAR);

    WRITE_REGISTER(cntv_ctl_el0, 0);
    store32(GICC + GICC_EOIR, acknowledged);
}

static void wait(uint64_t milliseconds)
{
    WRITE_REGISTER(cntv_cval_el0, guest_time() + MILLISECONDS(milliseconds));
    WRITE_REGISTER(cntv_ctl_el0, 1);
    __asm__ volatile("wfi; msr daifclr, #2; isb; msr daifset, #2; isb" ::: "memory");
}

/* ---- until all have finished ---- */

static bool is_finished(void)
{
    bool finished = true;

    for (unsigned i = 0; i < TALKERS; i++)
        finished &= *(const volatile uint64_t *)&book_of(i)->finished != 0;
    return finished;
}

/* A number that changes whenever anybody gets on. */
static uint64_t progress(void)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < TALKERS; i++) {
        const volatile struct book *book = book_of(i);

        sum += book->lives + book->finished;
        for (unsigned side = 0; side < SIDES; side++) {
            uint64_t count = book->sides[side].count;

            sum += count << 32;
            if (count > 0)
                sum += book->sides[side].meetings[count - 1].heard;
        }
    }
    return sum;
}

static void wait_for_all(void)
{
    uint64_t last = progress(), since = guest_time();

    while (!is_finished() && guest_time() - since < MILLISECONDS(QUIET_MS)) {
        wait(LOOK_MS);

        uint64_t now = progress();

        if (now != last)
            since = guest_time();
        last = now;
    }
}

/* ---- what is said of a connection ---- */

static void say(const char *what, uint64_t number)
{
    print(what);
    print_number(number);
}

static void say_meeting(const char *who, const struct meeting *meeting)
{
    print(who);
    say(": generation ", meeting->own);
    say(", met ", meeting->peer);
    say(", sent ", meeting->sent);
    say(" to ", meeting->reach);
    say(", heard ", meeting->heard);
    say(", of its end it was told ", meeting->how);
    print("\n");
}

/* Who lost what; what the one wrote down, and what the other. */
static void accuse(unsigned talker, unsigned side, const struct meeting *meeting,
                   const struct meeting *same, const char *what, uint64_t count)
{
    const char *own = names[talker], *other = names[book_other_end(talker, side).talker];

    print(own);
    print(": ");
    print_number(count);
    print(what);
    print(other);
    print("\n");
    say_meeting(own, meeting);
    say_meeting(other, same);
}

static void say_stuck(unsigned talker)
{
    const struct book *book = book_of(talker);

    print(names[talker]);
    say(" has not finished: lives ", book->lives);
    print("\n");
    for (unsigned side = 0; side < SIDES; side++) {
        uint64_t count = book->sides[side].count;

        print(names[book_other_end(talker, side).talker]);
        say(": met by it ", count);
        print(" times; last of all\n");
        if (count > 0)
            say_meeting(names[talker], &book->sides[side].meetings[count - 1]);
    }
}

/* ---- the comparison ---- */

/* What the other wrote down of the same connection: nothing, if it died before. */
static struct meeting same_meeting(struct end other, const struct meeting *meeting)
{
    const struct side *side = &book_of(other.talker)->sides[other.side];

    for (uint64_t i = 0; i < side->count; i++) {
        if (side->meetings[i].own == meeting->peer && side->meetings[i].peer == meeting->own)
            return side->meetings[i];
    }
    return (struct meeting){.own = 0};
}

/* Whoever is told that the other closed has heard all; that it began anew: something may be lost.
 * 0: it died itself, or both have finished. */
static void judge_end(const struct meeting *meeting, uint64_t missing)
{
    switch (meeting->how) {
    case 0:
        found.died++;
        break;
    case VCHAN_CLOSED:
        found.closed++;
        found.missing += missing;
        break;
    case VCHAN_RESTARTED:
        found.restarted++;
        found.lost += missing;
        break;
    default:
        found.other_ends++;
        break;
    }
}

static bool was_met_before(const struct side *side, uint64_t index)
{
    const struct meeting *meetings = side->meetings;

    for (uint64_t i = 0; i < index; i++) {
        if (meetings[i].own == meetings[index].own && meetings[i].peer == meetings[index].peer)
            return true;
    }
    return false;
}

static void judge_meeting(unsigned talker, unsigned number, uint64_t index)
{
    const struct side *side = &book_of(talker)->sides[number];
    const struct meeting *meeting = &side->meetings[index];
    struct meeting same = same_meeting(book_other_end(talker, number), meeting);
    uint64_t missing = meeting->heard < same.sent ? same.sent - meeting->heard : 0;
    bool is_repeated = was_met_before(side, index);

    found.connections++;
    found.heard += meeting->heard;
    found.wrong += meeting->wrong;
    found.untold += meeting->untold;
    found.repeated += is_repeated;
    judge_end(meeting, missing);
    if (meeting->heard > same.reach) {
        found.invented++;
        accuse(talker, number, meeting, &same, " bytes too many came from ",
               meeting->heard - same.reach);
    }
    if (meeting->wrong > 0)
        accuse(talker, number, meeting, &same,
               " bytes that were not sent in their place came from ", meeting->wrong);
    if (meeting->how == VCHAN_CLOSED && missing > 0)
        accuse(talker, number, meeting, &same, " bytes were lost, and it was not told, from ",
               missing);
    if (meeting->untold > 0 || is_repeated)
        accuse(talker, number, meeting, &same,
               " is how often its end was told by one way alone, of ", meeting->untold);
}

/* The connection of the last two lives. */
static bool is_heard_out(unsigned talker, unsigned number)
{
    const struct side *side = &book_of(talker)->sides[number];
    const struct meeting *last = &side->meetings[side->count - 1];
    struct meeting same = same_meeting(book_other_end(talker, number), last);

    return side->count > 0 && last->own == side->last && last->sent == LAST_BYTES &&
           last->heard == LAST_BYTES && same.sent == LAST_BYTES;
}

static void judge_talker(unsigned talker)
{
    const struct book *book = book_of(talker);

    for (unsigned side = 0; side < SIDES; side++) {
        for (uint64_t i = 0; i < book->sides[side].count; i++)
            judge_meeting(talker, side, i);
        found.unfinished += !is_heard_out(talker, side);
    }
    if (book->finished == 0) {
        found.unfinished++;
        say_stuck(talker);
    }
    print(names[talker]);
    say(" lived ", book->lives);
    print(" times\n");
}

static void tell(void)
{
    report_value("each byte is the one of its place, heard", found.wrong == 0, found.heard);
    report_value("nobody heard more than was sent, ends of connections", found.invented == 0,
                 found.connections);
    report_value("who was told that the other closed had heard all, times", found.missing == 0,
                 found.closed);
    say("others were told that it began anew: ", found.restarted);
    say(" times, bytes lost: ", found.lost);
    print("\n");
    report_value("whoever did not die was told of an end, and died", found.other_ends == 0,
                 found.died);
    report("who was told of an end was told whatever it asked", found.untold == 0);
    report("nobody met a life twice", found.repeated == 0);
    report("the last lives heard each other out", found.unfinished == 0);
}

void guest_main(void)
{
    timer_interrupts_enable(GICD, GICC);
    wait_for_all();
    for (unsigned i = 0; i < TALKERS; i++)
        judge_talker(i);
    tell();
    print("judge: done\n");
    power_off();
}
