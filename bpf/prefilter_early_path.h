/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The early filter of opens by a path that is not the kernel's path of the file: a relative path, one through a
 * symbolic link, and one of a file that does not exist. It builds the kernel's path by words. */
#ifndef TIERCEL_PREFILTER_EARLY_PATH_H
#define TIERCEL_PREFILTER_EARLY_PATH_H

#include "prefilter_early_open.h"

#define BUILT_END (HOST_PATH_OFFSET + 512) /* a built path ends here, and is up to MAX_PATH_MATCH long */

/* Words are written from the end to the beginning, because the last one can overwrite up to seven bytes before the
 * component. */
static __always_inline __u64 *built_word(struct scratch *s, __u32 at) {
    asm volatile("" : "+r"(at));
    return (__u64 *)((__u8 *)s + (at & SCRATCH_MASK));
}

/* Remembers whether a component, whose last eight bytes these are, ends with two dots: a rule may look for "../". It
 * does not branch, so that the verifier has one state. */
static __always_inline void note_dots(struct passed_path *h, __u64 last) {
    h->dots |= ((last >> 48 ^ 0x2e2e) - 1) >> 63;
}

/* Builds the path of a file, seen from the task's root. Returns its length, or 0 if it is left to the filter of
 * complete records. */
__noinline __u32 build_path(__u64 file_address, int dirfd) {
    __u32 zero = 0;
    struct passed_path *h = bpf_map_lookup_elem(&passed_paths, &zero);
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!h || !s || settings.read_variant != READ_TYPED)
        return 0;
    struct task_struct *task = current_task();
    struct fs_struct *fs = task->fs;
    struct file *file = TYPED(file, file_address);
    struct dentry *root = fs->root.dentry;
    struct vfsmount *root_mount = fs->root.mnt;
    struct early_walk w = begin_early_walk(file);
    h->base_dentry = h->base_mount = 0;
    if (dirfd == AT_FDCWD) {
        h->base_dentry = (__u64)fs->pwd.dentry;
        h->base_mount = (__u64)fs->pwd.mnt;
    } else {
        struct file *directory = fd_to_file(task, dirfd);
        if (directory) {
            h->base_dentry = (__u64)TYPED(file, directory)->f_path.dentry;
            h->base_mount = (__u64)TYPED(file, directory)->f_path.mnt;
        }
    }
    bool inside = false; /* a component */
    h->built = BUILT_END;
    h->exit_dentry = h->base = h->dots = 0;
    int i;
    for (i = first_step(); i < EARLY_STEPS; i++) {
        __u64 end = h->built, word;
        if (!inside) {
            if ((__u64)w.dentry == h->base_dentry && (__u64)w.vfsmount == h->base_mount)
                h->base = end;
            if (w.dentry == root && w.vfsmount == root_mount)
                break;
            if (w.dentry == w.mount_root) {
                struct dentry *mount_root = w.dentry;
                if (!leave_mount(&w))
                    break;
                set_early_exit(h, mount_root, end);
                continue;
            }
            if (!enter_component(h, &w))
                return 0;
        }
        __u64 left = h->left;
        if (end > BUILT_END || left >= MAX_PATH_MATCH || end < BUILT_END - MAX_PATH_MATCH + left + 8)
            return 0;
        bool ends = !inside; /* the word is the end of a component */
        inside = left >= 8;
        if (inside) {
            h->left = left - 8;
            h->built = end - 8;
            word = typed_word((void *)h->name + h->left);
        } else {
            h->built = end - left - 1;
            word = short_component(typed_word((void *)h->name), left);
        }
        *built_word(s, end - 8) = word;
        if (ends)
            note_dots(h, word);
    }
    set_early_exit(h, w.dentry, h->built);
    __u64 start = h->built;
    if (i >= EARLY_STEPS || start > BUILT_END || h->dots ||
        !is_host_path(h, file, text_at(s, start), h->exit_offset - start))
        return 0;
    return BUILT_END - start;
}

/* Returns the disjuncts that can still match the path as passed, and that of the file if one was opened. It decides as
 * all_path_disjuncts does, and returns all ones for what it does not decide. */
