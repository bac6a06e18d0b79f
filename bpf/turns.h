/* Programs that are put aside in the middle.
 *
 * Since Linux 7.0 a task can lose its CPU inside a program (include/linux/tracepoint.h and bpf_probe.h: tracepoints no
 * longer switch preemption off), and until it goes on, the kernel does not run the same program for any other task on
 * that CPU (__bpf_trace_run in kernel/trace/bpf_trace.c): their events would be missed. On such a kernel
 *
 * - preemption is off while a record is made, since records are made in memory that the CPU has only one of;
 * - the tracepoints of system calls and processes have a second program each, which runs after the first and does the
 *   work if the first was not run. The first says in a mark of the task that it was.
 *
 * What is missed even so, since the second was put aside as well, the kernel counts, and user space reads it there. A
 * mark that stays because the second was not run can hide one later miss of the first: that count covers it. */
#ifndef TIERCEL_TURNS_H
#define TIERCEL_TURNS_H

extern void bpf_preempt_disable(void) __weak __ksym;
extern void bpf_preempt_enable(void) __weak __ksym;

enum turn { TURN_CALL, TURN_EXEC, TURN_FORK, TURN_EXIT, TURNS };

struct marks {
    __u8 done[TURNS];
};

/* Not made by user space where tracepoints are not preemptible. */
struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct marks);
} task_marks SEC(".maps");

static __always_inline void hold_cpu(void) {
    if (settings.preemptible)
        bpf_preempt_disable();
}

static __always_inline void release_cpu(void) {
    if (settings.preemptible)
        bpf_preempt_enable();
}

/* In the first program of two. */
static __always_inline void first_turn(enum turn turn) {
    if (!settings.preemptible)
        return;
    struct marks *marks =
        bpf_task_storage_get(&task_marks, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (marks)
        marks->done[turn] = 1;
    bpf_preempt_disable();
}

/* In the second: whether the first was not run. */
static __always_inline bool second_turn(enum turn turn) {
    if (!settings.preemptible)
        return false;
    struct marks *marks =
        bpf_task_storage_get(&task_marks, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (!marks)
        return false;
    bool done = marks->done[turn];
    marks->done[turn] = 0;
    if (done)
        return false;
    bpf_preempt_disable();
    return true;
}

#endif
