/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest whose channel's other end dies with its monitor, comes back, and dies for good: each time
 * it hears of it asleep, after the last words. Without a bell it would sleep until its timer.
 */
#include "tests/system/small/last.h"
#include "tests/system/small/line.h"

#define MOST_MS    20000
#define SILENCE_MS 2000

static struct line line;
static volatile bool is_late;

void line_timer(void)
{
    is_late = true;
}

static void sleep_for(uint64_t milliseconds)
{
    is_late = false;
    line_set_timer(MILLISECONDS(milliseconds));
}

/* Until the other end is there; false: late. */
static bool meet(void)
{
    for (;;) {
        uint64_t bells = line_bells();
        bool met = vchan_connect(&line.end) == VCHAN_OK;

        line_ring(&line);
        if (met || is_late)
            return met;
        line_sleep(bells);
    }
}

/* As many bytes as come, and how it ended; `*wrong` of them are not what was sent. */
static enum vchan_result hear(uint64_t *heard, uint64_t *wrong)
{
    uint8_t bytes[256];
    size_t count;

    for (;;) {
        uint64_t bells = line_bells();
        enum vchan_result result = vchan_read(&line.end, bytes, sizeof(bytes), &count);

        for (size_t i = 0; i < count; i++, (*heard)++)
            *wrong += bytes[i] != line_byte(line.end.peer_generation, line.end.generation, *heard);
        if ((result != VCHAN_OK && result != VCHAN_EMPTY) || is_late)
            return result;
        /* For more than is ever sent: the bytes themselves ring nothing. */
        if (result == VCHAN_EMPTY && vchan_arm_data(&line.end, LAST_WORDS + 1)) {
            line_ring(&line);
            line_sleep(bells);
        }
    }
}

static void hear_of_a_death(void)
{
    uint64_t heard = 0, wrong = 0, begun = guest_time();
    size_t count;
    enum vchan_result how;

    sleep_for(MOST_MS);
    report("the other end is there", meet());
    how = hear(&heard, &wrong);
    report("its end is told after its monitor died", how == VCHAN_CLOSED && !is_late);
    report_value("its last words came whole before that, bytes", heard == LAST_WORDS && wrong == 0,
                 heard);
    report("nothing can be sent to it", vchan_write(&line.end, "x", 1, &count) == VCHAN_CLOSED);
    report_value("at once, ms", guest_time() - begun < MILLISECONDS(SILENCE_MS),
                 (guest_time() - begun) / MILLISECONDS(1));
}

void guest_main(void)
{
    line_find(&line, 1);
    if (vchan_open(&line.end, &line.shape) != VCHAN_OK)
        guest_fault(0, 0, 0);
    for (unsigned i = 0; i < LAST_LIVES; i++)
        hear_of_a_death();
    sleep_for(SILENCE_MS);
    report("it is not there any more", !meet());
    print("bereft: done\n");
    power_off();
}
