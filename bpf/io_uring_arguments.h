/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The operations of io_uring and their arguments, which are at the start of a request, in a separate type for each
 * operation. */
#ifndef TIERCEL_IO_URING_ARGUMENTS_H
#define TIERCEL_IO_URING_ARGUMENTS_H

#include "io_uring_requests.h"

/* enum io_uring_op in include/uapi/linux/io_uring.h */
enum {
    IORING_OP_READV = 1,
    IORING_OP_WRITEV = 2,
    IORING_OP_READ_FIXED = 4,
    IORING_OP_WRITE_FIXED = 5,
    IORING_OP_SENDMSG = 9,
    IORING_OP_RECVMSG = 10,
    IORING_OP_ACCEPT = 13,
    IORING_OP_CONNECT = 16,
    IORING_OP_FALLOCATE = 17,
    IORING_OP_OPENAT = 18,
    IORING_OP_READ = 22,
    IORING_OP_WRITE = 23,
    IORING_OP_SEND = 26,
    IORING_OP_RECV = 27,
    IORING_OP_OPENAT2 = 28,
    IORING_OP_SHUTDOWN = 34,
    IORING_OP_RENAMEAT = 35,
    IORING_OP_UNLINKAT = 36,
    IORING_OP_MKDIRAT = 37,
    IORING_OP_SYMLINKAT = 38,
    IORING_OP_LINKAT = 39,
    IORING_OP_FSETXATTR = 41,
    IORING_OP_SETXATTR = 42,
    IORING_OP_SOCKET = 45,
    IORING_OP_SEND_ZC = 47,
    IORING_OP_SENDMSG_ZC = 48,
    IORING_OP_READ_MULTISHOT = 49,
    IORING_OP_FTRUNCATE = 55,
    IORING_OP_BIND = 56,
    IORING_OP_LISTEN = 57,
    IORING_OP_READV_FIXED = 60,
    IORING_OP_WRITEV_FIXED = 61,
};

#define IORING_FIXED_FILE 1 /* flags of a request: those of its submission */
#define IORING_CQE_SKIP 64

