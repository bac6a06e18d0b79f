/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Syscalls on a file descriptor: the open file and the arguments. */
#ifndef TIERCEL_FD_SYSCALLS_H
#define TIERCEL_FD_SYSCALLS_H

#include "prefilter_sockets.h"
#include "sockets.h"
#include "user_buffers.h"

#define SOCKFS_MAGIC 0x534f434b
#define PIDFS_MAGIC 0x50494446
#define ANON_INODE_FS_MAGIC 0x09041934
#define PIDFD_NAME 0x5d64666469705bull /* "[pidfd]" */
#define MAX_MMSG_EVENTS 8              /* further messages of sendmmsg and recvmmsg are not recorded */

static __always_inline __u32 pidfd_target(struct file *file, struct inode *inode, __u32 magic) {
    struct pid *pid = 0;
    if (magic == PIDFS_MAGIC) {
        pid = READ_KERNEL(inode, inode, i_private);
    } else if (magic == ANON_INODE_FS_MAGIC) {
        __u64 name = 0;
        bpf_probe_read_kernel(&name, sizeof name, BPF_CORE_READ(file, f_path.dentry, d_name.name));
        if (name == PIDFD_NAME)
            pid = READ_KERNEL(file, file, private_data);
    }
    return pid ? BPF_CORE_READ(pid, numbers[0].nr) : 0;
}

/* Fills the fd body of the current record. `address` is that of the open file; 0: that of the fd. This is a global
 * function so that the verifier checks it once. */
__noinline int describe_fd(__u32 fd, __u64 address) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s)
        return 0;
    struct fd_body *body = (void *)s->rest;
    body->fd = fd;
    struct file *file = address ? (void *)address : fd_to_file(current_task(), fd);
    if (!file)
        return 0;
    struct inode *inode = READ_KERNEL(file, file, f_inode);
    struct super_block *file_system = READ_KERNEL(inode, inode, i_sb);
    body->ino = READ_KERNEL(inode, inode, i_ino);
    body->dev = READ_KERNEL(super_block, file_system, s_dev);
    body->magic = READ_KERNEL(super_block, file_system, s_magic);
    body->mode = READ_KERNEL(inode, inode, i_mode);
    body->open_flags = normalize_open_flags(READ_KERNEL(file, file, f_flags));
    if (body->magic == SOCKFS_MAGIC) {
        describe_socket((__u64)file);
    } else {
        body->pid = pidfd_target(file, inode, body->magic);
        add_file_path(0, file);
    }
    return 0;
}

/* Reads a pair of new file descriptors into values 4 and 5. */
static __always_inline int read_fd_pair(struct fd_body *body, __u64 from) {
    __s32 fds[2] = {-1, -1};
    bpf_probe_read_user(fds, sizeof fds, (void *)from);
    body->values[4] = fds[0];
    body->values[5] = fds[1];
    return fds[0];
}

enum bpf_cmd {
    BPF_MAP_CREATE = 0,
    BPF_PROG_LOAD = 5,
    BPF_OBJ_GET = 7,
    BPF_PROG_GET_FD_BY_ID = 13,
    BPF_MAP_GET_FD_BY_ID = 14,
    BPF_RAW_TRACEPOINT_OPEN = 17,
    BPF_BTF_LOAD = 18,
    BPF_BTF_GET_FD_BY_ID = 19,
    BPF_LINK_CREATE = 28,
    BPF_LINK_GET_FD_BY_ID = 30,
    BPF_ENABLE_STATS = 32,
    BPF_ITER_CREATE = 33,
    BPF_TOKEN_CREATE = 36,
};

/* Returns true if the command of bpf(2) returns a file descriptor (enum bpf_cmd in include/uapi/linux/bpf.h). */
static __always_inline bool bpf_returns_fd(__u32 command) {
    switch (command) {
    case BPF_MAP_CREATE:
    case BPF_PROG_LOAD:
    case BPF_OBJ_GET:
    case BPF_PROG_GET_FD_BY_ID:
    case BPF_MAP_GET_FD_BY_ID:
    case BPF_RAW_TRACEPOINT_OPEN:
    case BPF_BTF_LOAD:
    case BPF_BTF_GET_FD_BY_ID:
    case BPF_LINK_CREATE:
    case BPF_LINK_GET_FD_BY_ID:
    case BPF_ENABLE_STATS:
    case BPF_ITER_CREATE:
    case BPF_TOKEN_CREATE:
        return true;
    default:
        return false;
    }
}

