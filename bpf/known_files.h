/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Files that rules name. A file can have further names: hard links, and those that mounts give it. Rules and the
 * prefilter also see the name that rules compare, whatever the name that led to the file. */
#ifndef TIERCEL_KNOWN_FILES_H
#define TIERCEL_KNOWN_FILES_H

#include "kernel_path.h"
#include "syscall.h"

#define MAX_OVERLAYS 2 /* the kernel does not stack more */
#define S_IFMT 0170000
#define S_IFREG 0100000

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, MAX_KNOWN_FILES);
    __type(key, struct known_file_key);
    __type(value, struct known_file);
} known_files SEC(".maps");

/* Returns the number of the known file that is open; 0 if there is none. Its key stays in the current syscall. A
 * regular file of an overlay has the contents of a file in a layer, which its private data leads to. This is a global
 * function so that the verifier checks it once. */
__noinline __u32 find_known_file(__u64 address) {
    __u32 zero = 0;
    struct current_syscall *c = bpf_map_lookup_elem(&current_syscalls, &zero);
    if (!c)
        return 0;
    void *file = (void *)address;
    for (int i = 0; i <= MAX_OVERLAYS && file; i++) {
        struct inode *inode = READ_KERNEL(file, file, f_inode);
        struct super_block *file_system = READ_KERNEL(inode, inode, i_sb);
        c->known_file.ino = READ_KERNEL(inode, inode, i_ino);
        c->known_file.dev = READ_KERNEL(super_block, file_system, s_dev);
        if (READ_KERNEL(super_block, file_system, s_magic) != OVERLAYFS_MAGIC ||
            (READ_KERNEL(inode, inode, i_mode) & S_IFMT) != S_IFREG)
            break;
        file = READ_KERNEL(file, file, private_data);
        if (bpf_core_field_exists(struct file___6_13, f_ref) && file) /* since then, a struct ovl_file */
            file = (void *)kernel_word(file);
    }
    struct known_file *known = bpf_map_lookup_elem(&known_files, &c->known_file);
    return known ? known->number : 0;
}

#endif
