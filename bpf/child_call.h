/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The end of fork, vfork, clone and clone3 in the new task. On x86-64 it is an ordinary exit of a syscall. On arm64 the
 * new task returns to user space without one (ret_from_fork in arch/arm64/kernel/entry.S), so the program that sees
 * forks records it, in the parent. */
#ifndef TIERCEL_CHILD_CALL_H
#define TIERCEL_CHILD_CALL_H

#include "fd_syscalls.h"
#include "kernel_copies.h"
#include "process.h"
#include "syscall.h"

#if defined(__TARGET_ARCH_arm64)

#define REPORTS_CHILD_CALLS true

/* The flags of the call that makes a task. */
static __always_inline __u64 clone_flags(struct syscall *call) {
    switch (call->nr) {
    case SYS_clone: /* clone(flags, ...) */
        return call->args[0];
    case SYS_clone3: /* clone3(arguments, size): the flags are the first member */
        return read_user_number(call->args[0], 8);
    default:
        return 0;
    }
}

/* Describes the current call. Before Linux 5.15, programs cannot read its registers here: it counts as a clone without
 * flags. */
static __always_inline void describe_forking_call(struct syscall *call) {
    struct syscall_id id = {.nr = SYS_clone};
    call->args[0] = 0;
    if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs)) {
        struct task_struct *parent = bpf_get_current_task_btf();
        struct pt_regs *regs = (void *)bpf_task_pt_regs(parent);
        id = identify_syscall(parent, regs);
        read_arguments(regs, id, call->args);
    }
    begin_syscall(call, id);
}

/* The prefilter does not check the call: its tables are about the current process, which is the parent. */
static __always_inline void record_child_call(struct task_struct *child) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!c || bpf_get_current_pid_tgid() >> 32 == settings.own_tgid || BPF_CORE_READ(child, flags) & PF_KTHREAD)
        return;
    struct syscall *call = &c->call;
    describe_forking_call(call);
    __u32 number = call->nr;
    if (number != SYS_clone && number != SYS_clone3 && number != SYS_fork && number != SYS_vfork)
        return;
    barrier_var(number); /* keeps the compiler from dropping the mask */
    if (config.syscall_flags[number & 1023] & SYSCALL_EVENT)
        record_clone(child, call, 0, clone_flags(call));
}

#else

#define REPORTS_CHILD_CALLS false

static __always_inline void record_child_call(struct task_struct *child) {
}

#endif

#endif
