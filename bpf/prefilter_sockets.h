/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The prefilter for socket syscalls. It runs when the record describes the socket. */
#ifndef TIERCEL_PREFILTER_SOCKETS_H
#define TIERCEL_PREFILTER_SOCKETS_H

#include "prefilter.h"
#include "sockets.h"

#define AF_NETLINK 16
#define SOCK_DGRAM 2
#define IPPROTO_ICMP 1
#define IPPROTO_ICMPV6 58
#define V4MAPPED 0xffff0000ull /* third quarter of an IPv6 address that maps an IPv4 address */

/* The class of an address: that of the longest network of the rules that contains it. */
__noinline __u32 address_class(__u32 table, __u64 high, __u64 low) {
    struct prefilter_tables *p = &prefilter_tables[table & 1];
    for (__u32 i = 0; i < ADDRESS_UNIX_PATH - 1; i++) {
        __u64 *net = &p->networks[i * 4];
        if ((high & net[2]) == net[0] && (low & net[3]) == net[1])
            return i + 1;
    }
    return 0;
}

static __always_inline __u64 v4mapped(const __u8 *four) {
    return V4MAPPED | (__u64) * (__u32 *)four << 32;
}

__noinline __u32 port_class(__u32 table, __u32 port) {
    struct prefilter_tables *p = &prefilter_tables[table & 1];
    for (__u32 i = 0; i < PORT_CLASSES - 1; i++)
        if (p->ports[i] == port)
            return i + 1;
    return 0;
}

/* An IPv6 socket with an IPv4 peer counts as an IPv4 socket. */
static __always_inline __u32 socket_kind(struct fd_body *body) {
    bool connected = body->bits & (FD_CONNECTED | FD_CLIENT | FD_SERVER);
    const __u64 *address = (void *)(connected ? body->remote_address : body->local_address);
    switch (body->family) {
    case 0:
        return 0;
    case AF_UNIX:
        return SOCKET_UNIX;
    case AF_INET:
        return SOCKET_IPV4;
    case AF_INET6:
        return address[0] == 0 && (__u32)address[1] == (__u32)V4MAPPED ? SOCKET_IPV4 : SOCKET_IPV6;
    case AF_NETLINK:
        return SOCKET_NETLINK;
    default:
        return SOCKET_OTHER;
    }
}

/* Returns the disjuncts that can still match the server's endpoint, if the socket has a peer. SocketEndpoints
 * determines the server in the same way. */
static __always_inline __u64 server_disjuncts(__u32 table, struct prefilter_tables *p, __u32 type, struct fd_body *body,
                                              __u32 kind) {
    if (!(body->bits & (FD_CONNECTED | FD_CLIENT | FD_SERVER)) ||
        (body->type == SOCK_STREAM && body->state == TCP_LISTEN))
        return ~0ull;
    __u64 left = ~0ull;
    bool server = body->bits & (FD_ACCEPTED | FD_SERVER);
    bool datagrams = body->type == SOCK_DGRAM && body->protocol != IPPROTO_ICMP && body->protocol != IPPROTO_ICMPV6;
    if (body->type == SOCK_STREAM || datagrams) {
        left &= MASK_AT(p->transport, type * TRANSPORTS + (datagrams ? TRANSPORT_UDP : TRANSPORT_TCP));
        __u16 port = server ? body->local_port : body->remote_port;
        left &= MASK_AT(p->port, type * PORT_CLASSES + port_class(table, port));
    }
    const __u8 *address = server ? body->local_address : body->remote_address;
    if (body->family == AF_INET)
        left &= MASK_AT(p->network, type * ADDRESS_CLASSES + address_class(table, 0, v4mapped(address)));
    else if (!server || kind == SOCKET_IPV6) /* otherwise the local address may be IPv4 without being a mapped one */
        left &= MASK_AT(p->network,
                        type * ADDRESS_CLASSES + address_class(table, *(__u64 *)address, *(__u64 *)(address + 8)));
    return left;
}

/* The class of the address as passed, which follows the body. */
static __always_inline __u32 sockaddr_class(__u32 table, struct scratch *s) {
    __u32 length = s->header.text_length[0];
    struct sockaddr_ip *a = (void *)&s->rest[sizeof(struct fd_body)];
    if (length >= 24 && length <= MAX_SOCKADDR && a->family == AF_INET6)
        return address_class(table, *(__u64 *)a->six, *(__u64 *)(a->six + 8));
    if (length >= 8 && length <= MAX_SOCKADDR && a->family == AF_INET)
        return address_class(table, 0, v4mapped((__u8 *)&a->four));
    if (length > SUN_PATH_OFFSET && length <= MAX_SOCKADDR && a->family == AF_UNIX) {
        __u8 first = a->port & 255; /* of the path; no IP address starts with one of these */
        return first == '/' || first == 0 ? ADDRESS_UNIX_PATH : ADDRESS_UNKNOWN;
    }
    return ADDRESS_UNKNOWN;
}

__noinline __u64 socket_disjuncts(__u32 table, __u32 type) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s)
        return ~0ull;
    struct prefilter_tables *p = &prefilter_tables[table & 1];
    struct fd_body *body = (void *)s->rest;
    __u32 kind = socket_kind(body);
    type &= FILTERED_TYPES - 1;
    __u64 left = MASK_AT(p->sockaddr, type * ADDRESS_CLASSES + sockaddr_class(table, s));
    left &= MASK_AT(p->socket_family, type * SOCKET_KINDS + kind);
    if (left && (kind == SOCKET_IPV4 || kind == SOCKET_IPV6))
        left &= server_disjuncts(table, p, type, body, kind);
    return left;
}

/* Checks an fd syscall whose record is complete except for its header. */
static __always_inline void check_socket(struct syscall *call) {
    if (call->event_type && call->disjuncts)
        call->disjuncts &= socket_disjuncts(call->table, call->event_type);
}

#endif
