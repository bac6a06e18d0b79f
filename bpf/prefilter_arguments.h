/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The prefilter for syscalls that change files, such as unlink and rename: their paths, and the target of a symbolic
 * link. It runs when the record has all texts and names.
 *
 * Rules see each path as passed, absolute and canonical, and then the kernel's names of the changed files. A path that
 * is canonical when it is joined to its base directory has only one form, which is compared here. All other paths keep
 * all disjuncts. */
#ifndef TIERCEL_PREFILTER_ARGUMENTS_H
#define TIERCEL_PREFILTER_ARGUMENTS_H

#include "prefilter_paths.h"

#define MAX_ARGUMENT_TEXTS 1024 /* end of the texts that are compared; joined paths are behind */
#define REST_OFFSET (__builtin_offsetof(struct scratch, rest))
#define JOINED_OFFSET(which) (HOST_PATH_OFFSET + (which) * 1024)
#define FOUND_NOT_CANONICAL 1

/* A range of the scratch memory in one number, which global functions can pass: offset and length. 0: none. */
#define RANGE(from, length) ((__u64)(from) << 32 | (length))
#define RANGE_START(range) ((__u32)((range) >> 32))
#define RANGE_LENGTH(range) ((__u32)(range))

/* Returns a bit for each substring of rules that a text contains. An automaton finds all of them in one pass (Aho and
 * Corasick, Efficient string matching, 1975). A slash is behind the text for as long, so that it also finds "/." there.
 */
__noinline __u64 found_substrings(__u32 table, __u32 from, __u32 length) {
    __u32 zero = 0, state = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s)
        return FOUND_NOT_CANONICAL;
    struct prefilter_tables *p = &prefilter_tables[table & 1];
    __u8 *text = text_at(s, from);
    __u64 found = 0;
    __u8 after = text[bounded_length(length)];
    text[bounded_length(length)] = '/';
    for (__u32 i = 0; i <= MAX_PATH_MATCH; i++) {
        if (i > length)
            break;
        __u32 class = p->byte_class[text[i]];
        state = byte_in(p->substring_next, sizeof p->substring_next - 1, state * BYTE_CLASSES + class);
        found |= MASK_AT(p->substring_found, state);
    }
    text[bounded_length(length)] = after;
    return found;
}

/* Returns the disjuncts that can still match a text with these substrings. */
static __always_inline __u64 substring_disjuncts(struct prefilter_tables *p, __u32 row, __u64 found) {
    __u64 left = MASK_AT(p->path_substring, row * SUBSTRINGS);
    found &= ~(__u64)FOUND_NOT_CANONICAL;
    if (!found)
        return left;
    for (__u32 i = 1; i < SUBSTRINGS; i++)
        left |= found >> i & 1 ? MASK_AT(p->path_substring, row * SUBSTRINGS + i) : 0;
    return left;
}

#define PROC_PREFIX 0x2f636f72702full /* "/proc/" */

/* Returns true if a path may lead through a process, such as /proc/self/root: user space then adds where it leads to.
 */
static __always_inline bool is_through_proc(struct scratch *s, __u32 from) {
    return (word_at(s, from) & 0xffffffffffffull) == PROC_PREFIX;
}

/* Returns the disjuncts that can still match a text. A string has only one form, and need not be a path. The automaton
 * runs only if it matters: most paths have no component that starts with a dot. */
__noinline __u64 text_disjuncts(__u32 table, __u32 row, __u64 text, __u32 string) {
    struct prefilter_tables *p = &prefilter_tables[table & 1];
    __u32 zero = 0, from = RANGE_START(text), length = RANGE_LENGTH(text);
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || length == 0 || length >= MAX_PATH_MATCH || (!string && byte_at(s, from) != '/') ||
        is_through_proc(s, from))
        return ~0ull;
    __u32 outcome = match_prefix(table, from, length);
    __u64 left = MASK_AT(p->path_prefix, row * TRIE_OUTCOMES + (outcome & (TRIE_OUTCOMES - 1)));
    if (left) {
        outcome = match_suffix(table, from, length);
        left &= MASK_AT(p->path_suffix, row * TRIE_OUTCOMES + (outcome & (TRIE_OUTCOMES - 1)));
    }
    bool canonical = string || !(path_shape(from, length) & NOT_CANONICAL);
    if (canonical && !(left & ~MASK_AT(p->path_substring, row * SUBSTRINGS)))
        return left;
    __u64 found = found_substrings(table, from, length);
    if (!string && found & FOUND_NOT_CANONICAL)
        return ~0ull;
    return left & substring_disjuncts(p, row, found);
}

