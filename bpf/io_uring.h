/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* io_uring requests. No syscall does their work, so they are kept from submission to completion and then recorded as
 * the equivalent syscall.
 *
 * The kernel copies paths at submission and frees the copies before completion, so the paths are saved in a map. It
 * holds at most MAX_IO_REQUESTS and evicts the least recently used one, which is recorded without its paths. Kernels
 * before 6.0 have no tracepoint with the request. */
#ifndef TIERCEL_IO_URING_H
#define TIERCEL_IO_URING_H

#include "fd_syscalls.h"
#include "generic_syscalls.h"
#include "path_syscalls.h"

#define MAX_IO_REQUESTS 128

/* enum io_uring_op in include/uapi/linux/io_uring.h */
enum {
    IORING_OP_ACCEPT = 13,
    IORING_OP_CONNECT = 16,
    IORING_OP_OPENAT = 18,
    IORING_OP_OPENAT2 = 28,
    IORING_OP_RENAMEAT = 35,
    IORING_OP_UNLINKAT = 36,
    IORING_OP_MKDIRAT = 37,
    IORING_OP_SYMLINKAT = 38,
    IORING_OP_LINKAT = 39,
    IORING_OP_SOCKET = 45,
    IORING_OP_BIND = 56,
    IORING_OP_LISTEN = 57,
};

struct io_request {
    struct open_how how;
    __u64 args[4]; /* arguments of a socket syscall */
    __s32 fd;      /* directory */
    __s32 new_fd;
    __u32 flags;
    __u32 direct_slot; /* of a direct descriptor, from 1 */
    __u8 path[TEXT_LIMIT];
    __u8 new_path[TEXT_LIMIT];
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, MAX_IO_REQUESTS);
    __type(key, __u64); /* address of the kernel's struct io_kiocb */
    __type(value, struct io_request);
} io_requests SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct io_request);
} io_request_buffers SEC(".maps");

/* The equivalent syscall, or NR_UNKNOWN. */
static __always_inline __u32 equivalent_syscall(__u8 opcode) {
    switch (opcode) {
    case IORING_OP_ACCEPT:
        return SYS_accept4;
    case IORING_OP_CONNECT:
        return SYS_connect;
    case IORING_OP_SYMLINKAT:
        return SYS_symlinkat;
    case IORING_OP_LINKAT:
        return SYS_linkat;
    case IORING_OP_SOCKET:
        return SYS_socket;
    case IORING_OP_BIND:
        return SYS_bind;
    case IORING_OP_LISTEN:
        return SYS_listen;
    case IORING_OP_OPENAT:
        return SYS_openat;
    case IORING_OP_OPENAT2:
        return SYS_openat2;
    case IORING_OP_RENAMEAT:
        return SYS_renameat2;
    case IORING_OP_UNLINKAT:
        return SYS_unlinkat;
    case IORING_OP_MKDIRAT:
        return SYS_mkdirat;
    default:
        return NR_UNKNOWN;
    }
}

static __always_inline bool is_selected(__u32 nr) {
    return nr < sizeof config.syscall_flags && config.syscall_flags[nr] &&
           bpf_get_current_pid_tgid() >> 32 != settings.own_tgid;
}

static __always_inline void save_path(__u8 *to, struct filename *from) {
    if (bpf_probe_read_kernel_str(to, TEXT_LIMIT, BPF_CORE_READ(from, name)) < 0)
        to[0] = 0;
}

