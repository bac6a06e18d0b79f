/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The prefilter: drops events that no rule can match.
 *
 * For each value of each attribute that is visible here, user space compiles a mask of the disjuncts that can still
 * match. This is the bit-vector scheme of packet classification (Lakshman and Stiliadis, High-speed policy-based packet
 * forwarding using efficient multi-dimensional range matching, 1998). The program ANDs the masks, the cheapest
 * first. A zero mask drops the event. Any other mask is stored in the record. An unknown value keeps all disjuncts.
 * Values are those of the record, so that user space evaluates the same ones.
 *
 * There are two sets of tables: one is active while user space writes the other. */
#ifndef TIERCEL_PREFILTER_H
#define TIERCEL_PREFILTER_H

#include "budget.h"
#include "lineage.h"
#include "record.h"
#include "syscall.h"

#define MAX_CGROUP_MISMATCHES 16384
#define MAX_COMM_CLASSES 8192
#define MAX_HOST_MOUNTS 2048
#define ENOENT 2

struct prefilter_tables prefilter_tables[2] SEC(".bss.prefilter");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_COMM_CLASSES);
    __type(key, struct comm_key);
    __type(value, __u32);
} comm_classes SEC(".maps");

/* Processes whose unified cgroup may not be that of their container: they were attached to a cgroup of another
 * hierarchy, or to one that is not known as a container's. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_CGROUP_MISMATCHES);
    __type(key, __u32);
    __type(value, __u32);
} cgroup_mismatch SEC(".maps");

/* By device number in the kernel's encoding. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_HOST_MOUNTS);
    __type(key, __u32);
    __type(value, struct host_mount);
} host_mounts SEC(".maps");

/* Events that the prefilter dropped, by syscall number. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1024);
    __type(key, __u32);
    __type(value, __u64);
} filtered SEC(".maps");

/* An entry of a table whose size is a power of two. The barrier keeps the compiler from dropping the mask. */
#define MASK_AT(table, index) mask_at(table, index, sizeof(table) / sizeof *(table))

static __always_inline __u64 mask_at(const __u64 *table, __u32 index, __u32 size) {
    asm volatile("" : "+r"(index));
    return table[index & (size - 1)];
}

/* An entry that cannot be removed would be wrong from now on. */
static __always_inline void forget_process_name(__u32 tgid) {
    long error = bpf_map_delete_elem(&process_names, &tgid);
    if (error && error != -ENOENT)
        config.state_incomplete = 1;
}

/* Remembers the name of a program that a process executes or was forked with, after the record of it. */
static __always_inline void remember_process_name(__u32 tgid, const __u8 *comm, __u64 started_ns, bool delivered) {
    if (!settings.prefilter)
        return;
    if (!delivered) { /* user space has another name, if any */
        forget_process_name(tgid);
        return;
    }
    struct process_name process = {.started_ns = started_ns};
    __builtin_memcpy(process.comm, comm, sizeof process.comm);
    if (bpf_map_update_elem(&process_names, &tgid, &process, BPF_ANY))
        forget_process_name(tgid);
}

static __always_inline void set_cgroup_mismatch(__u32 tgid) {
    __u32 yes = 1;
    if (settings.prefilter && bpf_map_update_elem(&cgroup_mismatch, &tgid, &yes, BPF_ANY))
        config.cgroup_mismatch_overflow = 1;
}

static __always_inline void forget_process(__u32 tgid) {
    if (!settings.prefilter)
        return;
    bpf_map_delete_elem(&process_names, &tgid);
    if (bpf_map_lookup_elem(&cgroup_mismatch, &tgid))
        bpf_map_delete_elem(&cgroup_mismatch, &tgid);
}

static __always_inline bool is_container_cgroup(__u64 id) {
    __u32 *membership = bpf_map_lookup_elem(&cgroup_membership, &id);
    return membership && *membership == MEMBERSHIP_CONTAINER;
}

static __always_inline void inherit_cgroup_mismatch(__u32 parent, __u32 child) {
    if (settings.prefilter && bpf_map_lookup_elem(&cgroup_mismatch, &parent))
        set_cgroup_mismatch(child);
}

/* Returns the index, which depends on a loaded value from now on. Some processors, such as those of arm64, reorder
 * loads, but not a load before another one that its address depends on. */
static __always_inline __u32 index_after(__u32 index, __u64 loaded) {
    asm volatile("%1 &= 0\n\t%0 += %1" : "+r"(index), "+r"(loaded));
    return index & 1;
}

/* Returns true while the ring buffer is so empty that records are never refused (budget.h). Beyond that, verification
 * skips excluded events, so that it costs no event that a rule may match. */
static __always_inline bool has_room_to_verify(void) {
    return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) < settings.ring_size >> FREE_SHIFT;
}

/* Returns true if the event is dropped. A result that was computed while user space rewrote the tables is discarded:
 * the generation is loaded before and after all masks. */
static __always_inline bool is_filtered(struct syscall *call) {
    if (call->disjuncts)
        return false;
    if (prefilter_tables[index_after(call->table, call->disjuncts)].generation != call->generation) {
        reset_prefilter(call);
        return false;
    }
    if (config.prefilter_verify && has_room_to_verify())
        return false;
    __u32 number = call->nr & 1023;
    __u64 *count = bpf_map_lookup_elem(&filtered, &number);
    if (count)
        ++*count;
    return true;
}

