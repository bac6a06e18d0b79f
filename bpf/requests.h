/* Requests of io_uring: what they do is done by no system call, so they are kept from their submission to their
 * completion, and recorded then like the call that they stand for.
 *
 * The kernel copies paths when a request is submitted, and frees the copies before it completes; hence the map. At most
 * REQUESTS are kept, the ones used longest ago go first: such a request is recorded without its paths. Kernels
 * before 6.0 have no tracepoint that tells the request. */
#ifndef TIERCEL_REQUESTS_H
#define TIERCEL_REQUESTS_H

#define REQUESTS 128

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

struct request {
    struct open_how how;
    __u64 a[4]; /* arguments of a call on sockets */
    __s32 fd;   /* of a directory */
    __s32 new_fd;
    __u32 flags;
    __u32 slot; /* of a file that gets no descriptor, from 1 */
    __u8 path[TEXT_LIMIT];
    __u8 new_path[TEXT_LIMIT];
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, REQUESTS);
    __type(key, __u64); /* address of the kernel's struct io_kiocb */
    __type(value, struct request);
} requests SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct request);
} new_requests SEC(".maps");

/* Number of the system call that does the same; NONE for a request that is of no interest. */
static __always_inline __u32 call_of(__u8 opcode) {
    switch (opcode) {
    case IORING_OP_ACCEPT:
        return 288;
    case IORING_OP_CONNECT:
        return 42;
    case IORING_OP_SYMLINKAT:
        return 266;
    case IORING_OP_LINKAT:
        return 265;
    case IORING_OP_SOCKET:
        return 41;
    case IORING_OP_BIND:
        return 49;
    case IORING_OP_LISTEN:
        return 50;
    case IORING_OP_OPENAT:
        return 257;
    case IORING_OP_OPENAT2:
        return 437;
    case IORING_OP_RENAMEAT:
        return 316;
    case IORING_OP_UNLINKAT:
        return 263;
    case IORING_OP_MKDIRAT:
        return 258;
    default:
        return NONE;
    }
}

static __always_inline bool wanted(__u32 number) {
    return number < sizeof wishes.interest && wishes.interest[number] &&
           bpf_get_current_pid_tgid() >> 32 != settings.own_tgid;
}

static __always_inline void keep_path(__u8 *to, struct filename *from) {
    if (bpf_probe_read_kernel_str(to, TEXT_LIMIT, BPF_CORE_READ(from, name)) < 0)
        to[0] = 0;
}

