/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The prefilter for opens: open flags and paths. */
#ifndef TIERCEL_PREFILTER_PATHS_H
#define TIERCEL_PREFILTER_PATHS_H

#include "kernel_path.h"
#include "known_files.h"
#include "prefilter.h"

#define MAX_PATH_MATCH 255 /* longer paths are not matched */
#define HOST_PATH_OFFSET (__builtin_offsetof(struct scratch, rest) + 2048)
#define NAMES_TRUNCATED (MARK_NAME_0_TRUNCATED | MARK_NAME_1_TRUNCATED | MARK_NAME_2_TRUNCATED)
#define TEXT_OFFSET (__builtin_offsetof(struct scratch, rest) + sizeof(struct open_body))
#define HAS_DOTDOT 1
#define NOT_CANONICAL 2

/* Open flags of x86-64 (include/uapi/asm-generic/fcntl.h), as in the prefilter's tables. */
#define O_ACCMODE 3
#define O_CREAT 0100
#define O_TRUNC 01000
#define O_DIRECTORY 0200000
#define O_TMPFILE_BIT 020000000

static __always_inline __u32 open_flag_class(__u64 flags, bool failed) {
    return (flags & O_ACCMODE) | (flags & O_CREAT ? FLAG_CREATE : 0) | (flags & O_TRUNC ? FLAG_TRUNCATE : 0) |
           (flags & O_DIRECTORY ? FLAG_DIRECTORY : 0) | (flags & O_TMPFILE_BIT ? FLAG_TMPFILE : 0) |
           (failed ? FLAG_FAILED : 0);
}

static __always_inline __u32 open_index(struct syscall *call) {
    return (call->event_type - 1) & (FILTERED_OPENS - 1);
}

/* Reads a byte of memory whose size is a power of two; mask is the size less one. The barrier keeps the compiler
 * from dropping the mask. */
static __always_inline __u8 byte_in(const __u8 *memory, __u32 mask, __u32 at) {
    asm volatile("" : "+r"(at));
    return memory[at & mask];
}

#define SCRATCH_MASK 16383 /* the first half of the scratch memory: names, header and the beginning of the rest */

static __always_inline __u8 byte_at(struct scratch *s, __u32 at) {
    return byte_in((__u8 *)s, SCRATCH_MASK, at);
}

/* A text in the scratch memory. At least 512 bytes from its start belong to this memory. */
static __always_inline __u8 *text_at(struct scratch *s, __u32 from) {
    asm volatile("" : "+r"(from));
    return (__u8 *)s + (from & SCRATCH_MASK);
}

/* Walks a trie along a text, from its start or backwards from its end, and returns the outcome. 256 bytes of the text
 * are readable. */
static __always_inline __u32 trie_outcome(const __u64 *trie, const __u8 *text, bool backwards, __u32 length) {
    const struct trie_cell *cells = (const void *)trie, *cell = cells;
    __u32 state = 0;
    for (__u32 i = 0; i < MAX_PATH_MATCH; i++) {
        if (i >= length)
            return cell->outcome_at_end;
        __u8 byte = backwards ? byte_in(text, 255, length - 1 - i) : text[i];
        __u32 next = (cell->base + byte) & (TRIE_CELLS - 1);
        const struct trie_cell *there = &cells[next];
        if (there->check != state)
            break;
        state = next;
        cell = there;
    }
    return cell->outcome;
}

/* The same for names in the scratch memory. These are global functions so that the verifier checks each once. */
__noinline __u32 match_prefix(__u32 table, __u32 from, __u32 length) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    return s ? trie_outcome(prefilter_tables[table & 1].prefix_trie, text_at(s, from), false, length) : 0;
}

__noinline __u32 match_suffix(__u32 table, __u32 from, __u32 length) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    return s ? trie_outcome(prefilter_tables[table & 1].suffix_trie, text_at(s, from), true, length) : 0;
}

/* The disjuncts that a path leaves. */
static __always_inline __u64 path_disjuncts(__u32 table, __u32 open, struct scratch *s, __u32 from, __u32 length) {
    if (length == 0 || length >= MAX_PATH_MATCH || byte_at(s, from) != '/')
        return ~0ull;
    struct prefilter_tables *p = &prefilter_tables[table & 1];
    __u64 left =
        MASK_AT(p->path_prefix, open * TRIE_OUTCOMES + (match_prefix(table, from, length) & (TRIE_OUTCOMES - 1)));
    if (left)
        left &=
            MASK_AT(p->path_suffix, open * TRIE_OUTCOMES + (match_suffix(table, from, length) & (TRIE_OUTCOMES - 1)));
    return left;
}

/* Reads eight bytes of the scratch memory. */
static __always_inline __u64 word_at(struct scratch *s, __u32 at) {
    asm volatile("" : "+r"(at));
    return *(__u64 *)((__u8 *)s + (at & 16383));
}

