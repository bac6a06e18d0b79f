/* Calls whose record is just their arguments, and up to three texts that arguments point to. */
#ifndef TIERCEL_PLAIN_H
#define TIERCEL_PLAIN_H

#define TAKE_COPIED 32 /* added by the program itself: the address is one of the kernel's */

const volatile struct plain_call plain_calls[1024] SEC(".rodata.plain");

/* Takes one text of the record that has been begun. A global function, so that the verifier looks at it once. */
__noinline int take(__u32 which, __u32 how, __u64 from, __u64 by) {
    __u32 zero = 0;
    struct scratch *s = bpf_map_lookup_elem(&scratches, &zero);
    if (!s || which > 2)
        return 0;
    __u64 start = s->rest_used;
    if (start > REST_SIZE - TEXT_LIMIT)
        return 0;
    __u8 first;
    if (how & TAKE_IF_READABLE && bpf_probe_read_user(&first, 1, (void *)from)) {
        *length_of_text(s, which) = NO_TEXT;
        return 0;
    }
    how &= ~TAKE_IF_READABLE;
    if (how == TAKE_BYTES || how == TAKE_SOME) {
        s->rest_used = user_bytes(s, which, start, from, by, DATA_LIMIT);
        return 0;
    }
    bool copied = how & TAKE_COPIED;
    how &= ~TAKE_COPIED;
    s->rest_used = copied ? kernel_text(s, which, start, (void *)from) : user_text(s, which, start, (void *)from);
    if (how == TAKE_PATH && s->rest_used > start)
        base_name(s, current_task(), which, by, start);
    return 0;
}

static __always_inline void record_plain(struct task_struct *task, struct call *call, long result) {
    __u32 number = call->number & 1023;
    struct scratch *s = begin_call(task, call, result);
    if (!s)
        return;
    if (!plain_calls[number].plain) {
        emit(s, RECORD_GENERIC, 0);
        return;
    }
    struct call_part *part = (void *)s->rest;
    for (int i = 0; i < 6; i++)
        part->arguments[i] = call->a[i];
    s->rest_used = sizeof *part;
    for (int i = 0; i < 3; i++) {
        __u32 how = plain_calls[number].take[i];
        if (!how)
            break;
        __u64 by = plain_calls[number].by[i];
        if (how == TAKE_BYTES)
            by = by == BY_RESULT ? (result > 0 ? result : 0) : part->arguments[by & 7];
        else if (how == TAKE_PATH)
            by = by == BY_CWD ? (__u64)AT_FDCWD : part->arguments[by & 7];
        if (call->copied)
            how |= TAKE_COPIED;
        take(i, how, part->arguments[plain_calls[number].argument[i] & 7], by);
    }
    __u64 used = s->rest_used;
    if (used <= REST_SIZE)
        emit(s, RECORD_CALL, used);
}

#endif