/* Keeps a path of a request, which since 7.0 lies in a structure of its own. */
#define KEEP_PATH(to, type, request, member)                                                                           \
    do {                                                                                                               \
        if (bpf_core_type_exists(struct delayed_filename))                                                             \
            keep_path(to, BPF_CORE_READ((struct type##___7_0 *)(request), member.__incomplete_filename));              \
        else                                                                                                           \
            keep_path(to, BPF_CORE_READ((struct type *)(request), member));                                            \
    } while (0)

/* Requests on a socket. The address of a bind is in a copy of the kernel's own, and the socket knows it afterwards. */
static __always_inline void socket_request(struct request *r, struct io_kiocb *req, __u8 opcode) {
    r->a[0] = (__u32)BPF_CORE_READ(req, cqe.fd);
    r->a[1] = r->a[2] = r->a[3] = 0;
    if (opcode == IORING_OP_CONNECT) {
        struct io_connect *connect = (void *)req;
        r->a[1] = (__u64)BPF_CORE_READ(connect, addr);
        r->a[2] = (__u32)BPF_CORE_READ(connect, addr_len);
    } else if (opcode == IORING_OP_ACCEPT) {
        struct io_accept *accept = (void *)req;
        r->slot = BPF_CORE_READ(accept, file_slot);
        r->a[3] = (__u32)BPF_CORE_READ(accept, flags);
    } else if (opcode == IORING_OP_LISTEN && bpf_core_type_exists(struct io_listen)) {
        struct io_listen *listen = (void *)req;
        r->a[1] = (__u32)BPF_CORE_READ(listen, backlog);
    }
}

/* Each operation's arguments lie at the start of the request, in a type of its own. */
static __always_inline void request_submitted(struct io_kiocb *req) {
    if (!bpf_core_field_exists(req->cqe))
        return;
    __u8 opcode = BPF_CORE_READ(req, opcode);
    if (!wanted(call_of(opcode)))
        return;
    __u32 zero = 0;
    struct request *r = bpf_map_lookup_elem(&new_requests, &zero);
    if (!r)
        return;
    r->path[0] = r->new_path[0] = 0;
    r->slot = 0;
    if (opcode == IORING_OP_OPENAT || opcode == IORING_OP_OPENAT2) {
        struct io_open *open = (void *)req;
        bpf_core_read(&r->how, sizeof r->how, &open->how);
        r->fd = BPF_CORE_READ(open, dfd);
        r->slot = BPF_CORE_READ(open, file_slot);
        KEEP_PATH(r->path, io_open, req, filename);
    } else if (opcode == IORING_OP_UNLINKAT) {
        struct io_unlink *unlink = (void *)req;
        r->fd = BPF_CORE_READ(unlink, dfd);
        r->flags = BPF_CORE_READ(unlink, flags);
        KEEP_PATH(r->path, io_unlink, req, filename);
    } else if (opcode == IORING_OP_MKDIRAT) {
        struct io_mkdir *mkdir = (void *)req;
        r->fd = BPF_CORE_READ(mkdir, dfd);
        r->flags = BPF_CORE_READ(mkdir, mode);
        KEEP_PATH(r->path, io_mkdir, req, filename);
    } else if (opcode == IORING_OP_RENAMEAT) {
        struct io_rename *rename = (void *)req;
        r->fd = BPF_CORE_READ(rename, old_dfd);
        r->new_fd = BPF_CORE_READ(rename, new_dfd);
        r->flags = BPF_CORE_READ(rename, flags);
        KEEP_PATH(r->path, io_rename, req, oldpath);
        KEEP_PATH(r->new_path, io_rename, req, newpath);
    } else if (opcode == IORING_OP_LINKAT || opcode == IORING_OP_SYMLINKAT) {
        struct io_link *link = (void *)req;
        r->fd = BPF_CORE_READ(link, old_dfd);
        r->new_fd = BPF_CORE_READ(link, new_dfd);
        r->flags = BPF_CORE_READ(link, flags);
        KEEP_PATH(r->path, io_link, req, oldpath);
        KEEP_PATH(r->new_path, io_link, req, newpath);
    } else if (opcode == IORING_OP_SOCKET) {
        struct io_socket *socket = (void *)req;
        r->slot = BPF_CORE_READ(socket, file_slot);
        r->a[0] = (__u32)BPF_CORE_READ(socket, domain);
        r->a[1] = (__u32)BPF_CORE_READ(socket, type);
        r->a[2] = (__u32)BPF_CORE_READ(socket, protocol);
    } else {
        socket_request(r, req, opcode);
    }
    __u64 key = (__u64)req;
    bpf_map_update_elem(&requests, &key, r, BPF_ANY);
}

static __always_inline void request_completed(struct io_kiocb *req) {
    if (!req || !bpf_core_field_exists(req->cqe))
        return;
    struct call call = {.copied = true, .number = call_of(BPF_CORE_READ(req, opcode))};
    if (!wanted(call.number))
        return;
    nothing_ruled_out(&call);
    struct task_struct *task = current_task();
    long result = BPF_CORE_READ(req, cqe.res);
    __u64 key = (__u64)req;
    struct request *r = bpf_map_lookup_elem(&requests, &key);
    if (!r) {
        __u32 zero = 0;
        r = bpf_map_lookup_elem(&new_requests, &zero);
        if (!r)
            return;
        __builtin_memset(r, 0, __builtin_offsetof(struct request, path) + 1);
        r->new_path[0] = 0;
    }
    switch (call.number) {
    case 41:
    case 42:
    case 49:
    case 50:
    case 288:
        for (int i = 0; i < 4; i++)
            call.a[i] = r->a[i];
        call.unlisted = r->slot;
        record_fd_call(&call, result, true);
        break;
    case 265: /* linkat(olddir, old, newdir, new, flags) */
        call.a[0] = r->fd;
        call.a[1] = (__u64)r->path;
        call.a[2] = r->new_fd;
        call.a[3] = (__u64)r->new_path;
        call.a[4] = r->flags;
        record_plain(task, &call, result);
        break;
    case 266: /* symlinkat(target, dir, link) */
        call.a[0] = (__u64)r->path;
        call.a[1] = r->new_fd;
        call.a[2] = (__u64)r->new_path;
        record_plain(task, &call, result);
        break;
    case 257:
    case 437:
        call.unlisted = r->slot;
        struct current_call *c = begin_opening();
        if (!c)
            break;
        c->opening.how = r->how;
        c->opening.path = r->path;
        c->opening.dirfd = r->fd;
        end_opening(c, &call, result);
        break;
    case 263:
        record_path(task, &call, result, r->fd, r->path, r->flags, 0);
        break;
    case 258:
        record_path(task, &call, result, r->fd, r->path, 0, r->flags);
        break;
    case 316:
        record_paths(task, &call, result, r->fd, r->path, r->new_fd, r->new_path, r->flags);
        break;
    }
    bpf_map_delete_elem(&requests, &key);
}

#endif
