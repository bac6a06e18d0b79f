/* The first pass over opens, by flags and by names. */
#ifndef TIERCEL_FIRST_FILES_H
#define TIERCEL_FIRST_FILES_H

#define NAME_LIMIT 255 /* longer names are not looked at */
#define OTHER_NAME_AT (__builtin_offsetof(struct scratch, rest) + 2048)
#define TEXT_AT (__builtin_offsetof(struct scratch, rest) + sizeof(struct open_part))
#define CLIMBS 1
#define UNCLEAN 2

static __always_inline __u32 class_of_flags(__u64 flags, bool failed) {
    return (flags & 3) | (flags & 0100 ? FLAG_CREATE : 0) | (flags & 01000 ? FLAG_TRUNCATE : 0) |
           (flags & 0200000 ? FLAG_DIRECTORY : 0) | (flags & 020000000 ? FLAG_TMPFILE : 0) | (failed ? FLAG_FAILED : 0);
}

static __always_inline __u32 open_of(struct call *call) {
    return (call->type - 1) & (FILTERED_OPENS - 1);
}

/* Texts lie in memory whose size is a power of two; mask is that less one. The barrier keeps the place that is masked
 * the one that is used. */
static __always_inline __u8 byte_in(const __u8 *memory, __u32 mask, __u32 at) {
    asm volatile("" : "+r"(at));
    return memory[at & mask];
}

#define SCRATCH_MASK 16383 /* the scratch memory's first half: the names, the header, and the beginning of the rest */

static __always_inline __u8 byte_at(struct scratch *s, __u32 at) {
    return byte_in((__u8 *)s, SCRATCH_MASK, at);
}

/* The outcome of a trie for a text, from its first byte on, forwards (step 1) or backwards (-1). */
static __always_inline __u32 outcome(const __u64 *trie, const __u8 *memory, __u32 mask, __u32 first, __s32 step,
                                     __u32 length) {
    const struct trie_cell *cells = (const void *)trie, *cell = cells;
    __u32 state = 0;
    for (__u32 i = 0; i < NAME_LIMIT; i++) {
        if (i >= length)
            return cell->ended;
        __u32 next = (cell->base + byte_in(memory, mask, first + i * step)) & (TRIE_CELLS - 1);
        const struct trie_cell *there = &cells[next];
        if (there->owner != state)
            break;
        state = next;
        cell = there;
    }
    return cell->outcome;
}

/* The same for names in the scratch memory; global functions, so that the verifier looks at each once. */
__noinline __u32 follow(__u32 half, __u32 from, __u32 length) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    return s ? outcome(passes[half & 1].beginnings, (__u8 *)s, SCRATCH_MASK, from, 1, length) : 0;
}

__noinline __u32 follow_back(__u32 half, __u32 from, __u32 length) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    return s ? outcome(passes[half & 1].endings, (__u8 *)s, SCRATCH_MASK, from + length - 1, -1, length) : 0;
}

/* What a name leaves. */
static __always_inline __u64 of_name(__u32 half, __u32 open, struct scratch *s, __u32 from, __u32 length) {
    if (length == 0 || length >= NAME_LIMIT || byte_at(s, from) != '/')
        return ~0ull;
    struct pass *p = &passes[half & 1];
    __u64 left = MASK_AT(p->path, open * TRIE_OUTCOMES + (follow(half, from, length) & (TRIE_OUTCOMES - 1)));
    if (left)
        left &= MASK_AT(p->ending, open * TRIE_OUTCOMES + (follow_back(half, from, length) & (TRIE_OUTCOMES - 1)));
    return left;
}

/* Eight bytes of the same memory. */
static __always_inline __u64 word_at(struct scratch *s, __u32 at) {
    asm volatile("" : "+r"(at));
    return *(__u64 *)((__u8 *)s + (at & 16383));
}

#define ONES 0x0101010101010101ull
#define HIGHS (ONES << 7)

/* The high bits of the bytes of a word that are a given one. */
static __always_inline __u64 bytes_that_are(__u64 word, __u8 byte) {
    __u64 differs = word ^ byte * ONES;
    return ~(((differs & ~HIGHS) + ~HIGHS) | differs) & HIGHS;
}

/* The bits of a word's bytes in a text of which so many are left. */
static __always_inline __u64 within(__u32 left) {
    return left < 8 ? (1ull << left * 8) - 1 : ~0ull;
}

/* Whether two pieces of the scratch memory are the same. */
__noinline __u32 compare(__u32 one, __u32 other, __u32 length) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s)
        return 0;
    for (__u32 at = 0; at < NAME_LIMIT; at += 8) {
        if (at >= length)
            return 1;
        if ((word_at(s, one + at) ^ word_at(s, other + at)) & within(length - at))
            return 0;
    }
    return 0;
}

/* Whether a path climbs, as rules see it ("../"), and whether it may be one that cleaning changes: words at a time,
 * each with what the one before ended with. */
