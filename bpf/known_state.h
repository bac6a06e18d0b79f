/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* State records only when something changed: the working directory, process group and limit of open files that user
 * space has of a process. A call that sets them to what they are makes no record, unless rules want the event. */
#ifndef TIERCEL_KNOWN_STATE_H
#define TIERCEL_KNOWN_STATE_H

#include "generic_syscalls.h"
#include "kernel_path.h"
#include "process.h"
#include "record.h"
#include "syscall.h"

#define HASHED_WORDS 32 /* in one call of hash_words */
#define HASHED_PARTS 16 /* of a working directory: together NAME_LIMIT bytes */

/* What user space will have once the current record is delivered. Not on the stack, which has no room for it. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct known_state);
} next_states SEC(".maps");

struct {
    __u64 epoch; /* how often a process changed the state of another one, from 1 */
    __u64 seed;  /* random, so that no program can prepare two directories with one hash; 0: not yet drawn */
} state_changes SEC(".bss.budget");

/* Returns the next state, which starts as what is known. `known` can be null. */
static __always_inline struct known_state *begin_next_state(struct known_state *known) {
    __u32 zero = 0;
    struct known_state *next = bpf_map_lookup_elem(&next_states, &zero);
    if (!next)
        return 0;
    if (known)
        *next = *known;
    else
        __builtin_memset(next, 0, sizeof *next);
    return next;
}

static __always_inline __u64 state_epoch(void) {
    return state_changes.epoch + 1;
}

/* Continues a hash of the first name of the record with its words from `from` on. This is a global function so that the
 * verifier checks few iterations, once. */
__noinline __u64 hash_words(__u64 hash, __u32 from) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s)
        return hash;
    __u64 length = s->header.name_length[0];
    for (__u32 i = 0; i < HASHED_WORDS; i++) {
        __u64 start = (__u64)(from + i) * 8;
        if (start >= length)
            break;
        /* the first bytes of the last word can precede the name */
        __u64 word = *(__u64 *)&s->names[mask_index(NAMES_SIZE - 8 - start)];
        if (length - start < 8)
            word >>= 64 - (length - start) * 8;
        hash = (hash ^ word) * 0x9e3779b97f4a7c15;
        hash ^= hash >> 29;
    }
    return hash;
}

/* Returns a hash of the first name of the record, never 0. */
static __always_inline __u64 hash_first_name(struct scratch *s) {
    if (!state_changes.seed)
        state_changes.seed = (__u64)bpf_get_prandom_u32() << 32 | bpf_get_prandom_u32() | 1;
    __u64 length = s->header.name_length[0], hash = state_changes.seed ^ length;
    for (__u32 i = 0; i < HASHED_PARTS && i * HASHED_WORDS * 8 < length; i++)
        hash = hash_words(hash, i * HASHED_WORDS);
    return hash | 1;
}

/* Remembers what user space has after a record was delivered. */
static __always_inline void remember_state(__u32 tgid, struct known_state *now, bool delivered) {
    if (!delivered || bpf_map_update_elem(&known_states, &tgid, now, BPF_ANY))
        forget_known_state(tgid);
}

static __always_inline void record_chdir(struct task_struct *task, struct syscall *call, long result, int fd,
                                         const void *path, bool event) {
    struct scratch *s = begin_syscall_record(task, call, result);
    if (!s)
        return;
    struct chdir_body *body = (void *)s->rest;
    body->fd = fd;
    body->unused = 0;
    struct known_state *next = 0;
    __u32 tgid = s->header.tgid;
    if (result == 0) {
        add_cwd(task, 0);
        struct known_state *known = bpf_map_lookup_elem(&known_states, &tgid);
        __u64 cwd = hash_first_name(s);
        if (!event && known && known->cwd == cwd)
            return;
        next = begin_next_state(known);
        if (next)
            next->cwd = cwd;
    }
    __u32 used = path ? append_path(s, call, 0, sizeof *body, path) : sizeof *body;
    bool delivered = emit(s, RECORD_CHDIR, used);
    if (next)
        remember_state(tgid, next, delivered);
}

/* Returns true if the call concerns the calling process. */
static __always_inline bool is_own_state(struct task_struct *task, struct syscall *call) {
    if (call->nr == SYS_setsid || call->nr == SYS_setrlimit)
        return true;
    __u32 pid = call->args[0];
    return pid == 0 || pid == ns_pid_nr(BPF_CORE_READ(task, group_leader, thread_pid));
}

/* Records setpgid, setsid, setrlimit and prlimit. The state has one limit only, that of open files. */
static __always_inline void record_state_syscall(struct task_struct *task, struct syscall *call, long result,
                                                 bool event) {
    bool limit = call->nr == SYS_setrlimit || call->nr == SYS_prlimit64;
    __u32 resource = call->nr == SYS_setrlimit ? call->args[0] : call->args[1];
    bool changed =
        result >= 0 && !(limit && resource != RLIMIT_NOFILE) && !(call->nr == SYS_prlimit64 && !call->args[2]);
    if (!event && !changed)
        return;
    bool own = is_own_state(task, call);
    __u32 tgid = bpf_get_current_pid_tgid() >> 32;
    struct known_state *next = 0;
    if (changed && own) {
        next = begin_next_state(bpf_map_lookup_elem(&known_states, &tgid));
        if (!next)
            return;
        __u64 epoch = state_epoch();
        bool same = next->epoch == epoch;
        if (!same)
            next->group = next->has_fd_limit = 0;
        next->epoch = epoch;
        if (limit) {
            __u64 now = fd_limit(task);
            same = same && next->has_fd_limit && next->fd_limit == now;
            next->fd_limit = now;
            next->has_fd_limit = 1;
        } else {
            __u32 group = BPF_CORE_READ(task, signal, pids[PIDTYPE_PGID], numbers[0].nr);
            same = same && next->group == group && call->nr == SYS_setpgid;
            next->group = group;
        }
        if (same && !event)
            return;
    }
    bool delivered = record_syscall(task, call, result, false);
    if (next)
        remember_state(tgid, next, delivered);
    else if (changed)
        __sync_fetch_and_add(&state_changes.epoch, 1);
}

/* Records the current syscall, one that the process state depends on. This is a global function so that it has a stack
 * frame of its own: with those of its callers, the frame of the syscall's program has little room. */
__noinline int record_state(__u32 event) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!c)
        return 0;
    struct task_struct *task = current_task();
    struct syscall *call = &c->call;
    if (call->nr != SYS_chdir && call->nr != SYS_fchdir)
        record_state_syscall(task, call, c->result, event);
    else if (c->result == 0 || event)
        record_chdir(task, call, c->result, call->nr == SYS_chdir ? -1 : call->args[0],
                     call->nr == SYS_chdir ? (void *)call->args[0] : 0, event);
    return 0;
}

static __always_inline void record_state_change(struct syscall *call, long result, bool event) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!c)
        return;
    c->call = *call;
    c->result = result;
    record_state(event);
}

#endif
