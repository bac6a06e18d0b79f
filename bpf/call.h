/* A system call at its exit, in one form for all ABIs. */
#ifndef TIERCEL_CALL_H
#define TIERCEL_CALL_H

struct call {
    __u64 a[6];    /* arguments as passed; those of 32 bits are zero-extended */
    __u32 number;  /* as in numbers.h; NONE for a call that is not known */
    bool compat;   /* pointers and words in the program's memory have 32 bits */
    bool indirect; /* of socketcall: the arguments lie in the program's memory */
    bool copied;   /* paths lie in the kernel's memory */
    bool unlisted; /* a file that it opens gets no descriptor */

    /* What the first pass has left: first_pass.h. */
    __u64 clauses;
    __u32 generation;
    __u32 half;   /* which pass */
    __u32 type;   /* 0 if it does not look at such events */
    bool opens;   /* whether that is one of opening files */
    bool settled; /* whether the program's name, its user and its home have been looked at */
};

/* What a call asks to be opened. */
struct opening {
    struct open_how how;
    const void *path; /* null if it has none */
    int dirfd;
};

/* The call that a record is being made of, and of the calls that are many in one, which. */
struct current_call {
    struct call call;
    struct opening opening; /* of one that opens a file */
    __s64 result;
    __u32 used;     /* bytes of the rest of the record */
    __u64 gathered; /* of these, of scattered data; kept in memory, so that the states of the loop converge */
    bool event;     /* false if only the other end of a datagram is to be kept in mind */
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct current_call);
} current_calls SEC(".maps");

/* Nobody has looked at it, so every rule may match. */
static __always_inline void nothing_ruled_out(struct call *call) {
    call->clauses = ~0ull;
    call->generation = CLAUSES_ALL;
    call->half = call->type = 0;
    call->opens = call->settled = false;
}

#define NUMBER_IN(table, number) looked_up(table, sizeof(table) / sizeof *(table), number)

/* The barrier keeps the number that was compared the one that is used. */
static __always_inline __u32 looked_up(const volatile __u16 *table, __u32 size, __u32 number) {
    asm volatile("" : "+r"(number));
    return number < size ? table[number] : NONE;
}

#if defined(__TARGET_ARCH_x86)

#define TS_COMPAT 2 /* made with the registers and numbers of i386 */
#define X32_BIT 0x40000000
#define SOCKETCALL_SEND 9
#define SOCKETCALL_RECV 10

static __always_inline bool is_compat(struct task_struct *task) {
    if (settings.read_variant == READ_PLAIN)
        return BPF_CORE_READ(task, thread_info.status) & TS_COMPAT;
    return task->thread_info.status & TS_COMPAT;
}

static __always_inline void identify(struct task_struct *task, struct pt_regs *regs, struct call *call) {
    __u32 number = regs->orig_ax;
    call->indirect = call->copied = call->unlisted = false;
    nothing_ruled_out(call);
    call->compat = is_compat(task);
    if (call->compat) {
        number = NUMBER_IN(i386_numbers, number);
        if (number == I386_SOCKETCALL) {
            call->indirect = true;
            number = NUMBER_IN(socket_calls, (__u32)regs->bx);
        }
    } else if (number & X32_BIT) {
        number &= ~X32_BIT;
        if (number >= X32_FIRST)
            number = NUMBER_IN(x32_numbers, number - X32_FIRST);
    }
    call->number = number;
}

static __always_inline void read_arguments(struct pt_regs *regs, struct call *call) {
    if (call->indirect) {
        __u32 words[6] = {};
        bpf_probe_read_user(words, sizeof words, (void *)(__u64)(__u32)regs->cx);
        if ((__u32)regs->bx == SOCKETCALL_SEND || (__u32)regs->bx == SOCKETCALL_RECV)
            words[4] = words[5] = 0; /* sendto and recvfrom without an address */
        for (int i = 0; i < 6; i++)
            call->a[i] = words[i];
    } else if (call->compat) {
        call->a[0] = (__u32)regs->bx;
        call->a[1] = (__u32)regs->cx;
        call->a[2] = (__u32)regs->dx;
        call->a[3] = (__u32)regs->si;
        call->a[4] = (__u32)regs->di;
        call->a[5] = (__u32)regs->bp;
    } else {
        call->a[0] = regs->di;
        call->a[1] = regs->si;
        call->a[2] = regs->dx;
        call->a[3] = regs->r10;
        call->a[4] = regs->r8;
        call->a[5] = regs->r9;
    }
}

#elif defined(__TARGET_ARCH_arm64)

/* Only calls of 64 bits are known: those of 32 bits have numbers and a size of registers of their own. */
#define PSR_MODE32_BIT 0x10

static __always_inline void identify(struct task_struct *task, struct pt_regs *regs, struct call *call) {
    __u32 number = regs->syscallno;
    call->indirect = call->copied = call->unlisted = false;
    nothing_ruled_out(call);
    call->compat = regs->pstate & PSR_MODE32_BIT;
    call->number = call->compat ? NONE : NUMBER_IN(arm64_numbers, number);
}

static __always_inline void read_arguments(struct pt_regs *regs, struct call *call) {
    call->a[0] = regs->orig_x0;
    for (int i = 1; i < 6; i++)
        call->a[i] = regs->regs[i];
}

#endif

/* Says in a record when, who, and what of the rules is left. */
static __always_inline void sign_call(struct scratch *s, struct task_struct *task, struct call *call) {
    sign(s, task);
    s->header.compat = call->compat;
    s->header.clauses = call->clauses;
    s->header.generation = call->generation;
}

/* An empty record of a call of the current task. */
static __always_inline struct scratch *begin_call(struct task_struct *task, struct call *call, __s64 result) {
    struct scratch *s = blank(call->number, result);
    if (s)
        sign_call(s, task, call);
    return s;
}

/* Appends a path, from where the call has it. */
static __always_inline __u32 path_text(struct scratch *s, struct call *call, int which, __u32 used, const void *path) {
    return call->copied ? kernel_text(s, which, used, path) : user_text(s, which, used, path);
}

#endif
