/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Maps, configuration, and the functions that build and emit a record. */
#ifndef TIERCEL_RECORD_H
#define TIERCEL_RECORD_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "layout.h"
#include "settings.h"
#include "budget.h"

#define NAMES_SIZE 8192
#define NAMES_RESERVED 32                       /* for the record's prefix, its alignment, and three times "..." */
#define NAME_LIMIT 4096                         /* bytes of one name: PATH_MAX */
#define REST_SIZE (256 + 3 * TEXT_LIMIT + 1024) /* a map value per CPU has at most 32 KiB */
#define RING_SIZE (4 << 20)                     /* default; user space can change it */
#define MAX_SOCKADDR 128                        /* sizeof(struct sockaddr_storage) */
#define EFAULT 14
#define WAKEUP_THRESHOLD (1 << 20) /* below this, the reader's poll interval is short enough */

struct scratch {
    __u8 names[NAMES_SIZE]; /* filled backwards */
    struct record_header header;
    __u8 rest[REST_SIZE];   /* body and texts */
    __u8 slack[NAMES_SIZE]; /* shows the verifier that no start and length leave this value */
    __u64 names_start;      /* in memory, so that the verifier states of a path walk converge */
    __u64 names_limit;      /* lowest names_start of the current name */
    __u64 exit_dentry;      /* dentry at which a path walk left its first mount; 0: not yet */
    __u64 exit_offset;      /* names_start at that point */
    __u64 walk_dentry;      /* where the path walk continues */
    __u64 walk_mount;
    __u64 rest_used; /* for syscall records */
};

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, RING_SIZE);
} ring SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct scratch);
} scratch_buffers SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct loss_counters);
} loss_counters SEC(".maps");

static __always_inline void count_loss(int reason) {
    __u32 zero = 0;
    struct loss_counters *here = bpf_map_lookup_elem(&loss_counters, &zero);
    if (here)
        ++here->counts[reason];
}

extern void *bpf_rdonly_cast(const void *object, __u32 type) __weak __ksym;

#define TYPED(type, pointer) ((struct type *)bpf_rdonly_cast((void *)(pointer), bpf_core_type_id_kernel(struct type)))

/* Not the trusted pointer of bpf_get_current_task_btf. For each member that is read through such a pointer, the
 * verifier searches all type names of the kernel (type_is_rcu in kernel/bpf/verifier.c). That took most of the load
 * time. */
static __always_inline struct task_struct *current_task(void) {
    if (settings.read_variant == READ_TYPED)
        return TYPED(task_struct, bpf_get_current_task());
    if (settings.read_variant == READ_PLAIN)
        return (void *)bpf_get_current_task();
    return bpf_get_current_task_btf();
}

static __always_inline __u64 cgroup_id(struct task_struct *task) {
    if (settings.read_variant == READ_PLAIN)
        return BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
    return task->cgroups->dfl_cgrp->kn->id;
}

/* The inheritable, permitted and effective sets are adjacent in every kernel. */
static __always_inline const void *capabilities(struct task_struct *task) {
    const struct cred *cred = settings.read_variant == READ_PLAIN ? BPF_CORE_READ(task, cred) : task->cred;
    return (const void *)cred + bpf_core_field_offset(struct cred, cap_inheritable);
}

/* Starts a record without timestamp and task identity. */
static __always_inline struct scratch *init_record(__u16 syscall, __s64 result) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s)
        return 0;
    struct record_header *h = &s->header;
    s->names_start = NAMES_SIZE;
    s->names_limit = NAMES_RESERVED;
    h->result = result;
    h->syscall = syscall;
    h->name_length[0] = h->name_length[1] = h->name_length[2] = 0;
    h->text_length[0] = h->text_length[1] = h->text_length[2] = 0;
    h->compat = 0;
    h->marks = 0;
    h->disjuncts = ~0ull;
    h->generation = GENERATION_NONE;
    return s;
}

/* Fills the record header: timestamp and task identity. */
static __always_inline void fill_header(struct scratch *s, struct task_struct *task) {
    struct record_header *h = &s->header;
    h->time_ns = bpf_ktime_get_boot_ns();
    h->cgroup_id = cgroup_id(task);
    if (settings.read_variant == READ_PLAIN) {
        __u64 ids = bpf_get_current_pid_tgid();
        h->tgid = ids >> 32;
        h->tid = ids;
        h->uid = BPF_CORE_READ(task, cred, euid.val);
        h->gid = BPF_CORE_READ(task, cred, egid.val);
    } else {
        h->tgid = task->tgid;
        h->tid = task->pid;
        h->uid = task->cred->euid.val;
        h->gid = task->cred->egid.val;
    }
    bpf_probe_read_kernel(&h->cap_inheritable, 3 * sizeof(__u64), capabilities(task));
}

/* Starts a record of the current task. */
static __always_inline struct scratch *begin_record(struct task_struct *task, __u16 syscall, __s64 result) {
    struct scratch *s = init_record(syscall, result);
    if (s)
        fill_header(s, task);
    return s;
}

/* Masks an index into the names so that the verifier sees its bounds. The barrier keeps the compiler from dropping
 * the mask. */
