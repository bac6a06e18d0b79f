/* The quick look at an open, before anything of its record is made: most files are opened under the very name that the
 * kernel has for them, which no rule wants. It touches as little memory as it can. */
#ifndef TIERCEL_FIRST_OPENS_H
#define TIERCEL_FIRST_OPENS_H

/* Deeper names, and those with longer components, are made. */
#define SAME_COMPONENTS 24
#define SAME_SIZE 96

#define GIVEN_AT 8     /* so that the eight bytes in front of a text's end can be read, however short it is */
#define GIVEN_SIZE 512 /* of which a text takes up to half */
#define GIVEN_MASK (GIVEN_SIZE - 1)

/* A text that is held against a file's name, and how far. */
struct held {
    __u64 end;         /* of what is not yet compared */
    __u64 left_at;     /* end where the walk left the mount that it began in */
    __u64 left_dentry; /* the dentry there; 0: nowhere yet */
    __u8 given[GIVEN_SIZE + 8];
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct held);
} held_texts SEC(".maps");

static __always_inline __u8 *given_at(struct held *h, __u32 at) {
    at += GIVEN_AT;
    asm volatile("" : "+r"(at));
    return &h->given[at & GIVEN_MASK];
}

/* Takes a component off the end of the text if it is there, with its slash; none that ends with two dots, which a rule
 * could take for a climb. What is left is written first, so that the verifier sees one state behind the loop. */
static __always_inline bool step_back(struct held *h, const unsigned char *name, __u32 length) {
    __u64 end = h->end;
    if (length == 0 || length > SAME_SIZE || length >= end || end >= NAME_LIMIT)
        return false;
    __u32 from = end - length;
    __u64 last = *(__u64 *)given_at(h, end - 8), first = kernel_word(name);
    h->end = from - 1;
    if (last >> 48 == 0x2e2e)
        return false;
    if (length < 8) {
        __u32 before = 56 - length * 8; /* bits of what is in front of the slash */
        return !((last >> before ^ (first << 8 | '/')) << before);
    }
    if (*given_at(h, from - 1) != '/' || first != *(__u64 *)given_at(h, from))
        return false;
    for (__u32 at = 8; at < SAME_SIZE; at += 8) {
        if (at + 8 >= length)
            return last == kernel_word(name + length - 8);
        if (kernel_word(name + at) != *(__u64 *)given_at(h, from + at))
            return false;
    }
    return false;
}

static __always_inline void leave_mount(struct held *h, struct dentry *d) {
    if (h->left_dentry)
        return;
    h->left_dentry = (__u64)d;
    h->left_at = h->end;
}

/* Whether a file's name, seen from the root of the task, is the absolute text that the program gave. */
static __always_inline bool is_given(struct held *h, struct fs_struct *fs, struct file *file, __u32 length) {
    struct dentry *root = fs->root.dentry, *d = file->f_path.dentry;
    struct vfsmount *root_mount = fs->root.mnt, *v = file->f_path.mnt;
    struct mount *m = TYPED(mount, MOUNT_OF(v));
    struct dentry *mount_root = v->mnt_root;
    h->end = length;
    h->left_dentry = 0;
    int i;
    for (i = 0; i < SAME_COMPONENTS; i++) {
        if (d == root && v == root_mount)
            break;
        if (d == mount_root) {
            struct mount *above = m->mnt_parent;
            if (above == m)
                break;
            leave_mount(h, d);
            d = m->mnt_mountpoint;
            m = above;
            v = &above->mnt;
            mount_root = v->mnt_root;
            continue;
        }
        struct dentry *parent = d->d_parent;
        if (d == parent || !step_back(h, d->d_name.name, d->d_name.len))
            return false;
        d = parent;
    }
    leave_mount(h, d);
    return !h->end && i < SAME_COMPONENTS;
}

/* Whether the host has the file under the same name, or under none. */
static __always_inline bool is_given_for_host(struct held *h, struct file *file) {
    struct super_block *file_system = file->f_path.mnt->mnt_sb;
    __u32 device = file_system->s_dev;
    struct dentry *left = TYPED(dentry, h->left_dentry);
    if (device == wishes.root_device)
        return left->d_parent == left && !h->left_at;
    struct host_mount *mount = bpf_map_lookup_elem(&host_mounts, &device);
    if (!mount) /* overlays are containers' roots, which the host does not see; others may have been mounted just now */
        return file_system->s_magic == OVERLAYFS_MAGIC;
    return mount->kind == MOUNT_WHOLE && left->d_parent == left &&
           lies_at(mount, h->given, GIVEN_MASK, GIVEN_AT, h->left_at);
}

/* What an opened file's names leave if all are the text that the program gave; all ones if they are not. One function
 * with all that it needs, since it is run for most opens. */
__noinline __u64 of_same_name(__u32 half, __u32 open, __u64 path, __u32 fd) {
    __u32 zero = 0;
    struct held *h = bpf_map_lookup_elem(&held_texts, &zero);
    if (!h || settings.read_variant != READ_TYPED || open >= FILTERED_OPENS)
        return ~0ull;
    long given = bpf_probe_read_user_str(&h->given[GIVEN_AT], NAME_LIMIT + 1, (void *)path) - 1;
    if (given <= 0 || given >= NAME_LIMIT || *given_at(h, 0) != '/')
        return ~0ull;
    struct task_struct *task = current_task();
    struct fdtable *table = task->files->fdt;
    if (fd >= table->max_fds)
        return ~0ull;
    struct file *file = TYPED(file, kernel_word(table->fd + fd));
    if (!is_given(h, task->fs, file, given) || !is_given_for_host(h, file))
        return ~0ull;
    struct pass *p = &passes[half & 1];
    __u32 way = outcome(p->beginnings, h->given, GIVEN_MASK, GIVEN_AT, 1, given);
    __u64 left = MASK_AT(p->climbs, open * 2) & MASK_AT(p->path, open * TRIE_OUTCOMES + (way & (TRIE_OUTCOMES - 1)));
    if (!left)
        return 0;
    way = outcome(p->endings, h->given, GIVEN_MASK, GIVEN_AT + given - 1, -1, given);
    return left & MASK_AT(p->ending, open * TRIE_OUTCOMES + (way & (TRIE_OUTCOMES - 1)));
}

/* Looks at what an open asks for: its flags, and if it has opened a file, the name that the program gave. */
static __always_inline void look_at_open(struct call *call, __s64 result) {
    if (!call->opens || !call->clauses)
        return;
    __u64 path = call->a[0], flags = 0;
    switch (call->number) {
    case 2: /* open(path, flags, mode) */
        flags = call->a[1];
        break;
    case 85: /* creat(path, mode) */
        break;
    case 257: /* openat(dirfd, path, flags, mode) */
        path = call->a[1];
        flags = call->a[2];
        break;
    case 437: /* openat2(dirfd, path, how, size): how begins with the flags */
        path = call->a[1];
        bpf_probe_read_user(&flags, sizeof flags, (void *)call->a[2]);
        break;
    default: /* open_by_handle_at(mountfd, handle, flags) */
        path = 0;
        flags = call->a[2];
    }
    struct pass *p = &passes[call->half & 1];
    __u32 open = open_of(call);
    call->clauses &= MASK_AT(p->flags, open * FLAG_CLASSES + class_of_flags(flags, result < 0));
    if (call->clauses && !(call->clauses & MASK_AT(p->ordinary, open)))
        settle(call);
    if (settings.read_variant == READ_TYPED && call->clauses && path && result >= 0)
        call->clauses &= of_same_name(call->half, open, path, result);
}

#endif
