/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What is remembered of a syscall until it ends.
 *
 * Another thread can overwrite a path in user memory during the call. The text at the exit is then not the one that the
 * kernel used. The kernel's own copy is remembered when the kernel frees it (name_copies.h), or the text at the entry
 * of the syscall (entry_copies.h). Texts are found by their address in user memory.
 *
 * The memory of a task lives from its first remembered text to the exit of the syscall or of the task. It is never
 * evicted: an attacker could evict its own sleeping call. If the memory is full, each account (budget.h) has a share of
 * another one, so that an account with many sleeping calls does not take the memory of others. If that is used up, the
 * text of user memory counts, and the loss counters say so. */
#ifndef TIERCEL_CALL_MEMORY_H
#define TIERCEL_CALL_MEMORY_H

#include "record.h"

#define CALL_PATHS 2
#define CALL_SHORT_TEXT 256 /* with the terminating zero byte */
#define MAX_CALLS 4096      /* syscalls in progress that have a path; user space sets another number */
#define MAX_LONG_TEXTS 256  /* their texts of 256 bytes and more: one for 16 calls */

/* The same of accounts while these are full, and how many of them one account has. */
#define MAX_SHARED_CALLS 1024
#define CALL_SHARE 32
#define MAX_SHARED_LONG_TEXTS 128
#define LONG_TEXT_SHARE 4

#define FORM_STRING 0
#define FORM_ADDRESS 1   /* a socket address */
#define FORM_BEGINNING 2 /* the beginning of a string, whose rest was not in memory */

struct call_path {
    __u64 address; /* in user memory; 0: unknown */
    __u32 length;
    __u32 form;                 /* FORM_ */
    __u8 text[CALL_SHORT_TEXT]; /* of a short text */
};

struct call_memory {
    __u64 started; /* when the task started: a later task can have the same number */
    __u32 syscall;
    __u32 paths;   /* how many are remembered */
    __u64 account; /* whose share the memory or its long texts are; 0: none */
    struct call_path path[CALL_PATHS];
};

struct long_text_key {
    __u32 tid;
    __u32 path;
};

struct long_text {
    __u8 text[TEXT_LIMIT];
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_CALLS);
    __type(key, __u32); /* thread */
    __type(value, struct call_memory);
} call_memories SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_LONG_TEXTS);
    __type(key, struct long_text_key);
    __type(value, struct long_text);
} long_texts SEC(".maps");

/* Used while call_memories is full. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_SHARED_CALLS);
    __type(key, __u32); /* thread */
    __type(value, struct call_memory);
} shared_call_memories SEC(".maps");

/* Used while long_texts is full. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_SHARED_LONG_TEXTS);
    __type(key, struct long_text_key);
    __type(value, struct long_text);
} shared_long_texts SEC(".maps");

/* One entry of a shared map that an account may use. */
struct call_share {
    __u64 account;
    __u32 number;
    __u32 long_text; /* 1: of shared_long_texts */
};

/* The thread that has each share. A share is taken before its entry is made, and given back after the entry is gone. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_SHARED_CALLS + MAX_SHARED_LONG_TEXTS);
    __type(key, struct call_share);
    __type(value, __u32);
} call_shares SEC(".maps");

/* How many entries shared_call_memories has: usually none, so that it costs no lookup. */
__u32 shared_calls SEC(".bss.budget");

/* Where the TCP socket of the current connect connects to. A refused connection leaves no trace of it in the socket. */
struct connect_target {
    __u32 family;
    __u32 port; /* big-endian; 0: there is no target */
    __u8 address[16];
};

/* A task keeps its memory until it ends, so that no call waits for an allocation. User space creates the map only if
 * remembers_targets() is true. */
struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct connect_target);
} connect_targets SEC(".maps");

struct call_buffer {
    struct call_memory memory;
    struct long_text text;
};

/* Where values of the two maps are made. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct call_buffer);
} call_buffers SEC(".maps");

/* Returns true if texts of syscalls are remembered. */
static __always_inline bool remembers_texts(void) {
    return settings.path_copies || settings.entry_copies;
}

static __always_inline __u32 current_tid(void) {
    return bpf_get_current_pid_tgid();
}

static __always_inline __u64 current_start(void) {
    return start_time((void *)bpf_get_current_task());
}

