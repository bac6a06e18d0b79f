/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Syscalls whose record consists of the arguments and up to three strings or buffers that arguments point to. */
#ifndef TIERCEL_GENERIC_SYSCALLS_H
#define TIERCEL_GENERIC_SYSCALLS_H

#include "kernel_copies.h"
#include "kernel_path.h"
#include "prefilter_arguments.h"
#include "syscall.h"
#include "user_buffers.h"

#define ARGUMENT_IN_KERNEL 32  /* set by this program: the address is in kernel memory */
#define ARGUMENT_REMEMBERED 64 /* set by this program: call_memory.h may have the text */

const volatile struct argument_spec argument_specs[1024] SEC(".rodata.arguments");

/* Appends one text. This is a global function so that the verifier checks it once. */
__noinline int append_argument(__u32 which, __u32 how, __u64 from, __u64 by) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratch_buffers, &zero);
    if (!s || which > 2)
        return 0;
    __u64 start = s->rest_used;
    if (start > REST_SIZE - TEXT_LIMIT)
        return 0;
    __u8 first;
    if (how & ARGUMENT_OPTIONAL && bpf_probe_read_user(&first, 1, (void *)from)) {
        *text_length_slot(s, which) = NO_TEXT;
        return 0;
    }
    how &= ~ARGUMENT_OPTIONAL;
    if (how == ARGUMENT_BYTES || how == ARGUMENT_FIXED_BYTES) {
        s->rest_used = append_user_bytes(s, which, start, from, by, SNAPLEN);
        return 0;
    }
    bool kernel_paths = how & ARGUMENT_IN_KERNEL;
    __u32 end = remembers_texts() && how & ARGUMENT_REMEMBERED
                    ? append_remembered(which, start, from, (how & ~ARGUMENT_REMEMBERED) != ARGUMENT_PATH)
                    : 0;
    how &= ~(ARGUMENT_IN_KERNEL | ARGUMENT_REMEMBERED);
    s->rest_used = end            ? end
                   : kernel_paths ? append_kernel_string(s, which, start, (void *)from)
                                  : append_user_string(s, which, start, (void *)from);
    if (how == ARGUMENT_PATH && s->rest_used > start)
        add_base_directory(which, by, start);
    return 0;
}

/* Returns true if the record was delivered. A call that is not `checked` by the prefilter is a request of io_uring, or
 * the process state depends on it. */
static __always_inline bool record_syscall(struct task_struct *task, struct syscall *call, long result, bool checked) {
    __u32 number = call->nr & 1023;
    struct scratch *s = init_record(call->nr, result);
    if (!s)
        return false;
    if (!argument_specs[number].captured) {
        fill_syscall_header(s, task, call);
        return emit(s, RECORD_GENERIC, 0);
    }
    struct syscall_body *body = (void *)s->rest;
    for (int i = 0; i < 6; i++)
        body->arguments[i] = call->args[i];
    s->rest_used = sizeof *body;
    __u32 strings = 0;
    for (int i = 0; i < 3; i++) {
        __u32 how = argument_specs[number].kind[i];
        if (!how)
            break;
        __u64 by = argument_specs[number].extent[i];
        if (how == ARGUMENT_BYTES)
            by = by == LENGTH_RESULT ? (result > 0 ? result : 0) : body->arguments[by & 7];
        else if (how == ARGUMENT_PATH)
            by = by == BASE_CWD ? (__u64)AT_FDCWD : body->arguments[by & 7];
        if (how != ARGUMENT_PATH)
            strings |= 1 << i;
        if (call->kernel_paths)
            how |= ARGUMENT_IN_KERNEL;
        if (call->remembered && (how & 15) <= ARGUMENT_PATH)
            how |= ARGUMENT_REMEMBERED;
        append_argument(i, how, body->arguments[argument_specs[number].argument[i] & 7], by);
    }
    add_kernel_names(call);
    __u64 used = s->rest_used;
    if (checked && is_filtered_by_arguments(call, s, sizeof *body, used, strings))
        return false;
    fill_syscall_header(s, task, call);
    return used <= REST_SIZE && emit(s, RECORD_SYSCALL, used);
}

#endif
