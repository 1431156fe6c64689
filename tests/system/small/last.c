/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest that says its last words to the other end of its channel; then its monitor dies of a
 * question that only the tests' monitor has (fatal.c). */
#include "tests/system/small/fatal.h"
#include "tests/system/small/last.h"
#include "tests/system/small/line.h"

static struct line line;
static uint8_t words[LAST_WORDS];

void line_timer(void)
{
}

static void connect(void)
{
    if (vchan_open(&line.end, &line.shape) != VCHAN_OK)
        guest_fault(0, 0, 0);
    for (;;) {
        uint64_t bells = line_bells();
        bool connected = vchan_connect(&line.end) == VCHAN_OK;

        line_ring(&line);
        if (connected)
            return;
        line_sleep(bells);
    }
}

void guest_main(void)
{
    size_t count;

    line_find(&line, 1);
    connect();
    for (unsigned i = 0; i < LAST_WORDS; i++)
        words[i] = line_byte(line.end.generation, line.end.peer_generation, i);
    /* In one go, and not announced: what tells the other end is its closing alone. */
    if (vchan_write(&line.end, words, LAST_WORDS, &count) != VCHAN_OK || count != LAST_WORDS)
        guest_fault(0, 0, 0);
    (void)hypercall(PSCI_FEATURES, FATAL_FUNCTION + FATAL_WRITE);
    guest_fault(0, 0, 0);
}
