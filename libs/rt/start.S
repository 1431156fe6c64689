/* SPDX-License-Identifier: BSD-2-Clause */
/* First instructions of a program: x0 is the bootinfo's address of a root task, and 0 for a
 * component, whose x1 to x4 abi/component.h tells. Makes a stack and the thread's TLS at its top,
 * then goes to C. Reads no memory but its own image. */

    .section .text.start, "ax"
    .global _start
    .type _start, %function
_start:
    mov     x19, x0
    mov     x20, x1
    mov     x21, x2
    mov     x22, x3
    mov     x23, x4
    ldr     x0, =rt_stack_top
    ldr     x1, =rt_stack           /* pulls in the default stack if the program has none */
    ldr     x1, =__tls_reserve
    sub     x0, x0, x1              /* both are multiples of 64 */
    mov     sp, x0
    bl      rt_tls_fill             /* x0: the thread pointer */
    msr     tpidr_el0, x0
    mov     x0, x19
    mov     x1, x20
    mov     x2, x21
    mov     x3, x22
    mov     x4, x23
    mov     x29, xzr
    bl      rt_main
1:  b       1b
    .size _start, . - _start
