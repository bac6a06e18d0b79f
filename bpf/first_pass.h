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
#define NAME_LIMIT 255 /* longer names are not looked at */
#define OTHER_NAME_AT (__builtin_offsetof(struct scratch, rest) + 2048)
#define TEXT_AT (__builtin_offsetof(struct scratch, rest) + sizeof(struct open_part))
#define ENOENT 2
#define CLIMBS 1
#define UNCLEAN 2

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
    call->clauses = MASK_AT(p->all, type) & MASK_AT(p->result, type * RESULT_CLASSES + class_of_result(p, result));
    if (p->open[type] || !call->clauses)
        return;
    settle(call);
}

static __always_inline __u32 class_of_flags(__u64 flags, bool failed) {
    return (flags & 3) | (flags & 0100 ? FLAG_CREATE : 0) | (flags & 01000 ? FLAG_TRUNCATE : 0) |
           (flags & 0200000 ? FLAG_DIRECTORY : 0) | (flags & 020000000 ? FLAG_TMPFILE : 0) | (failed ? FLAG_FAILED : 0);
}

/* Looks at the flags of an open, which cost nothing. */
static __always_inline void look_at_flags(struct call *call, __u64 flags, __s64 result) {
    if (!call->type || !call->clauses)
        return;
    struct pass *p = &passes[call->half & 1];
    __u32 open = p->open[call->type & (FILTERED_TYPES - 1)] - 1;
    if (open >= FILTERED_OPENS)
        return;
    call->clauses &= MASK_AT(p->flags, open * FLAG_CLASSES + class_of_flags(flags, result < 0));
    __u32 type = call->type & (FILTERED_TYPES - 1);
    __u64 ordinary = MASK_AT(p->comm, type * COMM_CLASSES) &
                     (MASK_AT(p->home, type * 4 + HOME_HOST) | MASK_AT(p->home, type * 4 + HOME_CONTAINER));
    if (call->clauses && !(call->clauses & ordinary))
        settle(call);
}

/* A byte of the scratch memory's first half, which holds the names, the header, and the beginning of the rest. */
static __always_inline __u8 byte_at(struct scratch *s, __u32 at) {
    asm volatile("" : "+r"(at));
    return ((__u8 *)s)[at & 16383];
}

#define DEFINE_FOLLOW(name, trie, place)                                                                               \
    __noinline __u32 name(__u32 half, __u32 from, __u32 length) {                                                      \
        __u32 zero = 0;                                                                                                \
        struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);                                                    \
        struct pass *p = &passes[half & 1];                                                                            \
        __u32 state = 0;                                                                                               \
        if (!s)                                                                                                        \
            return 0;                                                                                                  \
        for (__u32 i = 0; i < NAME_LIMIT; i++) {                                                                       \
            if (i >= length)                                                                                           \
                return p->trie##_ended[state & (TRIE_CELLS - 1)];                                                      \
            __u32 next = (p->trie##_base[state & (TRIE_CELLS - 1)] + byte_at(s, place)) & (TRIE_CELLS - 1);            \
            if (p->trie##_owner[next] != state)                                                                        \
                break;                                                                                                 \
            state = next;                                                                                              \
        }                                                                                                              \
        return p->trie##_outcome[state & (TRIE_CELLS - 1)];                                                            \
    }

/* Outcomes of the tries for a name; global functions, so that the verifier looks at each once. */
DEFINE_FOLLOW(follow, path, from + i)
DEFINE_FOLLOW(follow_back, ending, from + length - 1 - i)

/* What a name leaves. */
static __always_inline __u64 of_name(__u32 half, __u32 open, struct scratch *s, __u32 from, __u32 length) {
    if (length == 0 || length >= NAME_LIMIT || byte_at(s, from) != '/')
        return ~0ull;
    struct pass *p = &passes[half & 1];
    __u64 left = MASK_AT(p->path, open * TRIE_OUTCOMES + (follow(half, from, length) & (TRIE_OUTCOMES - 1)));
    if (left)
        left &= MASK_AT(p->ending, open * TRIE_OUTCOMES + (follow_back(half, from, length) & (TRIE_OUTCOMES - 1)));
    return left;
}

/* Eight bytes of the same memory. */
static __always_inline __u64 word_at(struct scratch *s, __u32 at) {
    asm volatile("" : "+r"(at));
    return *(__u64 *)((__u8 *)s + (at & 16383));
}

#define DOTS 0x2e2e2e2e2e2e2e2eull
#define ONES 0x0101010101010101ull

/* 1 if two pieces of the scratch memory are the same, 2 if they are and may have two dots in a row, else 0. */
__noinline __u32 compare(__u32 one, __u32 other, __u32 length) {
    __u32 zero = 0, found = 1;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s)
        return 0;
    __u64 before = 0;
    for (__u32 at = 0; at < NAME_LIMIT; at += 8) {
        if (at >= length)
            return found;
        __u64 a = word_at(s, one + at), b = word_at(s, other + at);
        if (length - at < 8) {
            __u64 rest = (1ull << ((length - at) * 8 & 63)) - 1;
            a &= rest;
            b &= rest;
        }
        if (a != b)
            return 0;
        __u64 differs = a ^ DOTS; /* a zero byte is a dot; the one above it may be taken for one as well */
        __u64 dots = (differs - ONES) & ~differs & (ONES << 7);
        if (dots & (dots << 8 | before))
            found = 2;
        before = dots >> 56;
    }
    return 0;
}

