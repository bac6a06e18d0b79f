/* Sockets: their ends, and which end this machine's program is. */
#ifndef TIERCEL_SOCKETS_H
#define TIERCEL_SOCKETS_H

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define SOCK_STREAM 1
#define TCP_ESTABLISHED 1 /* of any socket that is connected */
#define TCP_LISTEN 10
#define BOUND_TO_PORT 8   /* SOCK_BINDPORT_LOCK of sk_userlocks */
#define ADDRESS_LIMIT 128 /* of struct sockaddr_storage */
#define SUN_PATH_OFFSET 2
#define SUN_PATH_LIMIT 108
#define PEERS 16384

static __always_inline __u16 swapped(__u16 port) {
    return (port << 8) | (port >> 8);
}

/* Whom a datagram socket that is not connected has last sent to or heard from: what makes the fd's name change. */
struct peer_key {
    __u64 socket;
    __u64 ino; /* the memory of a closed socket may hold the next one; its inode number is another */
};

struct peer {
    __u8 address[16];
    __u16 port;
    __u16 role; /* FD_CLIENT or FD_SERVER: found out with the first datagram */
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, PEERS);
    __type(key, struct peer_key);
    __type(value, struct peer);
} peers SEC(".maps");

/* TCP takes the route back from the first packet of a connection that was accepted; nobody can set it otherwise. */
static __always_inline bool accepted(struct sock *sock, __u16 family) {
    struct inet_sock *inet = (void *)sock;
    if (READ(inet_sock, inet, mc_index))
        return true;
    if (family != AF_INET6)
        return false;
    struct ipv6_pinfo *six = READ(inet_sock, inet, pinet6);
    return READ(ipv6_pinfo, six, mcast_oif) != 0;
}

static __always_inline void copy_address(__u8 *to, struct sock *sock, __u32 offset) {
    __u64 *words = (void *)to;
    words[0] = kernel_word((void *)sock + offset);
    words[1] = kernel_word((void *)sock + offset + 8);
}

static __always_inline void describe_ip(struct fd_part *part, struct sock *sock) {
    part->local_port = READ(sock, sock, __sk_common.skc_num);
    part->remote_port = swapped(READ(sock, sock, __sk_common.skc_dport));
    if (part->family == AF_INET6) {
        copy_address(part->local_address, sock, bpf_core_field_offset(struct sock, __sk_common.skc_v6_rcv_saddr));
        copy_address(part->remote_address, sock, bpf_core_field_offset(struct sock, __sk_common.skc_v6_daddr));
    } else {
        *(__u32 *)part->local_address = READ(sock, sock, __sk_common.skc_rcv_saddr);
        *(__u32 *)part->remote_address = READ(sock, sock, __sk_common.skc_daddr);
    }
    part->bits |= BPF_CORE_READ_BITFIELD_PROBED(sock, sk_userlocks) & BOUND_TO_PORT ? FD_BOUND : 0;
    if (part->type == SOCK_STREAM) {
        if (part->remote_port)
            part->bits |= FD_CONNECTED | (accepted(sock, part->family) ? FD_ACCEPTED : 0);
    } else if (part->state == TCP_ESTABLISHED) {
        part->bits |= FD_CONNECTED;
    } else {
        struct peer_key key = {(__u64)sock, part->ino};
        struct peer *peer = bpf_map_lookup_elem(&peers, &key);
        if (peer) {
            __builtin_memcpy(part->remote_address, peer->address, 16);
            part->remote_port = peer->port;
            part->bits |= peer->role;
        }
    }
}

/* The path (or abstract name, with its zero byte) that a unix socket is bound to becomes a name. */
static __always_inline bool unix_path(struct scratch *s, int which, struct unix_sock *sock) {
    struct unix_address *address = BPF_CORE_READ(sock, addr);
    int length = address ? BPF_CORE_READ(address, len) - SUN_PATH_OFFSET : 0;
    if (length <= 0 || length > SUN_PATH_LIMIT)
        return false;
    __u64 end = s->names_start;
    const void *path = (void *)address + bpf_core_field_offset(struct unix_address, name) + SUN_PATH_OFFSET;
    if (!prepend(s, path, length, false))
        return false;
    s->header.name_length[which] = end - s->names_start;
    return true;
}

