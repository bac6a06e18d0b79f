/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The kernel's copies of paths. The kernel copies each path of a syscall once, to an object of the slab cache
 * "names_cache". It frees the copy before the syscall ends (getname and putname in fs/namei.c). A hook on putname shows
 * it. On kernels without hooks, the tracepoint of the allocator does, before the object is freed. */
#ifndef TIERCEL_NAME_COPIES_H
#define TIERCEL_NAME_COPIES_H

#include "call_memory.h"
#include "kernel_path.h"
#include "prefilter_early_open.h"
#include "syscall.h"

#define NAMES_CACHE 0x61635f73656d616eull /* the beginning of its name */

/* Runs for each object that the kernel frees, so the usual answer takes one comparison. */
static __always_inline bool is_names_cache(struct kmem_cache *cache) {
    __u64 known = config.names_cache;
    if (known)
        return (__u64)cache == known;
    __u64 name = 0;
    bpf_probe_read_kernel(&name, sizeof name, cache->name);
    if (name != NAMES_CACHE)
        return false;
    config.names_cache = (__u64)cache;
    return true;
}

static __always_inline bool opens_path(__u32 syscall) {
    return syscall == SYS_openat || syscall == SYS_open || syscall == SYS_creat || syscall == SYS_openat2;
}

/* Copies a text by words, which is faster than the helper for texts. It may read up to seven bytes after the text. The
 * length is written to memory, so that the verifier has one state after the loop. */
static __always_inline void copy_name(struct passed_path *h, __u64 text) {
    h->length = MAX_PATH_MATCH;
    for (__u32 at = 0; at < MAX_PATH_MATCH; at += 8) {
        __u64 word = typed_word((void *)text + at);
        __u64 zeros = zero_bytes(word);
        *(__u64 *)&h->passed[PASSED_OFFSET + at] = word;
        if (zeros) {
            h->length = at + bytes_before(zeros);
            break;
        }
    }
}

/* Remembers the path of an open for the CPU only: nothing sleeps between here and the exit. If the task moves to
 * another CPU, or another one opens a file in between, the text of user memory counts. */
static __always_inline void remember_opened_path(struct task_struct *task, __u32 syscall, __u64 address, __u64 text) {
    __u32 zero = 0;
    struct passed_path *h = bpf_map_lookup_elem(&passed_paths, &zero);
    if (!h)
        return;
    h->task = (__u64)task;
    h->address = address;
    if (settings.read_variant == READ_TYPED)
        copy_name(h, text);
    else
        h->length = bpf_probe_read_kernel_str(&h->passed[PASSED_OFFSET], MAX_PATH_MATCH + 1, (void *)text) - 1;
    if (h->length >= MAX_PATH_MATCH) {
        h->length = MAX_PATH_MATCH;
        remember_path(syscall, address, text);
    }
}

/* Remembers the path of a struct filename, or a text without one, which then has the address 0. */
static __always_inline void handle_name(__u64 filename, __u64 text) {
    __u64 address = 0;
    struct task_struct *task = bpf_get_current_task_btf();
    struct syscall_id id = identify_syscall(task, (void *)bpf_task_pt_regs(task));
    if (id.nr >= sizeof config.syscall_flags || !(config.syscall_flags[id.nr] & SYSCALL_PATHS))
        return;
    if (filename) {
        if (!bpf_core_field_exists(struct filename, uptr))
            return;
        address = kernel_word((void *)filename + bpf_core_field_offset(struct filename, uptr));
        if (!address) /* a name that the kernel made itself */
            return;
    }
    if (opens_path(id.nr))
        remember_opened_path(task, id.nr, address, text);
    else
        remember_path(id.nr, address, text);
}

/* A freed object is a struct filename with the text at its end, or the text alone if it is very long. */
static __always_inline void handle_name_free(__u64 object) {
    __u64 text = object + bpf_core_field_offset(struct filename, iname);
    if (kernel_word((void *)object) == text)
        handle_name(object, text);
    else
        handle_name(0, object);
}

/* The argument of putname can be an error. */
static __always_inline void handle_putname(__u64 filename) {
    if (filename && filename < -4095ull)
        handle_name(filename, kernel_word((void *)filename));
}

#endif
