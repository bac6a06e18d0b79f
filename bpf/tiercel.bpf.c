/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The capture program. It records syscalls at their exit, and the creation and end of processes, programs and
 * cgroups. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "child_call.h"
#include "entry_copies.h"
#include "fd_syscalls.h"
#include "generic_syscalls.h"
#include "io_uring.h"
#include "known_state.h"
#include "lsm_hooks.h"
#include "name_copies.h"
#include "path_syscalls.h"
#include "preemption_guard.h"
#include "prefilter.h"
#include "prefilter_early_path.h"
#include "process.h"
#include "syscall.h"
#include "syscall_hooks.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Returns true if this syscall is of interest. */
static __always_inline bool is_selected_syscall(struct pt_regs *regs, struct syscall_id id) {
    if (id.nr >= sizeof config.syscall_flags || !config.syscall_flags[id.nr] ||
        bpf_get_current_pid_tgid() >> 32 == settings.own_tgid)
        return false;
    if (config.syscall_flags[id.nr] != (SYSCALL_SEND | SYSCALL_FD))
        return true;
    __u64 args[6];
    read_arguments(regs, id, args);
    return is_fast_open(id.nr, args);
}

static __always_inline void record_syscall_exit(struct current_syscall *c) {
    struct task_struct *task = current_task();
    struct syscall *call = &c->call;
    long ret = c->result;
    bool event = config.syscall_flags[call->nr & 1023] & SYSCALL_EVENT;
    if (event && (ret < 0 || (call->nr != SYS_execve && call->nr != SYS_execveat)))
        check_result(call, ret);
    check_open(call, ret);
    if (!call->disjuncts) {
        if (config.syscall_flags[call->nr & 1023] & SYSCALL_STATE)
            event = config.prefilter_verify && has_room_to_verify();
        else if (call->changed || (remembers_texts() && call->remembered && has_changed_path()))
            reset_prefilter(call);
        else if (is_filtered(call))
            return;
    }
    if (config.syscall_flags[call->nr & 1023] & SYSCALL_FD) {
        record_fd_syscall(c, event);
        return;
    }
    if (record_open_syscall(call, ret))
        return;
    switch (call->nr) {
    case SYS_rmdir:  /* rmdir(path) */
    case SYS_unlink: /* unlink(path) */
        record_path(task, call, ret, AT_FDCWD, (void *)call->args[0], 0, 0, true);
        break;
    case SYS_mkdir: /* mkdir(path, mode) */
        record_path(task, call, ret, AT_FDCWD, (void *)call->args[0], 0, call->args[1], true);
        break;
    case SYS_mkdirat: /* mkdirat(dirfd, path, mode) */
        record_path(task, call, ret, call->args[0], (void *)call->args[1], 0, call->args[2], true);
        break;
    case SYS_unlinkat: /* unlinkat(dirfd, path, flags) */
        record_path(task, call, ret, call->args[0], (void *)call->args[1], call->args[2], 0, true);
        break;
    case SYS_rename: /* rename(old, new) */
        record_rename(task, call, ret, AT_FDCWD, (void *)call->args[0], AT_FDCWD, (void *)call->args[1], 0, true);
        break;
    case SYS_renameat: /* renameat(olddirfd, old, newdirfd, new) */
        record_rename(task, call, ret, call->args[0], (void *)call->args[1], call->args[2], (void *)call->args[3], 0,
                      true);
        break;
    case SYS_renameat2: /* renameat2(olddirfd, old, newdirfd, new, flags) */
        record_rename(task, call, ret, call->args[0], (void *)call->args[1], call->args[2], (void *)call->args[3],
                      call->args[4], true);
        break;
    case SYS_execve: /* execve(path, arguments, environment): a success is recorded by on_exec */
        if (ret < 0)
            record_exec_failed(task, call, ret, (void *)call->args[0]);
        break;
    case SYS_execveat: /* execveat(dirfd, path, ...) */
        if (ret < 0)
            record_exec_failed(task, call, ret, (void *)call->args[1]);
        break;
    case SYS_clone: /* clone(flags, ...) */
        record_clone(task, call, ret, call->args[0]);
        break;
    case SYS_fork:  /* fork() */
    case SYS_vfork: /* vfork() */
        record_clone(task, call, ret, 0);
        break;
    case SYS_clone3: /* clone3(arguments, size): the flags are the first member */
        record_clone(task, call, ret, read_user_number(call->args[0], 8));
        break;
    case SYS_chdir:     /* chdir(path) */
    case SYS_fchdir:    /* fchdir(fd) */
    case SYS_setpgid:   /* setpgid(pid, group) */
    case SYS_setsid:    /* setsid() */
    case SYS_setrlimit: /* setrlimit(resource, limit) */
    case SYS_prlimit64: /* prlimit(pid, resource, new, old) */
        record_state_change(call, ret, event);
        break;
    default:
        if (event || ret >= 0)
            record_syscall(task, call, ret, true);
    }
}

