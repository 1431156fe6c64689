/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that does its work while its neighbours come and go. Its timer wakes it every 100 ms;
 * then it fills memory with a pattern, which it checks the next time, looks whether its registers
 * are as it left them, and at the time. When its neighbours have been quiet for longer than init's
 * longest pause it tells what it saw of all that, then powers off.
 */
#include "tests/system/small/life.h"

#define NEIGHBOURS 2 /* at PAGES, a page each; one that is not there has no life */
#define QUIET_MS   7000
#define MOST_MS    3600000
#define TICK_MS    100
#define LATE_MS    10 /* a period: of its budget, and of others' that go first */

#define WORK_START (RAM + 0x100000)
#define WORK_WORDS 4096u

static struct {
    uint64_t start, ticks, latest, next; /* of the timer, by the guest's own time */
} timer;

static struct {
    uint64_t passes, largest_gap, last_look, wrong_words, wrong_registers, backwards;
    uint64_t at_life[4]; /* of the first neighbour, when it had begun these lives */
} seen;

static const uint64_t lives_noted[4] = {20, 40, 180, 200};

static const struct diary *diary_of(unsigned neighbour)
{
    return (const struct diary *)(uintptr_t)(PAGES + neighbour * PAGE);
}

static uint64_t lives_of(unsigned neighbour)
{
    return *(const volatile uint64_t *)&diary_of(neighbour)->lives;
}

static bool lives_wanted(unsigned neighbour)
{
    return lives_of(neighbour) < *(const volatile uint64_t *)&diary_of(neighbour)->wanted;
}

/* ---- time ---- */

static void look_at_time(void)
{
    uint64_t now = guest_time();

    if (now < seen.last_look)
        seen.backwards++;
    else if (now - seen.last_look > seen.largest_gap)
        seen.largest_gap = now - seen.last_look;
    seen.last_look = now;
}

void guest_interrupt(void)
{
    uint32_t acknowledged = load32(GICC + GICC_IAR);
    uint64_t late = guest_time() - timer.next;

    if (acknowledged != GIC_PPI_VIRTUAL_TIMER)
        guest_fault(0, acknowledged, 0);
    timer.ticks++;
    if (late > timer.latest)
        timer.latest = late;
    timer.next += MILLISECONDS(TICK_MS);
    WRITE_REGISTER(cntv_cval_el0, timer.next);
    store32(GICC + GICC_EOIR, acknowledged);
}

static void start_timer(void)
{
    timer_interrupts_enable(GICD, GICC);
    timer.start = seen.last_look = guest_time();
    timer.next = timer.start + MILLISECONDS(TICK_MS);
    WRITE_REGISTER(cntv_cval_el0, timer.next);
    WRITE_REGISTER(cntv_ctl_el0, 1);
}

/* ---- memory and registers ---- */

static uint64_t word_of(uint64_t index, uint64_t pass)
{
    return pass == 0 ? 0 : (index << 32 ^ pass) * UINT64_C(0x9e3779b97f4a7c15);
}

static void work_on_memory(uint64_t pass)
{
    volatile uint64_t *words = (volatile uint64_t *)(uintptr_t)WORK_START;

    for (uint64_t i = 0; i < WORK_WORDS; i++) {
        if (words[i] != word_of(i, pass))
            seen.wrong_words++;
        words[i] = word_of(i, pass + 1);
        if (i % 256 == 0)
            look_at_time();
    }
}

#define EACH_REGISTER(with)                                                                \
    with(tpidr_el0) with(tpidr_el1) with(tpidrro_el0) with(contextidr_el1) with(ttbr0_el1) \
        with(ttbr1_el1) with(mair_el1) with(par_el1) with(sp_el0)

