/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Budgets: which records may enter the ring buffer while it fills, so that a flood loses its own events only.
 *
 * The ring buffer and the time of the thread that reads it are shared. Each process and each account (a container, or a
 * user of the host) has a level: the bytes of its recent records, including those that were refused, halved every
 * second. A record is refused if the ring buffer is fuller than the levels of its process and account allow: 100 % for
 * quiet ones, 50 % for the loudest. A flood therefore never takes the part that is left to quieter
 * ones, whatever the number of its processes. An idle machine gives all of its capacity to one loud process. The idea
 * is that of dynamic queue thresholds (Choudhury and Hahne, Dynamic Queue Length Thresholds for Shared-Memory Packet
 * Switches, 1998).
 *
 * - A process that forks for each burst gains nothing. The first bytes of each process are also charged to its family,
 *   which is its nearest ancestor that is older than two seconds. A young process has the level of its family too.
 * - A container that creates cgroups gains nothing: its account is the outermost cgroup of the container.
 * - Many processes of one account that send little each are charged for what they sent during half a minute while their
 *   account is loud. A neighbour that sent almost nothing is let in before them.
 * - A user who creates user namespaces gains nothing: the account is that of the owner of the outermost one.
 * - State records are refused last, because user space must scan /proc when one is missing.
 *
 * Nothing is charged while the ring buffer is nearly empty, so that budgets cost nothing then. Levels are updated
 * without locks: an update that two CPUs make at once can be lost, which only makes a level slightly too low. An entry
 * that is replaced during an update charges its new owner once. The account of a process is found again every second.
 */
#ifndef TIERCEL_BUDGET_H
#define TIERCEL_BUDGET_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "layout.h"
#include "settings.h"

#define MAX_CGROUPS 16384
#define MAX_PROCESS_BUDGETS 8192 /* user space sets other numbers */
#define MAX_ACCOUNT_BUDGETS 2048
#define MAX_ANCESTORS 8        /* from a young process to its family */
#define MAX_CGROUP_DEPTH 12    /* of a container's outermost cgroup */
#define MAX_USER_NAMESPACES 33 /* nesting limit of the kernel, kernel/user_namespace.c */
#define BUDGET_TICK_SHIFT 30   /* levels are halved every 2^30 ns */
#define YOUNG_NS 2000000000ull /* a younger process is judged with its family */
#define FREE_SHIFT 4           /* below 1/16 of the ring buffer, nothing is charged */
#define DOUBLING_SHIFT 5       /* each doubling of a level costs 1/32 of the ring buffer */
#define MAX_DOUBLINGS 8
#define QUIET_PROCESS_SHIFT 15 /* 32 KiB: a process below this level may fill the whole ring buffer */
#define QUIET_ACCOUNT_SHIFT 19 /* 512 KiB: the same for an account */
#define FAMILY_SHIFT 3         /* a family of short-lived processes counts 1/8 for each of them */
#define RECENT_SHIFT 4         /* what a process sent recently is halved every 2^4 ticks, 17 s */
#define RECENT_SCALE_SHIFT 3   /* in a loud account, recent bytes count eight times: 4 KiB are quiet */
#define MAX_RECENT (1 << 21)   /* six doublings of a quiet process */
#define STATE_SHIFT 4          /* state records may use 1/16 of the ring buffer more than events */

/* MEMBERSHIP_ of the processes in a cgroup of the unified hierarchy. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_CGROUPS);
    __type(key, __u64);
    __type(value, __u32);
} cgroup_membership SEC(".maps");

struct level {
    __u64 bytes;
    __u64 tick; /* when it was last halved */
};

struct process_budget {
    struct level own;
    struct level recent; /* the same during half a minute, in ticks of 2^RECENT_SHIFT */
    struct level family; /* of its young descendants */
    __u64 account;
    __u64 account_cgroup; /* cgroup of the process when `account` was found; 0: not yet */
};

/* By process. Entries are removed when the process ends. In a full map, a new entry takes the place of one that was not
 * used recently. A process whose entry is gone starts with an empty level, but that of its account remains. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, MAX_PROCESS_BUDGETS);
    __type(key, __u32);
    __type(value, struct process_budget);
} process_budgets SEC(".maps");

/* By account. Only these replacements remove entries. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, MAX_ACCOUNT_BUDGETS);
    __type(key, __u64);
    __type(value, struct level);
} account_budgets SEC(".maps");

/* Lost records by process. User space reads and empties the map; what does not fit is only in loss_counters. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_LOSS_GROUPS);
    __type(key, struct loss_key);
    __type(value, struct loss_group);
} loss_groups SEC(".maps");

/* Shared by the processes and accounts that get no entry: the maps can find none to replace while other CPUs change
 * them at the same moment. */
