/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* io_uring requests. No syscall does their work, so they are kept from submission to completion and then recorded as
 * the equivalent syscall. README.md has the table of operations.
 *
 * The process decides whether a completion has a tracepoint. A request may ask for no result, and a completion queue
 * that is full hides the request. A request that cannot be followed is therefore recorded at submission, as if it had
 * succeeded (LOSS_IO_REQUEST_UNTRACKED). Kernels before 6.0 have no tracepoint with the request. */
#ifndef TIERCEL_IO_URING_H
#define TIERCEL_IO_URING_H

#include "fd_syscalls.h"
#include "generic_syscalls.h"
#include "io_uring_arguments.h"
#include "io_uring_requests.h"
#include "opened_file.h"
#include "path_syscalls.h"

/* The program that records requests for the others: on_io_uring_overflow. User space sets it. */
struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u32);
} io_uring_recorder SEC(".maps");

enum record_what { RECORD_NOTHING, RECORD_ASSUMED_RESULT, RECORD_RESULT };

#define DIRECT_SLOT_ALLOCATED 0xffffffff /* the kernel chooses the slot, and the result is its index */

static __always_inline bool is_selected(__u32 nr) {
    return nr < sizeof config.syscall_flags && config.syscall_flags[nr] &&
           bpf_get_current_pid_tgid() >> 32 != settings.own_tgid;
}

/* Returns true if the request connects a socket and sends the first data in one (TCP Fast Open). */
static __always_inline bool is_fast_open_request(struct io_request_head *h) {
    return (h->nr == SYS_sendto && h->args[3] & MSG_FASTOPEN) || (h->nr == SYS_sendmsg && h->args[2] & MSG_FASTOPEN);
}

/* Returns the flags of a syscall. The barrier keeps the compiler from dropping the mask, by which the verifier sees the
 * bounds of the index. */
static __always_inline __u8 flags_of(__u64 nr) {
    asm volatile("" : "+r"(nr));
    return config.syscall_flags[nr & 1023];
}

/* Returns true for a send that would be of interest only if it connected. */
static __always_inline bool is_unselected_send(struct io_request_head *h) {
    return (h->nr == SYS_sendto || h->nr == SYS_sendmsg) && flags_of(h->nr) == (SYSCALL_SEND | SYSCALL_FD) &&
           !is_fast_open_request(h);
}

static __always_inline bool creates_file(__u32 nr) {
    return nr == SYS_openat || nr == SYS_openat2 || nr == SYS_socket || nr == SYS_accept4;
}

/* Makes a request the current one. At its completion, the kernel has freed the paths and replaced the fd. This is a
 * global function so that its stack is free when the request is recorded. */
__noinline int save_arguments(__u32 nr, __u32 completed) {
    struct current_io_request *c = current_io_request();
    if (!c)
        return 0;
    struct io_request *r = &c->request;
    struct io_kiocb *req = (void *)c->address;
    struct io_ring_ctx *ring = BPF_CORE_READ(req, ctx);
    __builtin_memset(&r->head, 0, sizeof r->head);
    r->path[0] = r->new_path[0] = 0;
    r->head.nr = nr;
    r->head.ring = (__u64)ring;
    r->head.user_data = BPF_CORE_READ(req, cqe.user_data);
    r->head.args[0] = NO_FD;
    if (nr == SYS_fsetxattr || nr == SYS_setxattr) {
        if (!completed)
            save_xattr(r, req, nr);
        r->head.has_paths = 1;
    } else if (save_path_arguments(r, req, nr)) {
        r->head.has_paths = 1;
    }
    if (!completed && !creates_file(nr)) {
        __u32 fd = BPF_CORE_READ(req, cqe.fd);
        if (BPF_CORE_READ(req, flags) & IORING_FIXED_FILE)
            r->head.fixed_file = fd + 1;
        else
            r->head.args[0] = fd;
    }
    if (!r->head.has_paths)
        save_fd_arguments(r, req, nr);
    else if (completed)
        r->path[0] = r->new_path[0] = 0;
    return 0;
}

