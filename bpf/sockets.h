/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Sockets: endpoints and roles. */
#ifndef TIERCEL_SOCKETS_H
#define TIERCEL_SOCKETS_H

#include "kernel_path.h"
#include "record.h"

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define SOCK_STREAM 1
#define TCP_ESTABLISHED 1 /* any connected socket */
#define TCP_SYN_SENT 2
#define TCP_LISTEN 10
#define BOUND_TO_PORT 8 /* SOCK_BINDPORT_LOCK in sk_userlocks */
#define SUN_PATH_OFFSET 2
#define SUN_PATH_LIMIT 108
#define PEERS 16384

static __always_inline __u16 swap_bytes(__u16 port) {
    return (port << 8) | (port >> 8);
}

/* The last peer of an unconnected datagram socket. The fd name changes with it. */
struct peer_key {
    __u64 socket;
    __u64 ino; /* distinguishes a new socket at the same address */
};

struct peer {
    __u8 address[16];
    __u16 port;
    __u16 role; /* FD_CLIENT or FD_SERVER, decided by the first datagram */
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, PEERS);
    __type(key, struct peer_key);
    __type(value, struct peer);
} peers SEC(".maps");

/* TCP copies the route from the first packet of an accepted connection. Programs cannot set it. */
static __always_inline bool is_accepted(struct sock *sock, __u16 family) {
    struct inet_sock *inet = (void *)sock;
    if (READ_KERNEL(inet_sock, inet, mc_index))
        return true;
    if (family != AF_INET6)
        return false;
    struct ipv6_pinfo *six = READ_KERNEL(inet_sock, inet, pinet6);
    return READ_KERNEL(ipv6_pinfo, six, mcast_oif) != 0;
}

static __always_inline void copy_address(__u8 *to, struct sock *sock, __u32 offset) {
    __u64 *words = (void *)to;
    words[0] = kernel_word((void *)sock + offset);
    words[1] = kernel_word((void *)sock + offset + 8);
}

static __always_inline void describe_ip(struct fd_body *body, struct sock *sock) {
    body->local_port = READ_KERNEL(sock, sock, __sk_common.skc_num);
    body->remote_port = swap_bytes(READ_KERNEL(sock, sock, __sk_common.skc_dport));
    if (body->family == AF_INET6) {
        copy_address(body->local_address, sock, bpf_core_field_offset(struct sock, __sk_common.skc_v6_rcv_saddr));
        copy_address(body->remote_address, sock, bpf_core_field_offset(struct sock, __sk_common.skc_v6_daddr));
    } else {
        *(__u32 *)body->local_address = READ_KERNEL(sock, sock, __sk_common.skc_rcv_saddr);
        *(__u32 *)body->remote_address = READ_KERNEL(sock, sock, __sk_common.skc_daddr);
    }
    body->bits |= BPF_CORE_READ_BITFIELD_PROBED(sock, sk_userlocks) & BOUND_TO_PORT ? FD_BOUND : 0;
    if (body->type == SOCK_STREAM) {
        if (body->remote_port)
            body->bits |= FD_CONNECTED | (is_accepted(sock, body->family) ? FD_ACCEPTED : 0);
    } else if (body->state == TCP_ESTABLISHED) {
        body->bits |= FD_CONNECTED;
    } else {
        struct peer_key key = {(__u64)sock, body->ino};
        struct peer *peer = bpf_map_lookup_elem(&peers, &key);
        if (peer) {
            __builtin_memcpy(body->remote_address, peer->address, 16);
            body->remote_port = peer->port;
            body->bits |= peer->role;
        }
    }
}

/* Adds the path, or the abstract name with its zero byte, that a unix socket is bound to. */
static __always_inline bool add_unix_path(struct scratch *s, int which, struct unix_sock *sock) {
    struct unix_address *address = BPF_CORE_READ(sock, addr);
    int length = address ? BPF_CORE_READ(address, len) - SUN_PATH_OFFSET : 0;
    if (length <= 0 || length > SUN_PATH_LIMIT)
        return false;
    __u64 end = s->names_start;
    const void *path = (void *)address + bpf_core_field_offset(struct unix_address, name) + SUN_PATH_OFFSET;
    if (!prepend_component(s, path, length, false))
        return false;
    s->header.name_length[which] = end - s->names_start;
    return true;
}

