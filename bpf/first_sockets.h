/* The first pass over calls on sockets, once the record says what the socket is. */
#ifndef TIERCEL_FIRST_SOCKETS_H
#define TIERCEL_FIRST_SOCKETS_H

#define AF_NETLINK 16
#define SOCK_DGRAM 2
#define IPPROTO_ICMP 1
#define IPPROTO_ICMPV6 58
#define MAPPED 0xffff0000ull /* of an IPv6 address that stands for an IPv4 one, the third quarter */

/* Class of an address: of the longest of the rules' networks that holds it. */
__noinline __u32 class_of_address(__u32 half, __u64 high, __u64 low) {
    struct pass *p = &passes[half & 1];
    for (__u32 i = 0; i < ADDRESS_PATH - 1; i++) {
        __u64 *net = &p->nets[i * 4];
        if ((high & net[2]) == net[0] && (low & net[3]) == net[1])
            return i + 1;
    }
    return 0;
}

static __always_inline __u64 mapped(const __u8 *four) {
    return MAPPED | (__u64) * (__u32 *)four << 32;
}

__noinline __u32 class_of_port(__u32 half, __u32 port) {
    struct pass *p = &passes[half & 1];
    for (__u32 i = 0; i < PORT_CLASSES - 1; i++)
        if (p->ports[i] == port)
            return i + 1;
    return 0;
}

/* An IPv6 socket that speaks to an IPv4 address is one of IPv4. */
static __always_inline __u32 kind_of_socket(struct fd_part *part) {
    bool connected = part->bits & (FD_CONNECTED | FD_CLIENT | FD_SERVER);
    const __u64 *address = (void *)(connected ? part->remote_address : part->local_address);
    switch (part->family) {
    case 0:
        return 0;
    case AF_UNIX:
        return SOCKET_UNIX;
    case AF_INET:
        return SOCKET_IPV4;
    case AF_INET6:
        return address[0] == 0 && (__u32)address[1] == (__u32)MAPPED ? SOCKET_IPV4 : SOCKET_IPV6;
    case AF_NETLINK:
        return SOCKET_NETLINK;
    default:
        return SOCKET_OTHER;
    }
}

/* What the server's end leaves, of a socket that has another end: as SocketEnds tells which is the server. */
static __always_inline __u64 of_server(__u32 half, struct pass *p, __u32 type, struct fd_part *part, __u32 kind) {
    if (!(part->bits & (FD_CONNECTED | FD_CLIENT | FD_SERVER)) ||
        (part->type == SOCK_STREAM && part->state == TCP_LISTEN))
        return ~0ull;
    __u64 left = ~0ull;
    bool server = part->bits & (FD_ACCEPTED | FD_SERVER);
    bool datagrams = part->type == SOCK_DGRAM && part->protocol != IPPROTO_ICMP && part->protocol != IPPROTO_ICMPV6;
    if (part->type == SOCK_STREAM || datagrams) {
        left &= MASK_AT(p->transport, type * TRANSPORTS + (datagrams ? TRANSPORT_UDP : TRANSPORT_TCP));
        __u16 port = server ? part->local_port : part->remote_port;
        left &= MASK_AT(p->port, type * PORT_CLASSES + class_of_port(half, port));
    }
    const __u8 *address = server ? part->local_address : part->remote_address;
    if (part->family == AF_INET)
        left &= MASK_AT(p->network, type * ADDRESS_CLASSES + class_of_address(half, 0, mapped(address)));
    else if (!server || kind == SOCKET_IPV6) /* else the own address may be a mapped one that does not look it */
        left &= MASK_AT(p->network,
                        type * ADDRESS_CLASSES + class_of_address(half, *(__u64 *)address, *(__u64 *)(address + 8)));
    return left;
}

/* Class of the address that was passed, which lies behind the part. */
static __always_inline __u32 class_of_passed(__u32 half, struct scratch *s) {
    __u32 length = s->header.text_length[0];
    struct sockaddr_ip *a = (void *)&s->rest[sizeof(struct fd_part)];
    if (length >= 24 && length <= ADDRESS_LIMIT && a->family == AF_INET6)
        return class_of_address(half, *(__u64 *)a->six, *(__u64 *)(a->six + 8));
    if (length >= 8 && length <= ADDRESS_LIMIT && a->family == AF_INET)
        return class_of_address(half, 0, mapped((__u8 *)&a->four));
    if (length > SUN_PATH_OFFSET && length <= ADDRESS_LIMIT && a->family == AF_UNIX) {
        __u8 first = a->port & 255; /* of the path: no address begins with one of these */
        return first == '/' || first == 0 ? ADDRESS_PATH : ADDRESS_UNKNOWN;
    }
    return ADDRESS_UNKNOWN;
}

__noinline __u64 of_socket(__u32 half, __u32 type) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s)
        return ~0ull;
    struct pass *p = &passes[half & 1];
    struct fd_part *part = (void *)s->rest;
    __u32 kind = kind_of_socket(part);
    type &= FILTERED_TYPES - 1;
    __u64 left = MASK_AT(p->passed, type * ADDRESS_CLASSES + class_of_passed(half, s));
    left &= MASK_AT(p->family, type * SOCKET_KINDS + kind);
    if (left && (kind == SOCKET_IPV4 || kind == SOCKET_IPV6))
        left &= of_server(half, p, type, part, kind);
    return left;
}

/* Looks at a call on a file descriptor whose record is complete but for its header. */
static __always_inline void look_at_socket(struct call *call) {
    if (call->type && call->clauses)
        call->clauses &= of_socket(call->half, call->type);
}

#endif
