/* Data that calls on file descriptors read and write: its first bytes, and messages with their addresses. */
#ifndef TIERCEL_DATA_H
#define TIERCEL_DATA_H

#define DATA_LIMIT 80
#define PIECES 16 /* of data that is scattered: further ones are neither read nor counted */

/* Pieces of data in the program's memory (struct iovec), also those of a 32-bit program. */
static __always_inline bool piece(bool compat, __u64 pieces, __u32 index, __u64 *start, __u64 *length) {
    if (compat) {
        __u32 short_piece[2];
        if (bpf_probe_read_user(short_piece, sizeof short_piece, (void *)(pieces + index * sizeof short_piece)))
            return false;
        *start = short_piece[0];
        *length = short_piece[1];
        return true;
    }
    __u64 whole_piece[2];
    if (bpf_probe_read_user(whole_piece, sizeof whole_piece, (void *)(pieces + index * sizeof whole_piece)))
        return false;
    *start = whole_piece[0];
    *length = whole_piece[1];
    return true;
}

/* The first bytes of such data, of which all together are available, as the second text; the size of all pieces becomes
 * number 6. A global function, because the verifier then looks at it once. */
__noinline int gather(__u64 pieces, __u64 count, __u64 available) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    struct current_call *c = bpf_map_lookup_elem(&current_calls, &zero);
    if (!s || !c)
        return 0;
    __u64 size = 0;
    c->gathered = 0;
    for (__u32 i = 0; i < PIECES && i < count; i++) {
        __u64 start, length;
        if (!piece(c->call.compat, pieces, i, &start, &length))
            break;
        size += length;
        __u64 gathered = c->gathered;
        if (gathered >= DATA_LIMIT || gathered >= available)
            continue;
        if (length > available - gathered)
            length = available - gathered;
        if (length > DATA_LIMIT - gathered)
            length = DATA_LIMIT - gathered;
        asm volatile("" : "+r"(length));
        if (length > DATA_LIMIT)
            continue;
        __u64 at = c->used + gathered;
        asm volatile("" : "+r"(at));
        if (at > REST_SIZE - TEXT_LIMIT || bpf_probe_read_user(&s->rest[at], length, (void *)start))
            break;
        c->gathered = gathered + length;
    }
    s->header.text_length[1] = c->gathered;
    c->used += c->gathered;
    struct fd_part *part = (void *)s->rest;
    part->numbers[6] = size;
    return 0;
}

static __always_inline __u32 gathered(struct current_call *c, __u32 used, __u64 pieces, __u64 count, __u64 available) {
    c->used = used;
    gather(pieces, count, available);
    return c->used;
}

/* Data in one piece, as the second text. */
static __always_inline __u32 data(struct scratch *s, __u32 used, __u64 start, __u64 length) {
    return user_bytes(s, 1, used, start, length, DATA_LIMIT);
}

/* struct msghdr, also that of a 32-bit program. */
struct message {
    __u64 name, name_length, pieces, piece_count, control, control_length;
};

static __always_inline void read_message(bool compat, __u64 from, struct message *m) {
    if (compat) {
        __u32 words[6] = {};
        bpf_probe_read_user(words, sizeof words, (void *)from);
        m->name = words[0];
        m->name_length = words[1];
        m->pieces = words[2];
        m->piece_count = words[3];
        m->control = words[4];
        m->control_length = words[5];
        return;
    }
    bpf_probe_read_user(m, sizeof *m, (void *)from);
    m->name_length &= 0xffffffff;
}

static __always_inline __u32 message(struct scratch *s, struct current_call *c, __u32 used, __u64 from, bool sent) {
    struct message m = {};
    long result = c->result;
    read_message(c->call.compat, from, &m);
    if (m.name)
        used = user_bytes(s, 0, used, m.name, m.name_length, ADDRESS_LIMIT);
    if (m.name && result >= 0)
        datagram(m.name, m.name_length, sent);
    __u64 available = result >= 0 ? result : sent ? DATA_LIMIT : 0;
    used = gathered(c, used, m.pieces, m.piece_count, available);
    if (!sent && result >= 0 && m.control)
        used = user_bytes(s, 2, used, m.control, m.control_length, DATA_LIMIT);
    return used;
}

#endif