/* Turns the addresses of the paths into numbers, by a way through memory: global functions take nothing else. */
static __always_inline void set_path_addresses(struct current_io_request *c) {
    *(volatile __u64 *)&c->paths[0] = (__u64)c->request.path;
    *(volatile __u64 *)&c->paths[1] = (__u64)c->request.new_path;
}

static __always_inline __u64 path_address(struct current_io_request *c, int which) {
    return *(volatile __u64 *)&c->paths[which];
}

static __always_inline void record_paths_of_request(struct task_struct *task, struct syscall *call,
                                                    struct current_io_request *c, long result) {
    struct io_request_head *h = &c->request.head;
    void *path = (void *)path_address(c, 0), *new_path = (void *)path_address(c, 1);
    switch (call->nr) {
    case SYS_linkat: /* linkat(olddir, old, newdir, new, flags) */
        call->args[0] = h->fd;
        call->args[1] = (__u64)path;
        call->args[2] = h->new_fd;
        call->args[3] = (__u64)new_path;
        call->args[4] = h->flags;
        record_syscall(task, call, result, false);
        break;
    case SYS_symlinkat: /* symlinkat(target, dir, link) */
        call->args[0] = (__u64)path;
        call->args[1] = h->new_fd;
        call->args[2] = (__u64)new_path;
        record_syscall(task, call, result, false);
        break;
    case SYS_setxattr: /* setxattr(path, name, value, size, flags) */
        call->args[0] = (__u64)path;
        call->args[1] = (__u64)new_path;
        record_syscall(task, call, result, false);
        break;
    case SYS_unlinkat:
        record_path(task, call, result, h->fd, path, h->flags, 0, false);
        break;
    case SYS_mkdirat:
        record_path(task, call, result, h->fd, path, 0, h->flags, false);
        break;
    case SYS_renameat2:
        record_rename(task, call, result, h->fd, path, h->new_fd, new_path, h->flags, false);
        break;
    }
}

static __always_inline void record_open_request(struct syscall *call, struct current_io_request *c, long result) {
    struct current_syscall *s = begin_open_request();
    if (!s)
        return;
    s->open_request.how = c->request.head.how;
    s->open_request.how.flags = normalize_open_flags(s->open_request.how.flags);
    s->open_request.path = c->request.path[0] ? (void *)path_address(c, 0) : 0;
    s->open_request.dirfd = c->request.head.fd;
    submit_open_request(s, call, result);
}

/* Points the arguments of a syscall on a socket or file to what is saved. */
static __always_inline void point_arguments(struct syscall *call, struct current_io_request *c) {
    struct io_request *r = &c->request;
    __u64 address = r->head.address_length ? path_address(c, 0) : 0;
    switch (call->nr) {
    case SYS_connect: /* connect(fd, address, length) */
    case SYS_bind:    /* bind(fd, address, length) */
        call->args[1] = address;
        call->args[2] = r->head.address_length;
        break;
    case SYS_sendto:  /* sendto(fd, data, size, flags, address, length) */
    case SYS_sendmsg: /* sendmsg(fd, message, flags): append_message takes the same two */
        call->args[4] = address;
        call->args[5] = r->head.address_length;
        if (is_fast_open_request(&r->head) && flags_of(call->nr) & SYSCALL_SEND) {
            call->nr = SYS_connect;
            call->args[1] = address;
            call->args[2] = r->head.address_length;
        }
        break;
    case SYS_fsetxattr: /* fsetxattr(fd, name, value, size, flags) */
        call->args[1] = path_address(c, 1);
        break;
    }
}

/* Records the current request. The result of a request that is only submitted is assumed. This is a global function so
 * that the verifier checks it once. */
