/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Syscalls on paths. */
#ifndef TIERCEL_PATH_SYSCALLS_H
#define TIERCEL_PATH_SYSCALLS_H

#include "kernel_copies.h"
#include "kernel_path.h"
#include "known_files.h"
#include "opened_file.h"
#include "prefilter_arguments.h"
#include "prefilter_early_open.h"
#include "prefilter_paths.h"
#include "syscall.h"

#define FMODE_CREATED 0x100000

/* Appends the path of an open, if possible the kernel's copy. */
static __always_inline __u32 append_opened_path(struct scratch *s, struct syscall *call, __u32 used, const void *path) {
    __u32 zero = 0, length = bounded_length(call->copied_length);
    struct passed_path *h = bpf_map_lookup_elem(&passed_paths, &zero);
    if (!settings.path_copies || !length || !h)
        return append_path(s, call, 0, used, path);
    bpf_probe_read_kernel(&s->rest[used], length, &h->passed[PASSED_OFFSET]);
    *text_length_slot(s, 0) = length;
    s->header.marks |= MARK_KERNEL_COPY;
    return used + length;
}

/* Records the current open request. This is a global function so that the verifier checks it once. */
__noinline int record_open(void) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!c)
        return 0;
    struct task_struct *task = current_task();
    struct syscall *call = &c->call;
    const struct open_how *how = &c->open_request.how;
    const void *path = c->open_request.path;
    int dirfd = c->open_request.dirfd;
    long result = c->result;
    struct scratch *s = init_record(call->nr, result);
    if (!s)
        return 0;
    struct open_body *body = (void *)s->rest;
    body->flags = how->flags;
    body->mode = how->mode;
    body->resolve = how->resolve;
    body->dirfd = dirfd;
    body->ino = body->dev = body->file_flags = body->fs_path_length = body->known_file = 0;
    struct file *file = (void *)call->file;
    if (!file && result >= 0 && !call->direct_descriptor) {
        file = fd_to_file(task, result);
        if (!call->kernel_paths)
            call->opened = compare_installed(result, (__u64)file);
    }
    if (file) {
        struct inode *inode = READ_KERNEL(file, file, f_inode);
        struct super_block *file_system = READ_KERNEL(inode, inode, i_sb);
        body->ino = READ_KERNEL(inode, inode, i_ino);
        body->dev = READ_KERNEL(super_block, file_system, s_dev);
        body->file_flags = overlay_layer(inode) | (READ_KERNEL(file, file, f_mode) & FMODE_CREATED ? FILE_CREATED : 0);
        body->known_file = find_known_file((__u64)file);
    }
    __u32 used = sizeof *body;
    if (path)
        used = append_opened_path(s, call, used, path);
    else if (call->kernel_paths) /* a request whose path is not known */
        s->header.text_length[0] = NO_TEXT;
    __u64 left = 0;
    if (file) {
        __u64 end = s->names_start;
        add_file_path(0, file);
        if (s->exit_dentry)
            body->fs_path_length = end - s->exit_offset;
        left = s->exit_dentry;
    }
    if (path)
        add_base_directory(1, dirfd, sizeof *body);
    if (left) {
        s->exit_dentry = left;
        add_fs_path();
    }
    check_paths(call);
    check_mask(call);
    bool changed = call->changed || s->header.marks & MARK_ARGUMENTS_CHANGED;
    bool replaced = file && may_be_replaced(task, file, call->kernel_paths ? NO_FD : result, call->opened);
    if (!changed && !replaced && is_filtered(call))
        return 0;
    if (settings.path_copies && call->copied_length && !is_unchanged(sizeof *body, call->copied_length, (__u64)path))
        changed = true;
    fill_syscall_header(s, task, call);
    if (changed && !(s->header.marks & MARK_ARGUMENTS_CHANGED))
        mark_changed(s);
    if (replaced)
        mark_replaced(s);
    emit(s, RECORD_OPEN, used);
    return 0;
}