__noinline __u64 other_path_disjuncts(__u32 table, __u32 open, __u64 file, __u32 dirfd, __u32 passed) {
    __u32 zero = 0;
    struct passed_path *h = bpf_map_lookup_elem(&passed_paths, &zero);
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!h || !s || settings.read_variant != READ_TYPED || !passed || passed >= MAX_PATH_MATCH ||
        open >= FILTERED_OPENS)
        return ~0ull;
    bool absolute = *passed_at(h, 0) == '/';
    if (!absolute && !file)
        return ~0ull;
    bpf_probe_read_kernel((__u8 *)s + TEXT_OFFSET, bounded_length(passed), &h->passed[PASSED_OFFSET]);
    /* a relative path that equals the end of the built path has no "../" */
    __u32 shape = absolute ? path_shape(TEXT_OFFSET, passed) : 0;
    __u64 left = MASK_AT(prefilter_tables[table & 1].dotdot, open * 2 + (shape & HAS_DOTDOT)), named = 0;
    if (absolute) {
        if (!left)
            return 0;
        if (shape & NOT_CANONICAL)
            return ~0ull;
        named = path_disjuncts(table, open, s, TEXT_OFFSET, passed);
    }
    if (file) {
        __u32 length = build_path(file, dirfd);
        if (!length)
            return ~0ull;
        /* a relative path must be the end of the file's path, after that of the base directory and a slash */
        if (!absolute && (h->base != BUILT_END - passed - 1 || !bytes_equal(BUILT_END - passed, TEXT_OFFSET, passed)))
            return ~0ull;
        named |= path_disjuncts(table, open, s, BUILT_END - length, length);
    }
    return left & named;
}

/* Checks the flags of an open, and its paths. */
static __always_inline void check_open(struct syscall *call, __s64 result) {
    if (!call->is_open || !call->disjuncts)
        return;
    __u64 path = call->args[0], flags = 0;
    __u32 dirfd = AT_FDCWD;
    switch (call->nr) {
    case SYS_open: /* open(path, flags, mode) */
        flags = call->args[1];
        break;
    case SYS_creat: /* creat(path, mode) */
        break;
    case SYS_openat: /* openat(dirfd, path, flags, mode) */
        dirfd = call->args[0];
        path = call->args[1];
        flags = call->args[2];
        break;
    case SYS_openat2: /* openat2(dirfd, path, how, size): the flags are the first member of `how` */
        dirfd = call->args[0];
        path = call->args[1];
        bpf_probe_read_user(&flags, sizeof flags, (void *)call->args[2]);
        flags = normalize_open_flags(flags);
        break;
    default: /* open_by_handle_at(mountfd, handle, flags) */
        path = 0;
        flags = call->args[2];
    }
    struct prefilter_tables *p = &prefilter_tables[call->table & 1];
    __u32 open = open_index(call);
    call->disjuncts &= MASK_AT(p->open_flags, open * FLAG_CLASSES + open_flag_class(flags, result < 0));
    if (call->disjuncts && !(call->disjuncts & MASK_AT(p->common_process, open)))
        check_process(call, 0);
    if (!call->disjuncts)
        return;
    struct task_struct *task = current_task();
    struct file *file = 0;
    if (result >= 0) {
        file = fd_to_file(task, result);
        call->file = (__u64)file;
        call->opened = settings.kernel_copies ? compare_installed(result, call->file) : OPENED_UNKNOWN;
        if (!file || call->opened == OPENED_OTHER)
            return;
    }
    if (settings.read_variant != READ_TYPED || !path || (call->remembered && !settings.entry_copies))
        return;
    __u32 passed = read_passed_path(path, call->copied_length);
    __u64 left = ~0ull;
    if (file)
        left = same_path_disjuncts(call->table, open, call->file, passed);
    if (left == ~0ull)
        left = other_path_disjuncts(call->table, open, call->file, dirfd, passed);
    if (!file || (!may_be_replaced(task, file, result, call->opened) &&
                  (!(call->disjuncts & ~left) || !find_known_file(call->file))))
        call->disjuncts &= left;
    if (call->disjuncts) /* a rule about all files of some programs is left */
        check_process(call, 0);
    check_mask(call);
}

#endif