/* Records the current syscall, which has ended. This is a global function so that the verifier checks it once, for all
 * ABIs and ways to get the arguments. */
__noinline int record_current_syscall(void) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!c)
        return 0;
    struct syscall *call = &c->call;
    __u8 flags = config.syscall_flags[call->nr & 1023];
    if (flags & SYSCALL_SEND && is_fast_open(call->nr, call->args))
        c->result = to_connect(call, c->result);
    if (remembers_targets() && call->nr == SYS_connect)
        take_target(c);
    if (settings.path_copies && flags & SYSCALL_PATHS) {
        if (opens_path(call->nr))
            take_opened_path(call, call->nr == SYS_open || call->nr == SYS_creat ? call->args[0] : call->args[1]);
        else
            call->remembered = find_call_memory() != 0;
    }
    if (settings.entry_copies && !call->changed && (flags & SYSCALL_PATHS || passes_address(call->nr)))
        call->remembered = find_call_memory() != 0;
    c->text_changed = false;
    record_syscall_exit(c);
    c->again = settings.entry_copies && call->remembered && c->text_changed && !(flags & SYSCALL_STATE);
    if (remembers_texts() && call->remembered)
        forget_call();
    return 0;
}

static __always_inline void handle_syscall_exit(struct pt_regs *regs, struct syscall_id id, long ret) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!c)
        return;
    begin_syscall(&c->call, id);
    read_arguments(regs, id, c->call.args);
    c->result = ret;
    record_current_syscall();
    if (!settings.entry_copies || !c->again)
        return;
    c->call.changed = true;
    c->call.remembered = false;
    reset_prefilter(&c->call);
    record_current_syscall();
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long ret) {
    struct syscall_id id = identify_syscall(current_task(), regs);
    if (!is_selected_syscall(regs, id) || is_hooked(id.nr))
        return 0;
    enter_primary(GUARD_SYSCALL);
    handle_syscall_exit(regs, id, ret);
    enable_preemption();
    return 0;
}

/* Attached only while close events are requested: a program at every syscall entry costs. */
SEC("tp_btf/sys_enter")
int BPF_PROG(on_close_enter, struct pt_regs *regs, long number) {
    struct task_struct *task = current_task();
    struct syscall_id id = identify_syscall(task, regs);
    if (id.nr != SYS_close || bpf_get_current_pid_tgid() >> 32 == settings.own_tgid)
        return 0;
    disable_preemption();
    struct syscall call;
    begin_syscall(&call, id);
    read_arguments(regs, id, call.args);
    record_close_enter(task, &call);
    enable_preemption();
    return 0;
}

static __always_inline void handle_exec(struct task_struct *task, struct linux_binprm *program) {
    if (config.standard_fds)
        record_standard_fds(current_task());
    record_exec(task, program);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, pid_t old_pid, struct linux_binprm *program) {
    enter_primary(GUARD_EXEC);
    handle_exec(task, program);
    enable_preemption();
    return 0;
}

static __always_inline bool is_process(struct task_struct *task) {
    return BPF_CORE_READ(task, tgid) == BPF_CORE_READ(task, pid);
}

static __always_inline void handle_fork(struct task_struct *child) {
    if (is_process(child))
        record_fork(child);
    if (REPORTS_CHILD_CALLS)
        record_child_call(child);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child) {
    if (!is_process(child) && !REPORTS_CHILD_CALLS)
        return 0;
    enter_primary(GUARD_FORK);
    handle_fork(child);
    enable_preemption();
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task) {
    enter_primary(GUARD_EXIT);
    if (remembers_texts())
        forget_call();
    record_exit(task);
    enable_preemption();
    return 0;
}

