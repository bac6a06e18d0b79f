/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A syscall at its exit, in one form for all ABIs. */
#ifndef TIERCEL_SYSCALL_H
#define TIERCEL_SYSCALL_H

#include "call_memory.h"
#include "record.h"
#include "syscall_numbers.h"

/* Whether the file of a new descriptor is the one that the syscall opened (opened_file.h). */
enum opened_file { OPENED_UNKNOWN, OPENED_SAME, OPENED_OTHER };

struct syscall {
    __u64 args[6];          /* as passed; 32-bit arguments are zero-extended */
    __u64 file;             /* address of the open file; 0: that of the file descriptor */
    __u32 nr;               /* a number of syscall_numbers.h, or NR_UNKNOWN */
    __u32 copied_length;    /* of the kernel's copy of an opened path in passed_paths; 0: none */
    bool compat;            /* pointers and words in user memory have 32 bits */
    bool kernel_paths;      /* paths are in kernel memory */
    bool direct_descriptor; /* io_uring: the file gets no file descriptor */
    bool assumed;           /* io_uring: the request is only submitted, and the result is an assumption */
    bool remembered;        /* call_memory.h has texts of the syscall */
    bool changed;           /* the texts at the entry are recorded, and those at the exit are another record */
    __u8 opened;            /* an enum opened_file */

    /* Result of the prefilter (prefilter.h). */
    bool is_open;         /* the event type is one of those that open files */
    bool process_checked; /* program name, user and container membership are checked */
    __u64 disjuncts;
    __u32 generation;
    __u32 table;      /* index into prefilter_tables */
    __u32 event_type; /* 0 if the prefilter has no table for the event type */
};

/* The number of a syscall in one form for all ABIs. It is passed by value: most calls end here. */
struct syscall_id {
    __u32 nr;      /* a number of syscall_numbers.h, or NR_UNKNOWN */
    bool compat;   /* pointers and words in user memory have 32 bits */
    bool indirect; /* socketcall: the arguments are in user memory */
};

/* The arguments of a syscall that opens a file. */
struct open_request {
    struct open_how how;
    const void *path; /* null if the syscall has no path */
    int dirfd;
};

/* What the prefilter found before it checked a message. In memory, because older kernels have too little stack for it.
 */
struct saved_prefilter {
    __u64 disjuncts;
    __u32 generation;
    __u32 table;
    __u32 event_type;
    bool process_checked;
};

/* The syscall that is being recorded. For sendmmsg and recvmmsg, one message of it. */
struct current_syscall {
    struct syscall call;
    struct open_request open_request; /* for syscalls that open a file */
    struct saved_prefilter saved;     /* of all messages of sendmmsg and recvmmsg */
    __s64 result;
    bool text_changed; /* a text of the record differs from that in user memory */
    bool again;        /* the syscall has another record, with the texts at its exit */
    __u32 used;        /* bytes of scratch.rest */
    __u64 iov_copied;  /* bytes copied from an iovec; in memory, so that the loop's verifier states converge */
    __u64 iov_wanted;  /* bytes to copy */
    bool event;        /* false if only the datagram peer is to be tracked */
    struct connect_target target;     /* of connect, on kernels without hooks */
    struct known_file_key known_file; /* of an open: the inode with the contents */
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct current_syscall);
} current_syscalls SEC(".maps");

/* Keeps all disjuncts: the prefilter has not checked the syscall. */
static __always_inline void reset_prefilter(struct syscall *call) {
    call->disjuncts = ~0ull;
    call->generation = GENERATION_NONE;
    call->table = call->event_type = 0;
    call->is_open = call->process_checked = false;
}

/* Starts the description of a syscall, without its arguments. */
static __always_inline void begin_syscall(struct syscall *call, struct syscall_id id) {
    call->nr = id.nr;
    call->compat = id.compat;
    call->kernel_paths = call->direct_descriptor = call->assumed = call->remembered = call->changed = false;
    call->copied_length = 0;
    call->file = 0;
    call->opened = OPENED_UNKNOWN;
    reset_prefilter(call);
}

#define LOOKUP_NR(table, number) lookup_nr(table, sizeof(table) / sizeof *(table), number)

/* The barrier keeps the compiler from indexing with a copy that was not compared. */
static __always_inline __u32 lookup_nr(const volatile __u16 *table, __u32 size, __u32 number) {
    asm volatile("" : "+r"(number));
    return number < size ? table[number] : NR_UNKNOWN;
}

#if defined(__TARGET_ARCH_x86)

#define TS_COMPAT 2 /* the syscall used i386 registers and numbers */
#define X32_BIT 0x40000000
#define SOCKETCALL_SEND 9
#define SOCKETCALL_RECV 10

