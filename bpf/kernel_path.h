/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Kernel paths: the walk from a dentry up to the root of the task, across mount points, written backwards. */
#ifndef TIERCEL_KERNEL_PATH_H
#define TIERCEL_KERNEL_PATH_H

#include "record.h"

/* Deeper paths lose their beginning: 1024 components, of which each mount point on the way is one. */
#define SEGMENT_COMPONENTS 16
#define MAX_SEGMENTS 64

/* A member of a kernel structure: a plain load if the kernel supports it, otherwise a helper call that copies the
 * member. */
#define READ_KERNEL(type, pointer, member)                                                                             \
    (settings.read_variant == READ_TYPED ? TYPED(type, pointer)->member                                                \
                                         : BPF_CORE_READ((struct type *)(pointer), member))

/* Reads eight bytes of kernel memory in the cheapest way, which READ_TYPED supports. */
static __always_inline __u64 typed_word(const void *at) {
    return TYPED(qstr, at)->hash_len;
}

/* The same in the way that this kernel supports. */
static __always_inline __u64 kernel_word(const void *at) {
    __u64 word = 0;
    if (settings.read_variant == READ_TYPED)
        return typed_word(at);
    bpf_probe_read_kernel(&word, sizeof word, at);
    return word;
}

#define REAL_MOUNT(vfsmount) ((void *)(vfsmount) - bpf_core_field_offset(struct mount, mnt))
#define AT_FDCWD -100

/* Prepends a component. Returns false if it does not fit. */
static __always_inline bool prepend_component(struct scratch *s, const void *name, __u32 length, bool slash) {
    length &= 255;
    __u64 start = s->names_start;
    if (start > NAMES_SIZE || start < length + 1 + s->names_limit)
        return false;
    start -= length;
    bpf_probe_read_kernel(&s->names[mask_index(start)], length, name);
    if (slash) {
        start -= 1;
        s->names[mask_index(start)] = '/';
    }
    s->names_start = start;
    return true;
}

/* Marks the current name as one that lacks its beginning. "..." stands for it, so that the name does not look
 * absolute. Here rules and the prefilter cannot tell what the beginning is. */
static __always_inline void mark_truncated(struct scratch *s, __u32 which) {
    s->header.marks |= MARK_NAME_0_TRUNCATED << which;
    __u64 start = s->names_start;
    for (int i = 0; i < 3 && start; i++) {
        start -= 1;
        s->names[mask_index(start)] = '.';
    }
    s->names_start = start;
    count_loss(LOSS_PATH_TRUNCATED);
}

/* Remembers where the walk leaves its first mount. The names written so far are below this dentry. */
static __always_inline void set_mount_exit(struct scratch *s, void *dentry, __u64 at) {
    if (s->exit_dentry)
        return;
    s->exit_dentry = (__u64)dentry;
    s->exit_offset = at;
}

enum walk_state {
    WALK_CONTINUES, /* after this segment */
    WALK_ENDED,
    WALK_TRUNCATED, /* the name is full */
};

static __always_inline int end_segment(struct scratch *s, void *d, void *v, int state) {
    s->walk_dentry = (__u64)d;
    s->walk_mount = (__u64)v;
    return state;
}

static __always_inline int walk_typed(struct scratch *s, struct task_struct *task, struct dentry *d,
                                      struct vfsmount *v) {
    struct dentry *root = task->fs->root.dentry;
    struct vfsmount *root_mount = task->fs->root.mnt;
    struct mount *m = TYPED(mount, REAL_MOUNT(v));
    for (int i = 0; i < SEGMENT_COMPONENTS; i++) {
        if (d == root && v == root_mount)
            return end_segment(s, d, v, WALK_ENDED);
        struct dentry *parent = d->d_parent;
        if (d == v->mnt_root) {
            struct mount *above = m->mnt_parent;
            if (above == m)
                return end_segment(s, d, v, WALK_ENDED);
            set_mount_exit(s, d, s->names_start);
            d = m->mnt_mountpoint;
            m = above;
            v = &above->mnt;
            continue;
        }
        if (!prepend_component(s, d->d_name.name, d->d_name.len, d != parent))
            return end_segment(s, d, v, WALK_TRUNCATED);
        if (d == parent)
            return end_segment(s, d, v, WALK_ENDED);
        d = parent;
    }
    return end_segment(s, d, v, WALK_CONTINUES);
}

