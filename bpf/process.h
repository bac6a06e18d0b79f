/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Start and end of programs, processes and cgroups. */
#ifndef TIERCEL_PROCESS_H
#define TIERCEL_PROCESS_H

#include "budget.h"
#include "kernel_path.h"
#include "prefilter.h"
#include "process_environment.h"
#include "syscall.h"

/* The number of a pid in its own, innermost namespace. */
static __always_inline __u32 ns_pid_nr(struct pid *pid) {
    __u32 level = BPF_CORE_READ(pid, level);
    __u32 number = 0;
    bpf_core_read(&number, sizeof number, (void *)&pid->numbers[0] + level * bpf_core_type_size(struct upid));
    return number;
}

static __always_inline struct pid_namespace *pid_namespace(struct task_struct *task) {
    struct pid *pid = BPF_CORE_READ(task, thread_pid);
    struct pid_namespace *space = 0;
    __u32 level = BPF_CORE_READ(pid, level);
    bpf_core_read(&space, sizeof space,
                  (void *)&pid->numbers[0] + level * bpf_core_type_size(struct upid) +
                      bpf_core_field_offset(struct upid, ns));
    return space;
}

static __always_inline __u64 pidns_start(struct task_struct *task) {
    return start_time(BPF_CORE_READ(pid_namespace(task), child_reaper));
}

static __always_inline __u32 tty_number(struct task_struct *task) {
    struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);
    if (!tty)
        return 0;
    __u32 major = BPF_CORE_READ(tty, driver, major);
    __u32 minor = BPF_CORE_READ(tty, driver, minor_start) + BPF_CORE_READ(tty, index);
    return (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);
}

static __always_inline __u64 nanoseconds(__s64 seconds, __u64 rest) {
    return seconds * 1000000000ull + rest;
}

