/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The early filter of opens, which runs before any part of the record is made. Most files are opened by the path
 * that the kernel also has for them, and no rule matches it. The filter touches as little memory as possible. */
#ifndef TIERCEL_PREFILTER_EARLY_OPEN_H
#define TIERCEL_PREFILTER_EARLY_OPEN_H

#include "call_memory.h"
#include "opened_file.h"
#include "prefilter_paths.h"

/* A step of a walk takes eight bytes of a component, or its rest and the slash before it, or a mount point. Paths of
 * more steps are left to the filter of complete records. One loop over steps has far fewer states for the verifier than
 * a loop over components that contains one over words. */
#define EARLY_STEPS 40

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
    __u64 base_dentry; /* of this directory */
    __u64 base_mount;
    __u64 name; /* of the component that the walk is in, in kernel memory */
    __u64 left; /* bytes of it that are left */
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

/* A word of which only the lower bytes are those of a component that has less than eight: a slash and the component, at
 * the end of the word. */
static __always_inline __u64 short_component(__u64 word, __u64 length) {
    return (word << 8 | '/') << (56 - length * 8);
}

static __always_inline void set_early_exit(struct passed_path *h, struct dentry *d, __u64 at) {
    if (h->exit_dentry)
        return;
    h->exit_dentry = (__u64)d;
    h->exit_offset = at;
}

/* Returns 0, the number of the first step, which the compiler does not see. Otherwise it may enter the loop behind the
 * comparison with its end, and verifiers of older kernels reject some of these loops (check_cfg in
 * kernel/bpf/verifier.c). */
static __always_inline int first_step(void) {
    int step = 0;
    barrier_var(step);
    return step;
}

/* Where a walk from a file to the root of its task is. The rest of it is in struct passed_path: the verifier knows
 * nothing about numbers in the memory of maps, so that its states converge. */
struct early_walk {
    struct dentry *dentry;
    struct vfsmount *vfsmount;
    struct mount *mount;
    struct dentry *mount_root;
};

static __always_inline struct early_walk begin_early_walk(struct file *file) {
    struct vfsmount *v = file->f_path.mnt;
    return (struct early_walk){
        .dentry = file->f_path.dentry, .vfsmount = v, .mount = TYPED(mount, REAL_MOUNT(v)), .mount_root = v->mnt_root};
}

/* Leaves a mount at its root. Returns false if there is none above. The casts give the pointers the types that they had
 * before, so that the verifier has one state. */
static __always_inline bool leave_mount(struct early_walk *w) {
    struct mount *above = w->mount->mnt_parent;
    if (above == w->mount)
        return false;
    w->dentry = w->mount->mnt_mountpoint;
    w->mount = TYPED(mount, above);
    w->vfsmount = TYPED(vfsmount, &above->mnt);
    w->mount_root = w->vfsmount->mnt_root;
    return true;
}

/* Enters the component of the current dentry, and makes its parent the current one. Returns false if there is none. */
static __always_inline bool enter_component(struct passed_path *h, struct early_walk *w) {
    struct dentry *parent = w->dentry->d_parent;
    if (w->dentry == parent)
        return false;
    h->name = (__u64)w->dentry->d_name.name;
    h->left = w->dentry->d_name.len;
    w->dentry = parent;
    return true;
}

/* Returns true if the file's path, seen from the task's root, is the absolute path that the program passed. A path with
 * a component that ends with two dots is not, because a rule may look for "../". Bytes before the path are zero, so a
 * component that is longer than the rest of the path differs. */
static __always_inline bool is_passed_path(struct passed_path *h, struct fs_struct *fs, struct file *file,
                                           __u32 length) {
    struct dentry *root = fs->root.dentry;
    struct vfsmount *root_mount = fs->root.mnt;
    struct early_walk w = begin_early_walk(file);
    bool inside = false; /* a component */
    h->end = length;
    h->exit_dentry = 0;
    int i;
    for (i = first_step(); i < EARLY_STEPS; i++) {
        __u64 end = h->end, last = *(__u64 *)passed_at(h, end - 8);
        if (!inside) {
            if (w.dentry == root && w.vfsmount == root_mount)
                break;
            if (w.dentry == w.mount_root) {
                struct dentry *mount_root = w.dentry;
                if (!leave_mount(&w))
                    break;
                set_early_exit(h, mount_root, end);
                continue;
            }
            if (!enter_component(h, &w) || last >> 48 == 0x2e2e)
                return false;
        }
        __u64 left = h->left;
        if (left >= end)
            return false;
        inside = left >= 8;
        if (inside) {
            h->left = left - 8;
            h->end = end - 8;
            if (last != typed_word((void *)h->name + h->left))
                return false;
        } else {
            h->end = end - left - 1;
            if ((last ^ short_component(typed_word((void *)h->name), left)) >> (56 - left * 8)) /* up to the slash */
                return false;
        }
    }
    set_early_exit(h, w.dentry, h->end);
    return !h->end && i < EARLY_STEPS;
}

/* Returns true if the host has the file at this path, of which 256 bytes are readable, or does not have it. `outside`
 * bytes of the path are outside the file's mount. */
static __always_inline bool is_host_path(struct passed_path *h, struct file *file, const __u8 *path, __u32 outside) {
    struct super_block *file_system = file->f_path.mnt->mnt_sb;
    __u32 device = file_system->s_dev;
    struct dentry *exit = TYPED(dentry, h->exit_dentry);
    if (device == config.root_device)
        return exit->d_parent == exit && !outside;
    struct host_mount *mount = bpf_map_lookup_elem(&host_mounts, &device);
    if (!mount) {
        /* The host does not see overlay mounts, which are container roots. Other file systems may have been mounted
         * just now. The barrier keeps the compiler from merging this load with that of d_parent below: the verifier
         * rejects one instruction that loads from two types. */
        unsigned long magic = file_system->s_magic;
        barrier_var(magic);
        return magic == OVERLAYFS_MAGIC;
    }
    return mount->kind == MOUNT_FULL && exit->d_parent == exit && is_mount_path(mount, path, outside);
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
    if (!is_passed_path(h, task->fs, file, passed) || !is_host_path(h, file, &h->passed[PASSED_OFFSET], h->exit_offset))
        return ~0ull;
    struct prefilter_tables *p = &prefilter_tables[table & 1];
    __u32 outcome = trie_outcome(p->prefix_trie, &h->passed[PASSED_OFFSET], false, passed);
    __u64 left =
        MASK_AT(p->dotdot, open * 2) & MASK_AT(p->path_prefix, open * TRIE_OUTCOMES + (outcome & (TRIE_OUTCOMES - 1)));
    if (!left)
        return 0;
    outcome = trie_outcome(p->suffix_trie, &h->passed[PASSED_OFFSET], true, passed);
    return left & MASK_AT(p->path_suffix, open * TRIE_OUTCOMES + (outcome & (TRIE_OUTCOMES - 1)));
}

#endif
