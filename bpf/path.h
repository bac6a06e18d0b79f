/* Kernel paths: from a dentry up to the root of the task, through mount points, written backwards. */
#ifndef TIERCEL_PATH_H
#define TIERCEL_PATH_H

#define COMPONENTS 64 /* deeper paths lose their beginning */

/* A member of a kernel structure: a plain load where the kernel lets us, else a call that copies it. */
#define READ(type, pointer, member)                                                                                    \
    (settings.read_variant == READ_TYPED ? TYPED(type, pointer)->member                                                \
                                         : BPF_CORE_READ((struct type *)(pointer), member))

/* Eight bytes of kernel memory, in the cheapest way. */
static __always_inline __u64 kernel_word(const void *at) {
    __u64 word = 0;
    if (settings.read_variant == READ_TYPED)
        return TYPED(qstr, at)->hash_len;
    bpf_probe_read_kernel(&word, sizeof word, at);
    return word;
}

#define MOUNT_OF(vfsmount) ((void *)(vfsmount) - bpf_core_field_offset(struct mount, mnt))
#define AT_FDCWD -100

/* Puts a component in front; false if it does not fit. */
static __always_inline bool prepend(struct scratch *s, const void *name, __u32 length, bool slash) {
    length &= 255;
    __u64 start = s->names_start;
    if (start > NAMES_SIZE || start < length + 1 + 24)
        return false;
    start -= length;
    bpf_probe_read_kernel(&s->names[masked(start)], length, name);
    if (slash) {
        start -= 1;
        s->names[masked(start)] = '/';
    }
    s->names_start = start;
    return true;
}

/* Where the walk leaves the mount that it began in: what is written by then lies below this dentry. */
static __always_inline void leave(struct scratch *s, void *dentry, __u64 at) {
    if (s->left_dentry)
        return;
    s->left_dentry = (__u64)dentry;
    s->left_at = at;
}

/* False if the path has lost its beginning. */
static __always_inline bool walk_typed(struct scratch *s, struct task_struct *task, struct dentry *d,
                                       struct vfsmount *v) {
    struct dentry *root = task->fs->root.dentry;
    struct vfsmount *root_mount = task->fs->root.mnt;
    struct mount *m = TYPED(mount, MOUNT_OF(v));
    int i;
    for (i = 0; i < COMPONENTS; i++) {
        if (d == root && v == root_mount)
            break;
        struct dentry *parent = d->d_parent;
        if (d == v->mnt_root) {
            struct mount *above = m->mnt_parent;
            if (above == m)
                break;
            leave(s, d, s->names_start);
            d = m->mnt_mountpoint;
            m = above;
            v = &above->mnt;
            continue;
        }
        if (!prepend(s, d->d_name.name, d->d_name.len, d != parent))
            return false;
        if (d == parent)
            break;
        d = parent;
    }
    leave(s, d, s->names_start);
    return i < COMPONENTS;
}

/* d_parent and d_name are neighbours in every kernel: one read for both. */
struct dentry_chunk {
    struct dentry *parent;
    __u32 hash, length;
    const unsigned char *name;
};

static __always_inline bool walk_read(struct scratch *s, struct task_struct *task, struct dentry *d,
                                      struct vfsmount *v) {
    struct dentry *root = BPF_CORE_READ(task, fs, root.dentry);
    struct vfsmount *root_mount = BPF_CORE_READ(task, fs, root.mnt);
    struct mount *m = MOUNT_OF(v);
    struct dentry *mount_root = BPF_CORE_READ(v, mnt_root);
    int i;
    for (i = 0; i < COMPONENTS; i++) {
        if (d == root && v == root_mount)
            break;
        if (d == mount_root) {
            struct mount *above = BPF_CORE_READ(m, mnt_parent);
            if (above == m)
                break;
            leave(s, d, s->names_start);
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
        if (!prepend(s, c.name, c.length, d != c.parent))
            return false;
        if (d == c.parent)
            break;
        d = c.parent;
    }
    leave(s, d, s->names_start);
    return i < COMPONENTS;
}

/* Adds the next name: where a dentry in a mount lies. A global function, because the verifier then looks at it once and
 * not at every call; it takes plain numbers, because that is all that older kernels let such a function take. */
__noinline int add_name(__u32 which, __u64 dentry, __u64 mount) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s || which > 2)
        return 0;
    __u64 end = s->names_start;
    s->left_dentry = 0;
    bool whole = settings.read_variant == READ_TYPED
                     ? walk_typed(s, current_task(), TYPED(dentry, dentry), TYPED(vfsmount, mount))
                     : walk_read(s, current_task(), (void *)dentry, (void *)mount);
    if (!whole)
        count_loss(LOSS_NAME_CUT);
    if (s->names_start == end)
        prepend(s, 0, 0, true);
    s->header.name_length[which] = end - s->names_start;
    return 0;
}

/* Adds as the third name where the dentry at which the last walk left its first mount lies in its file system; none
 * for the file system's root. */
__noinline int add_place(void) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s || !s->left_dentry)
        return 0;
    __u64 end = s->names_start;
    void *d = (void *)s->left_dentry;
    for (int i = 0; i < COMPONENTS; i++) {
        struct dentry_chunk c = {};
        c.parent = READ(dentry, d, d_parent);
        if (d == c.parent)
            break;
        c.length = READ(dentry, d, d_name.len);
        c.name = READ(dentry, d, d_name.name);
        if (!prepend(s, c.name, c.length, true))
            break;
        d = c.parent;
    }
    s->header.name_length[2] = end - s->names_start;
    return 0;
}

static __always_inline void path_name(int which, struct path *path) {
    add_name(which, kernel_word((void *)path + bpf_core_field_offset(struct path, dentry)),
             kernel_word((void *)path + bpf_core_field_offset(struct path, mnt)));
}

/* The open file behind a descriptor of the current task; null if there is none. */
static __always_inline struct file *file_of(struct task_struct *task, int fd) {
    struct files_struct *files = READ(task_struct, task, files);
    struct fdtable *table = READ(files_struct, files, fdt);
    if (fd < 0 || (__u32)fd >= READ(fdtable, table, max_fds))
        return 0;
    return (void *)kernel_word(READ(fdtable, table, fd) + fd);
}

static __always_inline void file_name(int which, struct file *file) {
    path_name(which, (void *)file + bpf_core_field_offset(struct file, f_path));
}

static __always_inline void working_directory(struct task_struct *task, int which) {
    path_name(which, (void *)READ(task_struct, task, fs) + bpf_core_field_offset(struct fs_struct, pwd));
}

/* The directory that a path, whose text lies at used in the rest, starts from; nothing for an absolute path. */
static __always_inline void base_name(struct scratch *s, struct task_struct *task, int which, int dirfd, __u32 text) {
    if (text >= REST_SIZE || s->rest[text] == '/')
        return;
    if (dirfd == AT_FDCWD) {
        working_directory(task, which);
        return;
    }
    struct file *directory = file_of(task, dirfd);
    if (directory)
        file_name(which, directory);
}

#define OVERLAYFS_MAGIC 0x794c7630

/* In which layer of an overlay file system a file lies: the upper dentry follows the inode in its container. */
static __always_inline __u32 layer_bits(struct inode *inode) {
    struct super_block *file_system = READ(inode, inode, i_sb);
    if (READ(super_block, file_system, s_magic) != OVERLAYFS_MAGIC)
        return 0;
    void *upper = 0;
    bpf_probe_read_kernel(&upper, sizeof upper, (void *)inode + bpf_core_type_size(struct inode));
    return upper ? FILE_UPPER_LAYER : FILE_LOWER_LAYER;
}

#endif
