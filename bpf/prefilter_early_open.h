/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The early filter of opens, which runs before any part of the record is made. Most files are opened by the path
 * that the kernel also has for them, and no rule matches it. The filter touches as little memory as possible. */
#ifndef TIERCEL_PREFILTER_EARLY_OPEN_H
#define TIERCEL_PREFILTER_EARLY_OPEN_H

#include "call_memory.h"
#include "opened_file.h"
#include "prefilter_paths.h"

/* Deeper paths and longer components are left to the filter of complete records. */
#define EARLY_MAX_COMPONENTS 24
#define EARLY_MAX_COMPONENT 96

#define PASSED_OFFSET 8 /* makes the eight bytes before the end of any text readable */
#define PASSED_SIZE 512 /* a text uses up to half of it */
#define PASSED_MASK (PASSED_SIZE - 1)

/* The path as passed, and how much of it the walk has matched. */
struct passed_path {
    __u64 task;        /* of whose open this is the kernel's copy (name_copies.h); 0: none */
    __u64 length;      /* of the kernel's copy; MAX_PATH_MATCH or more: in the memory of the call */
    __u64 address;     /* in user memory; 0: unknown */
    __u64 end;         /* end of the part that is not yet compared */
    __u64 exit_offset; /* `end` or `built` where the walk left its first mount */
    __u64 exit_dentry; /* the dentry there; 0: not yet */
    __u64 built;       /* start of the path that prefilter_early_path.h builds in the scratch memory */
    __u64 dots;        /* 1: a component of the built path ends with two dots */
    __u64 base;        /* `built` at the directory that a relative path starts from; 0: not passed */
    __u8 passed[PASSED_SIZE + 8];
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct passed_path);
} passed_paths SEC(".maps");

/* Takes the kernel's copy of the path of an open, if there is one. It stays in passed_paths until the program ends. */
static __always_inline void take_opened_path(struct syscall *call, __u64 path) {
    __u32 zero = 0;
    struct passed_path *h = bpf_map_lookup_elem(&passed_paths, &zero);
    if (!settings.path_copies || !h || h->task != bpf_get_current_task())
        return;
    h->task = 0;
    if (h->address && h->address != path)
        return;
    if (h->length < MAX_PATH_MATCH)
        call->copied_length = h->length;
    else
        call->remembered = true;
}

static __always_inline __u8 *passed_at(struct passed_path *h, __u32 at) {
    at += PASSED_OFFSET;
    asm volatile("" : "+r"(at));
    return &h->passed[at & PASSED_MASK];
}

/* Strips a component and its slash from the end of the path if they match. A component that ends with two dots does
 * not match, because a rule may look for "../". The new end is written first, so that the verifier has one state
 * after the loop. */
static __always_inline bool strip_component(struct passed_path *h, const unsigned char *name, __u32 length) {
    __u64 end = h->end;
    if (length == 0 || length > EARLY_MAX_COMPONENT || length >= end || end >= MAX_PATH_MATCH)
        return false;
    __u32 from = end - length;
    __u64 last = *(__u64 *)passed_at(h, end - 8), first = kernel_word(name);
    h->end = from - 1;
    if (last >> 48 == 0x2e2e)
        return false;
    if (length < 8) {
        __u32 before = 56 - length * 8; /* bits of the bytes before the slash */
        return !((last >> before ^ (first << 8 | '/')) << before);
    }
    if (*passed_at(h, from - 1) != '/' || first != *(__u64 *)passed_at(h, from))
        return false;
    for (__u32 at = 8; at < EARLY_MAX_COMPONENT; at += 8) {
        if (at + 8 >= length)
            return last == kernel_word(name + length - 8);
        if (kernel_word(name + at) != *(__u64 *)passed_at(h, from + at))
            return false;
    }
    return false;
}

static __always_inline void set_early_exit(struct passed_path *h, struct dentry *d, __u64 at) {
    if (h->exit_dentry)
        return;
    h->exit_dentry = (__u64)d;
    h->exit_offset = at;
}