/* The file descriptor of the event: the new one if the syscall created it, otherwise the argument. */
static __always_inline int event_fd(struct syscall *call, struct fd_body *body, long result) {
    switch (call->nr) {
    case SYS_dup:  /* dup(old) */
    case SYS_dup2: /* dup2(old, new) */
    case SYS_dup3: /* dup3(old, new, flags) */
        return result >= 0 ? result : call->args[0];
    case SYS_socket:         /* socket(family, type, protocol) */
    case SYS_accept:         /* accept(fd, address, length) */
    case SYS_accept4:        /* accept4(fd, address, length, flags) */
    case SYS_epoll_create:   /* epoll_create(size) */
    case SYS_inotify_init:   /* inotify_init() */
    case SYS_signalfd:       /* signalfd(fd, mask) */
    case SYS_timerfd_create: /* timerfd_create(clock, flags) */
    case SYS_eventfd:        /* eventfd(value) */
    case SYS_signalfd4:      /* signalfd4(fd, mask, size, flags) */
    case SYS_eventfd2:       /* eventfd2(value, flags) */
    case SYS_epoll_create1:  /* epoll_create1(flags) */
    case SYS_inotify_init1:  /* inotify_init1(flags) */
    case SYS_memfd_create:   /* memfd_create(name, flags) */
    case SYS_userfaultfd:    /* userfaultfd(flags) */
    case SYS_io_uring_setup: /* io_uring_setup(entries, parameters) */
    case SYS_pidfd_open:     /* pidfd_open(pid, flags) */
    case SYS_pidfd_getfd:    /* pidfd_getfd(pidfd, fd, flags) */
        return result >= 0 ? result : -1;
    case SYS_pipe:  /* pipe(fds) */
    case SYS_pipe2: /* pipe2(fds, flags) */
        return result >= 0 ? read_fd_pair(body, call->args[0]) : -1;
    case SYS_socketpair: /* socketpair(family, type, protocol, fds) */
        return result >= 0 ? read_fd_pair(body, call->args[3]) : -1;
    case SYS_bpf: /* bpf(command, attributes, size) */
        return result >= 0 && bpf_returns_fd(call->args[0]) ? result : -1;
    case SYS_close_range: /* close_range(first, last, flags) */
        return -1;
    default:
        return call->args[0];
    }
}

/* Reads length and limit of the accept queue into values 4 and 5. */
static __always_inline void read_accept_queue(struct fd_body *body, struct task_struct *task, int fd) {
    struct file *file = fd_to_file(task, fd);
    if (!file || BPF_CORE_READ(file, f_inode, i_sb, s_magic) != SOCKFS_MAGIC)
        return;
    struct socket *socket = READ_KERNEL(file, file, private_data);
    body->values[4] = BPF_CORE_READ(socket, sk, sk_ack_backlog);
    body->values[5] = BPF_CORE_READ(socket, sk, sk_max_ack_backlog);
}

static __always_inline __u64 read_user_number(__u64 from, __u32 size) {
    __u64 value = 0;
    if (size == 8)
        bpf_probe_read_user(&value, 8, (void *)from);
    else
        bpf_probe_read_user(&value, 4, (void *)from);
    return value;
}