/* Hooks on the functions of syscalls (syscall_hooks.h). */

static __always_inline int handle_hooked_call(struct pt_regs *regs, struct syscall_id id, long ret) {
    if (!begin_hook())
        return 0;
    mark_hooked(id.nr);
    handle_syscall_exit(regs, id, ret);
    end_hook();
    return 0;
}

/* A function that 64-bit and 32-bit programs share is left to on_call_i386 if the program is a 32-bit one. But execve
 * returns as a call of the new program. */
static __always_inline int handle_hooked_function(struct pt_regs *regs, long ret) {
    struct syscall_id id = identify_syscall(current_task(), regs);
    if (!is_selected_syscall(regs, id))
        return 0;
    if (id.compat && !(ret == 0 && (id.nr == SYS_execve || id.nr == SYS_execveat)))
        return 0;
    return handle_hooked_call(regs, id, ret);
}

/* The functions name the types of function. User space attaches the stubs. */
SEC("?fexit/__x64_sys_openat")
int BPF_PROG(on_call_named, struct pt_regs *regs, long ret) {
    return handle_hooked_function(regs, ret);
}

SEC("?fexit/__do_sys_setsid")
int BPF_PROG(on_call_unnamed, struct pt_regs *regs, long ret) {
    return handle_hooked_function(regs, ret);
}

SEC("?fexit/ia32_sys_call")
int BPF_PROG(on_call_i386, struct pt_regs *regs, unsigned int nr, long ret) {
    struct syscall_id id = identify_syscall(current_task(), regs);
    return is_selected_syscall(regs, id) ? handle_hooked_call(regs, id, ret) : 0;
}

/* Only tasks with seccomp run this function. A result other than 0 means that the call is refused. */
SEC("?fexit/__secure_computing")
int BPF_PROG(on_call_refused, const void *data, int refused) {
    if (!refused)
        return 0;
    struct pt_regs *regs = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
    struct syscall_id id = identify_syscall(current_task(), regs);
    return is_selected_syscall(regs, id) ? handle_hooked_call(regs, id, refused_result(regs)) : 0;
}

/* Attached for a moment: reads whether the kernel preempts tasks in the kernel. */
SEC("?tp_btf/sys_enter")
int BPF_PROG(on_call_preemption, struct pt_regs *regs, long id) {
    __u32 mode = 0;
    if (config.preemption_address && config.preemption_mode == PREEMPTION_UNREAD &&
        bpf_probe_read_kernel(&mode, sizeof mode, (void *)config.preemption_address) == 0)
        config.preemption_mode = mode + 1;
    return 0;
}

/* Fallback programs (preemption_guard.h). */

SEC("?tp_btf/sys_exit")
int BPF_PROG(on_sys_exit_fallback, struct pt_regs *regs, long ret) {
    struct syscall_id id = identify_syscall(current_task(), regs);
    if (!is_selected_syscall(regs, id) || !enter_fallback(GUARD_SYSCALL))
        return 0;
    handle_syscall_exit(regs, id, ret);
    enable_preemption();
    return 0;
}

SEC("?tp_btf/sched_process_exec")
int BPF_PROG(on_exec_fallback, struct task_struct *task, pid_t old_pid, struct linux_binprm *program) {
    if (!enter_fallback(GUARD_EXEC))
        return 0;
    handle_exec(task, program);
    enable_preemption();
    return 0;
}

SEC("?tp_btf/sched_process_fork")
int BPF_PROG(on_fork_fallback, struct task_struct *parent, struct task_struct *child) {
    if ((!is_process(child) && !REPORTS_CHILD_CALLS) || !enter_fallback(GUARD_FORK))
        return 0;
    handle_fork(child);
    enable_preemption();
    return 0;
}

SEC("?tp_btf/sched_process_exit")
int BPF_PROG(on_exit_fallback, struct task_struct *task) {
    if (!enter_fallback(GUARD_EXIT))
        return 0;
    if (remembers_texts())
        forget_call();
    record_exit(task);
    enable_preemption();
    return 0;
}