/* The equivalent syscall, or NR_UNKNOWN. */
static __always_inline __u32 equivalent_syscall(__u8 opcode) {
    switch (opcode) {
    case IORING_OP_READV:
    case IORING_OP_READV_FIXED:
        return SYS_preadv;
    case IORING_OP_WRITEV:
    case IORING_OP_WRITEV_FIXED:
        return SYS_pwritev;
    case IORING_OP_READ:
    case IORING_OP_READ_FIXED:
    case IORING_OP_READ_MULTISHOT:
        return SYS_pread64;
    case IORING_OP_WRITE:
    case IORING_OP_WRITE_FIXED:
        return SYS_pwrite64;
    case IORING_OP_SENDMSG:
    case IORING_OP_SENDMSG_ZC:
        return SYS_sendmsg;
    case IORING_OP_RECVMSG:
        return SYS_recvmsg;
    case IORING_OP_SEND:
    case IORING_OP_SEND_ZC:
        return SYS_sendto;
    case IORING_OP_RECV:
        return SYS_recvfrom;
    case IORING_OP_ACCEPT:
        return SYS_accept4;
    case IORING_OP_CONNECT:
        return SYS_connect;
    case IORING_OP_FALLOCATE:
        return SYS_fallocate;
    case IORING_OP_FTRUNCATE:
        return SYS_ftruncate;
    case IORING_OP_SHUTDOWN:
        return SYS_shutdown;
    case IORING_OP_FSETXATTR:
        return SYS_fsetxattr;
    case IORING_OP_SETXATTR:
        return SYS_setxattr;
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

/* Saves the paths of a request and the arguments beside them. Returns false if the operation has no path. */
static __always_inline bool save_path_arguments(struct io_request *r, struct io_kiocb *req, __u32 nr) {
    struct io_request_head *h = &r->head;
    if (nr == SYS_openat || nr == SYS_openat2) {
        struct io_open *open = (void *)req;
        bpf_core_read(&h->how, sizeof h->how, &open->how);
        h->fd = BPF_CORE_READ(open, dfd);
        h->direct_slot = BPF_CORE_READ(open, file_slot);
        SAVE_PATH(r->path, io_open, req, filename);
    } else if (nr == SYS_unlinkat) {
        struct io_unlink *unlink = (void *)req;
        h->fd = BPF_CORE_READ(unlink, dfd);
        h->flags = BPF_CORE_READ(unlink, flags);
        SAVE_PATH(r->path, io_unlink, req, filename);
    } else if (nr == SYS_mkdirat) {
        struct io_mkdir *mkdir = (void *)req;
        h->fd = BPF_CORE_READ(mkdir, dfd);
        h->flags = BPF_CORE_READ(mkdir, mode);
        SAVE_PATH(r->path, io_mkdir, req, filename);
    } else if (nr == SYS_renameat2) {
        struct io_rename *rename = (void *)req;
        h->fd = BPF_CORE_READ(rename, old_dfd);
        h->new_fd = BPF_CORE_READ(rename, new_dfd);
        h->flags = BPF_CORE_READ(rename, flags);
        SAVE_PATH(r->path, io_rename, req, oldpath);
        SAVE_PATH(r->new_path, io_rename, req, newpath);
    } else if (nr == SYS_linkat || nr == SYS_symlinkat) {
        struct io_link *link = (void *)req;
        h->fd = BPF_CORE_READ(link, old_dfd);
        h->new_fd = BPF_CORE_READ(link, new_dfd);
        h->flags = BPF_CORE_READ(link, flags);
        SAVE_PATH(r->path, io_link, req, oldpath);
        SAVE_PATH(r->new_path, io_link, req, newpath);
    } else {
        return false;
    }
    return true;
}

/* Returns true if a word is the beginning of a socket address, and not a pointer that is NULL or that of an array. */
static __always_inline bool begins_address(__u64 word) {
    __u16 family = word;
    return family == AF_UNIX || family == AF_INET || family == AF_INET6 || (family && word < -1ull << 52);
}

/* Returns where the kernel's copy of the address of connect or bind is in the data of a request. Since Linux 6.10, it
 * is in a struct io_async_msghdr. Later releases, also of stable kernels, have the address alone, and no type tells
 * which. The text in user memory is the same, unless another thread has overwritten it. */
static __always_inline __u32 offset_of_address(const void *copy, __u64 user) {
    if (bpf_core_type_exists(struct io_async_connect) || !bpf_core_field_exists(((struct io_async_msghdr *)0)->addr))
        return 0;
    __u32 offset = bpf_core_field_offset(struct io_async_msghdr, addr);
    __u64 passed = 0, first = kernel_word(copy), inside = 0;
    bpf_probe_read_kernel(&inside, sizeof inside, copy + offset);
    bpf_probe_read_user(&passed, sizeof passed, (void *)user);
    if (passed && (first == passed || inside == passed))
        return first == passed ? 0 : offset;
    return begins_address(first) ? 0 : offset;
}

/* Saves the kernel's copy of a socket address; if the kernel has not made it yet, the address in user memory. */
static __always_inline void save_address(struct io_request *r, struct io_kiocb *req, __u64 user, __u32 length,
                                         bool alone) {
    void *copy = BPF_CORE_READ(req, async_data);
    length = length > MAX_SOCKADDR ? MAX_SOCKADDR : length;
    r->head.address_length = length;
    if (copy && alone)
        bpf_probe_read_kernel(r->path, MAX_SOCKADDR, copy + offset_of_address(copy, user));
    else if (copy && bpf_core_field_exists(((struct io_async_msghdr *)0)->addr))
        bpf_probe_read_kernel(r->path, MAX_SOCKADDR, copy + bpf_core_field_offset(struct io_async_msghdr, addr));
    else {
        asm volatile("" : "+r"(length));
        if (length > MAX_SOCKADDR || bpf_probe_read_user(r->path, length, (void *)user))
            r->head.address_length = 0;
    }
}

static __always_inline void save_destination(struct io_request *r, struct io_kiocb *req, __u32 nr) {
    struct io_sr_msg *message = (void *)req;
    struct io_async_msghdr *copy = BPF_CORE_READ(req, async_data);
    __u64 name[2] = {};
    if (copy && bpf_core_field_exists(copy->msg.msg_name)) {
        name[0] = (__u64)BPF_CORE_READ(copy, msg.msg_name);
        name[1] = BPF_CORE_READ(copy, msg.msg_namelen);
    } else if (nr == SYS_sendmsg) {
        bpf_probe_read_user(name, sizeof name, BPF_CORE_READ(message, umsg));
    } else if (bpf_core_field_exists(((struct io_sr_msg___6_9 *)0)->addr)) {
        name[0] = (__u64)BPF_CORE_READ((struct io_sr_msg___6_9 *)req, addr);
        name[1] = BPF_CORE_READ((struct io_sr_msg___6_9 *)req, addr_len);
    }
    if (name[0])
        save_address(r, req, name[0], name[1], false);
}

/* Saves the arguments of a request on a file or socket, except for the file itself. */
static __always_inline void save_fd_arguments(struct io_request *r, struct io_kiocb *req, __u32 nr) {
    struct io_request_head *h = &r->head;
    struct io_sr_msg *message = (void *)req;
    struct io_rw *rw = (void *)req;
    switch (nr) {
    case SYS_connect:
    case SYS_bind:
        if (nr == SYS_connect || bpf_core_type_exists(struct io_bind)) {
            struct io_connect *connect = (void *)req;
            struct io_bind *bind = (void *)req;
            bool connects = nr == SYS_connect;
            save_address(r, req, connects ? (__u64)BPF_CORE_READ(connect, addr) : 0,
                         connects ? BPF_CORE_READ(connect, addr_len) : BPF_CORE_READ(bind, addr_len), true);
        }
        break;
    case SYS_accept4: {
        struct io_accept *accept = (void *)req;
        h->direct_slot = BPF_CORE_READ(accept, file_slot);
        h->args[3] = (__u32)BPF_CORE_READ(accept, flags);
        break;
    }
    case SYS_listen:
        if (bpf_core_type_exists(struct io_listen))
            h->args[1] = (__u32)BPF_CORE_READ((struct io_listen *)req, backlog);
        break;
    case SYS_socket: {
        struct io_socket *socket = (void *)req;
        h->direct_slot = BPF_CORE_READ(socket, file_slot);
        h->args[0] = (__u32)BPF_CORE_READ(socket, domain);
        h->args[1] = (__u32)BPF_CORE_READ(socket, type);
        h->args[2] = (__u32)BPF_CORE_READ(socket, protocol);
        break;
    }
    case SYS_shutdown:
        h->args[1] = (__u32)BPF_CORE_READ((struct io_shutdown *)req, how);
        break;
    case SYS_sendmsg:
    case SYS_recvmsg:
        h->args[1] = (__u64)BPF_CORE_READ(message, umsg);
        h->args[2] = BPF_CORE_READ(message, msg_flags);
        if (nr == SYS_sendmsg)
            save_destination(r, req, nr);
        break;
    case SYS_sendto:
    case SYS_recvfrom:
        h->args[1] = (__u64)BPF_CORE_READ(message, buf);
        h->args[2] = (__u32)BPF_CORE_READ(message, len);
        h->args[3] = BPF_CORE_READ(message, msg_flags);
        if (nr == SYS_sendto)
            save_destination(r, req, nr);
        break;
    case SYS_pread64:
    case SYS_pwrite64:
    case SYS_preadv:
    case SYS_pwritev:
        h->args[1] = BPF_CORE_READ(rw, addr);
        h->args[2] = BPF_CORE_READ(rw, len);
        h->args[3] = BPF_CORE_READ(rw, kiocb.ki_pos);
        break;
    case SYS_fallocate: {
        struct io_sync *sync = (void *)req;
        h->args[1] = (__u32)BPF_CORE_READ(sync, mode);
        h->args[2] = BPF_CORE_READ(sync, off);
        h->args[3] = BPF_CORE_READ(sync, len);
        break;
    }
    case SYS_ftruncate:
        if (bpf_core_type_exists(struct io_ftrunc))
            h->args[1] = BPF_CORE_READ((struct io_ftrunc *)req, len);
        break;
    default:
        break;
    }
}

/* Saves the name of an extended attribute as the second path, and for setxattr the path. */
static __always_inline void save_xattr(struct io_request *r, struct io_kiocb *req, __u32 nr) {
    const void *name = 0;
    struct io_xattr *xattr = (void *)req;
    struct io_xattr___6_12 *old = (void *)req;
    if (bpf_core_type_exists(struct kernel_xattr_ctx)) {
        name = BPF_CORE_READ(xattr, ctx.kname);
        r->head.args[3] = BPF_CORE_READ(xattr, ctx.size);
        r->head.args[4] = BPF_CORE_READ(xattr, ctx.flags);
    } else if (bpf_core_type_exists(struct xattr_ctx)) {
        name = BPF_CORE_READ(old, ctx.kname);
        r->head.args[3] = BPF_CORE_READ(old, ctx.size);
        r->head.args[4] = BPF_CORE_READ(old, ctx.flags);
    }
    if (bpf_probe_read_kernel_str(r->new_path, IO_SHORT_PATH, name) < 0)
        r->new_path[0] = 0;
    if (nr == SYS_setxattr)
        SAVE_PATH(r->path, io_xattr, req, filename);
}

#endif