__noinline __u32 shape(__u32 from, __u32 length) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s || length == 0 || length >= NAME_LIMIT)
        return CLIMBS | UNCLEAN;
    __u64 climbs = 0, unclean = 0, dots_before = 0, slashes_before = 0;
    for (__u32 at = 0; at < NAME_LIMIT; at += 8) {
        if (at >= length)
            break;
        __u64 word = word_at(s, from + at) & within(length - at);
        __u64 dots = bytes_that_are(word, '.'), slashes = bytes_that_are(word, '/');
        climbs |= (dots << 16 | dots_before >> 48) & (dots << 8 | dots_before >> 56) & slashes;
        unclean |= (slashes << 8 | slashes_before >> 56) & (slashes | dots);
        dots_before = dots;
        slashes_before = slashes;
    }
    return (climbs ? CLIMBS : 0) | (unclean || byte_at(s, from + length - 1) == '/' ? UNCLEAN : 0);
}

/* Whether the text there, of such a length, is where the host has mounted a file system. */
static __always_inline bool lies_at(struct host_mount *mount, const __u8 *memory, __u32 mask, __u32 from,
                                    __u32 length) {
    if (length != mount->length)
        return false;
    for (__u32 i = 0; i < NAME_LIMIT; i++) {
        if (i >= length)
            return true;
        if (byte_in(memory, mask, from + i) != mount->point[i])
            return false;
    }
    return false;
}

/* A name's length, as one that older verifiers can see to be short: they forget what was compared. */
static __always_inline __u32 short_length(__u32 length) {
    asm volatile("" : "+r"(length));
    return length & 255;
}

/* What the name leaves under which the host sees the file: see Mounts.hostName. Nothing more if it has none, or the
 * same as the kernel's. */
__noinline __u64 of_host_name(__u32 half, __u32 open) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s || open >= FILTERED_OPENS)
        return ~0ull;
    struct open_part *part = (void *)s->rest;
    __u32 device = part->dev;
    struct host_mount *mount = bpf_map_lookup_elem(&host_mounts, &device);
    if (!mount) /* overlays are containers' roots, which the host does not see; others may have been mounted just now */
        return part->file_bits & (FILE_UPPER_LAYER | FILE_LOWER_LAYER) ? 0 : ~0ull;
    __u32 length = s->header.name_length[0], place = s->header.name_length[2], below = part->place_length;
    if (mount->kind != MOUNT_WHOLE || below > length || length >= NAME_LIMIT || place >= NAME_LIMIT ||
        mount->length >= NAME_LIMIT)
        return ~0ull;
    __u32 outside = length - below, name = NAMES_SIZE - length;
    if (!place && lies_at(mount, (__u8 *)s, SCRATCH_MASK, name, outside))
        return 0;
    __u32 at = short_length(mount->length);
    __u8 *to = (__u8 *)s + OTHER_NAME_AT;
    bpf_probe_read_kernel(to, at, mount->point);
    place = short_length(place);
    __u32 second = NAMES_SIZE - length - s->header.name_length[1] - place;
    bpf_probe_read_kernel(to + at, place, (__u8 *)s + (second & (NAMES_SIZE - 1)));
    at += place;
    below = short_length(below);
    bpf_probe_read_kernel(to + at, below, (__u8 *)s + ((name + outside) & (NAMES_SIZE - 1)));
    return of_name(half, open, s, OTHER_NAME_AT, at + below);
}

/* What the names of an opened file leave. Rules see it under the name that the program gave, made absolute and cleaned,
 * under the kernel's and under the host's; a match under any of them counts. */
__noinline __u64 of_names(__u32 half, __u32 open) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s || open >= FILTERED_OPENS)
        return ~0ull;
    struct pass *p = &passes[half & 1];
    __u32 length = s->header.name_length[0], base = s->header.name_length[1], given = s->header.text_length[0];
    bool opened = s->header.result >= 0;
    if (given == 0 || given >= NAME_LIMIT || length >= NAME_LIMIT || (opened && !length))
        return ~0ull;
    __u32 name = NAMES_SIZE - length, same = 0;
    bool absolute = byte_at(s, TEXT_AT) == '/';
    if (absolute) {
        if (given == length)
            same = compare(name, TEXT_AT, given);
    } else if (base) {
        __u32 before = base == 1 ? 0 : base; /* "/" and what follows have one slash between them */
        if (length == before + 1 + given && byte_at(s, name + before) == '/' &&
            compare(name, NAMES_SIZE - length - base, before))
            same = compare(name + before + 1, TEXT_AT, given);
    }
    __u32 found = shape(TEXT_AT, given);
    __u64 left = MASK_AT(p->climbs, open * 2 + (found & CLIMBS));
    if (!left)
        return 0;
    __u64 named = 0;
    if (!same)
        named = absolute && !(found & UNCLEAN) ? of_name(half, open, s, TEXT_AT, given) : ~0ull;
    if (opened)
        named |= of_name(half, open, s, name, length) | of_host_name(half, open);
    return left & named;
}

/* Looks at the names of an open whose record is complete but for its header. */
static __always_inline void look_at_names(struct call *call) {
    if (!call->opens || !call->clauses)
        return;
    call->clauses &= of_names(call->half, open_of(call));
    if (call->clauses)
        settle(call);
}

#endif
