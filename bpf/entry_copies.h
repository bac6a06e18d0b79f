/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Paths and socket addresses at the entry of a syscall, on kernels that show none of their own copies. The text at the
 * exit is compared with the one at the entry. If they differ, the syscall has two records, one with each. A text that
 * changes twice during the call is not noticed. */
#ifndef TIERCEL_ENTRY_COPIES_H
#define TIERCEL_ENTRY_COPIES_H

#include "call_memory.h"
#include "fd_syscalls.h"
#include "generic_syscalls.h"
#include "syscall.h"

/* Returns true if the syscall passes a socket address. */
static __always_inline bool passes_address(__u32 nr) {
    return nr == SYS_connect || nr == SYS_bind || nr == SYS_sendto || nr == SYS_sendmsg;
}

static __always_inline void remember_passed_address(struct syscall *call) {
    __u64 address = call->args[1], length = call->args[2];
    if (call->nr == SYS_sendto) {
        address = call->args[4];
        length = call->args[5];
    } else if (call->nr == SYS_sendmsg) { /* a message starts with the address and its length */
        __u32 pointer = call->compat ? 4 : 8;
        address = read_user_number(call->args[1], pointer);
        length = read_user_number(call->args[1] + pointer, 4);
    }
    if (address)
        remember_address(call->nr, address, length & 0xffffffff);
}

/* Remembers the strings of a RECORD_SYSCALL. */
static __always_inline void remember_strings(struct syscall *call) {
    __u32 number = call->nr & 1023;
    for (int i = 0; i < 3; i++) {
        __u32 how = argument_specs[number].kind[i];
        if (how != ARGUMENT_STRING && how != ARGUMENT_PATH)
            continue;
        __u64 address = call->args[0];
        __u32 argument = argument_specs[number].argument[i];
        if (argument == 1)
            address = call->args[1];
        else if (argument == 2)
            address = call->args[2];
        else if (argument == 3)
            address = call->args[3];
        if (address && argument < 4)
            remember_path(call->nr, address, 0);
    }
}

/* Remembers the texts of a syscall that begins. A successful execve leaves nothing to compare with, and its record has
 * the kernel's texts. */
static __always_inline void remember_at_entry(struct syscall *call) {
    __u64 first = 0, second = 0;
    bool paths = config.syscall_flags[call->nr & 1023] & SYSCALL_PATHS;
    if (!paths && !passes_address(call->nr))
        return;
    if (find_call_memory())
        forget_call();
    if (passes_address(call->nr)) {
        remember_passed_address(call);
        return;
    }
    switch (call->nr) {
    case SYS_execve:
    case SYS_execveat:
        return;
    case SYS_open:
    case SYS_creat:
    case SYS_unlink:
    case SYS_rmdir:
    case SYS_mkdir:
    case SYS_chdir:
        first = call->args[0];
        break;
    case SYS_openat:
    case SYS_openat2:
    case SYS_unlinkat:
    case SYS_mkdirat:
        first = call->args[1];
        break;
    case SYS_rename:
        first = call->args[0];
        second = call->args[1];
        break;
    case SYS_renameat:
    case SYS_renameat2:
        first = call->args[1];
        second = call->args[3];
        break;
    default:
        remember_strings(call);
    }
    if (first)
        remember_path(call->nr, first, 0);
    if (second)
        remember_path(call->nr, second, 0);
}

#endif
