/* System calls that work on a file descriptor: what it is open on, and the arguments. */
#ifndef TIERCEL_FDS_H
#define TIERCEL_FDS_H

#define SYS_CLOSE 3
#define SYS_RECVMMSG 299
#define SYS_SENDMMSG 307
#define SOCKFS_MAGIC 0x534f434b
#define PIDFS_MAGIC 0x50494446
#define ANON_INODE_FS_MAGIC 0x09041934
#define PIDFD_NAME 0x5d64666469705bull /* "[pidfd]" */
#define MESSAGES 8                     /* of sendmmsg and recvmmsg: further ones are no events */

static __always_inline __u32 pid_behind(struct file *file, struct inode *inode, __u32 magic) {
    struct pid *pid = 0;
    if (magic == PIDFS_MAGIC) {
        pid = READ(inode, inode, i_private);
    } else if (magic == ANON_INODE_FS_MAGIC) {
        __u64 name = 0;
        bpf_probe_read_kernel(&name, sizeof name, BPF_CORE_READ(file, f_path.dentry, d_name.name));
        if (name == PIDFD_NAME)
            pid = READ(file, file, private_data);
    }
    return pid ? BPF_CORE_READ(pid, numbers[0].nr) : 0;
}

/* Fills the part of the record that is being made. A global function, because the verifier then looks
 * at it once. */
__noinline int describe_fd(__u32 fd) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s)
        return 0;
    struct fd_part *part = (void *)s->rest;
    part->fd = fd;
    struct file *file = file_of(current_task(), fd);
    if (!file)
        return 0;
    struct inode *inode = READ(file, file, f_inode);
    struct super_block *file_system = READ(inode, inode, i_sb);
    part->ino = READ(inode, inode, i_ino);
    part->dev = READ(super_block, file_system, s_dev);
    part->magic = READ(super_block, file_system, s_magic);
    part->mode = READ(inode, inode, i_mode);
    part->open_flags = READ(file, file, f_flags);
    if (part->magic == SOCKFS_MAGIC) {
        describe_socket(s, part, file);
    } else {
        part->pid = pid_behind(file, inode, part->magic);
        file_name(0, file);
    }
    return 0;
}

/* Two descriptors that a call has made become numbers 4 and 5. */
static __always_inline int pair(struct fd_part *part, __u64 from) {
    __s32 fds[2] = {-1, -1};
    bpf_probe_read_user(fds, sizeof fds, (void *)from);
    part->numbers[4] = fds[0];
    part->numbers[5] = fds[1];
    return fds[0];
}

/* Whether the result of a command of bpf is a descriptor (enum bpf_cmd in include/uapi/linux/bpf.h). */
static __always_inline bool bpf_makes_fd(__u32 command) {
    switch (command) {
    case 0:  /* BPF_MAP_CREATE */
    case 5:  /* BPF_PROG_LOAD */
    case 7:  /* BPF_OBJ_GET */
    case 13: /* BPF_PROG_GET_FD_BY_ID */
    case 14: /* BPF_MAP_GET_FD_BY_ID */
    case 17: /* BPF_RAW_TRACEPOINT_OPEN */
    case 18: /* BPF_BTF_LOAD */
    case 19: /* BPF_BTF_GET_FD_BY_ID */
    case 28: /* BPF_LINK_CREATE */
    case 30: /* BPF_LINK_GET_FD_BY_ID */
    case 32: /* BPF_ENABLE_STATS */
    case 33: /* BPF_ITER_CREATE */
    case 36: /* BPF_TOKEN_CREATE */
        return true;
    default:
        return false;
    }
}