struct process_budget overflow_process SEC(".bss.budget");
struct level overflow_account SEC(".bss.budget");

/* New entries. They are never written. The stack has no room for them: all callers together have 512 bytes. */
struct process_budget empty_process SEC(".bss.budget");
struct level empty_account SEC(".bss.budget");
struct loss_group empty_loss_group SEC(".bss.budget");

static __always_inline __u64 current_tick(void) {
    return bpf_ktime_get_boot_ns() >> BUDGET_TICK_SHIFT;
}

/* Returns the level after the bytes have been added. */
static __always_inline __u64 charge(struct level *level, __u64 tick, __u64 bytes) {
    __u64 now = level->bytes;
    if (tick > level->tick) { /* another CPU may be a tick ahead */
        __u64 ticks = tick - level->tick;
        now = ticks > 40 ? 0 : now >> ticks;
        level->tick = tick;
    }
    now += bytes;
    level->bytes = now;
    return now;
}

/* Returns how often a level of 2^shift bytes must be doubled to get to this level, at most MAX_DOUBLINGS. */
static __always_inline __u64 doublings(__u64 bytes, int shift) {
    __u64 count = 0;
    bytes >>= shift;
    if (bytes >= 1u << 8)
        return MAX_DOUBLINGS;
    if (bytes >= 1u << 4) {
        bytes >>= 4;
        count = 4;
    }
    if (bytes >= 1u << 2) {
        bytes >>= 2;
        count += 2;
    }
    return bytes >= 1u << 1 ? count + 1 : count;
}

/* The user that an unprivileged process cannot change: the owner of its outermost user namespace, or its real user. */
static __always_inline __u32 owning_user(struct task_struct *task, bool *namespaced) {
    struct user_namespace *space = BPF_CORE_READ(task, cred, user_ns);
    __u32 user = BPF_CORE_READ(task, cred, uid.val);
    *namespaced = false;
    for (int i = 0; i < MAX_USER_NAMESPACES; i++) {
        struct user_namespace *parent = BPF_CORE_READ(space, parent);
        if (!parent)
            break;
        *namespaced = true;
        user = BPF_CORE_READ(space, owner.val);
        space = parent;
    }
    return user;
}

/* The id of the ancestor of a cgroup at a level below the root, which has level 0. */
static __always_inline __u64 ancestor_id(struct cgroup *cgroup, int level) {
    __u64 found = 0;
    if (!bpf_core_field_exists(cgroup->ancestors)) {
        bpf_core_read(&found, sizeof found,
                      (void *)cgroup + bpf_core_field_offset(struct cgroup___6_0, ancestor_ids) + level * sizeof found);
        return found;
    }
    bpf_core_read(&found, sizeof found,
                  (void *)cgroup + bpf_core_field_offset(struct cgroup, ancestors) + level * sizeof found);
    return BPF_CORE_READ((struct cgroup *)found, kn, id);
}

/* Returns the account of the current task. Without a known container cgroup, for example on a node with the legacy
 * hierarchy, a container is recognized by its outermost pid namespace. */
static __always_inline __u64 find_account(struct task_struct *task) {
    struct cgroup *cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp);
    int depth = BPF_CORE_READ(cgroup, level);
    for (int level = 1; level <= MAX_CGROUP_DEPTH && level <= depth; level++) {
        __u64 id = ancestor_id(cgroup, level);
        __u32 *membership = bpf_map_lookup_elem(&cgroup_membership, &id);
        if (membership && *membership == MEMBERSHIP_CONTAINER)
            return id;
    }
    bool namespaced;
    __u32 user = owning_user(task, &namespaced);
    struct pid *pid = BPF_CORE_READ(task, thread_pid);
    if (!namespaced && BPF_CORE_READ(pid, level)) {
        __u64 space = 0;
        bpf_core_read(&space, sizeof space,
                      (void *)&pid->numbers[0] + bpf_core_type_size(struct upid) +
                          bpf_core_field_offset(struct upid, ns));
        return space;
    }
    return 1ull << ACCOUNT_USER_BIT | user;
}

static __always_inline struct process_budget *process_budget(__u32 tgid) {
    struct process_budget *budget = bpf_map_lookup_elem(&process_budgets, &tgid);
    if (budget)
        return budget;
    bpf_map_update_elem(&process_budgets, &tgid, &empty_process, BPF_NOEXIST);
    budget = bpf_map_lookup_elem(&process_budgets, &tgid);
    return budget ? budget : &overflow_process;
}