/* The syscall that the first argument of socketcall stands for (include/uapi/linux/net.h). */
const volatile __u16 socketcall_to_nr[] SEC(".rodata.numbers") = {
    NR_UNKNOWN,      SYS_socket,     SYS_bind,    SYS_connect,  SYS_listen,  SYS_accept,   SYS_getsockname,
    SYS_getpeername, SYS_socketpair, SYS_sendto,  SYS_recvfrom, SYS_sendto,  SYS_recvfrom, SYS_shutdown,
    SYS_setsockopt,  SYS_getsockopt, SYS_sendmsg, SYS_recvmsg,  SYS_accept4, SYS_recvmmsg, SYS_sendmmsg,
};

static __always_inline bool is_compat(struct task_struct *task) {
    if (settings.read_variant == READ_PLAIN)
        return BPF_CORE_READ(task, thread_info.status) & TS_COMPAT;
    return task->thread_info.status & TS_COMPAT;
}

static __always_inline struct syscall_id identify_syscall(struct task_struct *task, struct pt_regs *regs) {
    __u32 number = regs->orig_ax;
    struct syscall_id id = {.compat = is_compat(task)};
    if (id.compat) {
        number = LOOKUP_NR(i386_to_nr, number);
        if (number == SYS_socketcall) {
            id.indirect = true;
            number = LOOKUP_NR(socketcall_to_nr, (__u32)regs->bx);
        }
    } else if (number & X32_BIT) {
        number &= ~X32_BIT;
        if (number >= X32_FIRST)
            number = LOOKUP_NR(x32_to_nr, number - X32_FIRST);
    }
    id.nr = number;
    return id;
}

static __always_inline void read_arguments(struct pt_regs *regs, struct syscall_id id, __u64 *args) {
    if (id.indirect) {
        __u32 words[6] = {};
        bpf_probe_read_user(words, sizeof words, (void *)(__u64)(__u32)regs->cx);
        if ((__u32)regs->bx == SOCKETCALL_SEND || (__u32)regs->bx == SOCKETCALL_RECV)
            words[4] = words[5] = 0; /* without the address of sendto and recvfrom */
        for (int i = 0; i < 6; i++)
            args[i] = words[i];
    } else if (id.compat) {
        args[0] = (__u32)regs->bx;
        args[1] = (__u32)regs->cx;
        args[2] = (__u32)regs->dx;
        args[3] = (__u32)regs->si;
        args[4] = (__u32)regs->di;
        args[5] = (__u32)regs->bp;
    } else {
        args[0] = regs->di;
        args[1] = regs->si;
        args[2] = regs->dx;
        args[3] = regs->r10;
        args[4] = regs->r8;
        args[5] = regs->r9;
    }
}

/* Returns the result of a call that the kernel has refused. */
static __always_inline long refused_result(struct pt_regs *regs) {
    return regs->ax;
}

/* Returns open flags as records have them: with the bits of x86. */
static __always_inline __u64 normalize_open_flags(__u64 flags) {
    return flags;
}

#elif defined(__TARGET_ARCH_arm64)

#define PSR_MODE32_BIT 0x10 /* the program is a 32-bit one, with numbers of its own and the same registers */

/* Numbers of 32-bit syscalls that pass a 64-bit number in two registers of which the first has an even number. */
#define ARM_PREAD64 180
#define ARM_PWRITE64 181
#define ARM_TRUNCATE64 193
#define ARM_FTRUNCATE64 194

#define ARM_SEND 289 /* sendto and recvfrom without an address */
#define ARM_RECV 291

/* Open flags that are bits of others on x86: O_DIRECTORY and O_NOFOLLOW, and O_DIRECT and O_LARGEFILE
 * (arch/arm64/include/uapi/asm/fcntl.h). */
#define ARM_LOWER_FLAGS 0140000
#define ARM_HIGHER_FLAGS 0600000

/* Returns open flags as records have them: with the bits of x86. */
static __always_inline __u64 normalize_open_flags(__u64 flags) {
    return (flags & ~(__u64)(ARM_LOWER_FLAGS | ARM_HIGHER_FLAGS)) | (flags & ARM_LOWER_FLAGS) << 2 |
           (flags & ARM_HIGHER_FLAGS) >> 2;
}

static __always_inline struct syscall_id identify_syscall(struct task_struct *task, struct pt_regs *regs) {
    __u32 number = regs->syscallno;
    struct syscall_id id = {.compat = regs->pstate & PSR_MODE32_BIT};
    id.nr = id.compat ? LOOKUP_NR(arm_to_nr, number) : LOOKUP_NR(arm64_to_nr, number);
    return id;
}

