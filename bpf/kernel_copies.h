/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Kernel copies of what a syscall works on: the names of files that it changes, and socket addresses. A second thread
 * can overwrite user memory during the call, but not these. Hooks (lsm_hooks.h) remember the copies per task, and the
 * record of the call includes them.
 *
 * A task keeps its memory until it ends, so that no call waits for an allocation. The memory is smaller than the task's
 * kernel stack. A hook that the kernel does not run leaves no copy, and the record then has the call's own texts only.
 */
#ifndef TIERCEL_KERNEL_COPIES_H
#define TIERCEL_KERNEL_COPIES_H

#include "kernel_path.h"
#include "syscall.h"

#define COPY_SIZE 4096 /* bytes of both names of a call; a longer name lacks its beginning */
#define COPY_COMPONENTS 256
#define MAX_COPIED_ADDRESS 128 /* sizeof(struct sockaddr_storage) */
#define PF_IO_WORKER 0x10
#define PF_KTHREAD 0x200000

/* What a hook remembers the names of. */
enum copied_operation {
    COPY_NONE,
    COPY_REMOVE,   /* the removed file or directory */
    COPY_MKDIR,    /* the new directory */
    COPY_RENAME,   /* old name, new name */
    COPY_LINK,     /* old name, new name */
    COPY_SYMLINK,  /* target as passed, new name */
    COPY_CHMOD,    /* the changed file */
    COPY_CHOWN,    /* the changed file */
    COPY_TRUNCATE, /* the changed file */
};

struct changed_files {
    __u32 operation;                       /* COPY_ of the current call */
    __u32 start;                           /* of the names, which end at COPY_SIZE; a NUL separates two names */
    __u32 floor;                           /* lowest start of the current name */
    __u32 truncated;                       /* 1 if a name lacks its beginning */
    __u8 names[COPY_SIZE + COPY_SIZE / 2]; /* the end shows the verifier that no start and length leave this value */
};

/* User space creates the map only if the kernel supports the hooks. */
struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct changed_files);
} changed_files SEC(".maps");

/* The socket address that the kernel copied for the current call. */
struct address_copy {
    __u32 syscall; /* number of syscall_numbers.h; 0: no copy */
    __u32 length;
    __u8 address[MAX_COPIED_ADDRESS];
};

struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct address_copy);
} address_copies SEC(".maps");

/* Appends the address that the kernel copied for the current call, as the first text of the current record. Returns its
 * length; 0 if there is no copy. This is a global function so that the verifier checks it once. */
__noinline int append_copied_address(__u32 nr, __u32 used) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || !settings.kernel_copies)
        return 0;
    struct address_copy *c = bpf_task_storage_get(&address_copies, bpf_get_current_task_btf(), 0, 0);
    if (!c)
        return 0;
    __u32 found = c->syscall;
    __u64 at = used, length = c->length;
    c->syscall = 0;
    asm volatile("" : "+r"(at), "+r"(length));
    if (found != nr || length > MAX_COPIED_ADDRESS || at > REST_SIZE - TEXT_LIMIT)
        return 0;
    bpf_probe_read_kernel(&s->rest[at], length, c->address);
    s->header.text_length[0] = length;
    return length;
}

static __always_inline enum copied_operation copied_operation(__u32 nr) {
    switch (nr) {
    case SYS_unlink:
    case SYS_unlinkat:
    case SYS_rmdir:
        return COPY_REMOVE;
    case SYS_mkdir:
    case SYS_mkdirat:
        return COPY_MKDIR;
    case SYS_rename:
    case SYS_renameat:
    case SYS_renameat2:
        return COPY_RENAME;
    case SYS_link:
    case SYS_linkat:
        return COPY_LINK;
    case SYS_symlink:
    case SYS_symlinkat:
        return COPY_SYMLINK;
    case SYS_chmod:
    case SYS_fchmodat:
    case SYS_fchmodat2:
        return COPY_CHMOD;
    case SYS_chown:
    case SYS_lchown:
    case SYS_fchownat:
        return COPY_CHOWN;
    case SYS_truncate:
        return COPY_TRUNCATE;
    default:
        return COPY_NONE;
    }
}

/* Adds the third name to the current record: the kernel's names of what a successful call changed. The base directories
 * give way if there is no room. This is a global function so that the verifier checks it once. */
__noinline int add_copied_names(__u32 operation) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || !settings.kernel_copies || !operation)
        return 0;
    struct changed_files *c = bpf_task_storage_get(&changed_files, bpf_get_current_task_btf(), 0, 0);
    __u32 found = COPY_NONE;
    if (c) {
        found = c->operation;
        c->operation = COPY_NONE;
    }
    if (s->header.result < 0) /* the call need not have reached the hook */
        return 0;
    if (!c || found != operation || c->start >= COPY_SIZE) {
        if (settings.kernel_copies == KERNEL_COPIES_ALL)
            count_loss(LOSS_CALL_NOT_REMEMBERED);
        return 0;
    }
    __u64 from = c->start;
    if (c->truncated) {
        s->header.marks |= MARK_NAME_2_TRUNCATED;
        count_loss(LOSS_PATH_TRUNCATED);
    }
    __u64 length = COPY_SIZE - from, start = s->names_start;
    if (start < length + 64) {
        start = NAMES_SIZE;
        s->header.name_length[0] = s->header.name_length[1] = 0;
    }
    start -= length;
    asm volatile("" : "+r"(length));
    bpf_probe_read_kernel(&s->names[mask_index(start)], length & (2 * COPY_SIZE - 1),
                          &c->names[from & (COPY_SIZE - 1)]);
    s->names_start = start;
    s->header.name_length[2] = length;
    return 0;
}

/* An io_uring request is not the call that the task's copies are about. */
static __always_inline void add_kernel_names(struct syscall *call) {
    if (settings.kernel_copies && !call->kernel_paths)
        add_copied_names(copied_operation(call->nr));
}

#endif