/* Whether a path climbs, as rules see it ("../"), and whether it may be one that cleaning changes. */
__noinline __u32 shape(__u32 from, __u32 length) {
    __u32 zero = 0, found = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s)
        return CLIMBS | UNCLEAN;
    __u8 last = 0, before = 0;
    for (__u32 i = 0; i < NAME_LIMIT; i++) {
        if (i >= length)
            return last == '/' ? found | UNCLEAN : found;
        __u8 byte = byte_at(s, from + i);
        if (byte == '/' && last == '.' && before == '.')
            found |= CLIMBS;
        if (last == '/' && (byte == '/' || byte == '.'))
            found |= UNCLEAN;
        before = last;
        last = byte;
    }
    return CLIMBS | UNCLEAN;
}

/* What the name leaves under which the host sees the file: see Mounts.hostName. Nothing more if it has none, or the
 * same as the kernel's. */
__noinline __u64 of_host_name(__u32 half, __u32 open) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s || open >= FILTERED_OPENS)
        return ~0ull;
    struct open_part *part = (void *)s->rest;
    __u32 device = part->dev;
    struct host_mount *mount = bpf_map_lookup_elem(&host_mounts, &device);
    if (!mount) /* overlays are containers' roots, which the host does not see; others may have been mounted just now */
        return part->file_bits & (FILE_UPPER_LAYER | FILE_LOWER_LAYER) ? 0 : ~0ull;
    __u32 length = s->header.name_length[0], place = s->header.name_length[2], below = part->place_length;
    if (mount->kind != MOUNT_WHOLE || below > length || length >= NAME_LIMIT || place >= NAME_LIMIT ||
        mount->length >= NAME_LIMIT)
        return ~0ull;
    __u32 outside = length - below, name = NAMES_SIZE - length;
    if (!place && outside == mount->length) {
        __u32 i = 0;
        for (; i < NAME_LIMIT; i++)
            if (i >= outside || byte_at(s, name + i) != mount->point[i])
                break;
        if (i >= outside)
            return 0;
    }
    __u32 at = mount->length & 255;
    __u8 *to = (__u8 *)s + OTHER_NAME_AT;
    bpf_probe_read_kernel(to, at, mount->point);
    place &= 255;
    __u32 second = NAMES_SIZE - length - s->header.name_length[1] - place;
    bpf_probe_read_kernel(to + at, place, (__u8 *)s + (second & (NAMES_SIZE - 1)));
    at += place;
    below &= 255;
    bpf_probe_read_kernel(to + at, below, (__u8 *)s + ((name + outside) & (NAMES_SIZE - 1)));
    return of_name(half, open, s, OTHER_NAME_AT, at + below);
}

/* What the names of an opened file leave. Rules see it under the name that the program gave, made absolute and cleaned,
 * under the kernel's and under the host's; a match under any of them counts. */
__noinline __u64 of_names(__u32 half, __u32 open) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s || open >= FILTERED_OPENS)
        return ~0ull;
    struct pass *p = &passes[half & 1];
    __u32 length = s->header.name_length[0], base = s->header.name_length[1], given = s->header.text_length[0];
    bool opened = s->header.result >= 0;
    if (given == 0 || given >= NAME_LIMIT || length >= NAME_LIMIT || (opened && !length))
        return ~0ull;
    __u32 name = NAMES_SIZE - length, same = 0;
    bool absolute = byte_at(s, TEXT_AT) == '/';
    if (absolute) {
        if (given == length)
            same = compare(name, TEXT_AT, given);
    } else if (base) {
        __u32 before = base == 1 ? 0 : base; /* "/" and what follows have one slash between them */
        if (length == before + 1 + given && byte_at(s, name + before) == '/' &&
            compare(name, NAMES_SIZE - length - base, before))
            same = compare(name + before + 1, TEXT_AT, given);
    }
    __u32 found = same == 1 ? 0 : shape(TEXT_AT, given);
    __u64 left = MASK_AT(p->climbs, open * 2 + (found & CLIMBS));
    if (!left)
        return 0;
    __u64 named = 0;
    if (!same)
        named = absolute && !(found & UNCLEAN) ? of_name(half, open, s, TEXT_AT, given) : ~0ull;
    if (opened)
        named |= of_name(half, open, s, name, length) | of_host_name(half, open);
    return left & named;
}

/* Looks at the names of an open whose record is complete but for its header. */
static __always_inline void look_at_names(struct call *call) {
    if (!call->type || !call->clauses)
        return;
    struct pass *p = &passes[call->half & 1];
    __u32 open = p->open[call->type & (FILTERED_TYPES - 1)] - 1;
    call->clauses &= of_names(call->half, open);
    if (call->clauses)
        settle(call);
}

#endif