static __always_inline void describe_unix(struct scratch *s, struct fd_part *part, struct sock *sock) {
    struct unix_sock *peer = (void *)BPF_CORE_READ((struct unix_sock *)sock, peer);
    part->source = (__u64)sock;
    part->peer = (__u64)peer;
    if (unix_path(s, 0, (void *)sock))
        part->bits |= FD_BOUND;
    else if (peer)
        unix_path(s, 0, peer);
}

static __always_inline void describe_socket(struct scratch *s, struct fd_part *part, struct file *file) {
    struct socket *socket = READ(file, file, private_data);
    struct sock *sock = READ(socket, socket, sk);
    if (!sock)
        return;
    part->family = READ(sock, sock, __sk_common.skc_family);
    part->state = READ(sock, sock, __sk_common.skc_state);
    part->type = READ(sock, sock, sk_type);
    part->protocol = READ(sock, sock, sk_protocol);
    part->source = (__u64)sock;
    if (part->family == AF_INET || part->family == AF_INET6)
        describe_ip(part, sock);
    else if (part->family == AF_UNIX)
        describe_unix(s, part, sock);
}

/* An address as a program passes it or is told it. */
struct sockaddr_ip {
    __u16 family;
    __u16 port; /* big-endian */
    __u32 four;
    __u8 six[16];
};

static __always_inline bool same_end(struct fd_part *part, struct peer *peer) {
    __u64 *one = (void *)part->remote_address, *other = (void *)peer->address;
    return one[0] == other[0] && one[1] == other[1] && part->remote_port == peer->port;
}

/* A datagram went to or came from this address: it is the socket's other end now, whatever it is connected to. IPv6
 * sockets take IPv4 addresses as well, and IPv4 sockets do not mind the family being left out. */
__noinline int datagram(__u64 address, __u32 length, __u32 sent) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s)
        return 0;
    struct fd_part *part = (void *)s->rest;
    struct sockaddr_ip a = {};
    if (part->type == SOCK_STREAM || (part->family != AF_INET && part->family != AF_INET6) || length < 8)
        return 0;
    bpf_probe_read_user(&a, length < sizeof a ? 8 : sizeof a, (void *)address);
    struct peer peer = {.port = swapped(a.port)};
    if (part->family == AF_INET && (a.family == AF_INET || a.family == AF_UNSPEC)) {
        *(__u32 *)peer.address = a.four;
    } else if (a.family == AF_INET) {
        *(__u16 *)&peer.address[10] = 0xffff;
        *(__u32 *)&peer.address[12] = a.four;
    } else if (a.family == AF_INET6 && part->family == AF_INET6 && length >= sizeof a) {
        __builtin_memcpy(peer.address, a.six, 16);
    } else {
        return 0;
    }
    if (part->bits & FD_CONNECTED && same_end(part, &peer))
        return 0;
    struct peer_key key = {part->source, part->ino};
    struct peer *last = bpf_map_lookup_elem(&peers, &key);
    peer.role = last ? last->role : !sent && part->bits & FD_BOUND ? FD_SERVER : FD_CLIENT;
    if (last) {
        __builtin_memcpy(part->remote_address, last->address, 16);
        part->remote_port = last->port;
    }
    if (!last || !same_end(part, &peer))
        part->bits |= FD_OTHER_PEER;
    __builtin_memcpy(part->remote_address, peer.address, 16);
    part->remote_port = peer.port;
    part->bits = (part->bits & ~(FD_CLIENT | FD_SERVER | FD_CONNECTED)) | peer.role;
    bpf_map_update_elem(&peers, &key, &peer, 0);
    return 0;
}

#endif
