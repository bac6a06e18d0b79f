/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A syscall at its exit, in one form for all ABIs. */
#ifndef TIERCEL_SYSCALL_H
#define TIERCEL_SYSCALL_H

#include "record.h"
#include "syscall_numbers.h"

struct syscall {
    __u64 args[6];          /* as passed; 32-bit arguments are zero-extended */
    __u32 nr;               /* a number of syscall_numbers.h, or NR_UNKNOWN */
    bool compat;            /* pointers and words in user memory have 32 bits */
    bool indirect;          /* socketcall: the arguments are in user memory */
    bool kernel_paths;      /* paths are in kernel memory */
    bool direct_descriptor; /* io_uring: the file gets no file descriptor */
    bool assumed;           /* io_uring: the request is only submitted, and the result is an assumption */
    __u64 file;             /* io_uring: address of the open file; 0: that of the file descriptor */

    /* Result of the prefilter (prefilter.h). */
    __u64 disjuncts;
    __u32 generation;
    __u32 table;          /* index into prefilter_tables */
    __u32 event_type;     /* 0 if the prefilter has no table for the event type */
    bool is_open;         /* the event type is one of those that open files */
    bool process_checked; /* program name, user and container membership are checked */
};

/* The arguments of a syscall that opens a file. */
struct open_request {
    struct open_how how;
    const void *path; /* null if the syscall has no path */
    int dirfd;
};

/* The syscall that is being recorded. For sendmmsg and recvmmsg, one message of it. */
struct current_syscall {
    struct syscall call;
    struct open_request open_request; /* for syscalls that open a file */
    __s64 result;
    __u32 used;       /* bytes of scratch.rest */
    __u64 iov_copied; /* bytes copied from an iovec; in memory, so that the loop's verifier states converge */
    bool event;       /* false if only the datagram peer is to be tracked */
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct current_syscall);
} current_syscalls SEC(".maps");

/* Keeps all disjuncts: the prefilter has not checked the syscall. */
static __always_inline void reset_prefilter(struct syscall *call) {
    call->disjuncts = ~0ull;
    call->generation = GENERATION_NONE;
    call->table = call->event_type = 0;
    call->is_open = call->process_checked = false;
}

#define LOOKUP_NR(table, number) lookup_nr(table, sizeof(table) / sizeof *(table), number)

/* The barrier keeps the compiler from indexing with a copy that was not compared. */
static __always_inline __u32 lookup_nr(const volatile __u16 *table, __u32 size, __u32 number) {
    asm volatile("" : "+r"(number));
    return number < size ? table[number] : NR_UNKNOWN;
}

#if defined(__TARGET_ARCH_x86)

#define TS_COMPAT 2 /* the syscall used i386 registers and numbers */
#define X32_BIT 0x40000000
#define SOCKETCALL_SEND 9
#define SOCKETCALL_RECV 10

/* The syscall that the first argument of socketcall stands for (include/uapi/linux/net.h). */
const volatile __u16 socketcall_to_nr[] SEC(".rodata.numbers") = {
    NR_UNKNOWN,      SYS_socket,     SYS_bind,    SYS_connect,  SYS_listen,  SYS_accept,   SYS_getsockname,
    SYS_getpeername, SYS_socketpair, SYS_sendto,  SYS_recvfrom, SYS_sendto,  SYS_recvfrom, SYS_shutdown,
    SYS_setsockopt,  SYS_getsockopt, SYS_sendmsg, SYS_recvmsg,  SYS_accept4, SYS_recvmmsg, SYS_sendmmsg,
};

static __always_inline bool is_compat(struct task_struct *task) {
    if (settings.read_variant == READ_PLAIN)
        return BPF_CORE_READ(task, thread_info.status) & TS_COMPAT;
    return task->thread_info.status & TS_COMPAT;
}

static __always_inline void identify_syscall(struct task_struct *task, struct pt_regs *regs, struct syscall *call) {
    __u32 number = regs->orig_ax;
    call->indirect = call->kernel_paths = call->direct_descriptor = call->assumed = false;
    call->file = 0;
    reset_prefilter(call);
    call->compat = is_compat(task);
    if (call->compat) {
        number = LOOKUP_NR(i386_to_nr, number);
        if (number == SYS_socketcall) {
            call->indirect = true;
            number = LOOKUP_NR(socketcall_to_nr, (__u32)regs->bx);
        }
    } else if (number & X32_BIT) {
        number &= ~X32_BIT;
        if (number >= X32_FIRST)
            number = LOOKUP_NR(x32_to_nr, number - X32_FIRST);
    }
    call->nr = number;
}

static __always_inline void read_arguments(struct pt_regs *regs, struct syscall *call) {
    if (call->indirect) {
        __u32 words[6] = {};
        bpf_probe_read_user(words, sizeof words, (void *)(__u64)(__u32)regs->cx);
        if ((__u32)regs->bx == SOCKETCALL_SEND || (__u32)regs->bx == SOCKETCALL_RECV)
            words[4] = words[5] = 0; /* without the address of sendto and recvfrom */
        for (int i = 0; i < 6; i++)
            call->args[i] = words[i];
    } else if (call->compat) {
        call->args[0] = (__u32)regs->bx;
        call->args[1] = (__u32)regs->cx;
        call->args[2] = (__u32)regs->dx;
        call->args[3] = (__u32)regs->si;
        call->args[4] = (__u32)regs->di;
        call->args[5] = (__u32)regs->bp;
    } else {
        call->args[0] = regs->di;
        call->args[1] = regs->si;
        call->args[2] = regs->dx;
        call->args[3] = regs->r10;
        call->args[4] = regs->r8;
        call->args[5] = regs->r9;
    }
}

#elif defined(__TARGET_ARCH_arm64)

/* Only 64-bit syscalls are supported. The 32-bit ABI has its own numbers and registers. */
#define PSR_MODE32_BIT 0x10

static __always_inline void identify_syscall(struct task_struct *task, struct pt_regs *regs, struct syscall *call) {
    __u32 number = regs->syscallno;
    call->indirect = call->kernel_paths = call->direct_descriptor = call->assumed = false;
    call->file = 0;
    reset_prefilter(call);
    call->compat = regs->pstate & PSR_MODE32_BIT;
    call->nr = call->compat ? NR_UNKNOWN : LOOKUP_NR(arm64_to_nr, number);
}

static __always_inline void read_arguments(struct pt_regs *regs, struct syscall *call) {
    call->args[0] = regs->orig_x0;
    for (int i = 1; i < 6; i++)
        call->args[i] = regs->regs[i];
}

#endif

/* Fills the record header: timestamp, task identity and the surviving disjunct mask. */
static __always_inline void fill_syscall_header(struct scratch *s, struct task_struct *task, struct syscall *call) {
    fill_header(s, task);
    s->header.compat = call->compat;
    s->header.disjuncts = call->disjuncts;
    s->header.generation = call->generation;
}

/* Starts a record of a syscall of the current task. */
static __always_inline struct scratch *begin_syscall_record(struct task_struct *task, struct syscall *call,
                                                            __s64 result) {
    struct scratch *s = init_record(call->nr, result);
    if (s)
        fill_syscall_header(s, task, call);
    return s;
}

/* Appends a path from user or kernel memory. */
static __always_inline __u32 append_path(struct scratch *s, struct syscall *call, int which, __u32 used,
                                         const void *path) {
    return call->kernel_paths ? append_kernel_string(s, which, used, path) : append_user_string(s, which, used, path);
}

#endif
