/* System calls that work on paths. */
#ifndef TIERCEL_FILES_H
#define TIERCEL_FILES_H

#define FMODE_CREATED 0x100000

/* Describes the current call. A global function, because the verifier then looks at it once, whatever leads to it. */
__noinline int record_opening(void) {
    __u32 zero = 0;
    struct current_call *c = bpf_map_lookup_elem(&current_calls, &zero);
    if (!c)
        return 0;
    struct task_struct *task = current_task();
    struct call *call = &c->call;
    const struct open_how *how = &c->opening.how;
    const void *path = c->opening.path;
    int dirfd = c->opening.dirfd;
    long result = c->result;
    struct scratch *s = blank(call->number, result);
    if (!s)
        return 0;
    struct open_part *part = (void *)s->rest;
    part->flags = how->flags;
    part->mode = how->mode;
    part->resolve = how->resolve;
    part->dirfd = dirfd;
    part->ino = part->dev = part->file_bits = part->place_length = part->unused = 0;
    struct file *file = result >= 0 && !call->unlisted ? file_of(task, result) : 0;
    if (file) {
        struct inode *inode = READ(file, file, f_inode);
        struct super_block *file_system = READ(inode, inode, i_sb);
        part->ino = READ(inode, inode, i_ino);
        part->dev = READ(super_block, file_system, s_dev);
        part->file_bits = layer_bits(inode) | (READ(file, file, f_mode) & FMODE_CREATED ? FILE_CREATED : 0);
    }
    __u32 used = sizeof *part;
    if (path)
        used = path_text(s, call, 0, used, path);
    __u64 left = 0;
    if (file) {
        __u64 end = s->names_start;
        file_name(0, file);
        if (s->left_dentry)
            part->place_length = end - s->left_at;
        left = s->left_dentry;
    }
    if (path)
        base_name(s, task, 1, dirfd, sizeof *part);
    if (left) {
        s->left_dentry = left;
        add_place();
    }
    look_at_names(call);
    if (ruled_out(call))
        return 0;
    sign_call(s, task, call);
    emit(s, RECORD_OPEN, used);
    return 0;
}

/* The current call's opening, which is to be filled: of nothing, below the working directory. It is not on the stack,
 * of which older kernels have too little for it. */
static __always_inline struct current_call *begin_opening(void) {
    __u32 zero = 0;
    struct current_call *c = bpf_map_lookup_elem(&current_calls, &zero);
    if (!c)
        return 0;
    c->opening.how.flags = c->opening.how.mode = c->opening.how.resolve = 0;
    c->opening.path = 0;
    c->opening.dirfd = AT_FDCWD;
    return c;
}

static __always_inline void end_opening(struct current_call *c, struct call *call, long result) {
    c->call = *call;
    c->result = result;
    record_opening();
}

/* Records a call if it is one that opens a file. */
static __always_inline bool record_open(struct call *call, long result) {
    struct current_call *c = begin_opening();
    if (!c)
        return false;
    switch (call->number) {
    case 2: /* open(path, flags, mode) */
        c->opening.path = (void *)call->a[0];
        c->opening.how.flags = call->a[1];
        c->opening.how.mode = call->a[2];
        break;
    case 85: /* creat(path, mode) */
        c->opening.path = (void *)call->a[0];
        c->opening.how.mode = call->a[1];
        break;
    case 257: /* openat(dirfd, path, flags, mode) */
        c->opening.dirfd = call->a[0];
        c->opening.path = (void *)call->a[1];
        c->opening.how.flags = call->a[2];
        c->opening.how.mode = call->a[3];
        break;
    case 437: /* openat2(dirfd, path, how, size) */
        c->opening.dirfd = call->a[0];
        c->opening.path = (void *)call->a[1];
        bpf_probe_read_user(&c->opening.how, sizeof c->opening.how, (void *)call->a[2]);
        break;
    case 304: /* open_by_handle_at(mountfd, handle, flags) */
        c->opening.dirfd = call->a[0];
        c->opening.how.flags = call->a[2];
        break;
    default:
        return false;
    }
    end_opening(c, call, result);
    return true;
}

static __always_inline void record_path(struct task_struct *task, struct call *call, long result, int dirfd,
                                        const void *path, __u32 flags, __u32 mode) {
    struct scratch *s = begin_call(task, call, result);
    if (!s)
        return;
    struct path_part *part = (void *)s->rest;
    part->dirfd = dirfd;
    part->flags = flags;
    part->mode = mode;
    part->unused = 0;
    __u32 used = path_text(s, call, 0, sizeof *part, path);
    base_name(s, task, 0, dirfd, sizeof *part);
    emit(s, RECORD_PATH, used);
}

static __always_inline void record_paths(struct task_struct *task, struct call *call, long result, int old_dirfd,
                                         const void *old_path, int new_dirfd, const void *new_path, __u32 flags) {
    struct scratch *s = begin_call(task, call, result);
    if (!s)
        return;
    struct paths_part *part = (void *)s->rest;
    part->old_dirfd = old_dirfd;
    part->new_dirfd = new_dirfd;
    part->flags = flags;
    part->unused = 0;
    __u32 old_end = path_text(s, call, 0, sizeof *part, old_path);
    __u32 end = path_text(s, call, 1, old_end, new_path);
    base_name(s, task, 0, old_dirfd, sizeof *part);
    base_name(s, task, 1, new_dirfd, old_end);
    emit(s, RECORD_PATHS, end);
}

static __always_inline void record_chdir(struct task_struct *task, struct call *call, long result, int fd,
                                         const void *path) {
    struct scratch *s = begin_call(task, call, result);
    if (!s)
        return;
    struct chdir_part *part = (void *)s->rest;
    part->fd = fd;
    part->unused = 0;
    if (result == 0)
        working_directory(task, 0);
    __u32 used = path ? user_text(s, 0, sizeof *part, path) : sizeof *part;
    emit(s, RECORD_CHDIR, used);
}

#endif
