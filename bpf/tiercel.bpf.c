/* The capture program: sees system calls at their exit, programs, processes and cgroups at their birth and end. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "tiercel.h"
#include "emit.h"
#include "call.h"
#include "path.h"
#include "files.h"
#include "process.h"
#include "sockets.h"
#include "fds.h"

char LICENSE[] SEC("license") = "GPL";

#define TS_COMPAT 2 /* a 32-bit system call: other numbers, other registers */

SEC("tp_btf/sys_exit")
int BPF_PROG(system_call, struct pt_regs *regs, long ret) {
    __u64 id = regs->orig_ax;
    if (id >= sizeof wishes.interest || !wishes.interest[id])
        return 0;
    struct task_struct *task = current_task();
    if (bpf_get_current_pid_tgid() >> 32 == settings.own_tgid)
        return 0;
    if (READ(task_struct, task, thread_info.status) & TS_COMPAT)
        return 0;
    bool event = wishes.interest[id] & WANT_EVENT;
    if (wishes.interest[id] & CALL_OF_FD) {
        struct call call;
        read_call(regs, &call);
        record_fd_call(&call, ret, event);
        return 0;
    }
    struct open_how how = {};
    switch (id) {
    case 2: /* open(path, flags, mode) */
        how.flags = regs->si;
        how.mode = regs->dx;
        record_open(task, id, ret, AT_FDCWD, (void *)regs->di, &how);
        break;
    case 85: /* creat(path, mode) */
        how.mode = regs->si;
        record_open(task, id, ret, AT_FDCWD, (void *)regs->di, &how);
        break;
    case 257: /* openat(dirfd, path, flags, mode) */
        how.flags = regs->dx;
        how.mode = regs->r10;
        record_open(task, id, ret, regs->di, (void *)regs->si, &how);
        break;
    case 437: /* openat2(dirfd, path, how, size) */
        bpf_probe_read_user(&how, sizeof how, (void *)regs->dx);
        record_open(task, id, ret, regs->di, (void *)regs->si, &how);
        break;
    case 304: /* open_by_handle_at(mountfd, handle, flags) */
        how.flags = regs->dx;
        record_open(task, id, ret, regs->di, 0, &how);
        break;
    case 84: /* rmdir(path) */
    case 87: /* unlink(path) */
        record_path(task, id, ret, AT_FDCWD, (void *)regs->di, 0, 0);
        break;
    case 83: /* mkdir(path, mode) */
        record_path(task, id, ret, AT_FDCWD, (void *)regs->di, 0, regs->si);
        break;
    case 258: /* mkdirat(dirfd, path, mode) */
        record_path(task, id, ret, regs->di, (void *)regs->si, 0, regs->dx);
        break;
    case 263: /* unlinkat(dirfd, path, flags) */
        record_path(task, id, ret, regs->di, (void *)regs->si, regs->dx, 0);
        break;
    case 82: /* rename(old, new) */
        record_paths(task, id, ret, AT_FDCWD, (void *)regs->di, AT_FDCWD, (void *)regs->si, 0);
        break;
    case 264: /* renameat(olddirfd, old, newdirfd, new) */
        record_paths(task, id, ret, regs->di, (void *)regs->si, regs->dx, (void *)regs->r10, 0);
        break;
    case 316: /* renameat2(olddirfd, old, newdirfd, new, flags) */
        record_paths(task, id, ret, regs->di, (void *)regs->si, regs->dx, (void *)regs->r10, regs->r8);
        break;
    case 59: /* execve(path, arguments, environment): success is seen as a new program */
        if (ret < 0)
            record_exec_failed(task, id, ret, (void *)regs->di);
        break;
    case 322: /* execveat(dirfd, path, ...) */
        if (ret < 0)
            record_exec_failed(task, id, ret, (void *)regs->si);
        break;
    case 56: /* clone(flags, ...) */
        record_clone(task, id, ret, regs->di);
        break;
    case 57: /* fork() */
    case 58: /* vfork() */
        record_clone(task, id, ret, 0);
        break;
    case 435: /* clone3(arguments, size): the flags come first */
        bpf_probe_read_user(&how.flags, sizeof how.flags, (void *)regs->di);
        record_clone(task, id, ret, how.flags);
        break;
    case 80: /* chdir(path) */
        if (ret == 0 || event)
            record_chdir(task, id, ret, -1, (void *)regs->di);
        break;
    case 81: /* fchdir(fd) */
        if (ret == 0 || event)
            record_chdir(task, id, ret, regs->di, 0);
        break;
    case 112: /* setsid() */
        if (ret > 0)
            record_setsid(task, id, ret);
        break;
    }
    return 0;
}

/* Attached only while somebody wants to see files closed. */
SEC("tp_btf/sys_enter")
int BPF_PROG(close_begins, struct pt_regs *regs, long id) {
    struct task_struct *task = current_task();
    struct call call;
    if (id != SYS_CLOSE || bpf_get_current_pid_tgid() >> 32 == settings.own_tgid)
        return 0;
    if (READ(task_struct, task, thread_info.status) & TS_COMPAT)
        return 0;
    read_call(regs, &call);
    record_closing(task, &call);
    return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(program_started, struct task_struct *task, pid_t old_pid, struct linux_binprm *program) {
    __u16 syscall = 59;
    if (settings.read_variant != READ_PLAIN) {
        struct pt_regs *regs = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
        syscall = BPF_CORE_READ(regs, orig_ax) == 322 ? 322 : 59;
    }
    record_exec(task, syscall, program);
    return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_made, struct task_struct *parent, struct task_struct *child) {
    if (BPF_CORE_READ(child, tgid) == BPF_CORE_READ(child, pid))
        record_fork(child);
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(thread_ended, struct task_struct *task) {
    record_exit(task);
    return 0;
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(cgroup_made, struct cgroup *cgroup, const char *path) {
    if (BPF_CORE_READ(cgroup, root, hierarchy_id) == 0)
        record_cgroup(cgroup, path);
    return 0;
}
