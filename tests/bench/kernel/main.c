/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Measures each operation and prints "figure NAME VALUE" for each of its figures. With several
 * cores the names end in "_4_cores", the number; the others sleep. If the boot image carries a file
 * "contended", they enter the kernel all the time, and the names end in "_contended".
 *
 * If the boot image carries a file "trace", it names one operation: then that alone runs, a few
 * times, between the lines "trace: ready" (a character is awaited) and the end of the program.
 */
#include <stdio.h>
#include <string.h>

#include "abi/payload.h"
#include "tests/bench/kernel/bench.h"

#define TICK        16 /* instructions per count */
#define TRACE_COUNT 8
#define COUNTER_HZ  62500000UL

static char suffix[32]; /* of the figures' names */

/* Instructions between two stamps, on the average of all iterations but the warm ones. */
static uint64_t distance(const uint64_t *from, const uint64_t *to, bool *exact)
{
    uint64_t sum = 0;

    for (unsigned i = BENCH_WARM; i < BENCH_TOTAL; i++)
        sum += to[i] - from[i];
    *exact = sum * TICK % BENCH_COUNT == 0;
    return (sum * TICK + BENCH_COUNT / 2) / BENCH_COUNT;
}

static void report(const char *name, const uint64_t *from, const uint64_t *to, unsigned less)
{
    bool exact;
    uint64_t instructions = distance(from, to, &exact);

    if (name != NULL)
        printf("figure %s%s %lu%s\n", name, suffix, instructions - less, exact ? "" : " rounded");
}

static void run(const struct operation *operation, bool pad, unsigned count)
{
    memset(&client, 0, sizeof(client));
    memset(&server, 0, sizeof(server));
    client.count = server.count = count;
    client.pad = pad;
    client.done = bench_object(seL4_NotificationObject);
    operation->prepare(operation);
    bench_run();
    bench_stop(&client);
    bench_stop(&server);
}

/* Odd, if 16 iterations are to see every phase of the counter. */
static bool distance_is_odd(void)
{
    uint64_t ticks = client.before[BENCH_TOTAL - 1] - client.before[BENCH_WARM - 1];

    return (ticks * TICK + BENCH_COUNT / 2) / BENCH_COUNT % 2 != 0;
}

/* The stamp itself is one instruction of what lies between two stamps. */
static void measure(const struct operation *operation)
{
    unsigned less = operation->fpu ? 2 : 1;

    run(operation, false, BENCH_RUNS);
    if (!distance_is_odd())
        run(operation, true, BENCH_RUNS);
    report(operation->forward, client.before, server.after, less);
    report(operation->back, server.before + 1, client.after, less + operation->extra_back);
    report(operation->round, client.before, client.after, less);
}

static bool carries(const char *name, const void **data, size_t *size)
{
    const struct payload_directory *directory = (const void *)__payload_start;

    return payload_check(directory, SIZE_MAX) == PAYLOAD_OK &&
           payload_find(directory, name, data, size) == PAYLOAD_OK;
}

/* The operation to trace, if there is one: a name, and a newline behind it. */
static bool is_traced(const char *name)
{
    const void *data;
    size_t size;

    if (!carries("trace", &data, &size))
        return false;
    return name == NULL || (size == strlen(name) + 1 && strncmp(data, name, strlen(name)) == 0);
}

static void prepare_cores(void)
{
    const void *data;
    size_t size;
    seL4_Word count = rt_bootinfo()->numNodes;

    if (carries("contended", &data, &size)) {
        bench_occupy_cores();
        snprintf(suffix, sizeof(suffix), "_contended");
    } else if (count > 1) {
        snprintf(suffix, sizeof(suffix), "_%lu_cores", count);
    }
}

static void trace(const struct operation *operation)
{
    printf("trace: ready\n");
    while (uart_getc(&console.uart) < 0)
        ;
    run(operation, false, TRACE_COUNT);
}

static void each(const struct operation *operations, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (!is_traced(NULL))
            measure(&operations[i]);
        else if (is_traced(operations[i].name))
            trace(&operations[i]);
    }
}

int main(void)
{
    uint64_t frequency;

    MUST(alloc_init(&alloc, rt_bootinfo()));
    MUST(console_open(&console, &alloc, rt_bootinfo()));
    __asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
    if (frequency != COUNTER_HZ)
        rt_panic("a counter of %lu Hz: only QEMU's of %lu counts instructions", frequency,
                 COUNTER_HZ);
    bench_make_spaces();
    prepare_cores();
    each(ipc_operations, ipc_operation_count);
    each(sched_operations, sched_operation_count);
    each(exit_operations, exit_operation_count);
    printf("figures: done\n");
    return 0;
}