/* d_parent and d_name are adjacent in every kernel, so one read fetches both. */
struct dentry_chunk {
    struct dentry *parent;
    __u32 hash, length;
    const unsigned char *name;
};

static __always_inline int walk_read(struct scratch *s, struct task_struct *task, struct dentry *d,
                                     struct vfsmount *v) {
    struct dentry *root = BPF_CORE_READ(task, fs, root.dentry);
    struct vfsmount *root_mount = BPF_CORE_READ(task, fs, root.mnt);
    struct mount *m = REAL_MOUNT(v);
    struct dentry *mount_root = BPF_CORE_READ(v, mnt_root);
    for (int i = 0; i < SEGMENT_COMPONENTS; i++) {
        if (d == root && v == root_mount)
            return end_segment(s, d, v, WALK_ENDED);
        if (d == mount_root) {
            struct mount *above = BPF_CORE_READ(m, mnt_parent);
            if (above == m)
                return end_segment(s, d, v, WALK_ENDED);
            set_mount_exit(s, d, s->names_start);
            d = BPF_CORE_READ(m, mnt_mountpoint);
            m = above;
            v = (void *)above + bpf_core_field_offset(struct mount, mnt);
            mount_root = BPF_CORE_READ(v, mnt_root);
            continue;
        }
        struct dentry_chunk c = {};
        if (settings.read_variant == READ_CHUNKED) {
            bpf_probe_read_kernel(&c, sizeof c, (void *)d + bpf_core_field_offset(struct dentry, d_parent));
        } else {
            c.parent = BPF_CORE_READ(d, d_parent);
            c.length = BPF_CORE_READ(d, d_name.len);
            c.name = BPF_CORE_READ(d, d_name.name);
        }
        if (!prepend_component(s, c.name, c.length, d != c.parent))
            return end_segment(s, d, v, WALK_TRUNCATED);
        if (d == c.parent)
            return end_segment(s, d, v, WALK_ENDED);
        d = c.parent;
    }
    return end_segment(s, d, v, WALK_CONTINUES);
}

/* These walk one segment of a path, from where the last segment ended. They are global functions so that the verifier
 * checks each once: a longer loop has more states than the verifier visits. There are two so that each has a small
 * stack.
 */
__noinline int walk_typed_segment(void) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || settings.read_variant != READ_TYPED)
        return WALK_TRUNCATED;
    return walk_typed(s, current_task(), TYPED(dentry, s->walk_dentry), TYPED(vfsmount, s->walk_mount));
}

__noinline int walk_read_segment(void) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || settings.read_variant == READ_TYPED)
        return WALK_TRUNCATED;
    return walk_read(s, current_task(), (void *)s->walk_dentry, (void *)s->walk_mount);
}

/* Adds the next name: the path of a dentry in a mount. This is a global function so that the verifier checks it
 * once. It takes integers because older kernels accept nothing else. */
__noinline int add_kernel_path(__u32 which, __u64 dentry, __u64 mount) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || which > 2)
        return 0;
    __u64 end = s->names_start;
    s->exit_dentry = 0;
    s->names_limit = end > NAME_LIMIT + NAMES_RESERVED ? end - NAME_LIMIT : NAMES_RESERVED;
    s->walk_dentry = dentry;
    s->walk_mount = mount;
    int state = WALK_CONTINUES;
    for (int i = 0; i < MAX_SEGMENTS && state == WALK_CONTINUES; i++)
        state = settings.read_variant == READ_TYPED ? walk_typed_segment() : walk_read_segment();
    set_mount_exit(s, (void *)s->walk_dentry, s->names_start);
    s->names_limit = NAMES_RESERVED;
    if (state != WALK_ENDED)
        mark_truncated(s, which);
    else if (s->names_start == end)
        prepend_component(s, 0, 0, true);
    s->header.name_length[which] = end - s->names_start;
    return 0;
}