/* Corrects the arguments of 32-bit syscalls that differ from those of the equivalent 64-bit syscall. Only the lower
 * half of a 64-bit number is recorded. */
static __always_inline void align_arguments(__u64 *args, __u32 number) {
    if (number == ARM_PREAD64 || number == ARM_PWRITE64)
        args[3] = args[4];
    else if (number == ARM_TRUNCATE64 || number == ARM_FTRUNCATE64)
        args[1] = args[2];
    else if (number == ARM_SEND || number == ARM_RECV)
        args[4] = args[5] = 0;
}

static __always_inline void read_arguments(struct pt_regs *regs, struct syscall_id id, __u64 *args) {
    args[0] = regs->orig_x0;
    args[1] = regs->regs[1];
    args[2] = regs->regs[2];
    args[3] = regs->regs[3];
    args[4] = regs->regs[4];
    args[5] = regs->regs[5];
    if (id.compat) {
        for (int i = 0; i < 6; i++)
            args[i] = (__u32)args[i];
        align_arguments(args, regs->syscallno);
    }
    if (id.nr == SYS_open || id.nr == SYS_pipe2)
        args[1] = normalize_open_flags(args[1]);
    else if (id.nr == SYS_openat || id.nr == SYS_open_by_handle_at)
        args[2] = normalize_open_flags(args[2]);
}

static __always_inline long refused_result(struct pt_regs *regs) {
    return regs->regs[0];
}

#endif

/* Marks the current record. The tables of the prefilter hold for calls without these marks (AttributeEvaluator), so
 * user space evaluates all rules. */
static __always_inline void set_unfiltered_mark(struct scratch *s, __u32 mark) {
    s->header.marks |= mark;
    s->header.disjuncts = ~0ull;
    s->header.generation = GENERATION_NONE;
}

/* Marks the current record as one whose arguments changed. */
static __always_inline void set_changed(struct scratch *s) {
    set_unfiltered_mark(s, MARK_ARGUMENTS_CHANGED);
}

/* Marks the current record as one whose file may have been replaced. */
static __always_inline void mark_replaced(struct scratch *s) {
    set_unfiltered_mark(s, MARK_FILE_REPLACED);
}

/* The same, and counts the call. */
static __always_inline void mark_changed(struct scratch *s) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    set_changed(s);
    count_loss(LOSS_ARGUMENTS_CHANGED);
    if (c)
        c->text_changed = true;
}

/* Fills the record header: timestamp, task identity and the surviving disjunct mask. */
static __always_inline void fill_syscall_header(struct scratch *s, struct task_struct *task, struct syscall *call) {
    fill_header(s, task);
    s->header.compat = call->compat;
    s->header.disjuncts = call->disjuncts;
    s->header.generation = call->generation;
    if (call->changed || s->header.marks & MARK_ARGUMENTS_CHANGED)
        set_changed(s);
}

/* Starts a record of a syscall of the current task. */
static __always_inline struct scratch *begin_syscall_record(struct task_struct *task, struct syscall *call,
                                                            __s64 result) {
    struct scratch *s = init_record(call->nr, result);
    if (s)
        fill_syscall_header(s, task, call);
    return s;
}

#define NOW_OFFSET 0    /* in scratch.slack: the text of user memory now */
#define THEN_OFFSET 512 /* the remembered text */

/* Returns 1 if the first bytes of the two texts in scratch.slack are equal. It compares words and does not branch on
 * them, so that the verifier has one state for each. */
static __always_inline __u32 is_same_text(struct scratch *s, __u64 length) {
    __u64 difference = 0;
    *(__u64 *)&s->slack[NOW_OFFSET + (length & (CALL_SHORT_TEXT - 1))] = 0;
    *(__u64 *)&s->slack[THEN_OFFSET + (length & (CALL_SHORT_TEXT - 1))] = 0;
    for (__u32 at = 0; at < CALL_SHORT_TEXT; at += 8) {
        if (at >= length)
            break;
        difference |= *(__u64 *)&s->slack[NOW_OFFSET + at] ^ *(__u64 *)&s->slack[THEN_OFFSET + at];
    }
    return !difference;
}

/* Returns 1 if a text of the scratch memory is still that of user memory. Only the beginning of a long text is
 * compared. Unreadable memory counts as unchanged. */
__noinline __u32 is_unchanged(__u32 from, __u32 length, __u64 address) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s)
        return 1;
    long size = bpf_probe_read_user_str(&s->slack[NOW_OFFSET], CALL_SHORT_TEXT, (void *)address);
    if (size <= 0)
        return 1;
    if (size < CALL_SHORT_TEXT ? (__u32)size - 1 != length : length < CALL_SHORT_TEXT - 1)
        return 0;
    __u64 at = from;
    asm volatile("" : "+r"(at));
    if (at > REST_SIZE - TEXT_LIMIT)
        return 1;
    bpf_probe_read_kernel(&s->slack[THEN_OFFSET], CALL_SHORT_TEXT, &s->rest[at]);
    return is_same_text(s, size - 1);
}

