/* The capture program: sees system calls at their exit, programs, processes and cgroups at their birth and end. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "tiercel.h"
#include "emit.h"
#include "turns.h"
#include "numbers.h"
#include "call.h"
#include "path.h"
#include "first_pass.h"
#include "first_files.h"
#include "first_opens.h"
#include "files.h"
#include "process.h"
#include "sockets.h"
#include "data.h"
#include "first_sockets.h"
#include "fds.h"
#include "plain.h"
#include "requests.h"

char LICENSE[] SEC("license") = "GPL";

/* Whether somebody wants the call; fills it if so. */
static __always_inline bool is_wanted(struct task_struct *task, struct pt_regs *regs, struct call *call) {
    identify(task, regs, call);
    return call->number < sizeof wishes.interest && wishes.interest[call->number] &&
           bpf_get_current_pid_tgid() >> 32 != settings.own_tgid;
}

static __always_inline void call_ended(struct task_struct *task, struct pt_regs *regs, struct call *wanted, long ret) {
    struct call call = *wanted;
    read_arguments(regs, &call);
    bool event = wishes.interest[call.number] & WANT_EVENT;
    if (event && (ret < 0 || (call.number != SYS_EXECVE && call.number != SYS_EXECVEAT)))
        first_look(&call, ret);
    look_at_open(&call, ret);
    if (!call.clauses) {
        if (wishes.interest[call.number] & WANT_STATE)
            event = wishes.keep;
        else if (ruled_out(&call))
            return;
    }
    if (wishes.interest[call.number] & CALL_OF_FD) {
        record_fd_call(&call, ret, event);
        return;
    }
    if (record_open(&call, ret))
        return;
    __u64 flags = 0;
    switch (call.number) {
    case 84: /* rmdir(path) */
    case 87: /* unlink(path) */
        record_path(task, &call, ret, AT_FDCWD, (void *)call.a[0], 0, 0);
        break;
    case 83: /* mkdir(path, mode) */
        record_path(task, &call, ret, AT_FDCWD, (void *)call.a[0], 0, call.a[1]);
        break;
    case 258: /* mkdirat(dirfd, path, mode) */
        record_path(task, &call, ret, call.a[0], (void *)call.a[1], 0, call.a[2]);
        break;
    case 263: /* unlinkat(dirfd, path, flags) */
        record_path(task, &call, ret, call.a[0], (void *)call.a[1], call.a[2], 0);
        break;
    case 82: /* rename(old, new) */
        record_paths(task, &call, ret, AT_FDCWD, (void *)call.a[0], AT_FDCWD, (void *)call.a[1], 0);
        break;
    case 264: /* renameat(olddirfd, old, newdirfd, new) */
        record_paths(task, &call, ret, call.a[0], (void *)call.a[1], call.a[2], (void *)call.a[3], 0);
        break;
    case 316: /* renameat2(olddirfd, old, newdirfd, new, flags) */
        record_paths(task, &call, ret, call.a[0], (void *)call.a[1], call.a[2], (void *)call.a[3], call.a[4]);
        break;
    case SYS_EXECVE: /* execve(path, arguments, environment): success is seen as a new program */
        if (ret < 0)
            record_exec_failed(task, &call, ret, (void *)call.a[0]);
        break;
    case SYS_EXECVEAT: /* execveat(dirfd, path, ...) */
        if (ret < 0)
            record_exec_failed(task, &call, ret, (void *)call.a[1]);
        break;
    case 56: /* clone(flags, ...) */
        record_clone(task, &call, ret, call.a[0]);
        break;
    case 57: /* fork() */
    case 58: /* vfork() */
        record_clone(task, &call, ret, 0);
        break;
    case 435: /* clone3(arguments, size): the flags come first */
        bpf_probe_read_user(&flags, sizeof flags, (void *)call.a[0]);
        record_clone(task, &call, ret, flags);
        break;
    case 80: /* chdir(path) */
        if (ret == 0 || event)
            record_chdir(task, &call, ret, -1, (void *)call.a[0]);
        break;
    case 81: /* fchdir(fd) */
        if (ret == 0 || event)
            record_chdir(task, &call, ret, call.a[0], 0);
        break;
    case 302: /* prlimit(pid, resource, new, old) */
        if (event || (ret == 0 && call.a[2]))
            record_plain(task, &call, ret);
        break;
    default:
        if (event || ret >= 0)
            record_plain(task, &call, ret);
    }
}