static __always_inline struct level *account_level(__u64 account) {
    struct level *level = bpf_map_lookup_elem(&account_budgets, &account);
    if (level)
        return level;
    bpf_map_update_elem(&account_budgets, &account, &empty_account, BPF_NOEXIST);
    level = bpf_map_lookup_elem(&account_budgets, &account);
    return level ? level : &overflow_account;
}

static __always_inline __u64 start_time(struct task_struct *task) {
    if (bpf_core_field_exists(task->start_boottime))
        return BPF_CORE_READ(task, start_boottime);
    return BPF_CORE_READ((struct task_struct___5_4 *)task, real_start_time);
}

/* Returns the process that a young process is charged to, or 0 if the process is not young. */
static __always_inline __u32 family_of(struct task_struct *task) {
    __u64 now = bpf_ktime_get_boot_ns();
    struct task_struct *leader = BPF_CORE_READ(task, group_leader);
    for (int i = 0; i < MAX_ANCESTORS; i++) {
        if (now - start_time(leader) > YOUNG_NS)
            return i ? BPF_CORE_READ(leader, tgid) : 0;
        leader = BPF_CORE_READ(leader, real_parent, group_leader);
    }
    return BPF_CORE_READ(leader, tgid);
}

/* Charges a record of the current process. Returns how much of the ring buffer may be full for it to be accepted. This
 * is a global function so that the verifier checks it once. */
__noinline __u64 charge_record(__u32 length) {
    struct task_struct *task = (void *)bpf_get_current_task();
    __u32 tgid = bpf_get_current_pid_tgid() >> 32;
    __u64 tick = current_tick();
    struct process_budget *budget = process_budget(tgid);
    __u64 cgroup = bpf_get_current_cgroup_id();
    if (budget->account_cgroup != cgroup || budget->own.tick != tick || budget == &overflow_process) {
        budget->account = find_account(task);
        budget->account_cgroup = cgroup;
    }
    __u64 level = charge(&budget->own, tick, length);
    __u64 account = charge(account_level(budget->account), tick, length);
    if (level < 1 << QUIET_PROCESS_SHIFT) {
        __u32 family = family_of(task);
        if (family)
            level += charge(&process_budget(family)->family, tick, length) >> FAMILY_SHIFT;
    }
    __u64 recent = charge(&budget->recent, tick >> RECENT_SHIFT, length) << RECENT_SCALE_SHIFT;
    if (recent > MAX_RECENT)
        recent = MAX_RECENT;
    if (account >> (QUIET_ACCOUNT_SHIFT + 1) && recent > level)
        level = recent;
    __u64 refused = doublings(level, QUIET_PROCESS_SHIFT) + doublings(account, QUIET_ACCOUNT_SHIFT);
    return settings.ring_size - refused * (settings.ring_size >> DOUBLING_SHIFT);
}

/* Returns true if a record of this length is accepted while the ring buffer holds `pending` bytes. */
static __always_inline bool is_within_budget(__u32 length, __u64 pending, bool state) {
    if (pending < settings.ring_size >> FREE_SHIFT)
        return true;
    __u64 limit = charge_record(length);
    return pending + length <= (state ? limit + (settings.ring_size >> STATE_SHIFT) : limit);
}

/* Most processes have no budget, and a lookup takes no lock. */
static __always_inline void forget_budget(__u32 tgid) {
    if (bpf_map_lookup_elem(&process_budgets, &tgid))
        bpf_map_delete_elem(&process_budgets, &tgid);
}

/* Counts a lost record of the current process. */
__noinline int count_group_loss(__u32 uid, __u32 state) {
    __u64 pid_tgid = bpf_get_current_pid_tgid();
    __u32 tgid = pid_tgid >> 32;
    struct process_budget *budget = bpf_map_lookup_elem(&process_budgets, &tgid);
    struct loss_key key = {.account = budget ? budget->account : 0, .tgid = tgid};
    struct loss_group *group = bpf_map_lookup_elem(&loss_groups, &key);
    if (!group) {
        bpf_map_update_elem(&loss_groups, &key, &empty_loss_group, BPF_NOEXIST);
        group = bpf_map_lookup_elem(&loss_groups, &key);
        if (!group)
            return 0;
        group->cgroup_id = bpf_get_current_cgroup_id();
        group->uid = uid;
        bpf_get_current_comm(group->comm, sizeof group->comm);
    }
    __sync_fetch_and_add(&group->records, 1);
    if (state)
        __sync_fetch_and_add(&group->state_records, 1);
    return 0;
}

#endif
