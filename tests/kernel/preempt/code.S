/* SPDX-License-Identifier: BSD-2-Clause */
/* What waiters run: the system call their registers hold, a note that it came back, and a wait for
 * what never comes. x19 where to note it, x20 a notification. */
    .text
    .global waiter_code
    .balign 8
waiter_code:
    svc     #0
    mov     x9, #1
    str     x9, [x19]
1:  mov     x0, x20
    mov     x7, #-9
    svc     #0
    b       1b
