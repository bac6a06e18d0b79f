/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* io_uring requests that are not completed: the memory for their arguments.
 *
 * The kernel copies paths and addresses at submission and frees the copies before completion, so they are kept here.
 * Entries are never evicted: a process may have any number of requests that never complete. */
#ifndef TIERCEL_IO_URING_REQUESTS_H
#define TIERCEL_IO_URING_REQUESTS_H

#include "record.h"
#include "sockets.h"
#include "syscall.h"

#define MAX_IO_REQUESTS 4096
#define MAX_LONG_IO_REQUESTS 128 /* with a path of IO_SHORT_PATH bytes or more */
#define IO_SHORT_PATH 128

struct io_request_head {
    __u64 ring; /* address of the kernel's struct io_ring_ctx */
    __u64 user_data;
    struct open_how how;
    __u64 args[6];        /* arguments of the syscall; without the paths */
    __s32 fd;             /* directory of a path */
    __s32 new_fd;         /* directory of the second path */
    __u32 flags;          /* or the mode */
    __u32 direct_slot;    /* of a new direct descriptor, from 1 */
    __u32 fixed_file;     /* index in the ring's file table, from 1; 0: args[0] is a file descriptor */
    __u32 nr;             /* equivalent syscall */
    __u32 address_length; /* of a socket address in `path` */
    __u32 has_paths;
};

struct short_io_request {
    struct io_request_head head;
    __u8 path[IO_SHORT_PATH];
    __u8 new_path[IO_SHORT_PATH];
};

struct io_request {
    struct io_request_head head;
    __u8 path[TEXT_LIMIT];
    __u8 new_path[TEXT_LIMIT];
};

/* By address of the kernel's struct io_kiocb. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_IO_REQUESTS);
    __type(key, __u64);
    __type(value, struct short_io_request);
} io_requests SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_LONG_IO_REQUESTS);
    __type(key, __u64);
    __type(value, struct io_request);
} long_io_requests SEC(".maps");

/* The request that is being saved or recorded. */
struct current_io_request {
    struct io_request request;
    struct short_io_request short_form;
    __u64 paths[2];      /* addresses of the request's paths */
    __u64 address;       /* of the kernel's struct io_kiocb, while its arguments are saved */
    struct syscall call; /* here because older kernels have too little stack for it */
    __u64 file;          /* address of the file that the request works on or opened; 0: unknown */
    __s64 result;
    __u32 to_record; /* an enum record_what, for the program that records */
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct current_io_request);
} current_io_requests SEC(".maps");

static __always_inline struct current_io_request *current_io_request(void) {
    __u32 zero = 0;
    return bpf_map_lookup_elem(&current_io_requests, &zero);
}

static __always_inline bool save_short(struct current_io_request *c, __u64 *key) {
    struct io_request *r = &c->request;
    struct short_io_request *to = &c->short_form;
    if (r->head.address_length)
        bpf_probe_read_kernel(to->path, sizeof to->path, r->path);
    else if (bpf_probe_read_kernel_str(to->path, IO_SHORT_PATH, r->path) == IO_SHORT_PATH ||
             bpf_probe_read_kernel_str(to->new_path, IO_SHORT_PATH, r->new_path) == IO_SHORT_PATH)
        return false;
    to->head = r->head;
    return !bpf_map_update_elem(&io_requests, key, to, BPF_ANY);
}

/* Keeps the current request until its completion. Returns false if there is no memory left for it. The same address
 * may belong to an earlier request whose completion had no tracepoint. */
static __always_inline bool keep_request(struct current_io_request *c, struct io_kiocb *req) {
    __u64 key = (__u64)req;
    bpf_map_delete_elem(&long_io_requests, &key);
    if (save_short(c, &key))
        return true;
    bpf_map_delete_elem(&io_requests, &key);
    return !bpf_map_update_elem(&long_io_requests, &key, &c->request, BPF_ANY);
}

static __always_inline void load_short(struct current_io_request *c, const struct short_io_request *from) {
    c->request.head = from->head;
    bpf_probe_read_kernel(c->request.path, IO_SHORT_PATH, from->path);
    bpf_probe_read_kernel(c->request.new_path, IO_SHORT_PATH, from->new_path);
}

static __always_inline void load_long(struct current_io_request *c, const struct io_request *from) {
    bpf_probe_read_kernel(&c->request, sizeof c->request, from);
}

/* Makes a kept request the current one and forgets it. Returns false if it is not known. */
static __always_inline bool take_request(struct current_io_request *c, struct io_kiocb *req) {
    __u64 key = (__u64)req;
    struct short_io_request *short_form = bpf_map_lookup_elem(&io_requests, &key);
    if (short_form) {
        load_short(c, short_form);
        bpf_map_delete_elem(&io_requests, &key);
        return true;
    }
    struct io_request *long_form = bpf_map_lookup_elem(&long_io_requests, &key);
    if (!long_form)
        return false;
    load_long(c, long_form);
    bpf_map_delete_elem(&long_io_requests, &key);
    return true;
}

/* A file in the file table of a ring. The low bits of the pointer are flags. */
static __always_inline __u64 ring_file(struct io_ring_ctx *ring, __u32 index) {
    __u64 file = 0;
    if (bpf_core_field_exists(ring->file_table.data)) {
        if (index >= BPF_CORE_READ(ring, file_table.data.nr))
            return 0;
        struct io_rsrc_node *node = (void *)kernel_word(BPF_CORE_READ(ring, file_table.data.nodes) + index);
        file = node ? BPF_CORE_READ(node, file_ptr) : 0;
    } else {
        struct io_ring_ctx___6_12 *old = (void *)ring;
        if (index >= BPF_CORE_READ(old, nr_user_files))
            return 0;
        file = kernel_word(BPF_CORE_READ(old, file_table.files) + index);
    }
    return file & ~7ull;
}

#endif