__noinline int record_io_request(__u32 assumed) {
    struct current_io_request *c = current_io_request();
    if (!c)
        return 0;
    struct io_request *r = &c->request;
    struct io_ring_ctx *ring = (void *)r->head.ring;
    struct syscall *call = &c->call;
    struct task_struct *task = current_task();
    long result = c->result;
    __u32 slot = r->head.direct_slot;
    __builtin_memset(call, 0, sizeof *call);
    set_path_addresses(c);
    call->kernel_paths = true;
    call->nr = r->head.nr;
    reset_prefilter(call);
    call->assumed = assumed;
    /* Linux 7.3 has another member for it. 32-bit rings then have unreadable buffers. */
    if (bpf_core_field_exists(ring->compat))
        call->compat = BPF_CORE_READ_BITFIELD_PROBED(ring, compat);
    call->direct_descriptor = assumed || slot || r->head.fixed_file;
    if (slot && result >= 0 && !assumed)
        call->file = ring_file(ring, slot == DIRECT_SLOT_ALLOCATED ? result : slot - 1);
    else if (c->file && !creates_file(call->nr))
        call->file = c->file;
    else if (r->head.fixed_file)
        call->file = ring_file(ring, r->head.fixed_file - 1);
    for (int i = 0; i < 6; i++)
        call->args[i] = r->head.args[i];
    if (call->nr == SYS_openat || call->nr == SYS_openat2) {
        record_open_request(call, c, result);
        return 0;
    }
    point_arguments(call, c);
    if (call->nr != r->head.nr) /* a send that connects, which returns the number of bytes */
        result = assumed ? -EINPROGRESS : result > 0 ? 0 : result;
    if (r->head.nr < sizeof config.syscall_flags && config.syscall_flags[r->head.nr] & SYSCALL_FD) {
        __u32 zero = 0;
        struct current_syscall *current = bpf_map_lookup_elem(&current_syscalls, &zero);
        if (!current)
            return 0;
        current->call = *call;
        current->result = result;
        current->target.port = 0;
        record_fd_syscall(current, true);
    } else {
        record_paths_of_request(task, call, c, result);
    }
    return 0;
}

/* Returns true if the event of a submitted request says something without its result. */
static __always_inline bool is_recorded_at_submission(struct io_request *r) {
    switch (r->head.nr) {
    case SYS_accept4:
    case SYS_recvfrom:
    case SYS_recvmsg:
    case SYS_pread64:
    case SYS_preadv:
        return false;
    default:
        return true;
    }
}

/* Records the current request, at the end of a program. Another program does it, so that the verifier checks this code
 * only there. A program that tasks can preempt does it itself: between two programs, another task could use the memory
 * of this CPU. */
static __always_inline void record_at_end(void *context, struct current_io_request *c, enum record_what what) {
    if (settings.preemptible) {
        record_io_request(what == RECORD_ASSUMED_RESULT);
        return;
    }
    c->to_record = what;
    bpf_tail_call(context, &io_uring_recorder, 0);
    c->to_record = RECORD_NOTHING; /* user space has not set the program */
    count_loss(LOSS_IO_REQUEST_UNTRACKED);
}

static __always_inline void handle_io_uring_submit(void *context, struct io_kiocb *req) {
    if (!bpf_core_field_exists(req->cqe))
        return;
    __u32 nr = equivalent_syscall(BPF_CORE_READ(req, opcode));
    if (!is_selected(nr))
        return;
    struct current_io_request *c = current_io_request();
    if (!c)
        return;
    c->address = (__u64)req;
    save_arguments(nr, false);
    if (is_unselected_send(&c->request.head))
        return;
    bool followed = !(BPF_CORE_READ(req, flags) & IORING_CQE_SKIP);
    if (followed && keep_request(c, req))
        return;
    count_loss(LOSS_IO_REQUEST_UNTRACKED);
    /* The kernel still has all arguments but paths and addresses when a followed request completes. */
    if (followed && !c->request.head.has_paths && !c->request.head.address_length)
        return;
    c->file = 0;
    c->result = nr == SYS_connect ? -EINPROGRESS : 0;
    if (is_recorded_at_submission(&c->request))
        record_at_end(context, c, RECORD_ASSUMED_RESULT);
}