static __always_inline void describe_unix(struct scratch *s, struct fd_body *body, struct sock *sock) {
    struct unix_sock *peer = (void *)BPF_CORE_READ((struct unix_sock *)sock, peer);
    body->source = (__u64)sock;
    body->peer = (__u64)peer;
    if (add_unix_path(s, 0, (void *)sock))
        body->bits |= FD_BOUND;
    else if (peer)
        add_unix_path(s, 0, peer);
}

/* Describes the socket of the open file at this address. This is a global function so that the path walk of other files
 * does not share its stack. */
__noinline int describe_socket(__u64 address) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s)
        return 0;
    struct fd_body *body = (void *)s->rest;
    struct file *file = (void *)address;
    struct socket *socket = READ_KERNEL(file, file, private_data);
    struct sock *sock = READ_KERNEL(socket, socket, sk);
    if (!sock)
        return 0;
    body->family = READ_KERNEL(sock, sock, __sk_common.skc_family);
    body->state = READ_KERNEL(sock, sock, __sk_common.skc_state);
    body->type = READ_KERNEL(sock, sock, sk_type);
    body->protocol = READ_KERNEL(sock, sock, sk_protocol);
    body->source = (__u64)sock;
    if (body->family == AF_INET || body->family == AF_INET6)
        describe_ip(body, sock);
    else if (body->family == AF_UNIX)
        describe_unix(s, body, sock);
    return 0;
}

/* A socket address in user memory. */
struct sockaddr_ip {
    __u16 family;
    __u16 port; /* big-endian */
    __u32 four;
    __u8 six[16];
};

/* Takes the address in the first text of the record for the peer of the socket. */
static __always_inline void assume_peer(struct scratch *s, struct fd_body *body) {
    struct sockaddr_ip *a = (void *)&s->rest[sizeof *body];
    __u32 length = s->header.text_length[0];
    if (length == NO_TEXT || length < 8)
        return;
    if (body->family == AF_INET && a->family == AF_INET)
        *(__u32 *)body->remote_address = a->four;
    else if (body->family == AF_INET6 && a->family == AF_INET6 && length >= sizeof *a)
        __builtin_memcpy(body->remote_address, a->six, 16);
    else
        return;
    body->remote_port = swap_bytes(a->port);
    body->bits |= FD_CONNECTED;
}

static __always_inline bool same_peer(struct fd_body *body, struct peer *peer) {
    __u64 *one = (void *)body->remote_address, *other = (void *)peer->address;
    return one[0] == other[0] && one[1] == other[1] && body->remote_port == peer->port;
}

/* Tracks the peer of a datagram, the first text of the record, which becomes the socket's remote endpoint. IPv6 sockets
 * also accept IPv4 addresses, and IPv4 sockets accept AF_UNSPEC. */
__noinline int track_datagram_peer(__u32 sent) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s)
        return 0;
    struct fd_body *body = (void *)s->rest;
    struct sockaddr_ip a = {};
    __u32 length = s->header.text_length[0];
    if (length == NO_TEXT || body->type == SOCK_STREAM || (body->family != AF_INET && body->family != AF_INET6) ||
        length < 8)
        return 0;
    bpf_probe_read_kernel(&a, length < sizeof a ? 8 : sizeof a, &s->rest[sizeof *body]);
    struct peer peer = {.port = swap_bytes(a.port)};
    if (body->family == AF_INET && (a.family == AF_INET || a.family == AF_UNSPEC)) {
        *(__u32 *)peer.address = a.four;
    } else if (a.family == AF_INET) {
        *(__u16 *)&peer.address[10] = 0xffff;
        *(__u32 *)&peer.address[12] = a.four;
    } else if (a.family == AF_INET6 && body->family == AF_INET6 && length >= sizeof a) {
        __builtin_memcpy(peer.address, a.six, 16);
    } else {
        return 0;
    }
    if (body->bits & FD_CONNECTED && same_peer(body, &peer))
        return 0;
    struct peer_key key = {body->source, body->ino};
    struct peer *last = bpf_map_lookup_elem(&peers, &key);
    peer.role = last ? last->role : !sent && body->bits & FD_BOUND ? FD_SERVER : FD_CLIENT;
    if (last) {
        __builtin_memcpy(body->remote_address, last->address, 16);
        body->remote_port = last->port;
    }
    if (!last || !same_peer(body, &peer))
        body->bits |= FD_PEER_CHANGED;
    __builtin_memcpy(body->remote_address, peer.address, 16);
    body->remote_port = peer.port;
    body->bits = (body->bits & ~(FD_CLIENT | FD_SERVER | FD_CONNECTED)) | peer.role;
    bpf_map_update_elem(&peers, &key, &peer, 0);
    return 0;
}

#endif