#define LOW_BITS 0x0101010101010101ull
#define HIGH_BITS (LOW_BITS << 7)

/* Sets the high bit of each byte of the word that equals `byte`. */
static __always_inline __u64 bytes_equal_to(__u64 word, __u8 byte) {
    __u64 differs = word ^ byte * LOW_BITS;
    return ~(((differs & ~HIGH_BITS) + ~HIGH_BITS) | differs) & HIGH_BITS;
}

/* Finds the zero bytes of a word. The lowest bit that is set belongs to the first one. */
static __always_inline __u64 zero_bytes(__u64 word) {
    return (word - LOW_BITS) & ~word & HIGH_BITS;
}

/* The number of bytes before the first zero byte, of zero_bytes that found one. */
static __always_inline __u32 bytes_before(__u64 zeros) {
    __u64 up_to_zero = (zeros - 1) & ~zeros & LOW_BITS; /* one bit for each byte up to the zero */
    return (up_to_zero * LOW_BITS >> 56) - 1;
}

/* A mask of the bytes of a word that belong to a text with `left` bytes left. */
static __always_inline __u64 tail_mask(__u32 left) {
    return left < 8 ? (1ull << left * 8) - 1 : ~0ull;
}

/* Returns 1 if two ranges of the scratch memory are equal. The last word is compared after the loop: the fewer branches
 * a loop has, the fewer states the verifier visits. */
__noinline __u32 bytes_equal(__u32 one, __u32 other, __u32 length) {
    __u32 zero = 0, at;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s)
        return 0;
    __u64 differences = 0;
    for (at = 0; at < MAX_PATH_MATCH - 8; at += 8) {
        if (at + 8 > length)
            break;
        differences |= word_at(s, one + at) ^ word_at(s, other + at);
    }
    return !(differences | ((word_at(s, one + at) ^ word_at(s, other + at)) & tail_mask(length - at)));
}

/* What path_shape has found so far. The high bit of each byte counts. */
struct shape {
    __u64 dotdots;
    __u64 non_canonical;
    __u64 dots_before; /* in the word before */
    __u64 slashes_before;
};

static __always_inline void add_to_shape(struct shape *shape, __u64 word) {
    __u64 dots = bytes_equal_to(word, '.'), slashes = bytes_equal_to(word, '/');
    shape->dotdots |= (dots << 16 | shape->dots_before >> 48) & (dots << 8 | shape->dots_before >> 56) & slashes;
    shape->non_canonical |= (slashes << 8 | shape->slashes_before >> 56) & (slashes | dots);
    shape->dots_before = dots;
    shape->slashes_before = slashes;
}

/* Returns whether a path contains "../", as rules see it, and whether it may be non-canonical. It works on words,
 * and carries the end of each word into the next. */
__noinline __u32 path_shape(__u32 from, __u32 length) {
    __u32 zero = 0, at;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || length == 0 || length >= MAX_PATH_MATCH)
        return HAS_DOTDOT | NOT_CANONICAL;
    struct shape shape = {};
    for (at = 0; at < MAX_PATH_MATCH - 8; at += 8) {
        if (at + 8 > length)
            break;
        add_to_shape(&shape, word_at(s, from + at));
    }
    add_to_shape(&shape, word_at(s, from + at) & tail_mask(length - at));
    bool ends_with_slash = byte_at(s, from + length - 1) == '/';
    return (shape.dotdots ? HAS_DOTDOT : 0) | (shape.non_canonical || ends_with_slash ? NOT_CANONICAL : 0);
}

/* Returns true if a text, of which 256 bytes are readable, is the mount point of the mount. */
static __always_inline bool is_mount_path(struct host_mount *mount, const __u8 *text, __u32 length) {
    const __u8 *path = mount->path; /* as a pointer, whose words clang reads at once */
    __u32 at;
    __u64 differences = 0;
    if (length != mount->length || length >= MAX_PATH_MATCH)
        return false;
    barrier_var(length); /* keeps the limit of the loop, without which older verifiers reject it */
    for (at = 0; at < MAX_PATH_MATCH - 8; at += 8) {
        if (at + 8 > length)
            break;
        differences |= *(__u64 *)&text[at] ^ *(__u64 *)&path[at];
    }
    differences |= (*(__u64 *)&text[at] ^ *(__u64 *)&path[at]) & tail_mask(length - at);
    return !differences;
}

/* Bounds a length for older verifiers, which forget comparisons. */
static __always_inline __u32 bounded_length(__u32 length) {
    asm volatile("" : "+r"(length));
    return length & 255;
}

/* Returns the disjuncts that can still match the host's path of the file (MountTable.hostPath). Returns 0 if the host
 * has no path for it, or the kernel's path. */
