/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the measured guest where its shell would print the first prompt: tells the virtual
 * counter. Called with "reboot" it restarts the machine then; else it leaves it alone for a while,
 * tells the counter before and after, and powers off. With "split" it leaves a mark and ends.
 * Stands on Linux's system calls alone, so that it costs next to nothing. Source of numbers: Linux,
 * include/uapi/asm-generic/unistd.h, linux/reboot.h, asm-generic/ioctls.h.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SYS_ioctl = 29,
    SYS_write = 64,
    SYS_exit = 93,
    SYS_nanosleep = 101,
    SYS_reboot = 142,
    SYS_getpid = 172,

    TCSBRK = 0x5409, /* with argument 1: wait until all is sent */
    STDOUT = 1,
    DIGITS = 20,

    SETTLE_SECONDS = 2, /* what a boot leaves to be done later is done then */
    IDLE_SECONDS = 10,
};

#define REBOOT_MAGIC1    0xfee1dead
#define REBOOT_MAGIC2    672274793
#define REBOOT_RESTART   0x01234567
#define REBOOT_POWER_OFF 0x4321fedc

/* Linux ignores the immediate. The emulator's log of exceptions has it in the syndrome: what
 * stands before this call happened before the prompt. Any call will do. */
#define MARK_PROMPT      0xb0b
#define MARK_IDLE_BEGINS 0xb0c
#define MARK_IDLE_ENDS   0xb0d
#define MARK_SPLIT       0xb0e

struct timespec {
    long seconds, nanoseconds;
};

static long call3(long number, long a, long b, long c)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;

    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
}

#define MARK(immediate)                                                               \
    do {                                                                              \
        register long x8_ __asm__("x8") = SYS_getpid;                                 \
        register long x0_ __asm__("x0");                                              \
                                                                                      \
        __asm__ volatile("svc %2" : "=r"(x0_) : "r"(x8_), "i"(immediate) : "memory"); \
    } while (0)

static char *put_text(char *to, const char *text)
{
    while (*text != '\0')
        *to++ = *text++;
    return to;
}

static char *put_number(char *to, uint64_t number)
{
    char digits[DIGITS];
    size_t count = 0;

    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0)
        *to++ = digits[--count];
    return to;
}

static void say(const char *name, uint64_t counter)
{
    char line[80], *end = line;
    uint64_t hz;

    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
    end = put_text(end, name);
    end = put_text(end, ": counter=");
    end = put_number(end, counter);
    end = put_text(end, " hz=");
    end = put_number(end, hz);
    *end++ = '\n';
    call3(SYS_write, STDOUT, (long)line, end - line);
    call3(SYS_ioctl, STDOUT, TCSBRK, 1);
}

static uint64_t now(void)
{
    uint64_t counter;

    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(counter) : : "memory");
    return counter;
}

static void sleep(long seconds)
{
    struct timespec time = {.seconds = seconds};

    call3(SYS_nanosleep, (long)&time, 0, 0);
}

static void measure_idle(void)
{
    uint64_t begin, end;

    sleep(SETTLE_SECONDS);
    begin = now();
    MARK(MARK_IDLE_BEGINS);
    sleep(IDLE_SECONDS);
    MARK(MARK_IDLE_ENDS);
    end = now();
    say("idle-begins", begin);
    say("idle-ends", end);
}

/* As the kernel leaves the stack of a new program. */
struct start {
    long argument_count;
    const char *arguments[];
};

void mark_main(const struct start *start);

void mark_main(const struct start *start)
{
    uint64_t prompt = now();
    char what = start->argument_count > 1 ? start->arguments[1][0] : '\0';
    bool is_restart = what == 'r';

    if (what == 's') {
        MARK(MARK_SPLIT);
        call3(SYS_exit, 0, 0, 0);
    }
    MARK(MARK_PROMPT);
    say("prompt", prompt);
    if (!is_restart)
        measure_idle();
    for (;;)
        call3(SYS_reboot, REBOOT_MAGIC1, REBOOT_MAGIC2,
              is_restart ? REBOOT_RESTART : REBOOT_POWER_OFF);
}

__asm__(".global _start\n"
        "_start: mov x0, sp\n"
        "        b mark_main\n");
