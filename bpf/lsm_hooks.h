/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Hooks on kernel functions that have kernel copies of what a syscall works on (kernel_copies.h). They only remember.
 *
 * The functions are those of the security hooks (security/security.c), which every file system and io_uring pass. Their
 * arguments are the same in all kernels since 5.11, the first with memory per task. Each program is optional: user
 * space loads those whose function the kernel has, and attaches those whose events are selected. */
#ifndef TIERCEL_HOOKS_H
#define TIERCEL_HOOKS_H

#include "kernel_copies.h"
#include "opened_file.h"

/* Returns true if the task's calls are recorded. The workers of io_uring have no syscall. */
static __always_inline bool is_recorded(void) {
    struct task_struct *task = (void *)bpf_get_current_task();
    return !(BPF_CORE_READ(task, flags) & (PF_KTHREAD | PF_IO_WORKER)) &&
           bpf_get_current_pid_tgid() >> 32 != settings.own_tgid;
}

/* Starts the copies of an operation. Returns null if they are not needed. */
static __always_inline struct changed_files *begin_copy(enum copied_operation operation) {
    if (!is_recorded())
        return 0;
    struct changed_files *c =
        bpf_task_storage_get(&changed_files, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (!c)
        return 0;
    c->operation = operation;
    c->start = COPY_SIZE;
    c->truncated = 0;
    return c;
}

/* Prepends a component, with a slash, to the current name. Returns false if it does not fit. */
static __always_inline bool prepend_to_copy(struct changed_files *c, const void *name, __u32 length) {
    length &= 255;
    __u64 start = c->start;
    if (start > COPY_SIZE || start < c->floor + length + 4)
        return false;
    start -= length;
    asm volatile("" : "+r"(start));
    bpf_probe_read_kernel(&c->names[start & (COPY_SIZE - 1)], length, name);
    start -= 1;
    asm volatile("" : "+r"(start));
    c->names[start & (COPY_SIZE - 1)] = '/';
    c->start = start;
    return true;
}

static __always_inline void prepend_byte(struct changed_files *c, __u8 byte) {
    __u64 start = c->start - 1;
    asm volatile("" : "+r"(start));
    c->names[start & (COPY_SIZE - 1)] = byte;
    c->start = start & (COPY_SIZE - 1);
}

/* Prepends the path of a dentry in a mount, as the task's root shows it. The name does not go below `floor`. This is a
 * global function so that the verifier checks it once. */
__noinline int copy_path(__u64 dentry, __u64 vfsmount, __u32 floor) {
    struct changed_files *c = bpf_task_storage_get(&changed_files, bpf_get_current_task_btf(), 0, 0);
    if (!c)
        return 0;
    struct task_struct *task = (void *)bpf_get_current_task();
    struct fs_struct *fs = BPF_CORE_READ(task, fs);
    struct dentry *root = BPF_CORE_READ(fs, root.dentry), *d = (void *)dentry;
    struct vfsmount *root_mount = BPF_CORE_READ(fs, root.mnt), *v = (void *)vfsmount;
    struct mount *m = REAL_MOUNT(v);
    struct dentry *mount_root = BPF_CORE_READ(v, mnt_root);
    __u32 end = c->start;
    bool whole = false;
    c->floor = floor;
    for (int i = 0; i < COPY_COMPONENTS; i++) {
        whole = d == root && v == root_mount;
        if (whole)
            break;
        if (d == mount_root) {
            struct mount *above = BPF_CORE_READ(m, mnt_parent);
            whole = above == m;
            if (whole)
                break;
            d = BPF_CORE_READ(m, mnt_mountpoint);
            m = above;
            v = (void *)above + bpf_core_field_offset(struct mount, mnt);
            mount_root = BPF_CORE_READ(v, mnt_root);
            continue;
        }
        struct dentry *parent = BPF_CORE_READ(d, d_parent);
        whole = d == parent;
        if (whole || !prepend_to_copy(c, BPF_CORE_READ(d, d_name.name), BPF_CORE_READ(d, d_name.len)))
            break;
        d = parent;
    }
    if (!whole) {
        c->truncated = 1;
        for (int i = 0; i < 3; i++)
            prepend_byte(c, '.');
    } else if (c->start == end) {
        prepend_byte(c, '/');
    }
    return 0;
}

/* Prepends the target of a symbolic link, without what is beyond the first half of the memory. */
static __always_inline void prepend_target(struct changed_files *c, const char *target) {
    long length = bpf_probe_read_kernel_str(c->names, COPY_SIZE / 2, target) - 1;
    if (length <= 0 || length >= COPY_SIZE / 2)
        return;
    __u64 start = c->start - length;
    asm volatile("" : "+r"(start));
    if (start >= COPY_SIZE)
        return;
    bpf_probe_read_kernel(&c->names[start & (COPY_SIZE - 1)], length & (COPY_SIZE / 2 - 1), target);
    c->start = start;
    if (length == COPY_SIZE / 2 - 1)
        c->truncated = 1;
}

/* An argument of the hooked function, as a number: a global function takes no pointer that the verifier knows. */
static __always_inline __u64 argument(const __u64 *context, int index) {
    __u64 value = 0;
    bpf_probe_read_kernel(&value, sizeof value, &context[index]);
    return value;
}

/* The mount and the dentry of an argument that is a struct path. */
static __always_inline __u64 mount_of(const __u64 *context, int index) {
    return (__u64)BPF_CORE_READ((struct path *)argument(context, index), mnt);
}

static __always_inline __u64 dentry_of(const __u64 *context, int index) {
    return (__u64)BPF_CORE_READ((struct path *)argument(context, index), dentry);
}

static __always_inline int copy_one(enum copied_operation operation, __u64 dentry, __u64 mount) {
    if (begin_copy(operation))
        copy_path(dentry, mount, 0);
    return 0;
}

static __always_inline int copy_two(enum copied_operation operation, __u64 old, __u64 old_mount, __u64 new,
                                    __u64 new_mount) {
    struct changed_files *c = begin_copy(operation);
    if (!c)
        return 0;
    copy_path(new, new_mount, COPY_SIZE / 2);
    prepend_byte(c, 0);
    copy_path(old, old_mount, 0);
    return 0;
}

/* security_path_unlink(directory, dentry) */
SEC("?fentry/security_path_unlink")
int copy_unlink(__u64 *context) {
    return copy_one(COPY_REMOVE, argument(context, 1), mount_of(context, 0));
}

/* security_path_rmdir(directory, dentry) */
SEC("?fentry/security_path_rmdir")
int copy_rmdir(__u64 *context) {
    return copy_one(COPY_REMOVE, argument(context, 1), mount_of(context, 0));
}

/* security_path_mkdir(directory, dentry, mode) */
SEC("?fentry/security_path_mkdir")
int copy_mkdir(__u64 *context) {
    return copy_one(COPY_MKDIR, argument(context, 1), mount_of(context, 0));
}

/* security_path_rename(old directory, old dentry, new directory, new dentry, flags) */
SEC("?fentry/security_path_rename")
int copy_rename(__u64 *context) {
    return copy_two(COPY_RENAME, argument(context, 1), mount_of(context, 0), argument(context, 3),
                    mount_of(context, 2));
}

/* security_path_link(old dentry, new directory, new dentry). A link does not cross mounts, so the old name is in the
 * mount of the new one. */
SEC("?fentry/security_path_link")
int copy_link(__u64 *context) {
    __u64 mount = mount_of(context, 1);
    return copy_two(COPY_LINK, argument(context, 0), mount, argument(context, 2), mount);
}

/* security_path_symlink(directory, dentry, target) */
SEC("?fentry/security_path_symlink")
int copy_symlink(__u64 *context) {
    struct changed_files *c = begin_copy(COPY_SYMLINK);
    if (!c)
        return 0;
    copy_path(argument(context, 1), mount_of(context, 0), COPY_SIZE / 2);
    prepend_byte(c, 0);
    prepend_target(c, (void *)argument(context, 2));
    return 0;
}

/* security_path_chmod(path, mode) */
SEC("?fentry/security_path_chmod")
int copy_chmod(__u64 *context) {
    return copy_one(COPY_CHMOD, dentry_of(context, 0), mount_of(context, 0));
}

/* security_path_chown(path, user, group) */
SEC("?fentry/security_path_chown")
int copy_chown(__u64 *context) {
    return copy_one(COPY_CHOWN, dentry_of(context, 0), mount_of(context, 0));
}

/* security_path_truncate(path) */
SEC("?fentry/security_path_truncate")
int copy_truncate(__u64 *context) {
    return copy_one(COPY_TRUNCATE, dentry_of(context, 0), mount_of(context, 0));
}

/* fd_install(fd, file), which gives a new descriptor of the current task to a file. Without other threads, nobody can
 * replace the file before the syscall ends. */
SEC("?fentry/fd_install")
int copy_install(__u64 *context) {
    if (bpf_get_current_task_btf()->files->count.counter <= 1 || !is_recorded())
        return 0;
    struct installed_file *installed =
        bpf_task_storage_get(&installed_files, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (!installed)
        return 0;
    installed->fd = argument(context, 0);
    installed->file = argument(context, 1);
    return 0;
}

/* Remembers a socket address in kernel memory. */
static __always_inline int copy_address_of(__u32 syscall, __u64 address, __u64 size) {
    __u32 length = size;
    if (!is_recorded())
        return 0;
    struct address_copy *c =
        bpf_task_storage_get(&address_copies, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (!c)
        return 0;
    c->syscall = 0;
    if (length > MAX_COPIED_ADDRESS || bpf_probe_read_kernel(c->address, length, (void *)address))
        return 0;
    c->length = length;
    c->syscall = syscall;
    return 0;
}

/* security_socket_connect(socket, address, length) */
SEC("?fentry/security_socket_connect")
int copy_connect(__u64 *context) {
    return copy_address_of(SYS_connect, argument(context, 1), argument(context, 2));
}

/* security_socket_bind(socket, address, length) */
SEC("?fentry/security_socket_bind")
int copy_bind(__u64 *context) {
    return copy_address_of(SYS_bind, argument(context, 1), argument(context, 2));
}

/* security_socket_sendmsg(socket, message, size), for sendto and sendmsg. An io_uring request and a send without an
 * address leave no copy. */
SEC("?fentry/security_socket_sendmsg")
int copy_send(__u64 *context) {
    struct msghdr *message = (void *)argument(context, 1);
    __u64 address = (__u64)BPF_CORE_READ(message, msg_name);
    return address ? copy_address_of(SYS_sendto, address, BPF_CORE_READ(message, msg_namelen)) : 0;
}

#endif
