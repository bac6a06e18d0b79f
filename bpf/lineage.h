/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Masks of processes. The kernel cannot test the command line of a process, or its ancestors. User space knows both:
 * when no rule matches some events of a process, it stores which disjuncts are left for this process. A mask holds for
 *
 * - one program of one process: the time of its exec or fork is its identity, and
 * - one state of all ancestors. These change if a process with children executes a program or ends. Such a change is
 *   counted when it begins, before its record is delivered, and when it ends, after that. User space counts the records
 *   that it has applied. A mask holds while no change is in progress, and as many have ended as user space had applied.
 *   A change whose record is lost is counted by both.
 *
 * The number of changes is one for all processes, because the kernel cannot find the descendants of a process in
 * bounded time. Processes that have children seldom execute programs or end. If they often do, masks hold for shorter
 * times, and more events are delivered. */
#ifndef TIERCEL_LINEAGE_H
#define TIERCEL_LINEAGE_H

#include "record.h"
#include "syscall.h"

#define MAX_PROCESSES 32768
#define MAX_PROCESS_MASKS 4096

/* Program names by process. A missing entry means unknown, so evicting an entry is harmless. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, MAX_PROCESSES);
    __type(key, __u32);
    __type(value, struct process_name);
} process_names SEC(".maps");

/* User space writes the entries, at most one for each of its counters. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_PROCESS_MASKS);
    __type(key, struct process_mask_key);
    __type(value, struct process_mask);
} process_masks SEC(".maps");

/* Returns true unless the process has no children. Each thread has a list of its own, so only a process with one thread
 * is certain to have none. */
static __always_inline bool may_have_children(struct task_struct *task) {
    __u64 children = (__u64)task + bpf_core_field_offset(struct task_struct, children);
    return BPF_CORE_READ(task, signal, nr_threads) != 1 || (__u64)BPF_CORE_READ(task, children.next) != children;
}

/* Marks the current record if the exec or exit of the task changes the ancestors of other processes. */
static __always_inline bool begin_lineage_change(struct scratch *s, struct task_struct *task) {
    if (!settings.prefilter || !may_have_children(task))
        return false;
    s->header.marks |= MARK_LINEAGE_CHANGED;
    __sync_fetch_and_add(&config.lineage_begun, 1);
    return true;
}

static __always_inline void end_lineage_change(bool delivered) {
    if (!delivered)
        __sync_fetch_and_add(&config.lineage_lost, 1);
    __sync_fetch_and_add(&config.lineage_ended, 1);
}

/* Returns the disjuncts that the mask of the current process leaves of the current syscall. This is a global function
 * without arguments, because the stack frames of its callers have no room for them. */
__noinline __u64 masked_disjuncts(void) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!c || config.state_incomplete)
        return ~0ull;
    __u32 generation = c->call.generation;
    struct process_mask_key key = {.tgid = bpf_get_current_pid_tgid() >> 32, .syscall = c->call.nr};
    struct process_mask *mask = bpf_map_lookup_elem(&process_masks, &key);
    if (!mask)
        return ~0ull;
    __u64 disjuncts = mask->disjuncts, started = mask->started_ns;
    __u32 lineage = mask->lineage, version = mask->version;
    if (mask->generation != generation || lineage != config.lineage_ended || lineage != config.lineage_begun ||
        version != config.lineage_version ||
        mask->check != (disjuncts ^ started ^ ((__u64)generation << 32 | lineage) ^ (__u64)version << 32))
        return ~0ull;
    struct process_name *process = bpf_map_lookup_elem(&process_names, &key.tgid);
    return process && process->started_ns == started ? disjuncts : ~0ull;
}

#endif
