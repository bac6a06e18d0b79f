@ SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
@ A 32-bit program for arm64 that makes a directory or, with an argument, waits in an open. It is a whole ELF file, so that no linker for 32-bit programs is needed.
.syntax unified
.arm
.text
.set address, 0x10000

header:
    .byte 0x7f, 'E', 'L', 'F', 1, 1, 1      @ 32 bits, little-endian
    .zero 9
    .short 2, 40                            @ an executable, for ARM
    .word 1, address + start - header, program - header, 0
    .word 0x05000000                        @ EABI 5
    .short 52, 32, 1, 0, 0, 0
program:
    .word 1, 0, address, address            @ one segment: the whole file
    .word end - header, end - header, 5, 0x10000

start:
    ldr r0, [sp]                            @ the number of arguments, with the program
    cmp r0, #1
    bhi wait
    adr r0, path
    mov r1, #0700
    mov r7, #39                             @ mkdir
    svc #0
    mov r7, #1                              @ exit, with the result
    svc #0
wait:
    adr r0, fifo
    mov r1, #0
    mov r7, #5                              @ open
    svc #0
    mov r4, r0
    mov r1, sp
    mov r2, #1
    mov r7, #3                              @ read, which ends when the FIFO is closed
    svc #0
    lsr r0, r4, #31                         @ 1 if the open failed
    mov r7, #1
    svc #0
path:
    .asciz "/guest/data/compat"
fifo:
    .asciz "/guest/data/fifo"
    .balign 4
end:
