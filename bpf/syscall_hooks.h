/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Hooks on the functions of syscalls, so that a syscall that nobody wants costs nothing. The tracepoint sys_exit makes
 * every syscall slower.
 *
 * User space attaches a stub to the function of each wanted syscall. The stub is a tail call of a program below, so
 * that the verifier checks the large program once and not for each syscall. All functions have one argument, the
 * registers, but its name in BTF is "regs" or "__unused", and kernels since 6.12 allow tail calls between functions of
 * one type only. Syscalls of 32-bit programs are seen where the kernel dispatches them, and calls that seccomp refuses
 * where it does.
 *
 * The tracepoint can be attached beside the hooks: until calls have ended that began before the hooks, and while a
 * syscall is wanted that no hook can see. Hooks then mark the task, and the tracepoint leaves out what a hook has
 * recorded. A mark names the syscall and the generation of its hook, so that an old mark hides no later call.
 *
 * The programs use memory of the CPU and do not disable preemption: before Linux 6.15, no global function can be called
 * then. So user space uses hooks only if the kernel does not preempt tasks in the kernel. If it does after all, the
 * call that cannot be recorded is counted as lost. */
#ifndef TIERCEL_CALL_HOOKS_H
#define TIERCEL_CALL_HOOKS_H

#include "syscall.h"

#define HOOK_MARK 0x80000000u

/* The program that the stubs of each type of function call. */
struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u32);
} call_hooks_named SEC(".maps"), call_hooks_unnamed SEC(".maps");

/* The last syscall of a task that a hook recorded while the tracepoint was attached. */
struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, __u32);
} hooked_calls SEC(".maps");

/* How many hooks are running on a CPU. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u32);
} running_hooks SEC(".maps");

static __always_inline __u32 hook_mark(__u32 nr) {
    return HOOK_MARK | nr << 8 | config.hook_generation[nr & 1023];
}

/* Marks the current call as recorded. */
static __always_inline void mark_hooked(__u32 nr) {
    if (!config.exit_tracepoint)
        return;
    __u32 *mark = bpf_task_storage_get(&hooked_calls, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (mark)
        *mark = hook_mark(nr);
}

/* Returns true if a hook recorded the current call, which has ended. */
static __always_inline bool is_hooked(__u32 nr) {
    if (!settings.call_hooks)
        return false;
    __u32 *mark = bpf_task_storage_get(&hooked_calls, bpf_get_current_task_btf(), 0, 0);
    if (!mark || *mark != hook_mark(nr))
        return false;
    *mark = 0;
    return true;
}

/* Returns false if the memory of the CPU is in use, because a task was preempted in a hook. The call is then lost. */
static __always_inline bool begin_hook(void) {
    __u32 zero = 0;
    __u32 *running = bpf_map_lookup_elem(&running_hooks, &zero);
    if (running && __sync_fetch_and_add(running, 1) == 0)
        return true;
    if (running)
        __sync_fetch_and_add(running, -1);
    __sync_fetch_and_add(&config.hook_misses, 1);
    return false;
}

static __always_inline void end_hook(void) {
    __u32 zero = 0;
    __u32 *running = bpf_map_lookup_elem(&running_hooks, &zero);
    if (running)
        __sync_fetch_and_add(running, -1);
}

#endif
