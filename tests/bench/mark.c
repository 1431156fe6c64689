/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the measured guest where its shell would print the first prompt: tells the virtual
 * counter, and powers off. Stands on Linux's system calls alone, so that it costs next to nothing.
 * Source of numbers: Linux, include/uapi/asm-generic/unistd.h, linux/reboot.h,
 * asm-generic/ioctls.h.
 */
#include <stddef.h>
#include <stdint.h>

enum {
    SYS_ioctl = 29,
    SYS_write = 64,
    SYS_reboot = 142,
    SYS_getpid = 172,

    TCSBRK = 0x5409, /* with argument 1: wait until all is sent */
    STDOUT = 1,
    DIGITS = 20,
};

#define REBOOT_MAGIC1    0xfee1dead
#define REBOOT_MAGIC2    672274793
#define REBOOT_POWER_OFF 0x4321fedc

/* Linux ignores the immediate. The emulator's log of exceptions has it in the syndrome: what
 * stands before this call happened before the prompt. Any call will do. */
#define MARK_IMMEDIATE   0xb0b

static long call3(long number, long a, long b, long c)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;

    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
}

static void mark(void)
{
    register long x8 __asm__("x8") = SYS_getpid;
    register long x0 __asm__("x0");

    __asm__ volatile("svc %2" : "=r"(x0) : "r"(x8), "i"(MARK_IMMEDIATE) : "memory");
}

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

void _start(void);

void _start(void)
{
    char line[80], *end = line;
    uint64_t counter, hz;

    __asm__ volatile("isb; mrs %0, cntvct_el0; mrs %1, cntfrq_el0" : "=r"(counter), "=r"(hz));
    mark();
    end = put_text(end, "prompt: counter=");
    end = put_number(end, counter);
    end = put_text(end, " hz=");
    end = put_number(end, hz);
    *end++ = '\n';
    call3(SYS_write, STDOUT, (long)line, end - line);
    call3(SYS_ioctl, STDOUT, TCSBRK, 1);
    for (;;)
        call3(SYS_reboot, REBOOT_MAGIC1, REBOOT_MAGIC2, REBOOT_POWER_OFF);
}