/* The descriptor that an event is about: the one that the call has made, else its argument. */
static __always_inline int fd_of(struct call *call, struct fd_part *part, long result) {
    switch (call->number) {
    case 32:  /* dup(old) */
    case 33:  /* dup2(old, new) */
    case 292: /* dup3(old, new, flags) */
        return result >= 0 ? result : call->a[0];
    case 41:  /* socket(family, type, protocol) */
    case 43:  /* accept(fd, address, length) */
    case 288: /* accept4(fd, address, length, flags) */
    case 213: /* epoll_create(size) */
    case 253: /* inotify_init() */
    case 282: /* signalfd(fd, mask) */
    case 283: /* timerfd_create(clock, flags) */
    case 284: /* eventfd(value) */
    case 289: /* signalfd4(fd, mask, size, flags) */
    case 290: /* eventfd2(value, flags) */
    case 291: /* epoll_create1(flags) */
    case 294: /* inotify_init1(flags) */
    case 319: /* memfd_create(name, flags) */
    case 323: /* userfaultfd(flags) */
    case 425: /* io_uring_setup(entries, parameters) */
    case 434: /* pidfd_open(pid, flags) */
    case 438: /* pidfd_getfd(pidfd, fd, flags) */
        return result >= 0 ? result : -1;
    case 22:  /* pipe(fds) */
    case 293: /* pipe2(fds, flags) */
        return result >= 0 ? pair(part, call->a[0]) : -1;
    case 53: /* socketpair(family, type, protocol, fds) */
        return result >= 0 ? pair(part, call->a[3]) : -1;
    case 321: /* bpf(command, attributes, size) */
        return result >= 0 && bpf_makes_fd(call->a[0]) ? result : -1;
    case 436: /* close_range(first, last, flags) */
        return -1;
    default:
        return call->a[0];
    }
}

/* How many connections wait for the socket that a call accepts from: numbers 4 and 5. */
static __always_inline void queue(struct fd_part *part, struct task_struct *task, int fd) {
    struct file *file = file_of(task, fd);
    if (!file || BPF_CORE_READ(file, f_inode, i_sb, s_magic) != SOCKFS_MAGIC)
        return;
    struct socket *socket = READ(file, file, private_data);
    part->numbers[4] = BPF_CORE_READ(socket, sk, sk_ack_backlog);
    part->numbers[5] = BPF_CORE_READ(socket, sk, sk_max_ack_backlog);
}

static __always_inline __u64 number_at(__u64 from, __u32 size) {
    __u64 value = 0;
    if (size == 8)
        bpf_probe_read_user(&value, 8, (void *)from);
    else
        bpf_probe_read_user(&value, 4, (void *)from);
    return value;
}

/* What a call's pointers lead to. */
static __always_inline __u32 pointed_to(struct scratch *s, struct fd_part *part, struct task_struct *task,
                                        struct current_call *c, __u64 from) {
    struct call *call = &c->call;
    __u32 used = sizeof *part;
    __u64 *a = call->a;
    long result = c->result;
    switch (call->number) {
    case 0:  /* read(fd, data, size) */
    case 17: /* pread64(fd, data, size, position) */
        return result > 0 ? data(s, used, a[1], result) : used;
    case 1:  /* write(fd, data, size) */
    case 18: /* pwrite64(fd, data, size, position) */
        return data(s, used, a[1], result >= 0 ? result : a[2]);
    case 19:  /* readv(fd, pieces, count) */
    case 295: /* preadv(fd, pieces, count, position) */
        return gathered(c, used, a[1], a[2], result > 0 ? result : 0);
    case 20:  /* writev(fd, pieces, count) */
    case 296: /* pwritev(fd, pieces, count, position) */
        return gathered(c, used, a[1], a[2], result >= 0 ? result : DATA_LIMIT);
    case 40: /* sendfile(out, in, offset, size) */
        part->numbers[2] = a[2] ? number_at(a[2], call->compat ? 4 : 8) : 0;
        return used;
    case 42: /* connect(fd, address, length) */
    case 49: /* bind(fd, address, length) */
        return user_bytes(s, 0, used, a[1], a[2] & 0xffffffff, ADDRESS_LIMIT);
    case 43:  /* accept(fd, address, length) */
    case 288: /* accept4(fd, address, length, flags) */
        queue(part, task, a[0]);
        return used;
    case 44: /* sendto(fd, data, size, flags, address, length) */
        if (a[4])
            used = user_bytes(s, 0, used, a[4], a[5] & 0xffffffff, ADDRESS_LIMIT);
        if (a[4] && result >= 0)
            datagram(a[4], a[5], true);
        return data(s, used, a[1], result >= 0 ? result : a[2]);
    case 45: /* recvfrom(fd, data, size, flags, address, length) */
        if (result < 0)
            return used;
        if (a[4]) {
            __u64 length = number_at(a[5], 4);
            used = user_bytes(s, 0, used, a[4], length, ADDRESS_LIMIT);
            datagram(a[4], length, false);
        }
        return data(s, used, a[1], result);
    case 46:  /* sendmsg(fd, message, flags) */
    case 307: /* sendmmsg(fd, messages, count, flags) */
        return message(s, c, used, from, true);
    case 47:  /* recvmsg(fd, message, flags) */
    case 299: /* recvmmsg(fd, messages, count, flags, timeout) */
        return message(s, c, used, from, false);
    case 54: /* setsockopt(fd, level, name, value, length) */
        return user_bytes(s, 2, used, a[3], a[4] & 0xffffffff, DATA_LIMIT);
    case 55: /* getsockopt(fd, level, name, value, length) */
        part->numbers[5] = number_at(a[4], 4);
        return result == 0 ? user_bytes(s, 2, used, a[3], part->numbers[5], DATA_LIMIT) : used;
    case 282: /* signalfd(fd, mask, size) */
    case 289: /* signalfd4(fd, mask, size, flags) */
        part->numbers[1] = number_at(a[1], 4);
        return used;
    case 313: /* finit_module(fd, parameters, flags) */
        return user_text(s, 0, used, (void *)a[1]);
    case 319: /* memfd_create(name, flags) */
        return user_text(s, 0, used, (void *)a[0]);
    case 425: /* io_uring_setup(entries, parameters): six words */
        for (int i = 0; i < 6; i++)
            part->numbers[1 + i] = number_at(a[1] + 4 * i, 4);
        return used;
    default:
        return used;
    }
}

