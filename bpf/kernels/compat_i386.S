# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# A 32-bit program for x86-64 that waits in an open, which began before the sensor.
.globl _start
_start:
    movl $5, %eax                           # open
    movl $path, %ebx
    xorl %ecx, %ecx
    int $0x80
    movl %eax, %esi
    movl %eax, %ebx
    movl $3, %eax                           # read, which ends when the FIFO is closed
    movl %esp, %ecx
    movl $1, %edx
    int $0x80
    movl %esi, %ebx
    shrl $31, %ebx                          # 1 if the open failed
    movl $1, %eax                           # exit
    int $0x80
path:
    .asciz "/guest/data/fifo"
.section .note.GNU-stack, "", @progbits
