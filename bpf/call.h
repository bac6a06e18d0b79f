/* A system call at its exit, in one form for all ABIs. */
#ifndef TIERCEL_CALL_H
#define TIERCEL_CALL_H

struct call {
    __u64 a[6];   /* arguments as passed */
    __u32 number; /* as x86-64 numbers it */
    bool compat;  /* pointers and words in the program's memory have 32 bits */
};

static __always_inline void read_call(struct pt_regs *regs, struct call *call) {
    call->a[0] = regs->di;
    call->a[1] = regs->si;
    call->a[2] = regs->dx;
    call->a[3] = regs->r10;
    call->a[4] = regs->r8;
    call->a[5] = regs->r9;
    call->number = regs->orig_ax;
    call->compat = false;
}

/* An empty record of a call of the current task. */
static __always_inline struct scratch *begin_call(struct task_struct *task, struct call *call, __s64 result) {
    return begin(task, call->number, result);
}

#endif
