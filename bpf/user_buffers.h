/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Buffers that fd syscalls read and write: their first bytes, and message headers. */
#ifndef TIERCEL_USER_BUFFERS_H
#define TIERCEL_USER_BUFFERS_H

#include "kernel_copies.h"
#include "sockets.h"
#include "syscall.h"

#define SNAPLEN 80
#define MAX_ADDRESS_OFFSET 256 /* the address is the first text after the body */
#define MAX_IOVECS 16          /* further segments are neither read nor counted */

/* Reads an iovec segment, also one of a 32-bit program. It does not branch on that, so that the verifier has one state.
 */
static __always_inline bool read_iovec(__u64 compat, __u64 iov, __u32 index, __u64 *start, __u64 *length) {
    asm volatile("" : "+r"(compat));
    compat &= 1;
    __u64 words[2] = {}, narrow = -compat, size = 16 - 8 * compat;
    if (bpf_probe_read_user(words, size, (void *)(iov + index * size)))
        return false;
    *start = (words[0] & ~narrow) | ((__u32)words[0] & narrow);
    *length = (words[1] & ~narrow) | (words[0] >> 32 & narrow);
    return true;
}

/* Copies the first bytes of an iovec, of which `available` bytes are valid, as the second text. The size of all
 * segments becomes value 6. This is a global function so that the verifier checks it once. */
__noinline int copy_iovecs(__u64 iov, __u64 count, __u64 available) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!s || !c)
        return 0;
    __u64 size = 0;
    c->iov_copied = 0;
    c->iov_wanted = available < SNAPLEN ? available : SNAPLEN;
    for (__u32 i = 0; i < MAX_IOVECS && i < count; i++) {
        __u64 start, length;
        if (!read_iovec(c->call.compat, iov, i, &start, &length))
            break;
        size += length;
        __u64 copied = c->iov_copied, wanted = c->iov_wanted;
        if (copied >= wanted)
            continue;
        if (length > wanted - copied)
            length = wanted - copied;
        asm volatile("" : "+r"(length));
        __u64 at = c->used + copied;
        asm volatile("" : "+r"(at));
        if (at > REST_SIZE - TEXT_LIMIT || bpf_probe_read_user(&s->rest[at], length & 127, (void *)start))
            break;
        c->iov_copied = copied + length;
    }
    s->header.text_length[1] = c->iov_copied;
    c->used += c->iov_copied;
    struct fd_body *body = (void *)s->rest;
    body->values[6] = size;
    return 0;
}

static __always_inline __u32 append_iovecs(struct current_syscall *c, __u32 used, __u64 iov, __u64 count,
                                           __u64 available) {
    c->used = used;
    copy_iovecs(iov, count, available);
    return c->used;
}

/* Appends a buffer as the second text. */
static __always_inline __u32 append_data(struct scratch *s, __u32 used, __u64 start, __u64 length) {
    return append_user_bytes(s, 1, used, start, length, SNAPLEN);
}

/* Appends the address that the program passed, as the first text: the kernel's copy if there is one. */
static __always_inline __u32 append_address(struct scratch *s, struct syscall *call, __u32 used, __u64 from,
                                            __u64 length) {
    if (call->kernel_paths) {
        bpf_probe_read_kernel(&s->rest[used & (MAX_ADDRESS_OFFSET - 1)], MAX_SOCKADDR, (void *)from);
        *text_length_slot(s, 0) = length & 0xff;
        return used + (length & 0xff);
    }
    if (settings.kernel_copies) {
        __u32 nr = call->nr == SYS_sendmsg ? SYS_sendto : call->nr;
        __u32 copied = append_copied_address(nr, used);
        if (copied && copied <= MAX_SOCKADDR)
            return used + copied;
    }
    if (settings.entry_copies && call->remembered) {
        __u32 remembered = append_remembered_address(used, from, length);
        if (remembered && remembered <= MAX_SOCKADDR)
            return used + remembered;
    }
    return append_user_bytes(s, 0, used, from, length, MAX_SOCKADDR);
}

/* The fields of struct msghdr, also of a 32-bit program. */
struct msghdr_fields {
    __u64 name, name_length, iov, iov_count, control, control_length;
};

static __always_inline void read_msghdr(bool compat, __u64 from, struct msghdr_fields *m) {
    if (compat) {
        __u32 words[6] = {};
        bpf_probe_read_user(words, sizeof words, (void *)from);
        m->name = words[0];
        m->name_length = words[1];
        m->iov = words[2];
        m->iov_count = words[3];
        m->control = words[4];
        m->control_length = words[5];
        return;
    }
    bpf_probe_read_user(m, sizeof *m, (void *)from);
    m->name_length &= 0xffffffff;
}

static __always_inline __u32 append_message(struct scratch *s, struct current_syscall *c, __u32 used, __u64 from,
                                            bool sent) {
    struct msghdr_fields m = {};
    long result = c->result;
    read_msghdr(c->call.compat, from, &m);
    if (sent && c->call.kernel_paths) {
        m.name = c->call.args[4];
        m.name_length = c->call.args[5];
    }
    if (m.name)
        used = sent ? append_address(s, &c->call, used, m.name, m.name_length)
                    : append_user_bytes(s, 0, used, m.name, m.name_length, MAX_SOCKADDR);
    if (m.name && result >= 0)
        track_datagram_peer(sent);
    __u64 available = result >= 0 ? result : sent ? SNAPLEN : 0;
    used = append_iovecs(c, used, m.iov, m.iov_count, available);
    if (!sent && result >= 0 && m.control)
        used = append_user_bytes(s, 2, used, m.control, m.control_length, SNAPLEN);
    return used;
}

#endif