/* Loaded if the kernel has neither hooks nor path copies. */
SEC("?tp_btf/sys_enter")
int BPF_PROG(on_arguments_enter, struct pt_regs *regs, long number) {
    struct syscall_id id = identify_syscall(current_task(), regs);
    if (!is_selected_syscall(regs, id))
        return 0;
    disable_preemption();
    struct syscall call;
    begin_syscall(&call, id);
    read_arguments(regs, id, call.args);
    remember_at_entry(&call);
    enable_preemption();
    return 0;
}

/* Loaded if the kernel has no hooks. */
SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(on_socket_state, struct sock *sock, int old_state, int new_state) {
    if (new_state != TCP_SYN_SENT)
        return 0;
    disable_preemption();
    remember_target(sock);
    enable_preemption();
    return 0;
}

SEC("?fentry/putname")
int on_putname(__u64 *context) {
    disable_preemption();
    handle_putname(argument(context, 0));
    enable_preemption();
    return 0;
}

/* Loaded since Linux 6.1, which added the cache to the tracepoint's arguments, if the kernel has no hooks. The
 * arguments are the caller, the object and the cache. The verifier of Linux 6.1 rejects a load of the object, a const
 * void *. */
SEC("?tp_btf/kmem_cache_free")
int on_name_free(__u64 *arguments) {
    if (!is_names_cache((struct kmem_cache *)arguments[2]))
        return 0;
    disable_preemption();
    handle_name_free(kernel_word(&arguments[1]));
    enable_preemption();
    return 0;
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(on_cgroup_mkdir, struct cgroup *cgroup, const char *path) {
    disable_preemption();
    if (BPF_CORE_READ(cgroup, root, hierarchy_id) == 0)
        record_cgroup(cgroup, path, CGROUP_CREATED);
    enable_preemption();
    return 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(on_cgroup_rmdir, struct cgroup *cgroup, const char *path) {
    disable_preemption();
    if (BPF_CORE_READ(cgroup, root, hierarchy_id) == 0)
        record_cgroup(cgroup, path, CGROUP_REMOVED);
    enable_preemption();
    return 0;
}

/* Records carry the cgroup of the unified hierarchy, but a container may have a recognizable cgroup in another
 * hierarchy only. A process may also leave the cgroup of its container. */
SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_cgroup_attach, struct cgroup *cgroup, const char *path, struct task_struct *task) {
    disable_preemption();
    if (BPF_CORE_READ(cgroup, root, hierarchy_id) != 0)
        record_cgroup_joined(task, cgroup, path, CGROUP_ATTACHED);
    else if (settings.prefilter && !is_container_cgroup(BPF_CORE_READ(cgroup, kn, id)))
        record_cgroup_joined(task, cgroup, path, CGROUP_ENTERED);
    enable_preemption();
    return 0;
}

/* The programs for io_uring are of a type whose programs at different tracepoints can call each other. */

SEC("?raw_tp/io_uring_submit_req")
int BPF_PROG(on_io_uring_submit_req, struct io_kiocb *req) {
    disable_preemption();
    handle_io_uring_submit(ctx, req);
    enable_preemption();
    return 0;
}

/* The tracepoint's name before Linux 6.4. */
SEC("?raw_tp/io_uring_submit_sqe")
int BPF_PROG(on_io_uring_submit_sqe, struct io_kiocb *req) {
    disable_preemption();
    handle_io_uring_submit(ctx, req);
    enable_preemption();
    return 0;
}

SEC("?raw_tp/io_uring_fail_link")
int BPF_PROG(on_io_uring_failed_link, void *failed, void *link) {
    handle_io_uring_failed_link(link);
    return 0;
}

SEC("?raw_tp/io_uring_cqe_overflow")
int BPF_PROG(on_io_uring_overflow, void *ring, __u64 user_data, __s32 result) {
    disable_preemption();
    handle_io_uring_overflow((__u64)ring, user_data, result);
    enable_preemption();
    return 0;
}

SEC("?raw_tp/io_uring_complete")
int BPF_PROG(on_io_uring_complete, void *ring_context, struct io_kiocb *req) {
    disable_preemption();
    handle_io_uring_complete(ctx, req);
    enable_preemption();
    return 0;
}
