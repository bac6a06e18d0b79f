/* The first pass over opens, by flags and by names. */
#ifndef TIERCEL_FIRST_FILES_H
#define TIERCEL_FIRST_FILES_H

#define NAME_LIMIT 255 /* longer names are not looked at */
#define OTHER_NAME_AT (__builtin_offsetof(struct scratch, rest) + 2048)
#define TEXT_AT (__builtin_offsetof(struct scratch, rest) + sizeof(struct open_part))
#define CLIMBS 1
#define UNCLEAN 2

#define SAME_COMPONENTS 24 /* deeper names are made */

/* Of a name and a text that are the same: where the name's own mount begins in it, and more. */
#define SAME_OUTSIDE 0xff
#define SAME 0x100
#define SAME_FROM_ROOT 0x200 /* the mount shows all of its file system */

static __always_inline __u32 class_of_flags(__u64 flags, bool failed) {
    return (flags & 3) | (flags & 0100 ? FLAG_CREATE : 0) | (flags & 01000 ? FLAG_TRUNCATE : 0) |
           (flags & 0200000 ? FLAG_DIRECTORY : 0) | (flags & 020000000 ? FLAG_TMPFILE : 0) | (failed ? FLAG_FAILED : 0);
}

/* Looks at the flags of an open, which cost nothing. */
static __always_inline void look_at_flags(struct call *call, __u64 flags, __s64 result) {
    if (!call->type || !call->clauses)
        return;
    struct pass *p = &passes[call->half & 1];
    __u32 open = p->open[call->type & (FILTERED_TYPES - 1)] - 1;
    if (open >= FILTERED_OPENS)
        return;
    call->clauses &= MASK_AT(p->flags, open * FLAG_CLASSES + class_of_flags(flags, result < 0));
    __u32 type = call->type & (FILTERED_TYPES - 1);
    __u64 ordinary = MASK_AT(p->comm, type * COMM_CLASSES) &
                     (MASK_AT(p->home, type * 4 + HOME_HOST) | MASK_AT(p->home, type * 4 + HOME_CONTAINER));
    if (call->clauses && !(call->clauses & ordinary))
        settle(call);
}

/* A byte of the scratch memory's first half, which holds the names, the header, and the beginning of the rest. */
static __always_inline __u8 byte_at(struct scratch *s, __u32 at) {
    asm volatile("" : "+r"(at));
    return ((__u8 *)s)[at & 16383];
}