static __always_inline __u32 result_class(struct prefilter_tables *p, __s64 result) {
    if (result >= 0)
        return result < RESULT_AT_LEAST_3 ? result : RESULT_AT_LEAST_3;
    return p->error_class[result > -256 ? -result & 255 : 0] & (RESULT_CLASSES - 1);
}

__noinline __u32 user_class(__u32 table, __u32 uid) {
    struct prefilter_tables *p = &prefilter_tables[table & 1];
    for (__u32 i = 0; i < USER_CLASSES - 1; i++)
        if (p->uids[i] == uid)
            return i + 1;
    return 0;
}

#define USER_CLASS_KNOWN 0x80

/* The class of the user, which the entry of the process remembers. `generation` is the one that the check of the call
 * began with: tables that user space rewrites in the meantime have another one. One word, because threads can differ.
 */
static __always_inline __u32 remembered_user_class(__u32 table, struct process_name *process, __u32 generation,
                                                   __u32 uid) {
    __u64 key = (__u64)uid << 32 | (__u64)(generation << 8) | USER_CLASS_KNOWN, known = process->user_class;
    if ((known ^ key) >> 7) {
        known = key | user_class(table, uid);
        process->user_class = known;
    }
    return known & (USER_CLASSES - 1);
}

static __always_inline __u32 comm_class(struct prefilter_tables *p, struct process_name *process) {
    __u64 class = process->comm_class;
    __u32 generation = p->generation;
    if (class >> 8 != generation) {
        struct comm_key key = {.generation = generation};
        __builtin_memcpy(key.comm, process->comm, sizeof key.comm);
        __u32 *found = bpf_map_lookup_elem(&comm_classes, &key);
        class = (__u64)generation << 8 | (found ? *found : 0);
        process->comm_class = class;
    }
    return class & (COMM_CLASSES - 1);
}

#define CHECK_MASK 256 /* added to the event type */

/* Returns the disjuncts that can still match for the process, with CHECK_MASK also those of its mask. The user is that
 * of the record. A process that is unknown here may also be unknown in user space, where its fields have no value. */
__noinline __u64 process_disjuncts(__u32 table, __u32 type, __u32 generation) {
    struct prefilter_tables *p = &prefilter_tables[table & 1];
    struct task_struct *task = current_task();
    __u32 tgid = bpf_get_current_pid_tgid() >> 32;
    struct process_name *process = bpf_map_lookup_elem(&process_names, &tgid);
    bool with_mask = type & CHECK_MASK;
    type &= FILTERED_TYPES - 1;
    if (!process || config.state_incomplete)
        return ~0ull;
    __u32 uid = settings.read_variant == READ_PLAIN ? BPF_CORE_READ(task, cred, euid.val) : task->cred->euid.val;
    __u64 left = MASK_AT(p->comm, type * COMM_CLASSES + comm_class(p, process));
    left &= MASK_AT(p->uid, type * USER_CLASSES + remembered_user_class(table, process, generation, uid));
    __u64 id = cgroup_id(task);
    __u32 *membership = bpf_map_lookup_elem(&cgroup_membership, &id);
    if (membership && !config.cgroup_mismatch_overflow && !bpf_map_lookup_elem(&cgroup_mismatch, &tgid))
        left &= MASK_AT(p->membership, type * 4 + (*membership & 3));
    return left && with_mask ? left & masked_disjuncts() : left;
}

static __always_inline void check_process(struct syscall *call, __u32 mask) {
    if (call->process_checked)
        return;
    call->process_checked = true;
    call->disjuncts &= process_disjuncts(call->table, call->event_type | mask, call->generation);
}

/* Checks the mask of the process, which costs more than other tests. Calls without a generation are not checked, so the
 * call is the current one. */
static __always_inline void check_mask(struct syscall *call) {
    if (call->disjuncts && call->generation)
        call->disjuncts &= masked_disjuncts();
}

/* Returns the disjuncts that can still match the mode that a syscall gives to a file. */
static __always_inline __u64 mode_disjuncts(struct prefilter_tables *p, struct syscall *call, __u32 type) {
    __u32 argument = p->mode_argument[type];
    if (!argument)
        return ~0ull;
    __u64 mode = argument == 2 ? call->args[1] : call->args[2];
    return argument == 2 || argument == 3 ? MASK_AT(p->mode, type * MODE_CLASSES + (mode >> 9 & 7)) : ~0ull;
}

/* Checks the result of a syscall, and the process unless the syscall opens a file or its texts are checked first. */
static __always_inline void check_result(struct syscall *call, __s64 result) {
    reset_prefilter(call);
    __u32 table = config.prefilter;
    if (!settings.prefilter || !table)
        return;
    __u32 generation = prefilter_tables[(table - 1) & 1].generation;
    table = index_after(table - 1, generation);
    struct prefilter_tables *p = &prefilter_tables[table];
    __u32 type = p->event_type[call->nr & 1023] & (FILTERED_TYPES - 1);
    if (!type || !generation)
        return;
    call->table = table;
    call->event_type = type;
    call->generation = generation;
    call->disjuncts = MASK_AT(p->result, type * RESULT_CLASSES + result_class(p, result));
    call->is_open = type <= p->open_types;
    if (call->is_open || !call->disjuncts)
        return;
    call->disjuncts &= mode_disjuncts(p, call, type);
    /* With a descriptor, there are further tests. */
    if (call->disjuncts && !p->process_last[type])
        check_process(call, config.syscall_flags[call->nr & 1023] & SYSCALL_FD ? 0 : CHECK_MASK);
}

#endif
