/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Whether the file of a new descriptor is the one that the syscall opened. Another thread with the same descriptors can
 * put a second file in its place (dup2) before the syscall ends.
 *
 * A hook (lsm_hooks.h) remembers the file that the kernel gave the descriptor to. Without it, the references of the
 * file are counted: a file that was opened just now has one. A second file that the thread closes in time has one, too.
 */
#ifndef TIERCEL_OPENED_FILE_H
#define TIERCEL_OPENED_FILE_H

#include "kernel_path.h"
#include "syscall.h"

/* The file that the task last put into its table of descriptors. */
struct installed_file {
    __u64 file;
    __u32 fd;
    __u32 unused;
};

/* User space creates the map only if the kernel supports the hooks. */
struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct installed_file);
} installed_files SEC(".maps");

#define NO_FD 0xffffffff /* of a file that has no descriptor of the current task */

/* Compares the file of a new descriptor of the current task with the one that the kernel gave it to. Returns an enum
 * opened_file. The memory serves one call: if the kernel did not run the hook, that of an earlier call says nothing. */
__noinline int compare_installed(__u32 fd, __u64 file) {
    if (!settings.kernel_copies)
        return OPENED_UNKNOWN;
    struct files_struct *files = READ_KERNEL(task_struct, current_task(), files);
    if (READ_KERNEL(files_struct, files, count.counter) <= 1)
        return OPENED_SAME;
    struct installed_file *installed = bpf_task_storage_get(&installed_files, bpf_get_current_task_btf(), 0, 0);
    if (!installed || installed->fd != fd || !installed->file)
        return OPENED_UNKNOWN;
    __u64 expected = installed->file;
    installed->file = 0;
    return expected == file ? OPENED_SAME : OPENED_OTHER;
}

/* Returns true if a file may not be the one that the syscall opened, or may have lost its memory. Ask after the last
 * use of the file: it is safe while the descriptor leads to it. */
static __always_inline bool may_be_replaced(struct task_struct *task, struct file *file, __u32 fd, __u32 opened) {
    struct files_struct *files = READ_KERNEL(task_struct, task, files);
    if (READ_KERNEL(files_struct, files, count.counter) <= 1)
        return false;
    if (fd != NO_FD && fd_to_file(task, fd) != file)
        return true;
    if (opened != OPENED_UNKNOWN)
        return opened == OPENED_OTHER;
    if (bpf_core_field_exists(struct file___6_13, f_ref))
        return READ_KERNEL(file___6_13, file, f_ref.refcnt.counter) != 0;
    return READ_KERNEL(file___6_12, file, f_count.counter) > 1;
}

#endif