/* Returns true if the file's path, seen from the task's root, is the absolute path that the program passed. */
static __always_inline bool is_passed_path(struct passed_path *h, struct fs_struct *fs, struct file *file,
                                           __u32 length) {
    struct dentry *root = fs->root.dentry, *d = file->f_path.dentry;
    struct vfsmount *root_mount = fs->root.mnt, *v = file->f_path.mnt;
    struct mount *m = TYPED(mount, REAL_MOUNT(v));
    struct dentry *mount_root = v->mnt_root;
    h->end = length;
    h->exit_dentry = 0;
    int i;
    for (i = 0; i < EARLY_MAX_COMPONENTS; i++) {
        if (d == root && v == root_mount)
            break;
        if (d == mount_root) {
            struct mount *above = m->mnt_parent;
            if (above == m)
                break;
            set_early_exit(h, d, h->end);
            d = m->mnt_mountpoint;
            m = above;
            v = &above->mnt;
            mount_root = v->mnt_root;
            continue;
        }
        struct dentry *parent = d->d_parent;
        if (d == parent || !strip_component(h, d->d_name.name, d->d_name.len))
            return false;
        d = parent;
    }
    set_early_exit(h, d, h->end);
    return !h->end && i < EARLY_MAX_COMPONENTS;
}

/* Returns true if the host has the file at the path that starts at `from`, or does not have it. `outside` bytes of the
 * path are outside the file's mount. */
static __always_inline bool is_host_path(struct passed_path *h, struct file *file, const __u8 *memory, __u32 mask,
                                         __u32 from, __u32 outside) {
    struct super_block *file_system = file->f_path.mnt->mnt_sb;
    __u32 device = file_system->s_dev;
    struct dentry *exit = TYPED(dentry, h->exit_dentry);
    if (device == config.root_device)
        return exit->d_parent == exit && !outside;
    struct host_mount *mount = bpf_map_lookup_elem(&host_mounts, &device);
    if (!mount) {
        /* The host does not see overlay mounts, which are container roots. Other file systems may have been mounted
         * just now. The barrier keeps clang 14 from merging this load with that of d_parent below: the verifier rejects
         * one instruction that loads from two types. */
        unsigned long magic = file_system->s_magic;
        barrier_var(magic);
        return magic == OVERLAYFS_MAGIC;
    }
    return mount->kind == MOUNT_FULL && exit->d_parent == exit && is_mount_path(mount, memory, mask, from, outside);
}

/* Returns the length of the path as passed, which it reads unless there is the kernel's copy. Returns 0 if the early
 * filter cannot use the path. */
static __always_inline __u32 read_passed_path(__u64 path, __u32 copied) {
    __u32 zero = 0;
    struct passed_path *h = bpf_map_lookup_elem(&passed_paths, &zero);
    if (!h)
        return 0;
    long passed = copied;
    if (!passed)
        passed = bpf_probe_read_user_str(&h->passed[PASSED_OFFSET], MAX_PATH_MATCH + 1, (void *)path) - 1;
    return passed > 0 && passed < MAX_PATH_MATCH ? passed : 0;
}

/* Returns the disjuncts that can still match an opened file if all its names equal the path as passed, otherwise all
 * ones. One function contains everything, because it runs for most opens. */
__noinline __u64 same_path_disjuncts(__u32 table, __u32 open, __u64 file_address, __u32 passed) {
    __u32 zero = 0;
    struct passed_path *h = bpf_map_lookup_elem(&passed_paths, &zero);
    if (!h || settings.read_variant != READ_TYPED || open >= FILTERED_OPENS || passed >= MAX_PATH_MATCH ||
        *passed_at(h, 0) != '/')
        return ~0ull;
    struct task_struct *task = current_task();
    struct file *file = TYPED(file, file_address);
    if (!is_passed_path(h, task->fs, file, passed) ||
        !is_host_path(h, file, h->passed, PASSED_MASK, PASSED_OFFSET, h->exit_offset))
        return ~0ull;
    struct prefilter_tables *p = &prefilter_tables[table & 1];
    __u32 outcome = trie_outcome(p->prefix_trie, h->passed, PASSED_MASK, PASSED_OFFSET, 1, passed);
    __u64 left =
        MASK_AT(p->dotdot, open * 2) & MASK_AT(p->path_prefix, open * TRIE_OUTCOMES + (outcome & (TRIE_OUTCOMES - 1)));
    if (!left)
        return 0;
    outcome = trie_outcome(p->suffix_trie, h->passed, PASSED_MASK, PASSED_OFFSET + passed - 1, -1, passed);
    return left & MASK_AT(p->path_suffix, open * TRIE_OUTCOMES + (outcome & (TRIE_OUTCOMES - 1)));
}

#endif