/* Appends what the arguments point to. */
static __always_inline __u32 append_pointed_data(struct scratch *s, struct fd_body *body, struct task_struct *task,
                                                 struct current_syscall *c, __u64 from) {
    struct syscall *call = &c->call;
    __u32 used = sizeof *body;
    __u64 *a = call->args;
    long result = c->result;
    switch (call->nr) {
    case SYS_read:    /* read(fd, data, size) */
    case SYS_pread64: /* pread64(fd, data, size, position) */
        return result > 0 ? append_data(s, used, a[1], result) : used;
    case SYS_write:    /* write(fd, data, size) */
    case SYS_pwrite64: /* pwrite64(fd, data, size, position) */
        return append_data(s, used, a[1], result >= 0 ? result : a[2]);
    case SYS_readv:  /* readv(fd, iov, count) */
    case SYS_preadv: /* preadv(fd, iov, count, position) */
        return append_iovecs(c, used, a[1], a[2], result > 0 ? result : 0);
    case SYS_writev:  /* writev(fd, iov, count) */
    case SYS_pwritev: /* pwritev(fd, iov, count, position) */
        return append_iovecs(c, used, a[1], a[2], result >= 0 ? result : SNAPLEN);
    case SYS_sendfile: /* sendfile(out, in, offset, size) */
        body->values[2] = a[2] ? read_user_number(a[2], call->compat ? 4 : 8) : 0;
        return used;
    case SYS_connect: /* connect(fd, address, length) */
    case SYS_bind:    /* bind(fd, address, length) */
        return append_address(s, call, used, a[1], a[2] & 0xffffffff);
    case SYS_accept:  /* accept(fd, address, length) */
    case SYS_accept4: /* accept4(fd, address, length, flags) */
        read_accept_queue(body, task, a[0]);
        return used;
    case SYS_sendto: /* sendto(fd, data, size, flags, address, length) */
        if (a[4])
            used = append_address(s, call, used, a[4], a[5] & 0xffffffff);
        if (a[4] && result >= 0)
            track_datagram_peer(true);
        return append_data(s, used, a[1], result >= 0 ? result : a[2]);
    case SYS_recvfrom: /* recvfrom(fd, data, size, flags, address, length) */
        if (result < 0)
            return used;
        if (a[4]) {
            __u64 length = read_user_number(a[5], 4);
            used = append_user_bytes(s, 0, used, a[4], length, MAX_SOCKADDR);
            track_datagram_peer(false);
        }
        return append_data(s, used, a[1], result);
    case SYS_sendmsg:  /* sendmsg(fd, message, flags) */
    case SYS_sendmmsg: /* sendmmsg(fd, messages, count, flags) */
        return append_message(s, c, used, from, true);
    case SYS_recvmsg:  /* recvmsg(fd, message, flags) */
    case SYS_recvmmsg: /* recvmmsg(fd, messages, count, flags, timeout) */
        return append_message(s, c, used, from, false);
    case SYS_setsockopt: /* setsockopt(fd, level, name, value, length) */
        return append_user_bytes(s, 2, used, a[3], a[4] & 0xffffffff, SNAPLEN);
    case SYS_getsockopt: /* getsockopt(fd, level, name, value, length) */
        body->values[5] = read_user_number(a[4], 4);
        return result == 0 ? append_user_bytes(s, 2, used, a[3], body->values[5], SNAPLEN) : used;
    case SYS_signalfd:  /* signalfd(fd, mask, size) */
    case SYS_signalfd4: /* signalfd4(fd, mask, size, flags) */
        body->values[1] = read_user_number(a[1], 4);
        return used;
    case SYS_finit_module: /* finit_module(fd, parameters, flags) */
        return append_user_string(s, 0, used, (void *)a[1]);
    case SYS_fsetxattr: /* fsetxattr(fd, name, value, size, flags) */
        return append_path(s, call, 0, used, (void *)a[1]);
    case SYS_memfd_create: /* memfd_create(name, flags) */
        return append_user_string(s, 0, used, (void *)a[0]);
    case SYS_io_uring_setup: /* io_uring_setup(entries, parameters): six words */
        for (int i = 0; i < 6; i++)
            body->values[1 + i] = read_user_number(a[1] + 4 * i, 4);
        return used;
    default:
        return used;
    }
}

#define EALREADY 114
#define EINPROGRESS 115
#define EISCONN 106