__noinline __u64 host_path_disjuncts(__u32 table, __u32 open) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || open >= FILTERED_OPENS)
        return ~0ull;
    struct open_body *body = (void *)s->rest;
    __u32 device = body->dev;
    struct host_mount *mount = bpf_map_lookup_elem(&host_mounts, &device);
    if (!mount) /* the host does not see overlay mounts, which are container roots; other file systems may have been
                   mounted just now */
        return body->file_flags & (FILE_UPPER_LAYER | FILE_LOWER_LAYER) ? 0 : ~0ull;
    __u32 length = s->header.name_length[0], fs_path = s->header.name_length[2], below = body->fs_path_length;
    if (mount->kind != MOUNT_FULL || below > length || length >= MAX_PATH_MATCH || fs_path >= MAX_PATH_MATCH ||
        mount->length >= MAX_PATH_MATCH)
        return ~0ull;
    __u32 outside = length - below, name = NAMES_SIZE - length;
    if (!fs_path && is_mount_path(mount, text_at(s, name), outside))
        return 0;
    __u32 at = bounded_length(mount->length);
    __u8 *to = (__u8 *)s + HOST_PATH_OFFSET;
    bpf_probe_read_kernel(to, at, mount->path);
    fs_path = bounded_length(fs_path);
    __u32 second = NAMES_SIZE - length - s->header.name_length[1] - fs_path;
    bpf_probe_read_kernel(to + at, fs_path, (__u8 *)s + (second & (NAMES_SIZE - 1)));
    at += fs_path;
    below = bounded_length(below);
    bpf_probe_read_kernel(to + at, below, (__u8 *)s + ((name + outside) & (NAMES_SIZE - 1)));
    return path_disjuncts(table, open, s, HOST_PATH_OFFSET, at + below);
}

/* Returns the disjuncts that can still match the name of the known file that the current syscall opened. */
__noinline __u64 known_path_disjuncts(__u32 table, __u32 open) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!s || !c || open >= FILTERED_OPENS)
        return ~0ull;
    struct known_file *known = bpf_map_lookup_elem(&known_files, &c->known_file);
    if (!known) /* user space has just removed it */
        return ~0ull;
    bpf_probe_read_kernel((__u8 *)s + HOST_PATH_OFFSET, sizeof known->path, known->path);
    return path_disjuncts(table, open, s, HOST_PATH_OFFSET, known->length);
}

/* Returns the disjuncts that can still match a path of the file. Rules see the path as passed, absolute and canonical,
 * the kernel's path, the host's path and the name of a known file. A match of any of them counts. */
__noinline __u64 all_path_disjuncts(__u32 table, __u32 open) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || open >= FILTERED_OPENS)
        return ~0ull;
    struct prefilter_tables *p = &prefilter_tables[table & 1];
    __u32 length = s->header.name_length[0], base = s->header.name_length[1], passed = s->header.text_length[0];
    bool opened = s->header.result >= 0;
    if (passed == 0 || passed >= MAX_PATH_MATCH || length >= MAX_PATH_MATCH || (opened && !length) ||
        s->header.marks & NAMES_TRUNCATED)
        return ~0ull;
    __u32 name = NAMES_SIZE - length, same = 0;
    bool absolute = byte_at(s, TEXT_OFFSET) == '/';
    if (absolute) {
        if (passed == length)
            same = bytes_equal(name, TEXT_OFFSET, passed);
    } else if (base) {
        __u32 before = base == 1 ? 0 : base; /* joining "/" and a relative path adds no slash */
        if (length == before + 1 + passed && byte_at(s, name + before) == '/' &&
            bytes_equal(name, NAMES_SIZE - length - base, before))
            same = bytes_equal(name + before + 1, TEXT_OFFSET, passed);
    }
    __u32 found = path_shape(TEXT_OFFSET, passed);
    __u64 left = MASK_AT(p->dotdot, open * 2 + (found & HAS_DOTDOT));
    if (!left)
        return 0;
    __u64 named = 0;
    if (!same)
        named = absolute && !(found & NOT_CANONICAL) ? path_disjuncts(table, open, s, TEXT_OFFSET, passed) : ~0ull;
    if (opened)
        named |= path_disjuncts(table, open, s, name, length) | host_path_disjuncts(table, open);
    if (opened && ((struct open_body *)s->rest)->known_file)
        named |= known_path_disjuncts(table, open);
    return left & named;
}

/* Checks the paths of an open whose record is complete except for its header. */
static __always_inline void check_paths(struct syscall *call) {
    if (!call->is_open || !call->disjuncts)
        return;
    call->disjuncts &= all_path_disjuncts(call->table, open_index(call));
    if (call->disjuncts)
        check_process(call, 0);
}

#endif