SEC("tp_btf/sys_exit")
int BPF_PROG(system_call, struct pt_regs *regs, long ret) {
    struct task_struct *task = current_task();
    struct call call;
    if (!is_wanted(task, regs, &call))
        return 0;
    first_turn(TURN_CALL);
    call_ended(task, regs, &call, ret);
    release_cpu();
    return 0;
}

/* Attached only while somebody wants to see files closed. */
SEC("tp_btf/sys_enter")
int BPF_PROG(close_begins, struct pt_regs *regs, long id) {
    struct task_struct *task = current_task();
    struct call call;
    identify(task, regs, &call);
    if (call.number != SYS_CLOSE || bpf_get_current_pid_tgid() >> 32 == settings.own_tgid)
        return 0;
    hold_cpu();
    read_arguments(regs, &call);
    record_closing(task, &call);
    release_cpu();
    return 0;
}

static __always_inline void exec_done(struct task_struct *task, struct linux_binprm *program) {
    if (wishes.standard_fds)
        record_standard_fds(current_task());
    record_exec(task, program);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(program_started, struct task_struct *task, pid_t old_pid, struct linux_binprm *program) {
    first_turn(TURN_EXEC);
    exec_done(task, program);
    release_cpu();
    return 0;
}

static __always_inline bool is_process(struct task_struct *task) {
    return BPF_CORE_READ(task, tgid) == BPF_CORE_READ(task, pid);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_made, struct task_struct *parent, struct task_struct *child) {
    if (!is_process(child))
        return 0;
    first_turn(TURN_FORK);
    record_fork(child);
    release_cpu();
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(thread_ended, struct task_struct *task) {
    first_turn(TURN_EXIT);
    record_exit(task);
    release_cpu();
    return 0;
}

/* The second programs. */

SEC("?tp_btf/sys_exit")
int BPF_PROG(system_call_missed, struct pt_regs *regs, long ret) {
    struct task_struct *task = current_task();
    struct call call;
    if (!is_wanted(task, regs, &call) || !second_turn(TURN_CALL))
        return 0;
    call_ended(task, regs, &call, ret);
    release_cpu();
    return 0;
}

SEC("?tp_btf/sched_process_exec")
int BPF_PROG(program_start_missed, struct task_struct *task, pid_t old_pid, struct linux_binprm *program) {
    if (!second_turn(TURN_EXEC))
        return 0;
    exec_done(task, program);
    release_cpu();
    return 0;
}

SEC("?tp_btf/sched_process_fork")
int BPF_PROG(process_missed, struct task_struct *parent, struct task_struct *child) {
    if (!is_process(child) || !second_turn(TURN_FORK))
        return 0;
    record_fork(child);
    release_cpu();
    return 0;
}

SEC("?tp_btf/sched_process_exit")
int BPF_PROG(thread_end_missed, struct task_struct *task) {
    if (!second_turn(TURN_EXIT))
        return 0;
    record_exit(task);
    release_cpu();
    return 0;
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(cgroup_made, struct cgroup *cgroup, const char *path) {
    hold_cpu();
    if (BPF_CORE_READ(cgroup, root, hierarchy_id) == 0)
        record_cgroup(cgroup, path, CGROUP_MADE);
    release_cpu();
    return 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(cgroup_removed, struct cgroup *cgroup, const char *path) {
    hold_cpu();
    if (BPF_CORE_READ(cgroup, root, hierarchy_id) == 0)
        record_cgroup(cgroup, path, CGROUP_REMOVED);
    release_cpu();
    return 0;
}

/* Records carry the cgroup of the unified hierarchy, but a container may be known by one of another hierarchy only. */
SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(cgroup_joined, struct cgroup *cgroup, const char *path, struct task_struct *task) {
    hold_cpu();
    if (BPF_CORE_READ(cgroup, root, hierarchy_id) != 0)
        record_cgroup_joined(task, cgroup, path);
    release_cpu();
    return 0;
}

SEC("?tp_btf/io_uring_submit_req")
int BPF_PROG(request_submitted_now, struct io_kiocb *req) {
    hold_cpu();
    request_submitted(req);
    release_cpu();
    return 0;
}

/* Its name before kernel 6.4. */
SEC("?tp_btf/io_uring_submit_sqe")
int BPF_PROG(request_submitted_then, struct io_kiocb *req) {
    hold_cpu();
    request_submitted(req);
    release_cpu();
    return 0;
}

SEC("?tp_btf/io_uring_complete")
int BPF_PROG(request_ended, void *ring_context, struct io_kiocb *req) {
    hold_cpu();
    request_completed(req);
    release_cpu();
    return 0;
}