#define SET(name) WRITE_REGISTER(name, 0x123400 + 2 * sizeof(#name));
#define CHECK_KEPT(name) \
    seen.wrong_registers += READ_REGISTER(name) != 0x123400 + 2 * sizeof(#name);

static void make_vectors(uint64_t *vectors)
{
    for (unsigned i = 0; i < 64; i++)
        vectors[i] = 0x3ff0000000000000 + i;
}

static void set_registers(void)
{
    uint64_t vectors[64];

    EACH_REGISTER(SET)
    make_vectors(vectors);
    vectors_load(vectors);
}

static void check_registers(void)
{
    uint64_t kept[64], vectors[64];

    EACH_REGISTER(CHECK_KEPT)
    make_vectors(vectors);
    vectors_store(kept);
    for (unsigned i = 0; i < 64; i++)
        seen.wrong_registers += kept[i] != vectors[i];
}

/* ---- all of it ---- */

static void note_lives(void)
{
    for (unsigned i = 0; i < 4; i++) {
        if (seen.at_life[i] == 0 && lives_of(0) >= lives_noted[i])
            seen.at_life[i] = guest_time();
    }
}

/* Sleeps until the timer has interrupted once more. Masked until it waits: an interrupt that came
 * between the question and the wait would be waited for in vain. */
static void wait_for_tick(uint64_t ticks)
{
    while (timer.ticks == ticks) {
        __asm__ volatile("wfi; msr daifclr, #2; isb; msr daifset, #2; isb" ::: "memory");
    }
}

static void work(void)
{
    uint64_t lives[NEIGHBOURS] = {0}, changed = guest_time(), begun = changed;

    while (guest_time() - changed < MILLISECONDS(QUIET_MS) &&
           guest_time() - begun < MILLISECONDS(MOST_MS)) {
        wait_for_tick(seen.passes);
        seen.last_look = guest_time();
        work_on_memory(seen.passes++);
        check_registers();
        note_lives();
        for (unsigned i = 0; i < NEIGHBOURS; i++) {
            if (lives_of(i) != lives[i] || lives_wanted(i))
                changed = guest_time();
            lives[i] = lives_of(i);
        }
    }
}

static void tell_of_neighbour(unsigned neighbour)
{
    const struct diary *diary = diary_of(neighbour);

    if (diary->lives == 0)
        return;
    print("neighbour ");
    print_number(neighbour);
    print(": lives ");
    print_number(diary->lives);
    print("\n");
    if (diary->differences > 0) {
        print("life ");
        print_number(diary->life);
        print(", place ");
        print_number(diary->place);
        print(": ");
        print_hex(diary->found);
        print(", at first ");
        print_hex(diary->first);
        print("\n");
    }
    report(neighbour == 0 ? "each life of neighbour 0 found the machine of the first"
                          : "each life of neighbour 1 found the machine of the first",
           diary->differences == 0 && diary->count > 100);
}

static void tell(uint64_t elapsed)
{
    uint64_t expected = elapsed / MILLISECONDS(TICK_MS);
    uint64_t early = seen.at_life[1] - seen.at_life[0], late = seen.at_life[3] - seen.at_life[2];

    report_value("memory kept what was written, passes", seen.wrong_words == 0 && seen.passes > 50,
                 seen.passes);
    report("registers kept what was written", seen.wrong_registers == 0);
    report("time never went back", seen.backwards == 0);
    report_value("the timer interrupted every 100 ms, times",
                 timer.ticks + 1 >= expected && timer.ticks <= expected, timer.ticks);
    report_value("never late by more than a period, us", timer.latest <= MILLISECONDS(LATE_MS),
                 timer.latest * 1000 / MILLISECONDS(1));
    report_value("never kept from work for more than a period, us",
                 seen.largest_gap <= MILLISECONDS(LATE_MS),
                 seen.largest_gap * 1000 / MILLISECONDS(1));
    if (seen.at_life[3] != 0)
        report_value("20 restarts take as long in the end as at first, ms",
                     late * 100 <= early * 101 && early * 100 <= late * 101,
                     late / MILLISECONDS(1));
}

void guest_main(void)
{
    uint64_t elapsed;

    set_registers();
    start_timer();
    work();
    elapsed = guest_time() - timer.start;
    for (unsigned i = 0; i < NEIGHBOURS; i++)
        tell_of_neighbour(i);
    tell(elapsed);
    print("worker: done\n");
    power_off();
}
