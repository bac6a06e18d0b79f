/* Maps, load-time switches, and the way a record is put together and handed over. */
#ifndef TIERCEL_EMIT_H
#define TIERCEL_EMIT_H

#define NAMES_SIZE 8192
#define REST_SIZE (256 + 3 * TEXT_LIMIT)
#define RING_SIZE (4 << 20) /* user space may choose another */
#define EFAULT 14
#define WAKE_UP_AT (1 << 20) /* below this the reader's own poll interval is soon enough */

/* How kernel memory is read. User space tries them in this order until the program loads. */
enum { READ_TYPED = 0, READ_CHUNKED = 1, READ_PLAIN = 2 };

/* Set before the program is loaded, so that the verifier removes what is not used. */
const volatile struct settings settings = {};

/* Switched while the program runs. */
struct wishes wishes;

struct scratch {
    __u8 names[NAMES_SIZE]; /* filled backwards */
    struct record_header header;
    __u8 rest[REST_SIZE];   /* part and texts */
    __u8 slack[NAMES_SIZE]; /* lets the verifier see that no start and length together leave this value */
    __u64 names_start;      /* kept in memory, so that the states of a path walk converge for the verifier */
    __u64 left_dentry;      /* where a path walk left the mount that it began in; 0: nowhere yet */
    __u64 left_at;          /* names_start then */
    __u64 rest_used;        /* of a plain call */
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
} scratches SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct losses);
} losses SEC(".maps");

static __always_inline void count_loss(int reason) {
    __u32 zero = 0;
    struct losses *here = bpf_map_lookup_elem(&losses, &zero);
    if (here)
        ++here->counts[reason];
}

extern void *bpf_rdonly_cast(const void *object, __u32 type) __weak __ksym;

#define TYPED(type, pointer) ((struct type *)bpf_rdonly_cast((void *)(pointer), bpf_core_type_id_kernel(struct type)))

/* Not the trusted pointer that the kernel also offers: for each member that is read of such a one its verifier searches
 * all names of types in the kernel (type_is_rcu in kernel/bpf/verifier.c), which took most of the time that loading
 * took. */
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

/* Inheritable, permitted and effective ones follow each other in every kernel. */
static __always_inline const void *capabilities(struct task_struct *task) {
    const struct cred *cred = settings.read_variant == READ_PLAIN ? BPF_CORE_READ(task, cred) : task->cred;
    return (const void *)cred + bpf_core_field_offset(struct cred, cap_inheritable);
}

/* An empty record that does not say yet when and who. */
static __always_inline struct scratch *blank(__u16 syscall, __s64 result) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s)
        return 0;
    struct record_header *h = &s->header;
    s->names_start = NAMES_SIZE;
    h->result = result;
    h->syscall = syscall;
    h->name_length[0] = h->name_length[1] = h->name_length[2] = 0;
    h->text_length[0] = h->text_length[1] = h->text_length[2] = 0;
    h->compat = 0;
    h->clauses = ~0ull;
    h->generation = CLAUSES_ALL;
    return s;
}

/* Now, and the current task. */
static __always_inline void sign(struct scratch *s, struct task_struct *task) {
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

/* An empty record of the current task. */
static __always_inline struct scratch *begin(struct task_struct *task, __u16 syscall, __s64 result) {
    struct scratch *s = blank(syscall, result);
    if (s)
        sign(s, task);
    return s;
}

/* An index into the names that the verifier can see to be one: the barrier keeps the compiler from dropping the mask.
 */
static __always_inline __u64 masked(__u64 index) {
    asm volatile("" : "+r"(index));
    return index & (NAMES_SIZE - 1);
}

/* Hands the record over; rest_length is that of the part and the texts. False if it is lost. */
static __always_inline bool emit(struct scratch *s, __u16 kind, __u32 rest_length) {
    __u64 start = s->names_start & (NAMES_SIZE * 2 - 1);
    if (start < 16 || start > NAMES_SIZE) {
        count_loss(LOSS_TOO_LONG);
        return false;
    }
    start = (start & ~7ull) - sizeof(struct record_prefix);
    struct record_prefix *prefix = (void *)&s->names[masked(start)];
    prefix->kind = kind;
    prefix->header_offset = NAMES_SIZE - start;
    prefix->unused = 0;
    __u64 length = NAMES_SIZE - start + sizeof(struct record_header) + rest_length;
    asm volatile("" : "+r"(length));
    if (length > NAMES_SIZE + sizeof(struct record_header) + REST_SIZE) {
        count_loss(LOSS_TOO_LONG);
        return false;
    }
    __u64 flags = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) > WAKE_UP_AT ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
    if (bpf_ringbuf_output(&ring, prefix, length, flags)) {
        count_loss(LOSS_RING_FULL);
        return false;
    }
    return true;
}

/* The place of a text's length. The mask is for the verifier of older kernels, which forgets what it knew of a number
 * that was kept on the stack; the barrier keeps the compiler from dropping it. */
static __always_inline __u16 *length_of_text(struct scratch *s, __u64 which) {
    asm volatile("" : "+r"(which));
    return &s->header.text_length[which & 3];
}

/* A text in the program's memory cannot be read here, where no page is brought in. That is the program's own fault
 * where the call says so too, and meant where there is no address. */
static __always_inline void without_text(struct scratch *s, int which, const void *from) {
    *length_of_text(s, which) = NO_TEXT;
    if (from && s->header.result != -EFAULT)
        count_loss(LOSS_TEXT_UNREADABLE);
}

/* Appends a text from user space behind used bytes of the rest; gives the bytes used then. */
static __always_inline __u32 user_text(struct scratch *s, int which, __u32 used, const void *from) {
    if (used > REST_SIZE - TEXT_LIMIT)
        return used;
    long n = bpf_probe_read_user_str(&s->rest[used], TEXT_LIMIT, from);
    if (n <= 0 || n > TEXT_LIMIT) {
        without_text(s, which, from);
        return used;
    }
    *length_of_text(s, which) = n - 1;
    return used + n - 1;
}

static __always_inline __u32 kernel_text(struct scratch *s, int which, __u32 used, const void *from) {
    if (used > REST_SIZE - TEXT_LIMIT)
        return used;
    long n = bpf_probe_read_kernel_str(&s->rest[used], TEXT_LIMIT, from);
    if (n <= 0 || n > TEXT_LIMIT) {
        *length_of_text(s, which) = NO_TEXT;
        return used;
    }
    *length_of_text(s, which) = n - 1;
    return used + n - 1;
}

/* The same for bytes of a known length, of which at most limit (a constant up to TEXT_LIMIT) are taken. */
static __always_inline __u32 user_bytes(struct scratch *s, int which, __u32 used, __u64 from, __u64 length,
                                        __u32 limit) {
    __u64 at = used; /* checked where it is used, with the barrier that length_of_text tells of */
    asm volatile("" : "+r"(length));
    if (length > limit)
        length = limit;
    asm volatile("" : "+r"(at));
    if (at > REST_SIZE - TEXT_LIMIT)
        return used;
    if (bpf_probe_read_user(&s->rest[at], length, (void *)from)) {
        without_text(s, which, (void *)from);
        return used;
    }
    *length_of_text(s, which) = length;
    return used + length;
}

#endif