/* Returns 1 if a remembered text is still that of user memory. Unreadable memory counts as unchanged. */
static __always_inline __u32 is_path_unchanged(struct scratch *s, struct call_path *path) {
    __u64 length = path->length;
    asm volatile("" : "+r"(length));
    if (path->form != FORM_STRING) {
        if (length >= CALL_SHORT_TEXT || bpf_probe_read_user(&s->slack[NOW_OFFSET], length, (void *)path->address))
            return 1;
    } else {
        long size = bpf_probe_read_user_str(&s->slack[NOW_OFFSET], CALL_SHORT_TEXT, (void *)path->address);
        if (size <= 0)
            return 1;
        if (size < CALL_SHORT_TEXT ? (__u64)size - 1 != length : length < CALL_SHORT_TEXT - 1)
            return 0;
        length = size - 1;
    }
    bpf_probe_read_kernel(&s->slack[THEN_OFFSET], CALL_SHORT_TEXT, path->text);
    return is_same_text(s, length);
}

/* Returns 1 if a remembered text of the current syscall differs from that in user memory now. */
__noinline __u32 has_changed_path(void) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    struct call_memory *memory = find_call_memory();
    if (!s || !memory)
        return 0;
    for (__u32 i = 0; i < CALL_PATHS; i++) {
        struct call_path *path = &memory->path[i];
        if (i < memory->paths && path->address && !is_path_unchanged(s, path))
            return 1;
    }
    return 0;
}

/* Appends the remembered text of the path at an address in user memory. Returns 0 if none is remembered, otherwise the
 * new offset. */
__noinline __u32 append_remembered(__u32 which, __u32 used, __u64 address, __u32 exact) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    struct call_memory *memory = find_call_memory();
    __u64 at = used;
    asm volatile("" : "+r"(at));
    if (!s || !memory || at > REST_SIZE - TEXT_LIMIT)
        return 0;
    __u32 found = find_path(memory, address, which == 1, exact);
    if (found >= CALL_PATHS)
        return 0;
    struct call_path *path = &memory->path[found];
    if (path->form != FORM_STRING) {
        if (!is_path_unchanged(s, path)) {
            set_changed(s);
            count_loss(LOSS_ARGUMENTS_CHANGED);
        }
        return 0;
    }
    __u64 length = path->length;
    asm volatile("" : "+r"(length));
    if (length < CALL_SHORT_TEXT) {
        bpf_probe_read_kernel(&s->rest[at], length, path->text);
    } else {
        struct long_text *text = find_long_text(found);
        if (!text || length >= TEXT_LIMIT)
            return 0;
        bpf_probe_read_kernel(&s->rest[at], length, text->text);
    }
    *text_length_slot(s, which) = length;
    if (settings.path_copies)
        s->header.marks |= MARK_KERNEL_COPY;
    if (path->address && !is_path_unchanged(s, path))
        mark_changed(s);
    return used + length;
}

/* Appends the socket address at the entry of the current syscall, as the first text. Returns its length; 0 if none is
 * remembered. The program can also have replaced the pointer to it, which is in user memory for sendmsg. */
__noinline __u32 append_remembered_address(__u32 used, __u64 address, __u64 passed_length) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    struct call_memory *memory = find_call_memory();
    __u64 at = used;
    asm volatile("" : "+r"(at));
    if (!s || !memory || !memory->paths || at > REST_SIZE - TEXT_LIMIT)
        return 0;
    struct call_path *path = &memory->path[0];
    __u64 length = path->length;
    asm volatile("" : "+r"(length));
    if (path->form != FORM_ADDRESS || length > MAX_SOCKADDR)
        return 0;
    bpf_probe_read_kernel(&s->rest[at], length, path->text);
    s->header.text_length[0] = length;
    if (path->address != address || length != passed_length || !is_path_unchanged(s, path))
        mark_changed(s);
    return length;
}

/* Appends a path from the kernel's copy, from user memory or from kernel memory. */
static __always_inline __u32 append_path(struct scratch *s, struct syscall *call, int which, __u32 used,
                                         const void *path) {
    if (remembers_texts() && call->remembered) {
        __u32 end = append_remembered(which, used, (__u64)path, 0);
        if (end)
            return end;
    }
    return call->kernel_paths ? append_kernel_string(s, which, used, path) : append_user_string(s, which, used, path);
}

#endif
