/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits until two talkers have finished, and compares their books: whether each byte that one sent was
 * heard by the other, or its loss was told. */
#include "libs/vchan/vchan.h"
#include "tests/system/small/book.h"
#include "tests/system/small/small.h"

#define LOOK_MS 500

static const struct book *const books[2] = {
    (const struct book *)(uintptr_t)PAGES,
    (const struct book *)(uintptr_t)(PAGES + BOOK_BYTES),
};

static struct {
    uint64_t heard, lost;
    uint64_t wrong, invented, missing, repeated, other_ends;
    uint64_t closed, restarted, died;
} found;

void guest_interrupt(void)
{
    uint32_t acknowledged = load32(GICC + GICC_IAR);

    WRITE_REGISTER(cntv_ctl_el0, 0);
    store32(GICC + GICC_EOIR, acknowledged);
}

static void begin_timer(void)
{
    store32(GICD + GICD_ISENABLER, 1u << GIC_PPI_VIRTUAL_TIMER);
    store32(GICD + GICD_CTLR, 1);
    store32(GICC + GICC_PMR, 0xff);
    store32(GICC + GICC_CTLR, 1);
}

static void wait(uint64_t milliseconds)
{
    WRITE_REGISTER(cntv_cval_el0, guest_time() + MILLISECONDS(milliseconds));
    WRITE_REGISTER(cntv_ctl_el0, 1);
    __asm__ volatile("wfi; msr daifclr, #2; isb; msr daifset, #2; isb" ::: "memory");
}

static bool is_finished(unsigned side)
{
    return *(const volatile uint64_t *)&books[side]->finished != 0;
}

/* What the other wrote down of the same connection: nothing, if it died before. */
static struct meeting same_meeting(unsigned side, const struct meeting *meeting)
{
    const struct book *other = books[!side];

    for (uint64_t i = 0; i < other->count; i++) {
        if (other->meetings[i].own == meeting->peer && other->meetings[i].peer == meeting->own)
            return other->meetings[i];
    }
    return (struct meeting){.own = 0};
}

static void judge_end(const struct meeting *meeting, const struct meeting *same)
{
    uint64_t missing = meeting->heard < same->sent ? same->sent - meeting->heard : 0;

    switch (meeting->how) {
    case 0: /* it died, or both have finished */
        found.died++;
        break;
    case VCHAN_CLOSED: /* whoever is told this has heard all */
        found.closed++;
        found.missing += missing;
        break;
    case VCHAN_RESTARTED: /* whoever is told this knows that something may be lost */
        found.restarted++;
        found.lost += missing;
        break;
    default:
        found.other_ends++;
        break;
    }
}

static void judge_meeting(unsigned side, uint64_t index)
{
    const struct meeting *meetings = books[side]->meetings, *meeting = &meetings[index];
    struct meeting same = same_meeting(side, meeting);

    found.heard += meeting->heard;
    found.wrong += meeting->wrong;
    found.invented += meeting->heard > same.reach;
    judge_end(meeting, &same);
    for (uint64_t i = 0; i < index; i++)
        found.repeated += meetings[i].own == meeting->own && meetings[i].peer == meeting->peer;
}

static const struct meeting *last_meeting(unsigned side)
{
    return &books[side]->meetings[books[side]->count - 1];
}

static void tell(void)
{
    const struct meeting *left = last_meeting(0), *right = last_meeting(1);

    report_value("lives of the left", books[0]->lives > 1, books[0]->lives);
    report_value("lives of the right", books[1]->lives > 1, books[1]->lives);
    report_value("each byte is the one of its place, heard", found.wrong == 0, found.heard);
    report_value("nobody heard more than was sent, connections", found.invented == 0,
                 books[0]->count + books[1]->count);
    report_value("who was told that the other closed had heard all, times", found.missing == 0,
                 found.closed);
    print("others were told that it began anew: ");
    print_number(found.restarted);
    print(" times, bytes lost: ");
    print_number(found.lost);
    print("\n");
    report_value("whoever did not die was told of an end, and died", found.other_ends == 0,
                 found.died);
    report("nobody met a life twice", found.repeated == 0);
    report("the last two heard each other out",
           left->own == right->peer && left->peer == right->own && left->heard == LAST_BYTES &&
               right->heard == LAST_BYTES && left->sent == LAST_BYTES && right->sent == LAST_BYTES);
}

void guest_main(void)
{
    begin_timer();
    while (!is_finished(0) || !is_finished(1))
        wait(LOOK_MS);
    for (unsigned side = 0; side < 2; side++) {
        for (uint64_t i = 0; i < books[side]->count; i++)
            judge_meeting(side, i);
    }
    tell();
    print("judge: done\n");
    power_off();
}