/* Walks one segment of a path up to the root of its file system. */
__noinline int walk_fs_segment(void) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s)
        return WALK_TRUNCATED;
    void *d = (void *)s->walk_dentry;
    for (int i = 0; i < SEGMENT_COMPONENTS; i++) {
        struct dentry_chunk c = {};
        c.parent = READ_KERNEL(dentry, d, d_parent);
        if (d == c.parent)
            return WALK_ENDED;
        c.length = READ_KERNEL(dentry, d, d_name.len);
        c.name = READ_KERNEL(dentry, d, d_name.name);
        if (!prepend_component(s, c.name, c.length, true))
            return WALK_TRUNCATED;
        d = c.parent;
    }
    s->walk_dentry = (__u64)d;
    return WALK_CONTINUES;
}

/* Adds the third name: the path, inside its file system, of the dentry at which the last walk left its first mount.
 * The name is empty for the root of the file system. */
__noinline int add_fs_path(void) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || !s->exit_dentry)
        return 0;
    __u64 end = s->names_start;
    s->walk_dentry = s->exit_dentry;
    int state = WALK_CONTINUES;
    for (int i = 0; i < MAX_SEGMENTS && state == WALK_CONTINUES; i++)
        state = walk_fs_segment();
    if (state != WALK_ENDED)
        mark_truncated(s, 2);
    s->header.name_length[2] = end - s->names_start;
    return 0;
}

static __always_inline void add_path(int which, struct path *path) {
    add_kernel_path(which, kernel_word((void *)path + bpf_core_field_offset(struct path, dentry)),
                    kernel_word((void *)path + bpf_core_field_offset(struct path, mnt)));
}

/* The open file of a file descriptor of the current task, or null. */
static __always_inline struct file *fd_to_file(struct task_struct *task, int fd) {
    struct files_struct *files = READ_KERNEL(task_struct, task, files);
    struct fdtable *fdt = READ_KERNEL(files_struct, files, fdt);
    if (fd < 0 || (__u32)fd >= READ_KERNEL(fdtable, fdt, max_fds))
        return 0;
    return (void *)kernel_word(READ_KERNEL(fdtable, fdt, fd) + fd);
}

static __always_inline void add_file_path(int which, struct file *file) {
    add_path(which, (void *)file + bpf_core_field_offset(struct file, f_path));
}

static __always_inline void add_cwd(struct task_struct *task, int which) {
    add_path(which, (void *)READ_KERNEL(task_struct, task, fs) + bpf_core_field_offset(struct fs_struct, pwd));
}

/* Adds the base directory of a path whose text starts at offset `text` of the rest. An absolute path has none. This is
 * a global function so that the verifier checks it once. */
__noinline int add_base_directory(__u32 which, int dirfd, __u32 text) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || text >= REST_SIZE || s->rest[text] == '/')
        return 0;
    struct task_struct *task = current_task();
    if (dirfd == AT_FDCWD) {
        add_cwd(task, which);
        return 0;
    }
    struct file *directory = fd_to_file(task, dirfd);
    if (directory)
        add_file_path(which, directory);
    return 0;
}

#define OVERLAYFS_MAGIC 0x794c7630

/* The layer of overlayfs that a file is in. The upper dentry follows the inode in struct ovl_inode. */
static __always_inline __u32 overlay_layer(struct inode *inode) {
    struct super_block *file_system = READ_KERNEL(inode, inode, i_sb);
    if (READ_KERNEL(super_block, file_system, s_magic) != OVERLAYFS_MAGIC)
        return 0;
    void *upper = 0;
    bpf_probe_read_kernel(&upper, sizeof upper, (void *)inode + bpf_core_type_size(struct inode));
    return upper ? FILE_UPPER_LAYER : FILE_LOWER_LAYER;
}

#endif