/* Remembers where a TCP socket connects to, when it begins to. */
static __always_inline void remember_target(struct sock *sock) {
    struct task_struct *task = bpf_get_current_task_btf();
    struct syscall_id id = identify_syscall(task, (void *)bpf_task_pt_regs(task));
    if (id.nr != SYS_connect || !config.syscall_flags[SYS_connect])
        return;
    struct connect_target *target = bpf_task_storage_get(&connect_targets, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (!target) {
        count_loss(LOSS_CALL_NOT_REMEMBERED);
        return;
    }
    target->family = READ_KERNEL(sock, sock, __sk_common.skc_family);
    target->port = READ_KERNEL(sock, sock, __sk_common.skc_dport);
    if (target->family == AF_INET6) {
        copy_address(target->address, sock, bpf_core_field_offset(struct sock, __sk_common.skc_v6_daddr));
    } else {
        __builtin_memset(target->address, 0, sizeof target->address);
        *(__u32 *)target->address = READ_KERNEL(sock, sock, __sk_common.skc_daddr);
    }
}

/* Moves what is remembered of the current connect to the description of the syscall. */
static __always_inline void take_target(struct current_syscall *c) {
    struct connect_target *target = bpf_task_storage_get(&connect_targets, bpf_get_current_task_btf(), 0, 0);
    c->target.port = 0;
    if (!target || !target->port)
        return;
    c->target = *target;
    target->port = 0;
}

/* Replaces the address that the program passed to connect by the socket's peer, if they differ. The passed address is
 * read from user memory, which another thread can change during the call. They also differ if a program of a cgroup
 * redirects the connection, and for the address 0.0.0.0, which stands for this machine. Returns the new length of the
 * record's rest, or 0. This is a global function so that the verifier checks it once. */
__noinline __u32 replace_with_peer(void) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!s || !c)
        return 0;
    struct fd_body *body = (void *)s->rest;
    struct sockaddr_ip *passed = (void *)&s->rest[sizeof *body];
    __s64 result = s->header.result;
    bool remembered = remembers_targets() && c->target.port;
    __u16 port = remembered ? c->target.port : swap_bytes(body->remote_port);
    __u32 *peer = remembered ? (void *)c->target.address : (void *)body->remote_address;
    __u32 *own = (void *)body->local_address;
    bool connected = result == 0 || result == -EINPROGRESS || remembered;
    if ((body->family != AF_INET && body->family != AF_INET6) || result == -EALREADY || result == -EISCONN ||
        !connected || !port)
        return 0;
    bool four = body->family == AF_INET;
    __u32 length = s->header.text_length[0];
    __u32 difference = 0, passed_any = 0, own_difference = 0, peer_any;
    if (four) {
        peer_any = peer[0];
        own_difference = peer[0] ^ own[0];
        if (length >= 8 && length <= MAX_SOCKADDR && passed->family == AF_INET) {
            difference = passed->four ^ peer[0];
            passed_any = passed->four;
        } else {
            difference = passed_any = 1;
        }
    } else {
        __u32 *six = (void *)passed->six;
        peer_any = peer[0] | peer[1] | peer[2] | peer[3];
        own_difference = (peer[0] ^ own[0]) | (peer[1] ^ own[1]) | (peer[2] ^ own[2]) | (peer[3] ^ own[3]);
        if (length >= 24 && length <= MAX_SOCKADDR && passed->family == AF_INET6) {
            difference = (six[0] ^ peer[0]) | (six[1] ^ peer[1]) | (six[2] ^ peer[2]) | (six[3] ^ peer[3]);
            passed_any = six[0] | six[1] | six[2] | six[3];
        } else if (length >= 8 && length <= MAX_SOCKADDR && passed->family == AF_INET) {
            difference = passed->four ^ peer[3];
            passed_any = passed->four;
        } else {
            difference = passed_any = 1;
        }
    }
    if (!peer_any)
        return 0;
    if (!difference && passed->port == port)
        return 0;
    bool loopback = four ? (peer[0] & 0xff) == 127 : !(peer[0] | peer[1]);
    if (!passed_any && passed->port == port && (!own_difference || loopback))
        return 0;
    passed->family = four ? AF_INET : AF_INET6;
    passed->port = port;
    passed->four = four ? peer[0] : 0;
    __u32 *to = (void *)passed->six;
    for (int i = 0; i < 4; i++)
        to[i] = four ? 0 : peer[i];
    s->header.text_length[0] = four ? 16 : 28;
    return sizeof *body + (four ? 16 : 28);
}

/* Emits a record of the current fd syscall whose header is missing, unless the prefilter drops it. */
static __always_inline void filter_fd_record(struct current_syscall *c, struct scratch *s, __u32 used) {
    check_socket(&c->call);
    check_mask(&c->call);
    if (!c->call.changed && !(s->header.marks & MARK_ARGUMENTS_CHANGED) && is_filtered(&c->call))
        return;
    fill_syscall_header(s, current_task(), &c->call);
    emit(s, RECORD_FD, used);
}

/* Records the peer of a socket that connects if the program passed another address. */
__noinline int record_peer(__u64 disjuncts) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!c || !s)
        return 0;
    __u32 used = replace_with_peer();
    if (!used || used > sizeof(struct fd_body) + MAX_SOCKADDR)
        return 0;
    if (c->call.generation != GENERATION_NONE)
        c->call.disjuncts = disjuncts;
    filter_fd_record(c, s, used);
    return 0;
}

/* Records the current syscall, or one message of sendmmsg and recvmmsg, which is at `message_at`. This is a global
 * function so that the verifier checks it once. */
