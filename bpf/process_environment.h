/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Variables of the dynamic linker in an environment that is too long for a record. */
#ifndef TIERCEL_PROCESS_ENVIRONMENT_H
#define TIERCEL_PROCESS_ENVIRONMENT_H

#include "record.h"

#define ENVIRONMENT_CHUNK 512
#define ENVIRONMENT_PART 32    /* of a chunk, in one call of search_part */
#define ENVIRONMENT_CHUNKS 256 /* of an environment that are searched: 128 KiB */
#define LINKER_VARIABLES 4     /* that are appended */
#define LINKER_VARIABLE_LIMIT 256
#define LINKER_PREFIX 0x004c445fu /* "\0LD_" */

/* 0 for the first letters of LD_PRELOAD, LD_AUDIT and LD_LIBRARY_PATH after the prefix. It does not branch, so that the
 * verifier has one state. */
#define NO_LINKER_VARIABLE(letter) (((letter) ^ 'P') * ((letter) ^ 'A') * ((letter) ^ 'L'))

/* State of the search, in a map so that the verifier states of the loops converge. */
struct linker_search {
    __u64 from; /* not yet searched */
    __u64 end;
    __u32 window; /* the last four bytes */
    __u32 found;  /* further variables are counted only */
    __u64 at[LINKER_VARIABLES];
    __u8 chunk[ENVIRONMENT_CHUNK];
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct linker_search);
} linker_searches SEC(".maps");

/* Searches a part of the chunk for the first letter after a prefix. This is a global function so that the verifier
 * checks few iterations, once. */
__noinline int search_part(__u32 from, __u64 length) {
    __u32 zero = 0;
    struct linker_search *search = bpf_map_lookup_elem(&linker_searches, &zero);
    if (!search)
        return 0;
    __u32 window = search->window;
    for (__u32 i = 0; i < ENVIRONMENT_PART; i++) {
        __u32 at = from + i;
        if (at >= length)
            break;
        asm volatile("" : "+r"(at));
        __u8 byte = search->chunk[at & (ENVIRONMENT_CHUNK - 1)];
        __u32 no_match = (window ^ LINKER_PREFIX) | NO_LINKER_VARIABLE(byte);
        window = window << 8 | byte;
        if (no_match)
            continue;
        __u32 found = search->found;
        if (found < LINKER_VARIABLES)
            search->at[found & (LINKER_VARIABLES - 1)] = search->from + at - (sizeof "LD_" - 1);
        search->found = found + 1;
    }
    search->window = window;
    return 0;
}

/* Searches the next chunk. Returns false at the end, or if the memory cannot be read. This is a global function so that
 * the verifier checks it once. */
__noinline bool search_chunk(void) {
    __u32 zero = 0;
    struct linker_search *search = bpf_map_lookup_elem(&linker_searches, &zero);
    if (!search)
        return false;
    __u64 start = search->from, length = search->end - start;
    if (start >= search->end)
        return false;
    if (length > ENVIRONMENT_CHUNK)
        length = ENVIRONMENT_CHUNK;
    asm volatile("" : "+r"(length));
    if (length > ENVIRONMENT_CHUNK || bpf_probe_read_user(search->chunk, length, (void *)start))
        return false;
    for (__u32 i = 0; i < ENVIRONMENT_CHUNK && i < length; i += ENVIRONMENT_PART)
        search_part(i, length);
    search->from = start + length;
    return true;
}

/* Appends the variables that were found to the environment. This is a global function so that the verifier checks it
 * once. Returns the new offset in the rest. */
__noinline __u32 copy_linker_variables(__u32 used) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    struct linker_search *search = bpf_map_lookup_elem(&linker_searches, &zero);
    if (!s || !search)
        return used;
    struct exec_body *body = (void *)s->rest;
    __u64 start = used, at = used;
    for (__u32 i = 0; i < LINKER_VARIABLES && i < search->found; i++) {
        asm volatile("" : "+r"(at));
        if (at > REST_SIZE - TEXT_LIMIT)
            break;
        s->rest[at] = 0; /* ends the variable before it */
        long n = bpf_probe_read_user_str(&s->rest[at + 1], LINKER_VARIABLE_LIMIT, (void *)search->at[i]);
        if (n <= 0 || n >= LINKER_VARIABLE_LIMIT)
            body->file_flags |= EXEC_ENVIRONMENT_CUT;
        if (n > 0)
            at += n;
    }
    if (search->found > LINKER_VARIABLES)
        body->file_flags |= EXEC_ENVIRONMENT_CUT;
    s->header.text_length[1] += at - start;
    return at;
}

/* Searches an environment that is longer than its text for variables of the dynamic linker, and appends them to the
 * text. An attacker chooses the length of the environment, so the search has a limit, and the record says if it was
 * reached. Returns the new offset in the rest. */
static __always_inline __u32 append_linker_variables(struct scratch *s, __u32 used, __u64 start, __u64 end) {
    struct exec_body *body = (void *)s->rest;
    __u32 zero = 0;
    struct linker_search *search = bpf_map_lookup_elem(&linker_searches, &zero);
    if (!search || s->header.text_length[1] == NO_TEXT) {
        body->file_flags |= EXEC_ENVIRONMENT_CUT;
        return used;
    }
    search->window = search->found = 0;
    search->from = start;
    search->end = end;
    for (int i = 0; i < ENVIRONMENT_CHUNKS && search_chunk(); i++)
        ;
    if (search->from < end)
        body->file_flags |= EXEC_ENVIRONMENT_CUT;
    return search->found ? copy_linker_variables(used) : used;
}

#endif