/* Returns the current syscall with an empty open request. It is in a map because older kernels have too little stack
 * for it. */
static __always_inline struct current_syscall *begin_open_request(void) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!c)
        return 0;
    c->open_request.how.flags = c->open_request.how.mode = c->open_request.how.resolve = 0;
    c->open_request.path = 0;
    c->open_request.dirfd = AT_FDCWD;
    return c;
}

static __always_inline void submit_open_request(struct current_syscall *c, struct syscall *call, long result) {
    c->call = *call;
    c->result = result;
    record_open();
}

/* Records the syscall and returns true if it opens a file. */
static __always_inline bool record_open_syscall(struct syscall *call, long result) {
    struct current_syscall *c = begin_open_request();
    if (!c)
        return false;
    switch (call->nr) {
    case SYS_open: /* open(path, flags, mode) */
        c->open_request.path = (void *)call->args[0];
        c->open_request.how.flags = call->args[1];
        c->open_request.how.mode = call->args[2];
        break;
    case SYS_creat: /* creat(path, mode) */
        c->open_request.path = (void *)call->args[0];
        c->open_request.how.mode = call->args[1];
        break;
    case SYS_openat: /* openat(dirfd, path, flags, mode) */
        c->open_request.dirfd = call->args[0];
        c->open_request.path = (void *)call->args[1];
        c->open_request.how.flags = call->args[2];
        c->open_request.how.mode = call->args[3];
        break;
    case SYS_openat2: /* openat2(dirfd, path, how, size) */
        c->open_request.dirfd = call->args[0];
        c->open_request.path = (void *)call->args[1];
        bpf_probe_read_user(&c->open_request.how, sizeof c->open_request.how, (void *)call->args[2]);
        c->open_request.how.flags = normalize_open_flags(c->open_request.how.flags);
        break;
    case SYS_open_by_handle_at: /* open_by_handle_at(mountfd, handle, flags) */
        c->open_request.dirfd = call->args[0];
        c->open_request.how.flags = call->args[2];
        break;
    default:
        return false;
    }
    submit_open_request(c, call, result);
    return true;
}

/* A call that is not `checked` by the prefilter is a request of io_uring. */
static __always_inline void record_path(struct task_struct *task, struct syscall *call, long result, int dirfd,
                                        const void *path, __u32 flags, __u32 mode, bool checked) {
    struct scratch *s = init_record(call->nr, result);
    if (!s)
        return;
    struct path_body *body = (void *)s->rest;
    body->dirfd = dirfd;
    body->flags = flags;
    body->mode = mode;
    body->unused = 0;
    __u32 used = append_path(s, call, 0, sizeof *body, path);
    add_base_directory(0, dirfd, sizeof *body);
    add_kernel_names(call);
    if (checked && is_filtered_by_arguments(call, s, sizeof *body, used, 0))
        return;
    fill_syscall_header(s, task, call);
    emit(s, RECORD_PATH, used);
}

static __always_inline void record_rename(struct task_struct *task, struct syscall *call, long result, int old_dirfd,
                                          const void *old_path, int new_dirfd, const void *new_path, __u32 flags,
                                          bool checked) {
    struct scratch *s = init_record(call->nr, result);
    if (!s)
        return;
    struct rename_body *body = (void *)s->rest;
    body->old_dirfd = old_dirfd;
    body->new_dirfd = new_dirfd;
    body->flags = flags;
    body->unused = 0;
    __u32 old_end = append_path(s, call, 0, sizeof *body, old_path);
    __u32 end = append_path(s, call, 1, old_end, new_path);
    add_base_directory(0, old_dirfd, sizeof *body);
    add_base_directory(1, new_dirfd, old_end);
    add_kernel_names(call);
    if (checked && is_filtered_by_arguments(call, s, sizeof *body, end, 0))
        return;
    fill_syscall_header(s, task, call);
    emit(s, RECORD_RENAME, end);
}

#endif