/* The end of a ring completes its requests on a kernel thread, as canceled. */
static __always_inline bool is_canceled_by_kernel(__s64 result) {
    struct task_struct *task = (void *)bpf_get_current_task();
    return result < 0 && BPF_CORE_READ(task, flags) & PF_KTHREAD;
}

static __always_inline void handle_io_uring_complete(void *context, struct io_kiocb *req) {
    if (!req || !bpf_core_field_exists(req->cqe))
        return;
    __u32 nr = equivalent_syscall(BPF_CORE_READ(req, opcode));
    if (!is_selected(nr))
        return;
    struct current_io_request *c = current_io_request();
    if (!c)
        return;
    bool known = take_request(c, req);
    if (!known) {
        c->address = (__u64)req;
        save_arguments(nr, true);
        if (is_unselected_send(&c->request.head))
            return;
        /* Of a path without its text, only the opened file is left. */
        if (c->request.head.has_paths && (!creates_file(nr) || BPF_CORE_READ(req, cqe.res) < 0))
            return;
    }
    c->file = (__u64)BPF_CORE_READ(req, file);
    c->result = BPF_CORE_READ(req, cqe.res);
    if (!is_canceled_by_kernel(c->result))
        record_at_end(context, c, RECORD_RESULT);
}

/* A request that is canceled because the one before it failed. Nothing was done, and its completion may have no
 * tracepoint. */
static __always_inline void handle_io_uring_failed_link(struct io_kiocb *req) {
    __u64 key = (__u64)req;
    bpf_map_delete_elem(&io_requests, &key);
    bpf_map_delete_elem(&long_io_requests, &key);
}

struct overflow {
    __u64 ring, user_data;
    __s64 result;
};

static __always_inline void record_overflow(struct current_io_request *c, struct overflow *o) {
    c->file = 0;
    c->result = o->result;
    if (!is_canceled_by_kernel(c->result))
        record_io_request(false);
}

static long check_short_request(void *map, __u64 *key, struct short_io_request *r, struct overflow *o) {
    struct current_io_request *c = current_io_request();
    if (!c || r->head.ring != o->ring || r->head.user_data != o->user_data)
        return 0;
    load_short(c, r);
    bpf_map_delete_elem(&io_requests, key);
    record_overflow(c, o);
    return 0;
}

static long check_long_request(void *map, __u64 *key, struct io_request *r, struct overflow *o) {
    struct current_io_request *c = current_io_request();
    if (!c || r->head.ring != o->ring || r->head.user_data != o->user_data)
        return 0;
    load_long(c, r);
    bpf_map_delete_elem(&long_io_requests, key);
    record_overflow(c, o);
    return 0;
}

/* A result that did not fit into the completion queue, or a request that another program wants to be recorded. The
 * kernel does not tell which request a result belongs to, so it is taken for that of each request with the same user
 * data. */
static __always_inline void handle_io_uring_overflow(__u64 ring, __u64 user_data, __s32 result) {
    struct overflow o = {ring, user_data, result};
    struct current_io_request *c = current_io_request();
    if (!settings.preemptible && c && c->to_record) {
        bool assumed = c->to_record == RECORD_ASSUMED_RESULT;
        c->to_record = RECORD_NOTHING;
        record_io_request(assumed);
        return;
    }
    if (!bpf_core_field_exists(((struct io_kiocb *)0)->cqe))
        return;
    bpf_for_each_map_elem(&io_requests, check_short_request, &o, 0);
    bpf_for_each_map_elem(&long_io_requests, check_long_request, &o, 0);
}

#endif
