/* The first pass: an event that no rule can match ends here.
 *
 * User space makes a mask of the rules' clauses for each value of each attribute that can be seen here: the clauses
 * that the value leaves possible (the bit-vector scheme of packet classification: Lakshman and Stiliadis, High-speed
 * policy-based packet forwarding using efficient multi-dimensional range matching, 1998). The masks are ANDed, the
 * cheapest first. Zero drops the event; else the mask travels in the record. What is not known is no reason to drop
 * anything. Values are those that the record has or will have, so that user space looks at the same.
 *
 * There are two passes: one is in force, the other is written. */
#ifndef TIERCEL_FIRST_PASS_H
#define TIERCEL_FIRST_PASS_H

#define PROGRAMS 32768
#define CGROUPS 16384
#define APART 16384
#define COMM_KEYS 8192
#define HOST_MOUNTS 2048
#define ENOENT 2

struct pass passes[2] SEC(".bss.passes");

/* Programs by process. What is not there is not known; what is forgotten first does not matter. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, PROGRAMS);
    __type(key, __u32);
    __type(value, struct program);
} programs SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, COMM_KEYS);
    __type(key, struct comm_key);
    __type(value, __u32);
} comms SEC(".maps");

/* HOME_ of the processes in a cgroup of the unified hierarchy. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, CGROUPS);
    __type(key, __u64);
    __type(value, __u32);
} homes SEC(".maps");

/* Processes that may not be where their cgroup is: they are in a cgroup of another hierarchy. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, APART);
    __type(key, __u32);
    __type(value, __u32);
} apart SEC(".maps");

/* By device number, in the kernel's own form. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, HOST_MOUNTS);
    __type(key, __u32);
    __type(value, struct host_mount);
} host_mounts SEC(".maps");

/* Events that were dropped, by number of the system call. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1024);
    __type(key, __u32);
    __type(value, __u64);
} dropped SEC(".maps");

/* The mask at a place of a table whose size is a power of two. The barrier keeps the index that is masked the one that
 * is used. */
#define MASK_AT(table, index) mask_at(table, index, sizeof(table) / sizeof *(table))

static __always_inline __u64 mask_at(const __u64 *table, __u32 index, __u32 size) {
    asm volatile("" : "+r"(index));
    return table[index & (size - 1)];
}

/* What could not be forgotten would be wrong from now on. */
static __always_inline void forget(__u32 tgid) {
    long error = bpf_map_delete_elem(&programs, &tgid);
    if (error && error != -ENOENT)
        wishes.strangers = 1;
}

static __always_inline void keep_program(__u32 tgid, const __u8 *comm, bool told) {
    if (!settings.first_pass)
        return;
    if (!told) { /* the state has another name, if any */
        forget(tgid);
        return;
    }
    struct program program = {};
    __builtin_memcpy(program.comm, comm, sizeof program.comm);
    if (bpf_map_update_elem(&programs, &tgid, &program, BPF_ANY))
        forget(tgid);
}

static __always_inline void set_apart(__u32 tgid) {
    __u32 yes = 1;
    if (settings.first_pass && bpf_map_update_elem(&apart, &tgid, &yes, BPF_ANY))
        wishes.all_apart = 1;
}

static __always_inline void forget_program(__u32 tgid) {
    if (!settings.first_pass)
        return;
    bpf_map_delete_elem(&programs, &tgid);
    bpf_map_delete_elem(&apart, &tgid);
}

static __always_inline void inherit_apart(__u32 parent, __u32 child) {
    if (settings.first_pass && bpf_map_lookup_elem(&apart, &parent))
        set_apart(child);
}

/* True if the event ends here. What was found in a pass that is now being written anew means nothing. */
static __always_inline bool ruled_out(struct call *call) {
    if (call->clauses)
        return false;
    if (passes[call->half & 1].generation != call->generation) {
        nothing_ruled_out(call);
        return false;
    }
    if (wishes.keep)
        return false;
    __u32 number = call->number & 1023;
    __u64 *count = bpf_map_lookup_elem(&dropped, &number);
    if (count)
        ++*count;
    return true;
}

static __always_inline __u32 class_of_result(struct pass *p, __s64 result) {
    if (result >= 0)
        return result < RESULT_MORE ? result : RESULT_MORE;
    return p->error[result > -256 ? -result & 255 : 0] & (RESULT_CLASSES - 1);
}

__noinline __u32 class_of_user(__u32 half, __u32 uid) {
    struct pass *p = &passes[half & 1];
    for (__u32 i = 0; i < USER_CLASSES - 1; i++)
        if (p->uids[i] == uid)
            return i + 1;
    return 0;
}

static __always_inline __u32 class_of_program(struct pass *p, struct program *program) {
    __u64 class = program->class;
    __u32 generation = p->generation;
    if (class >> 8 != generation) {
        struct comm_key key = {.generation = generation};
        __builtin_memcpy(key.comm, program->comm, sizeof key.comm);
        __u32 *found = bpf_map_lookup_elem(&comms, &key);
        class = (__u64)generation << 8 | (found ? *found : 0);
        program->class = class;
    }
    return class & (COMM_CLASSES - 1);
}

/* What the process leaves. Its user is that of the record; a process that is not known here may be one that the state
 * does not know either, and then has none. */
__noinline __u64 of_process(__u32 half, __u32 type) {
    struct pass *p = &passes[half & 1];
    struct task_struct *task = current_task();
    __u32 tgid = bpf_get_current_pid_tgid() >> 32;
    struct program *program = bpf_map_lookup_elem(&programs, &tgid);
    type &= FILTERED_TYPES - 1;
    if (!program || wishes.strangers)
        return ~0ull;
    __u32 uid = settings.read_variant == READ_PLAIN ? BPF_CORE_READ(task, cred, euid.val) : task->cred->euid.val;
    __u64 left = MASK_AT(p->comm, type * COMM_CLASSES + class_of_program(p, program));
    left &= MASK_AT(p->uid, type * USER_CLASSES + class_of_user(half, uid));
    __u64 id = cgroup_id(task);
    __u32 *home = bpf_map_lookup_elem(&homes, &id);
    if (home && !wishes.all_apart && !bpf_map_lookup_elem(&apart, &tgid))
        left &= MASK_AT(p->home, type * 4 + (*home & 3));
    return left;
}

static __always_inline void settle(struct call *call) {
    if (call->settled)
        return;
    call->settled = true;
    call->clauses &= of_process(call->half, call->type);
}

/* Looks at what is at hand of a call: its result; and its process, if an ordinary one would decide. */
static __always_inline void first_look(struct call *call, __s64 result) {
    nothing_ruled_out(call);
    __u32 half = wishes.pass;
    if (!settings.first_pass || !half)
        return;
    struct pass *p = &passes[(half - 1) & 1];
    __u32 type = p->type[call->number & 1023] & (FILTERED_TYPES - 1);
    __u32 generation = p->generation;
    if (!type || !generation)
        return;
    call->half = half - 1;
    call->type = type;
    call->generation = generation;
    call->clauses = MASK_AT(p->result, type * RESULT_CLASSES + class_of_result(p, result));
    call->opens = type <= p->opens;
    if (call->opens || !call->clauses)
        return;
    settle(call);
}

#endif
