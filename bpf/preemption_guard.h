/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Preemption inside tracepoint programs.
 *
 * Since Linux 7.0, tracepoints no longer disable preemption (include/linux/tracepoint.h, bpf_probe.h), so a task can
 * be preempted inside a program. Until it continues, the kernel does not run the same program for any other task on
 * that CPU. Those runs are recursion misses (__bpf_trace_run in kernel/trace/bpf_trace.c). On such a kernel:
 *
 * - Programs disable preemption while they make a record, because the record is made in per-CPU memory.
 * - Each tracepoint of syscalls and processes has a primary and a fallback program. The fallback runs after the
 *   primary and does the work if the primary did not run. The primary marks the task to say that it ran.
 *
 * The kernel counts the recursion misses of the fallback, and user space reads that count as lost events. If the
 * fallback does not run, its mark stays and can hide one later miss of the primary. The count includes that miss. */
#ifndef TIERCEL_PREEMPTION_GUARD_H
#define TIERCEL_PREEMPTION_GUARD_H

#include "record.h"

extern void bpf_preempt_disable(void) __weak __ksym;
extern void bpf_preempt_enable(void) __weak __ksym;

enum guard_point { GUARD_SYSCALL, GUARD_EXEC, GUARD_FORK, GUARD_EXIT, GUARD_POINTS };

struct guard_marks {
    __u8 done[GUARD_POINTS];
};

/* User space does not create this map if tracepoints are not preemptible. */
struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct guard_marks);
} preemption_marks SEC(".maps");

static __always_inline void disable_preemption(void) {
    if (settings.preemptible)
        bpf_preempt_disable();
}

static __always_inline void enable_preemption(void) {
    if (settings.preemptible)
        bpf_preempt_enable();
}

/* Called by the primary program. */
static __always_inline void enter_primary(enum guard_point guard_point) {
    if (!settings.preemptible)
        return;
    struct guard_marks *guard_marks =
        bpf_task_storage_get(&preemption_marks, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (guard_marks)
        guard_marks->done[guard_point] = 1;
    bpf_preempt_disable();
}

/* Called by the fallback program. Returns true if the primary did not run. */
static __always_inline bool enter_fallback(enum guard_point guard_point) {
    if (!settings.preemptible)
        return false;
    struct guard_marks *guard_marks =
        bpf_task_storage_get(&preemption_marks, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (!guard_marks)
        return false;
    bool done = guard_marks->done[guard_point];
    guard_marks->done[guard_point] = 0;
    if (done)
        return false;
    bpf_preempt_disable();
    return true;
}

#endif