static __always_inline __u64 mask_index(__u64 index) {
    asm volatile("" : "+r"(index));
    return index & (NAMES_SIZE - 1);
}

/* Returns true if the process state depends on the record. */
static __always_inline bool is_state_record(struct scratch *s, __u16 kind) {
    switch (kind) {
    case RECORD_EXEC:
    case RECORD_FORK:
    case RECORD_EXIT:
    case RECORD_CHDIR:
    case RECORD_CGROUP:
    case RECORD_STANDARD_FD:
        return true;
    case RECORD_SYSCALL:
        return config.syscall_flags[s->header.syscall & 1023] & SYSCALL_STATE;
    default:
        return false;
    }
}

/* Emits the record; rest_length is the length of the body and the texts. Returns false if the record is lost. */
static __always_inline bool emit(struct scratch *s, __u16 kind, __u32 rest_length) {
    __u64 start = s->names_start & (NAMES_SIZE * 2 - 1);
    if (start < 16 || start > NAMES_SIZE) {
        count_loss(LOSS_RECORD_TOO_LONG);
        return false;
    }
    start = (start & ~7ull) - sizeof(struct record_prefix);
    struct record_prefix *prefix = (void *)&s->names[mask_index(start)];
    prefix->kind = kind;
    prefix->header_offset = NAMES_SIZE - start;
    prefix->unused = 0;
    __u64 length = NAMES_SIZE - start + sizeof(struct record_header) + rest_length;
    asm volatile("" : "+r"(length));
    if (length > NAMES_SIZE + sizeof(struct record_header) + REST_SIZE) {
        count_loss(LOSS_RECORD_TOO_LONG);
        return false;
    }
    __u64 pending = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);
    bool state = is_state_record(s, kind);
    if (!is_within_budget(length, pending, state)) {
        count_loss(state ? LOSS_STATE_OVER_BUDGET : LOSS_OVER_BUDGET);
        count_group_loss(s->header.uid, state);
        return false;
    }
    /* A new cgroup may be that of a container whose users must be read before its first program ends. */
    bool urgent = pending > WAKEUP_THRESHOLD || kind == RECORD_CGROUP;
    if (bpf_ringbuf_output(&ring, prefix, length, urgent ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP)) {
        count_loss(LOSS_RING_FULL);
        count_group_loss(s->header.uid, state);
        return false;
    }
    return true;
}

/* The address of a text's length. The mask is for older verifiers, which forget the bounds of a number that was
 * spilled to the stack. The barrier keeps the compiler from dropping the mask. */
static __always_inline __u16 *text_length_slot(struct scratch *s, __u64 which) {
    asm volatile("" : "+r"(which));
    return &s->header.text_length[which & 3];
}

/* The program cannot fault pages in, so a text that the syscall itself could read may be unreadable here. This is
 * not a loss if the syscall failed with EFAULT or if the pointer is null. */
static __always_inline void mark_text_unreadable(struct scratch *s, int which, const void *from) {
    *text_length_slot(s, which) = NO_TEXT;
    if (from && s->header.result != -EFAULT)
        count_loss(LOSS_ARGUMENT_UNREADABLE);
}

/* The barrier keeps the compiler from checking the bounds of one register and using another one, of which older
 * verifiers learn nothing. */
static __always_inline __u64 bounded_at_use(__u64 offset) {
    asm volatile("" : "+r"(offset));
    return offset;
}

/* Appends a string from user memory at offset `used` of the rest. Returns the new offset. */
static __always_inline __u32 append_user_string(struct scratch *s, int which, __u32 used, const void *from) {
    __u64 at = bounded_at_use(used);
    if (at > REST_SIZE - TEXT_LIMIT)
        return used;
    long n = bpf_probe_read_user_str(&s->rest[at], TEXT_LIMIT, from);
    if (n <= 0 || n > TEXT_LIMIT) {
        mark_text_unreadable(s, which, from);
        return used;
    }
    *text_length_slot(s, which) = n - 1;
    return used + n - 1;
}

static __always_inline __u32 append_kernel_string(struct scratch *s, int which, __u32 used, const void *from) {
    __u64 at = bounded_at_use(used);
    if (at > REST_SIZE - TEXT_LIMIT)
        return used;
    long n = bpf_probe_read_kernel_str(&s->rest[at], TEXT_LIMIT, from);
    if (n <= 0 || n > TEXT_LIMIT) {
        *text_length_slot(s, which) = NO_TEXT;
        return used;
    }
    *text_length_slot(s, which) = n - 1;
    return used + n - 1;
}

/* Appends `length` bytes, at most `limit`, which is a constant up to TEXT_LIMIT. */
static __always_inline __u32 append_user_bytes(struct scratch *s, int which, __u32 used, __u64 from, __u64 length,
                                               __u32 limit) {
    asm volatile("" : "+r"(length));
    if (length > limit)
        length = limit;
    __u64 at = bounded_at_use(used);
    if (at > REST_SIZE - TEXT_LIMIT)
        return used;
    if (bpf_probe_read_user(&s->rest[at], length, (void *)from)) {
        mark_text_unreadable(s, which, (void *)from);
        return used;
    }
    *text_length_slot(s, which) = length;
    return used + length;
}

#endif