#define TIMESPEC_NS(inode, path_shape, member)                                                                         \
    nanoseconds(BPF_CORE_READ((struct inode___##path_shape *)(inode), member.tv_sec),                                  \
                BPF_CORE_READ((struct inode___##path_shape *)(inode), member.tv_nsec))

static __always_inline __u64 inode_ctime(struct inode *inode) {
    if (bpf_core_field_exists(inode->i_ctime_sec))
        return nanoseconds(BPF_CORE_READ(inode, i_ctime_sec), BPF_CORE_READ(inode, i_ctime_nsec));
    if (bpf_core_field_exists(((struct inode___6_7 *)inode)->__i_ctime))
        return TIMESPEC_NS(inode, 6_7, __i_ctime);
    return TIMESPEC_NS(inode, 6_5, i_ctime);
}

static __always_inline __u64 inode_mtime(struct inode *inode) {
    if (bpf_core_field_exists(inode->i_mtime_sec))
        return nanoseconds(BPF_CORE_READ(inode, i_mtime_sec), BPF_CORE_READ(inode, i_mtime_nsec));
    if (bpf_core_field_exists(((struct inode___6_7 *)inode)->__i_mtime))
        return TIMESPEC_NS(inode, 6_7, __i_mtime);
    return TIMESPEC_NS(inode, 6_5, i_mtime);
}

#define RLIMIT_NOFILE 7

static __always_inline __u64 fd_limit(struct task_struct *task) {
    return BPF_CORE_READ(task, signal, rlim[RLIMIT_NOFILE].rlim_cur);
}

static __always_inline __u32 login_uid(struct task_struct *task) {
    return bpf_core_field_exists(task->loginuid) ? BPF_CORE_READ(task, loginuid.val) : ~0u;
}

enum { MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES };

#define PAGE_KIB (settings.page_size / 1024)

/* A page counter of a process. Pages that its threads have not yet added are missing. */
static __always_inline __u32 memory_kib(struct mm_struct *mm, int counter) {
    __s64 pages = 0;
    if (bpf_core_type_exists(struct mm_rss_stat))
        pages = BPF_CORE_READ((struct mm_struct___6_1 *)mm, rss_stat.count[counter].counter);
    else
        bpf_core_read(&pages, sizeof pages,
                      (void *)&mm->rss_stat + counter * bpf_core_type_size(struct percpu_counter) +
                          bpf_core_field_offset(struct percpu_counter, count));
    return pages < 0 ? 0 : pages * PAGE_KIB;
}

static __always_inline __u32 resident_kib(struct mm_struct *mm) {
    return memory_kib(mm, MM_FILEPAGES) + memory_kib(mm, MM_ANONPAGES) + memory_kib(mm, MM_SHMEMPAGES);
}

#define TMPFS_MAGIC 0x01021994
#define HUGETLBFS_MAGIC 0x958458f6
#define MEMFD_PREFIX "memfd:"

/* Returns FILE_MEMFD for a file of memfd_create, which has this name and no link. */
static __always_inline __u32 memfd_flag(struct file *file, struct inode *inode) {
    unsigned long magic = BPF_CORE_READ(inode, i_sb, s_magic);
    if ((magic != TMPFS_MAGIC && magic != HUGETLBFS_MAGIC) || BPF_CORE_READ(inode, i_nlink) != 0)
        return 0;
    char name[sizeof MEMFD_PREFIX] = {};
    bpf_probe_read_kernel(name, sizeof name - 1, BPF_CORE_READ(file, f_path.dentry, d_name.name));
    for (unsigned i = 0; i < sizeof name; i++)
        if (name[i] != MEMFD_PREFIX[i])
            return 0;
    return FILE_MEMFD;
}

/* Process 1 of the machine. */
static __always_inline struct task_struct *host_init(struct task_struct *task) {
    struct pid *pid = BPF_CORE_READ(task, thread_pid);
    return BPF_CORE_READ(pid, numbers[0].ns, child_reaper);
}

/* The facts by which user space decides whether the executable is that of the host or of an image. */
static __always_inline __u32 exec_flags(struct task_struct *task, struct linux_binprm *program, struct file *file,
                                        struct inode *inode) {
    __u32 flags = 0;
    struct task_struct *init = host_init(task);
    struct super_block *disk = BPF_CORE_READ(inode, i_sb);
    struct dentry *root = BPF_CORE_READ(init, fs, root.dentry);
    if (BPF_CORE_READ(program, interp) != BPF_CORE_READ(program, filename))
        flags |= EXEC_SCRIPT;
    if (BPF_CORE_READ(task, nsproxy, mnt_ns) == BPF_CORE_READ(init, nsproxy, mnt_ns) &&
        BPF_CORE_READ(task, fs, root.dentry) == root)
        flags |= EXEC_HOST_MOUNTS;
    if (disk == BPF_CORE_READ(init, fs, root.mnt, mnt_sb))
        flags |= EXEC_HOST_DISK;
    if (BPF_CORE_READ(task, cred, user_ns, level) == 0)
        flags |= EXEC_HOST_USERS;
    if (BPF_CORE_READ(disk, s_user_ns, level) == 0)
        flags |= EXEC_HOST_OWNED;
    if (BPF_CORE_READ(file, f_path.dentry) == BPF_CORE_READ(file, f_path.mnt, mnt_root))
        flags |= EXEC_FILE_MOUNT;
    if (BPF_CORE_READ(inode, i_nlink) == 0)
        flags |= EXEC_UNLINKED;
    if (BPF_CORE_READ_BITFIELD_PROBED(program, secureexec))
        flags |= EXEC_SECURE;
    return flags;
}

/* What user space has of a process (known_state.h). */
#define MAX_KNOWN_STATES 8192

struct known_state {
    __u64 cwd; /* hash of its name; 0: unknown */
    __u64 fd_limit;
    __u64 epoch; /* value of state_epoch when the next member and fd_limit were known; 0: unknown */
    __u32 group; /* process group */
    __u32 has_fd_limit;
};

/* By process. A missing entry means unknown, so evicting an entry is harmless. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, MAX_KNOWN_STATES);
    __type(key, __u32);
    __type(value, struct known_state);
} known_states SEC(".maps");

/* Most processes have no entry, and a lookup takes no lock. */
static __always_inline void forget_known_state(__u32 tgid) {
    if (bpf_map_lookup_elem(&known_states, &tgid))
        bpf_map_delete_elem(&known_states, &tgid);
}

static __always_inline void record_exec(struct task_struct *task, struct linux_binprm *program) {
    struct scratch *s = begin_record(current_task(), SYS_execve, 0);
    if (!s)
        return;
    struct exec_body *body = (void *)s->rest;
    struct file *file = BPF_CORE_READ(program, file);
    struct inode *inode = BPF_CORE_READ(file, f_inode);
    struct signal_struct *signal = BPF_CORE_READ(task, signal);
    struct mm_struct *mm = BPF_CORE_READ(task, mm);
    body->start_ns = start_time(BPF_CORE_READ(task, group_leader));
    body->pidns_start_ns = pidns_start(task);
    body->exe_ino = BPF_CORE_READ(inode, i_ino);
    body->exe_ctime_ns = inode_ctime(inode);
    body->exe_mtime_ns = inode_mtime(inode);
    body->ppid = BPF_CORE_READ(task, real_parent, tgid);
    body->vpid = ns_pid_nr(BPF_CORE_READ(signal, pids[PIDTYPE_TGID]));
    body->sid = ns_pid_nr(BPF_CORE_READ(signal, pids[PIDTYPE_SID]));
    body->vpgid = ns_pid_nr(BPF_CORE_READ(signal, pids[PIDTYPE_PGID]));
    body->pgid = BPF_CORE_READ(signal, pids[PIDTYPE_PGID], numbers[0].nr);
    body->tty = tty_number(task);
    body->loginuid = login_uid(task);
    body->exe_dev = BPF_CORE_READ(inode, i_sb, s_dev);
    body->exe_mode = BPF_CORE_READ(inode, i_mode);
    body->exe_uid = BPF_CORE_READ(inode, i_uid.val);
    body->exe_gid = BPF_CORE_READ(inode, i_gid.val);
    body->file_flags = overlay_layer(inode) | memfd_flag(file, inode) | exec_flags(task, program, file, inode);
    body->mark = BPF_CORE_READ(mm, arg_start) >> 4;
    body->fd_limit = fd_limit(task);
    body->major_faults = BPF_CORE_READ(task, maj_flt);
    body->minor_faults = BPF_CORE_READ(task, min_flt);
    body->vm_size = BPF_CORE_READ(mm, total_vm) * PAGE_KIB;
    body->vm_rss = resident_kib(mm);
    body->vm_swap = memory_kib(mm, MM_SWAPENTS);
    bpf_get_current_comm(body->comm, sizeof body->comm);
    add_file_path(0, file);
    add_cwd(current_task(), 1);

    __u64 arguments = BPF_CORE_READ(mm, arg_start), environment = BPF_CORE_READ(mm, env_start);
    __u64 arguments_end = BPF_CORE_READ(mm, arg_end), environment_end = BPF_CORE_READ(mm, env_end);
    body->file_flags |= arguments_end - arguments > TEXT_LIMIT ? EXEC_ARGUMENTS_CUT : 0;
    __u32 used = append_user_bytes(s, 0, sizeof *body, arguments, arguments_end - arguments, TEXT_LIMIT);
    used = append_user_bytes(s, 1, used, environment, environment_end - environment, TEXT_LIMIT);
    if (environment_end - environment > TEXT_LIMIT)
        used = append_linker_variables(s, used, environment, environment_end);
    used = append_kernel_string(s, 2, used, BPF_CORE_READ(program, filename));
    bool changes = begin_lineage_change(s, task);
    bool delivered = emit(s, RECORD_EXEC, used);
    remember_process_name(s->header.tgid, body->comm, s->header.time_ns, delivered);
    if (changes)
        end_lineage_change(delivered);
}

static __always_inline void record_exec_failed(struct task_struct *task, struct syscall *call, long result,
                                               const void *path) {
    struct scratch *s = begin_syscall_record(task, call, result);
    if (s)
        emit(s, RECORD_EXEC_FAILED, append_path(s, call, 0, 0, path));
}

static __always_inline void record_fork(struct task_struct *child) {
    struct scratch *s = begin_record(current_task(), 0, BPF_CORE_READ(child, pid));
    if (!s)
        return;
    struct fork_body *body = (void *)s->rest;
    s->header.cgroup_id = BPF_CORE_READ(child, cgroups, dfl_cgrp, kn, id);
    s->header.uid = BPF_CORE_READ(child, cred, euid.val);
    s->header.gid = BPF_CORE_READ(child, cred, egid.val);
    bpf_probe_read_kernel(&s->header.cap_inheritable, 3 * sizeof(__u64), capabilities(child));
    body->start_ns = start_time(child);
    body->pidns_start_ns = pidns_start(child);
    body->child = BPF_CORE_READ(child, tgid);
    body->ppid = BPF_CORE_READ(child, real_parent, tgid);
    body->vpid = ns_pid_nr(BPF_CORE_READ(child, thread_pid));
    body->sid = ns_pid_nr(BPF_CORE_READ(child, signal, pids[PIDTYPE_SID]));
    body->vpgid = ns_pid_nr(BPF_CORE_READ(child, signal, pids[PIDTYPE_PGID]));
    body->pgid = BPF_CORE_READ(child, signal, pids[PIDTYPE_PGID], numbers[0].nr);
    body->tty = tty_number(child);
    body->loginuid = login_uid(child);
    body->fd_limit = fd_limit(child);
    bpf_core_read(body->comm, sizeof body->comm, &child->comm);
    forget_known_state(body->child);
    inherit_cgroup_mismatch(s->header.tgid, body->child);
    if (s->header.cgroup_id != cgroup_id(current_task()) && !is_container_cgroup(s->header.cgroup_id))
        set_cgroup_mismatch(body->child);
    bool delivered = emit(s, RECORD_FORK, sizeof *body);
    remember_process_name(body->child, body->comm, s->header.time_ns, delivered);
}

/* Records the end of a call that made a task, in the parent or the new task. */
static __always_inline void record_clone(struct task_struct *task, struct syscall *call, long result, __u64 flags) {
    struct scratch *s = begin_syscall_record(task, call, result);
    if (!s)
        return;
    if (settings.read_variant == READ_PLAIN) { /* the header is that of the current task */
        s->header.tgid = BPF_CORE_READ(task, tgid);
        s->header.tid = BPF_CORE_READ(task, pid);
    }
    struct clone_body *body = (void *)s->rest;
    struct mm_struct *mm = BPF_CORE_READ(task, mm);
    body->flags = flags;
    body->fd_limit = fd_limit(task);
    body->major_faults = BPF_CORE_READ(task, maj_flt);
    body->minor_faults = BPF_CORE_READ(task, min_flt);
    body->vm_size = BPF_CORE_READ(mm, total_vm) * PAGE_KIB;
    body->vm_rss = resident_kib(mm);
    body->vm_swap = memory_kib(mm, MM_SWAPENTS);
    body->unused = 0;
    body->vtid = ns_pid_nr(BPF_CORE_READ(task, thread_pid));
    body->vpid = ns_pid_nr(BPF_CORE_READ(task, group_leader, thread_pid));
    emit(s, RECORD_CLONE, sizeof *body);
}

/* The process that inherits the children: the nearest ancestor that is a subreaper, or the init process of the
 * namespace. */
static __always_inline __u32 reaper(struct task_struct *task) {
    struct task_struct *init = BPF_CORE_READ(pid_namespace(task), child_reaper);
    struct signal_struct *signal = BPF_CORE_READ(task, signal);
    if (BPF_CORE_READ_BITFIELD_PROBED(signal, has_child_subreaper)) {
        struct task_struct *ancestor = BPF_CORE_READ(task, real_parent);
        for (int i = 0; i < 16 && ancestor != init; i++) {
            signal = BPF_CORE_READ(ancestor, signal);
            if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper))
                return BPF_CORE_READ(ancestor, tgid);
            ancestor = BPF_CORE_READ(ancestor, real_parent);
        }
    }
    return BPF_CORE_READ(init, tgid);
}

static __always_inline void record_exit(struct task_struct *task) {
    bool last = BPF_CORE_READ(task, signal, live.counter) == 0;
    if (!last && !config.thread_exits)
        return;
    struct scratch *s = begin_record(current_task(), 0, 0);
    if (!s)
        return;
    struct exit_body *body = (void *)s->rest;
    body->status = BPF_CORE_READ(task, exit_code);
    body->reaper = last ? reaper(task) : 0;
    body->last = last;
    body->unused = 0;
    bool changes = last && begin_lineage_change(s, task);
    bool delivered = emit(s, RECORD_EXIT, sizeof *body);
    if (changes)
        end_lineage_change(delivered);
    if (last) {
        forget_process(s->header.tgid);
        forget_budget(s->header.tgid);
        forget_known_state(s->header.tgid);
    }
}

static __always_inline void record_cgroup(struct cgroup *cgroup, const char *path, long what) {
    struct scratch *s = begin_record(current_task(), 0, what);
    if (!s)
        return;
    s->header.cgroup_id = BPF_CORE_READ(cgroup, kn, id);
    emit(s, RECORD_CGROUP, append_kernel_string(s, 0, 0, path));
}

/* A process that leaves the cgroup of its container still belongs to the container. Until user space has decided
 * whether this is one, its membership is unknown. */
static __always_inline void record_cgroup_joined(struct task_struct *task, struct cgroup *cgroup, const char *path,
                                                 int what) {
    struct scratch *s = begin_record(current_task(), 0, what);
    if (!s)
        return;
    s->header.cgroup_id = BPF_CORE_READ(cgroup, kn, id);
    s->header.tgid = s->header.tid = BPF_CORE_READ(task, tgid);
    set_cgroup_mismatch(s->header.tgid);
    emit(s, RECORD_CGROUP, append_kernel_string(s, 0, 0, path));
}

#endif