/* Describes the current call, of sendmmsg and recvmmsg one message. A global function, because the verifier then looks
 * at it once. */
__noinline int record_fd(__u64 message_at) {
    __u32 zero = 0;
    struct current_call *c = bpf_map_lookup_elem(&current_calls, &zero);
    if (!c)
        return 0;
    struct task_struct *task = current_task();
    struct scratch *s = blank(c->call.number, c->result);
    if (!s)
        return 0;
    struct fd_part *part = (void *)s->rest;
    __builtin_memset(part, 0, sizeof *part);
    for (int i = 0; i < 6; i++)
        part->numbers[i] = c->call.a[i];
    int fd = c->call.unlisted ? -1 : fd_of(&c->call, part, c->result);
    if (c->call.number == SYS_CLOSE)
        part->fd = fd; /* what it is open on now has nothing to do with what was closed */
    else
        describe_fd(fd);
    if (!c->event && (part->type == SOCK_STREAM || (part->family != AF_INET && part->family != AF_INET6)))
        return 0;
    __u32 used = pointed_to(s, part, task, c, message_at);
    if (!c->event)
        return 0;
    look_at_socket(&c->call);
    if (ruled_out(&c->call))
        return 0;
    sign_call(s, task, &c->call);
    emit(s, RECORD_FD, used);
    return 0;
}

static __always_inline void record_fd_call(struct call *call, long result, bool event) {
    __u32 zero = 0;
    struct current_call *c = bpf_map_lookup_elem(&current_calls, &zero);
    if (!c)
        return;
    c->call = *call;
    c->result = result;
    c->event = event;
    bool many = call->number == SYS_SENDMMSG || call->number == SYS_RECVMMSG;
    if (!many || result <= 0) {
        record_fd(call->a[1]);
        return;
    }
    /* struct mmsghdr: a struct msghdr, then how many bytes were sent or received */
    __u32 size = call->compat ? 32 : 64, length_at = call->compat ? 28 : 56;
    for (int i = 0; i < MESSAGES && i < result; i++) {
        __u64 at = call->a[1] + i * size;
        c->result = number_at(at + length_at, 4);
        c->call = *call; /* what is ruled out is so for one message */
        record_fd(at);
    }
}

/* What a program that starts has as its input, output and error output. */
static __always_inline void record_standard_fds(struct task_struct *task) {
    for (int fd = 0; fd <= 2; fd++) {
        struct scratch *s = begin(task, 0, 0);
        if (!s)
            return;
        __builtin_memset(s->rest, 0, sizeof(struct fd_part));
        describe_fd(fd);
        emit(s, RECORD_STANDARD_FD, sizeof(struct fd_part));
    }
}

/* What close is about to close: user space joins it with the call's result. */
static __always_inline void record_closing(struct task_struct *task, struct call *call) {
    struct scratch *s = begin_call(task, call, 0);
    if (!s)
        return;
    struct fd_part *part = (void *)s->rest;
    __builtin_memset(part, 0, sizeof *part);
    part->numbers[0] = call->a[0];
    describe_fd(call->a[0]);
    emit(s, RECORD_FD_CLOSING, sizeof *part);
}

#endif