/* Returns the memory of a thread or of an earlier one with its number, or null. */
static __always_inline struct call_memory *memory_of(__u32 tid) {
    struct call_memory *memory = bpf_map_lookup_elem(&call_memories, &tid);
    return memory || !shared_calls ? memory : bpf_map_lookup_elem(&shared_call_memories, &tid);
}

/* Returns what is remembered of the current task's syscall, or null. */
static __always_inline struct call_memory *find_call_memory(void) {
    struct call_memory *memory = memory_of(current_tid());
    return memory && memory->started == current_start() ? memory : 0;
}

static __always_inline struct long_text *find_long_text(__u32 path) {
    struct long_text_key key = {current_tid(), path};
    struct long_text *text = bpf_map_lookup_elem(&long_texts, &key);
    return text ? text : bpf_map_lookup_elem(&shared_long_texts, &key);
}

static __always_inline void forget_long_text(struct call_memory *memory, __u32 tid, __u32 path) {
    struct long_text_key key = {tid, path};
    if (memory->path[path].length >= CALL_SHORT_TEXT && bpf_map_delete_elem(&long_texts, &key))
        bpf_map_delete_elem(&shared_long_texts, &key);
}

/* Returns true if the targets of connects are remembered: hooks show the address instead. */
static __always_inline bool remembers_targets(void) {
    return settings.path_copies && !settings.kernel_copies;
}

/* Gives back all shares of an account that the current thread has. */
__noinline int give_back_shares(__u64 account) {
    __u32 tid = current_tid();
    struct call_share share = {.account = account};
    for (__u32 i = 0; i < CALL_SHARE + LONG_TEXT_SHARE; i++) {
        share.long_text = i >= CALL_SHARE;
        share.number = i >= CALL_SHARE ? i - CALL_SHARE : i;
        __u32 *owner = bpf_map_lookup_elem(&call_shares, &share);
        if (owner && *owner == tid)
            bpf_map_delete_elem(&call_shares, &share);
    }
    return 0;
}

/* Forgets what is remembered of the current syscall, or of a thread that ends in the middle of it. */
__noinline int forget_call(void) {
    __u32 tid = current_tid();
    struct call_memory *memory = memory_of(tid);
    if (!memory)
        return 0;
    __u64 account = memory->account;
    forget_long_text(memory, tid, 0);
    forget_long_text(memory, tid, 1);
    if (bpf_map_delete_elem(&call_memories, &tid) && !bpf_map_delete_elem(&shared_call_memories, &tid))
        __sync_fetch_and_add(&shared_calls, -1);
    if (account)
        give_back_shares(account);
    return 0;
}

/* Makes the memory in the buffer one of the current account's share, or the long text in it if `path` is below
 * CALL_PATHS. Returns 0 if the share is used up. */
__noinline int use_share(__u32 path) {
    __u32 zero = 0, tid = current_tid();
    struct call_buffer *buffer = bpf_map_lookup_elem(&call_buffers, &zero);
    struct call_memory *memory = path < CALL_PATHS ? memory_of(tid) : buffer ? &buffer->memory : 0;
    if (!buffer || !memory)
        return 0;
    if (!memory->account)
        memory->account = find_account((void *)bpf_get_current_task());
    struct call_share share = {.account = memory->account, .long_text = path < CALL_PATHS};
    for (__u32 i = 0; i < CALL_SHARE; i++) {
        if (share.long_text && i >= LONG_TEXT_SHARE)
            return 0;
        share.number = i;
        if (bpf_map_lookup_elem(&call_shares, &share) || bpf_map_update_elem(&call_shares, &share, &tid, BPF_NOEXIST))
            continue;
        struct long_text_key key = {tid, path};
        if (share.long_text ? !bpf_map_update_elem(&shared_long_texts, &key, &buffer->text, BPF_ANY)
                            : !bpf_map_update_elem(&shared_call_memories, &tid, memory, BPF_ANY)) {
            if (!share.long_text)
                __sync_fetch_and_add(&shared_calls, 1);
            return 1;
        }
        bpf_map_delete_elem(&call_shares, &share);
        return 0;
    }
    return 0;
}