/* Saves a path of a request. Since Linux 7.0 it is in a separate structure. */
#define SAVE_PATH(to, type, request, member)                                                                           \
    do {                                                                                                               \
        if (bpf_core_type_exists(struct delayed_filename))                                                             \
            save_path(to, BPF_CORE_READ((struct type##___7_0 *)(request), member.__incomplete_filename));              \
        else                                                                                                           \
            save_path(to, BPF_CORE_READ((struct type *)(request), member));                                            \
    } while (0)

/* Saves the arguments of a socket request. The address of a bind is in kernel memory, and the socket has it
 * afterwards. */
static __always_inline void save_socket_arguments(struct io_request *r, struct io_kiocb *req, __u8 opcode) {
    r->args[0] = (__u32)BPF_CORE_READ(req, cqe.fd);
    r->args[1] = r->args[2] = r->args[3] = 0;
    if (opcode == IORING_OP_CONNECT) {
        struct io_connect *connect = (void *)req;
        r->args[1] = (__u64)BPF_CORE_READ(connect, addr);
        r->args[2] = (__u32)BPF_CORE_READ(connect, addr_len);
    } else if (opcode == IORING_OP_ACCEPT) {
        struct io_accept *accept = (void *)req;
        r->direct_slot = BPF_CORE_READ(accept, file_slot);
        r->args[3] = (__u32)BPF_CORE_READ(accept, flags);
    } else if (opcode == IORING_OP_LISTEN && bpf_core_type_exists(struct io_listen)) {
        struct io_listen *listen = (void *)req;
        r->args[1] = (__u32)BPF_CORE_READ(listen, backlog);
    }
}

/* The arguments of each operation are at the start of the request, in a separate type. */
static __always_inline void handle_io_uring_submit(struct io_kiocb *req) {
    if (!bpf_core_field_exists(req->cqe))
        return;
    __u8 opcode = BPF_CORE_READ(req, opcode);
    if (!is_selected(equivalent_syscall(opcode)))
        return;
    __u32 zero = 0;
    struct io_request *r = bpf_map_lookup_elem(&io_request_buffers, &zero);
    if (!r)
        return;
    r->path[0] = r->new_path[0] = 0;
    r->direct_slot = 0;
    if (opcode == IORING_OP_OPENAT || opcode == IORING_OP_OPENAT2) {
        struct io_open *open = (void *)req;
        bpf_core_read(&r->how, sizeof r->how, &open->how);
        r->fd = BPF_CORE_READ(open, dfd);
        r->direct_slot = BPF_CORE_READ(open, file_slot);
        SAVE_PATH(r->path, io_open, req, filename);
    } else if (opcode == IORING_OP_UNLINKAT) {
        struct io_unlink *unlink = (void *)req;
        r->fd = BPF_CORE_READ(unlink, dfd);
        r->flags = BPF_CORE_READ(unlink, flags);
        SAVE_PATH(r->path, io_unlink, req, filename);
    } else if (opcode == IORING_OP_MKDIRAT) {
        struct io_mkdir *mkdir = (void *)req;
        r->fd = BPF_CORE_READ(mkdir, dfd);
        r->flags = BPF_CORE_READ(mkdir, mode);
        SAVE_PATH(r->path, io_mkdir, req, filename);
    } else if (opcode == IORING_OP_RENAMEAT) {
        struct io_rename *rename = (void *)req;
        r->fd = BPF_CORE_READ(rename, old_dfd);
        r->new_fd = BPF_CORE_READ(rename, new_dfd);
        r->flags = BPF_CORE_READ(rename, flags);
        SAVE_PATH(r->path, io_rename, req, oldpath);
        SAVE_PATH(r->new_path, io_rename, req, newpath);
    } else if (opcode == IORING_OP_LINKAT || opcode == IORING_OP_SYMLINKAT) {
        struct io_link *link = (void *)req;
        r->fd = BPF_CORE_READ(link, old_dfd);
        r->new_fd = BPF_CORE_READ(link, new_dfd);
        r->flags = BPF_CORE_READ(link, flags);
        SAVE_PATH(r->path, io_link, req, oldpath);
        SAVE_PATH(r->new_path, io_link, req, newpath);
    } else if (opcode == IORING_OP_SOCKET) {
        struct io_socket *socket = (void *)req;
        r->direct_slot = BPF_CORE_READ(socket, file_slot);
        r->args[0] = (__u32)BPF_CORE_READ(socket, domain);
        r->args[1] = (__u32)BPF_CORE_READ(socket, type);
        r->args[2] = (__u32)BPF_CORE_READ(socket, protocol);
    } else {
        save_socket_arguments(r, req, opcode);
    }
    __u64 key = (__u64)req;
    bpf_map_update_elem(&io_requests, &key, r, BPF_ANY);
}

static __always_inline void handle_io_uring_complete(struct io_kiocb *req) {
    if (!req || !bpf_core_field_exists(req->cqe))
        return;
    struct syscall call = {.kernel_paths = true, .nr = equivalent_syscall(BPF_CORE_READ(req, opcode))};
    if (!is_selected(call.nr))
        return;
    reset_prefilter(&call);
    struct task_struct *task = current_task();
    long result = BPF_CORE_READ(req, cqe.res);
    __u64 key = (__u64)req;
    struct io_request *r = bpf_map_lookup_elem(&io_requests, &key);
    if (!r) {
        __u32 zero = 0;
        r = bpf_map_lookup_elem(&io_request_buffers, &zero);
        if (!r)
            return;
        __builtin_memset(r, 0, __builtin_offsetof(struct io_request, path) + 1);
        r->new_path[0] = 0;
    }
    switch (call.nr) {
    case SYS_socket:
    case SYS_connect:
    case SYS_bind:
    case SYS_listen:
    case SYS_accept4:
        for (int i = 0; i < 4; i++)
            call.args[i] = r->args[i];
        call.direct_descriptor = r->direct_slot;
        record_fd_syscall(&call, result, true);
        break;
    case SYS_linkat: /* linkat(olddir, old, newdir, new, flags) */
        call.args[0] = r->fd;
        call.args[1] = (__u64)r->path;
        call.args[2] = r->new_fd;
        call.args[3] = (__u64)r->new_path;
        call.args[4] = r->flags;
        record_syscall(task, &call, result);
        break;
    case SYS_symlinkat: /* symlinkat(target, dir, link) */
        call.args[0] = (__u64)r->path;
        call.args[1] = r->new_fd;
        call.args[2] = (__u64)r->new_path;
        record_syscall(task, &call, result);
        break;
    case SYS_openat:
    case SYS_openat2:
        call.direct_descriptor = r->direct_slot;
        struct current_syscall *c = begin_open_request();
        if (!c)
            break;
        c->open_request.how = r->how;
        c->open_request.path = r->path;
        c->open_request.dirfd = r->fd;
        submit_open_request(c, &call, result);
        break;
    case SYS_unlinkat:
        record_path(task, &call, result, r->fd, r->path, r->flags, 0);
        break;
    case SYS_mkdirat:
        record_path(task, &call, result, r->fd, r->path, 0, r->flags);
        break;
    case SYS_renameat2:
        record_rename(task, &call, result, r->fd, r->path, r->new_fd, r->new_path, r->flags);
        break;
    }
    bpf_map_delete_elem(&io_requests, &key);
}

#endif