#define DEFINE_FOLLOW(name, trie, place)                                                                               \
    __noinline __u32 name(__u32 half, __u32 from, __u32 length) {                                                      \
        __u32 zero = 0;                                                                                                \
        struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);                                                    \
        struct pass *p = &passes[half & 1];                                                                            \
        __u32 state = 0;                                                                                               \
        if (!s)                                                                                                        \
            return 0;                                                                                                  \
        for (__u32 i = 0; i < NAME_LIMIT; i++) {                                                                       \
            if (i >= length)                                                                                           \
                return p->trie##_ended[state & (TRIE_CELLS - 1)];                                                      \
            __u32 next = (p->trie##_base[state & (TRIE_CELLS - 1)] + byte_at(s, place)) & (TRIE_CELLS - 1);            \
            if (p->trie##_owner[next] != state)                                                                        \
                break;                                                                                                 \
            state = next;                                                                                              \
        }                                                                                                              \
        return p->trie##_outcome[state & (TRIE_CELLS - 1)];                                                            \
    }

/* Outcomes of the tries for a name; global functions, so that the verifier looks at each once. */
DEFINE_FOLLOW(follow, path, from + i)
DEFINE_FOLLOW(follow_back, ending, from + length - 1 - i)

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

/* Whether the scratch memory has there, and for so long, where the host has mounted a file system. */
static __always_inline bool lies_at(struct host_mount *mount, struct scratch *s, __u32 from, __u32 length) {
    if (length != mount->length)
        return false;
    for (__u32 i = 0; i < NAME_LIMIT; i++) {
        if (i >= length)
            return true;
        if (byte_at(s, from + i) != mount->point[i])
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
    if (!place && lies_at(mount, s, name, outside))
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

/* Takes a component off the end of the text if it is there, with its slash; names of up to 24 bytes, and none that ends
 * with two dots, which a rule could take for a climb. Bytes in front of both are shifted out. */
static __always_inline bool step_back(struct scratch *s, const unsigned char *name, __u32 length) {
    __u64 end = s->text_end;
    if (length == 0 || length > 24 || length >= end || end >= NAME_LIMIT)
        return false;
    const unsigned char *behind = name + length;
    __u32 at = TEXT_AT + end;
    __u64 last = kernel_word(behind - 8);
    __u64 differ = last ^ word_at(s, at - 8);
    if (length > 8) {
        if (differ)
            return false;
        differ = kernel_word(behind - 16) ^ word_at(s, at - 16);
    }
    if (length > 16) {
        if (differ)
            return false;
        differ = kernel_word(behind - 24) ^ word_at(s, at - 24);
    }
    if (differ >> (-8 * length & 63) || last >> 48 == 0x2e2e)
        return false;
    s->text_end = end - length - 1;
    return byte_at(s, at - length - 1) == '/';
}

/* Whether a file's name, seen from the root of the task, is the absolute text that the program gave: SAME bits, or 0 if
 * it is not or cannot be told so. */
__noinline __u32 same_as_text(__u64 dentry, __u64 mounted, __u32 length) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s || settings.read_variant != READ_TYPED || length >= NAME_LIMIT || byte_at(s, TEXT_AT) != '/')
        return 0;
    struct task_struct *task = current_task();
    struct dentry *root = task->fs->root.dentry, *d = TYPED(dentry, dentry);
    struct vfsmount *root_mount = task->fs->root.mnt, *v = TYPED(vfsmount, mounted);
    struct mount *m = TYPED(mount, MOUNT_OF(v));
    s->text_end = length;
    s->left_dentry = 0;
    int i;
    for (i = 0; i < SAME_COMPONENTS; i++) {
        if (d == root && v == root_mount)
            break;
        struct dentry *parent = d->d_parent;
        if (d == v->mnt_root) {
            struct mount *above = m->mnt_parent;
            if (above == m)
                break;
            leave(s, d, s->text_end);
            d = m->mnt_mountpoint;
            m = above;
            v = &above->mnt;
            continue;
        }
        if (d == parent || !step_back(s, d->d_name.name, d->d_name.len))
            return 0;
        d = parent;
    }
    leave(s, d, s->text_end);
    if (s->text_end || i >= SAME_COMPONENTS)
        return 0;
    bool from_root = READ(dentry, s->left_dentry, d_parent) == (void *)s->left_dentry;
    return SAME | (from_root ? SAME_FROM_ROOT : 0) | (s->left_at & SAME_OUTSIDE);
}

/* What an opened file's names leave if all are the text that the program gave, as most are; all ones if they are not.
 */
__noinline __u64 of_same_name(__u32 half, __u32 open, __u64 dentry, __u64 mounted) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s || open >= FILTERED_OPENS)
        return ~0ull;
    struct open_part *part = (void *)s->rest;
    __u32 device = part->dev, given = s->header.text_length[0];
    __u32 same = same_as_text(dentry, mounted, given);
    if (!same)
        return ~0ull;
    struct host_mount *mount = bpf_map_lookup_elem(&host_mounts, &device);
    if (!mount && !(part->file_bits & (FILE_UPPER_LAYER | FILE_LOWER_LAYER)))
        return ~0ull;
    if (mount &&
        (mount->kind != MOUNT_WHOLE || !(same & SAME_FROM_ROOT) || !lies_at(mount, s, TEXT_AT, same & SAME_OUTSIDE)))
        return ~0ull;
    struct pass *p = &passes[half & 1];
    return MASK_AT(p->climbs, open * 2) & of_name(half, open, s, TEXT_AT, given);
}

/* Looks at the name of an opened file before it is made: it need not be if it is the text that is there already. */
static __always_inline void look_at_text(struct call *call, struct file *file) {
    if (settings.read_variant != READ_TYPED || !call->type || !call->clauses)
        return;
    struct pass *p = &passes[call->half & 1];
    __u32 open = p->open[call->type & (FILTERED_TYPES - 1)] - 1;
    void *path = (void *)file + bpf_core_field_offset(struct file, f_path);
    call->clauses &= of_same_name(call->half, open, kernel_word(path + bpf_core_field_offset(struct path, dentry)),
                                  kernel_word(path + bpf_core_field_offset(struct path, mnt)));
}

/* Looks at the names of an open whose record is complete but for its header. */
static __always_inline void look_at_names(struct call *call) {
    if (!call->type || !call->clauses)
        return;
    struct pass *p = &passes[call->half & 1];
    __u32 open = p->open[call->type & (FILTERED_TYPES - 1)] - 1;
    call->clauses &= of_names(call->half, open);
    if (call->clauses)
        settle(call);
}

#endif