__noinline int record_fd(__u64 message_at) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!c)
        return 0;
    struct task_struct *task = current_task();
    struct scratch *s = init_record(c->call.nr, c->result);
    if (!s)
        return 0;
    struct fd_body *body = (void *)s->rest;
    __builtin_memset(body, 0, sizeof *body);
    for (int i = 0; i < 6; i++)
        body->values[i] = c->call.args[i];
    int fd = c->call.direct_descriptor ? -1 : event_fd(&c->call, body, c->result);
    if (c->call.nr == SYS_close)
        body->fd = fd; /* the number may already belong to another file */
    else
        describe_fd(fd, c->call.file);
    if (!c->event && (body->type == SOCK_STREAM || (body->family != AF_INET && body->family != AF_INET6)))
        return 0;
    __u32 used = append_pointed_data(s, body, task, c, message_at ? message_at : c->call.args[1]);
    if (c->call.assumed && c->call.nr == SYS_connect)
        assume_peer(s, body);
    if (!c->event)
        return 0;
    __u64 disjuncts = c->call.disjuncts;
    filter_fd_record(c, s, used);
    if (c->call.nr == SYS_connect && (!settings.kernel_copies || c->call.kernel_paths))
        record_peer(disjuncts);
    return 0;
}

#define MSG_FASTOPEN 0x20000000

/* Returns true if the syscall connects a socket and sends the first data in one (TCP Fast Open). */
static __always_inline bool is_fast_open(__u32 nr, const __u64 *args) {
    switch (nr) {
    case SYS_sendto:   /* sendto(fd, data, size, flags, address, length) */
    case SYS_sendmmsg: /* sendmmsg(fd, messages, count, flags) */
        return args[3] & MSG_FASTOPEN;
    case SYS_sendmsg: /* sendmsg(fd, message, flags) */
        return args[2] & MSG_FASTOPEN;
    default:
        return false;
    }
}

/* Turns a syscall for which is_fast_open is true into the equivalent connect, and returns the result of that. Only the
 * first message of sendmmsg can connect. A message starts with the address and its length. */
static __always_inline long to_connect(struct syscall *call, long result) {
    if (call->nr == SYS_sendto) {
        call->args[1] = call->args[4];
        call->args[2] = call->args[5];
    } else {
        __u32 pointer = call->compat ? 4 : 8;
        call->args[2] = read_user_number(call->args[1] + pointer, 4);
        call->args[1] = read_user_number(call->args[1], pointer);
    }
    call->nr = SYS_connect;
    return result > 0 ? 0 : result;
}

/* Records the messages of the current sendmmsg or recvmmsg. The prefilter decides for each one. This is a global
 * function so that the verifier checks it once. */
__noinline int record_messages(__s64 count) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!c)
        return 0;
    c->saved.disjuncts = c->call.disjuncts;
    c->saved.generation = c->call.generation;
    c->saved.table = c->call.table;
    c->saved.event_type = c->call.event_type;
    c->saved.process_checked = c->call.process_checked;
    for (int i = 0; i < MAX_MMSG_EVENTS && i < count; i++) {
        /* struct mmsghdr: a struct msghdr, then the number of bytes sent or received */
        __u64 at = c->call.args[1] + i * (c->call.compat ? 32 : 64);
        c->result = read_user_number(at + (c->call.compat ? 28 : 56), 4);
        c->call.disjuncts = c->saved.disjuncts;
        c->call.generation = c->saved.generation;
        c->call.table = c->saved.table;
        c->call.event_type = c->saved.event_type;
        c->call.process_checked = c->saved.process_checked;
        record_fd(at);
    }
    return 0;
}

/* Records the current syscall, which is one on a file descriptor. */
static __always_inline void record_fd_syscall(struct current_syscall *c, bool event) {
    bool many = c->call.nr == SYS_sendmmsg || c->call.nr == SYS_recvmmsg;
    c->event = event;
    if (many && c->result > 0)
        record_messages(c->result);
    else
        record_fd(0);
}

/* Records the standard streams of a program that starts. */
static __always_inline void record_standard_fds(struct task_struct *task) {
    for (int fd = 0; fd <= 2; fd++) {
        struct scratch *s = begin_record(task, 0, 0);
        if (!s)
            return;
        __builtin_memset(s->rest, 0, sizeof(struct fd_body));
        describe_fd(fd, 0);
        emit(s, RECORD_STANDARD_FD, sizeof(struct fd_body));
    }
}

/* Records the file that close is about to close. User space joins it with the result. */
static __always_inline void record_close_enter(struct task_struct *task, struct syscall *call) {
    struct scratch *s = begin_syscall_record(task, call, 0);
    if (!s)
        return;
    struct fd_body *body = (void *)s->rest;
    __builtin_memset(body, 0, sizeof *body);
    body->values[0] = call->args[0];
    describe_fd(call->args[0], 0);
    emit(s, RECORD_FD_CLOSING, sizeof *body);
}

#endif