/* Returns the memory of the current syscall, which is made if necessary. */
static __always_inline struct call_memory *begin_call_memory(struct call_buffer *buffer, __u32 syscall) {
    __u32 tid = current_tid();
    __u64 started = current_start();
    struct call_memory *memory = memory_of(tid);
    if (memory && memory->syscall == syscall && memory->started == started)
        return memory;
    if (memory) /* of a call whose exit was not seen */
        forget_call();
    buffer->memory.started = started;
    buffer->memory.syscall = syscall;
    buffer->memory.account = 0;
    buffer->memory.paths = buffer->memory.path[0].length = buffer->memory.path[1].length = 0;
    if (bpf_map_update_elem(&call_memories, &tid, &buffer->memory, BPF_ANY) && !use_share(CALL_PATHS)) {
        count_loss(LOSS_CALL_NOT_REMEMBERED);
        return 0;
    }
    return memory_of(tid);
}

static __always_inline long read_string(void *to, __u32 size, __u64 kernel, __u64 user) {
    return kernel ? bpf_probe_read_kernel_str(to, size, (void *)kernel)
                  : bpf_probe_read_user_str(to, size, (void *)user);
}

/* Remembers a path of the current syscall: the string at `text` in kernel memory; 0: that at `address` in user memory.
 * This is a global function so that the verifier checks it once. Returns 1 if the path is remembered. */
__noinline int remember_path(__u32 syscall, __u64 address, __u64 text) {
    __u32 zero = 0;
    struct call_buffer *buffer = bpf_map_lookup_elem(&call_buffers, &zero);
    if (!buffer)
        return 0;
    struct call_memory *memory = begin_call_memory(buffer, syscall);
    __u32 which = memory ? memory->paths : CALL_PATHS;
    if (!memory || which >= CALL_PATHS)
        return 0;
    struct call_path *path = &memory->path[which];
    long size = read_string(path->text, CALL_SHORT_TEXT, text, address);
    path->form = FORM_STRING;
    if (size <= 0 && !text) { /* the kernel can wait for the next page, and another thread overwrite this one then */
        __u64 left = settings.page_size - (address & (settings.page_size - 1));
        asm volatile("" : "+r"(left));
        count_loss(LOSS_CALL_NOT_REMEMBERED);
        path->form = FORM_BEGINNING;
        if (left < CALL_SHORT_TEXT)
            size = bpf_probe_read_user_str(path->text, left, (void *)address);
    }
    if (size <= 0)
        return 0;
    path->address = address;
    path->length = size - 1;
    if (size == CALL_SHORT_TEXT) {
        struct long_text_key key = {current_tid(), which};
        size = read_string(buffer->text.text, TEXT_LIMIT, text, address);
        if (size > CALL_SHORT_TEXT) {
            if (bpf_map_update_elem(&long_texts, &key, &buffer->text, BPF_ANY) && !use_share(which)) {
                count_loss(LOSS_CALL_NOT_REMEMBERED);
                return 0;
            }
            path->length = size - 1;
        }
    }
    memory->paths = which + 1;
    return 1;
}

/* Remembers the socket address that a syscall passes, as its first text. */
__noinline int remember_address(__u32 syscall, __u64 address, __u64 length) {
    __u32 zero = 0;
    struct call_buffer *buffer = bpf_map_lookup_elem(&call_buffers, &zero);
    if (!buffer)
        return 0;
    struct call_memory *memory = begin_call_memory(buffer, syscall);
    asm volatile("" : "+r"(length));
    if (!memory || length > MAX_SOCKADDR)
        return 0;
    struct call_path *path = &memory->path[0];
    if (bpf_probe_read_user(path->text, length, (void *)address)) {
        count_loss(LOSS_CALL_NOT_REMEMBERED);
        return 0;
    }
    path->address = address;
    path->length = length;
    path->form = FORM_ADDRESS;
    memory->paths = 1;
    return 1;
}

static __always_inline bool is_path_at(struct call_path *path, __u64 address, bool exact) {
    return path->address == address || (!path->address && !exact);
}

/* Returns the number of the path that is remembered for an address, or CALL_PATHS. If both paths of the syscall have
 * one address, the first text is that of the first path. A path whose address is unknown is found unless `exact`. */
static __always_inline __u32 find_path(struct call_memory *memory, __u64 address, bool second, bool exact) {
    if (memory->paths > 1 && is_path_at(&memory->path[1], address, exact) &&
        (second || memory->path[0].address != address))
        return 1;
    if (memory->paths > 0 && is_path_at(&memory->path[0], address, exact))
        return 0;
    return CALL_PATHS;
}

#endif
