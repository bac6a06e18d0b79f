/* System calls that work on sockets. */
#ifndef TIERCEL_NETWORK_H
#define TIERCEL_NETWORK_H

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define ADDRESS_LIMIT 128 /* of struct sockaddr_storage */

static __always_inline struct sock *sock_of(struct task_struct *task, int fd) {
    struct file *file = file_of(task, fd);
    if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
        return 0;
    struct socket *socket = BPF_CORE_READ(file, private_data);
    return BPF_CORE_READ(socket, sk);
}

static __always_inline __u16 swapped(__u16 port) {
    return (port << 8) | (port >> 8);
}

static __always_inline void record_connect(struct task_struct *task, struct call *call, long result, int fd,
                                           __u64 address, __u64 length) {
    struct scratch *s = begin_call(task, call, result);
    if (!s)
        return;
    struct connect_part *part = (void *)s->rest;
    __builtin_memset(part, 0, sizeof *part);
    part->fd = fd;
    struct sock *sock = sock_of(task, fd);
    if (sock) {
        part->family = BPF_CORE_READ(sock, __sk_common.skc_family);
        part->type = BPF_CORE_READ(sock, sk_type);
        part->protocol = BPF_CORE_READ(sock, sk_protocol);
        if (part->family == AF_UNIX) {
            part->source = (__u64)sock;
            part->peer = (__u64)BPF_CORE_READ((struct unix_sock *)sock, peer);
        } else if (part->family == AF_INET) {
            part->source_port = BPF_CORE_READ(sock, __sk_common.skc_num);
            part->destination_port = swapped(BPF_CORE_READ(sock, __sk_common.skc_dport));
            bpf_core_read(part->source_address, 4, &sock->__sk_common.skc_rcv_saddr);
            bpf_core_read(part->destination_address, 4, &sock->__sk_common.skc_daddr);
        } else if (part->family == AF_INET6) {
            part->source_port = BPF_CORE_READ(sock, __sk_common.skc_num);
            part->destination_port = swapped(BPF_CORE_READ(sock, __sk_common.skc_dport));
            bpf_core_read(part->source_address, 16, &sock->__sk_common.skc_v6_rcv_saddr);
            bpf_core_read(part->destination_address, 16, &sock->__sk_common.skc_v6_daddr);
        }
    }
    emit(s, RECORD_CONNECT, user_bytes(s, 0, sizeof *part, address, length, ADDRESS_LIMIT));
}

#endif