/* Returns the range of a path joined to its base directory; 0 if the directory is unknown or the path is too long. */
__noinline __u64 join_path(__u32 which, __u64 text) {
    __u32 zero = 0, from = RANGE_START(text), length = RANGE_LENGTH(text);
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    which &= 1;
    if (!s || length == 0 || length >= MAX_PATH_MATCH)
        return 0;
    if (byte_at(s, from) == '/')
        return text;
    __u32 base = s->header.name_length[which];
    __u32 name = NAMES_SIZE - s->header.name_length[0] - (which ? base : 0);
    if (base == 0 || base + 1 + length >= MAX_PATH_MATCH || byte_at(s, name) != '/')
        return 0;
    if (base == 1) /* joining "/" and a relative path adds no slash */
        base = 0;
    __u8 *to = (__u8 *)s + JOINED_OFFSET(0) + (which ? JOINED_OFFSET(1) - JOINED_OFFSET(0) : 0);
    __u32 at = bounded_length(base);
    bpf_probe_read_kernel(to, at, (__u8 *)s + (name & (NAMES_SIZE - 1)));
    to[at] = '/';
    bpf_probe_read_kernel(to + at + 1, bounded_length(length), (__u8 *)s + (from & SCRATCH_MASK));
    return RANGE(to - (__u8 *)s, base + 1 + length);
}

/* Returns the length of a name in the scratch memory up to its first NUL, or MAX_PATH_MATCH. */
__noinline __u32 length_to_nul(__u32 from, __u32 length) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s)
        return MAX_PATH_MATCH;
    const __u8 *text = text_at(s, from);
    __u32 found = MAX_PATH_MATCH;
    for (__u32 at = 0; at < MAX_PATH_MATCH; at += 8) {
        __u64 zeros = zero_bytes(*(__u64 *)&text[at]);
        if (zeros) {
            found = at + bytes_before(zeros);
            break;
        }
    }
    return found < length ? found : MAX_PATH_MATCH;
}

/* Returns the disjuncts that can still match a text as passed and, if there is one, the kernel's name of the file. */
static __always_inline __u64 argument_disjuncts(__u32 table, __u32 row, __u64 passed, __u64 kernel, bool string) {
    __u64 left = text_disjuncts(table, row, passed, string);
    if (kernel && (RANGE_LENGTH(kernel) != RANGE_LENGTH(passed) ||
                   !bytes_equal(RANGE_START(kernel), RANGE_START(passed), RANGE_LENGTH(passed))))
        left |= text_disjuncts(table, row, kernel, string);
    return left;
}

/* Returns the disjuncts that can still match the texts of the current record, the first of which is at offset `texts`
 * of the rest. Bits of `strings`: the text is not a path. Disjuncts must survive for each argument, because each has a
 * row. */
__noinline __u64 all_argument_disjuncts(__u32 table, __u32 type, __u32 texts, __u32 end, __u32 strings) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || end > MAX_ARGUMENT_TEXTS || s->header.marks & NAMES_TRUNCATED)
        return ~0ull;
    struct prefilter_tables *p = &prefilter_tables[table & 1];
    __u32 row = p->argument_row[type & (FILTERED_TYPES - 1)];
    bool two = p->argument_count[type & (FILTERED_TYPES - 1)] > 1;
    __u32 length = s->header.text_length[0], names = s->header.name_length[2];
    if (length >= MAX_PATH_MATCH) /* also a text that could not be read */
        return ~0ull;
    __u64 first = RANGE(REST_OFFSET + texts, length), kernel_first = 0, second = 0, kernel_second = 0;
    if (!(strings & 1))
        first = join_path(0, first);
    if (names) {
        __u32 name = NAMES_SIZE - s->header.name_length[0] - s->header.name_length[1] - names;
        __u32 part = two ? length_to_nul(name, names) : names;
        if (part >= MAX_PATH_MATCH)
            return ~0ull;
        kernel_first = RANGE(name, part);
        kernel_second = RANGE(name + part + 1, names - part - 1);
    }
    __u64 left = argument_disjuncts(table, row, first, kernel_first, strings & 1);
    if (!two || !left)
        return left;
    second = RANGE(REST_OFFSET + texts + length, s->header.text_length[1]);
    if (!(strings & 2))
        second = join_path(1, second);
    return left & argument_disjuncts(table, row + 1, second, kernel_second, strings & 2);
}

/* Checks the texts of a syscall whose record is complete except for its header. Returns true if the event is dropped.
 * A text that changed during the call keeps the event (prefilter.h). */
static __always_inline bool is_filtered_by_arguments(struct syscall *call, struct scratch *s, __u32 texts, __u32 end,
                                                     __u32 strings) {
    struct prefilter_tables *p = &prefilter_tables[call->table & 1];
    __u32 type = call->event_type & (FILTERED_TYPES - 1);
    if (!type || !call->disjuncts || !p->argument_count[type])
        return false;
    call->disjuncts &= all_argument_disjuncts(call->table, type, texts, end, strings);
    if (call->disjuncts)
        check_process(call, CHECK_MASK);
    return !call->changed && !(s->header.marks & MARK_ARGUMENTS_CHANGED) && is_filtered(call);
}

#endif
