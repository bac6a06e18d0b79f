/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The kernel types that the capture program uses. Only names matter: libbpf relocates every access to the layout of
 * the running kernel (CO-RE), so the build needs neither BTF nor kernel headers. A ___suffix marks an older or newer
 * form of a kernel type. */
#ifndef TIERCEL_VMLINUX_H
#define TIERCEL_VMLINUX_H

typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;
typedef int pid_t;

enum { false = 0, true = 1 };

enum bpf_map_type {
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_PROG_ARRAY = 3,
    BPF_MAP_TYPE_PERCPU_ARRAY = 6,
    BPF_MAP_TYPE_LRU_HASH = 9,
    BPF_MAP_TYPE_RINGBUF = 27,
    BPF_MAP_TYPE_TASK_STORAGE = 29,
};

enum {
    BPF_ANY = 0,
    BPF_NOEXIST = 1,
    BPF_F_NO_PREALLOC = 1,
    BPF_LOCAL_STORAGE_GET_F_CREATE = 1,
    BPF_RB_NO_WAKEUP = 1,
    BPF_RB_FORCE_WAKEUP = 2,
    BPF_RB_AVAIL_DATA = 0,
};

enum bpf_func_id {
    BPF_FUNC_task_pt_regs = 175,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
    unsigned long bp, bx, r10, r9, r8, ax, cx, dx, si, di, orig_ax;
};
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
    __u64 regs[31], pstate, orig_x0;
    __s32 syscallno;
};
#endif

typedef struct {
    __u32 val;
} kuid_t;
typedef struct {
    __u32 val;
} kgid_t;
typedef struct {
    int counter;
} atomic_t;
typedef struct {
    __s64 counter;
} atomic_long_t;

typedef struct kernel_cap_struct {
} kernel_cap_t; /* always 64 bits, but the type changes */

struct qstr {
    union {
        struct {
            __u32 hash;
            __u32 len;
        };
        __u64 hash_len;
    };
    const unsigned char *name;
};

struct user_namespace {
    int level;
    struct user_namespace *parent;
    kuid_t owner;
};

struct super_block {
    __u32 s_dev;
    unsigned long s_magic;
    struct user_namespace *s_user_ns;
};

struct inode {
    void *i_private;
    unsigned short i_mode;
    kuid_t i_uid;
    kgid_t i_gid;
    struct super_block *i_sb;
    unsigned long i_ino;
    unsigned int i_nlink;
    __s64 i_mtime_sec, i_ctime_sec;
    __u32 i_mtime_nsec, i_ctime_nsec;
};
struct timespec64 {
    __s64 tv_sec;
    long tv_nsec;
};
struct inode___6_7 {
    struct timespec64 __i_ctime, __i_mtime;
};
struct inode___6_6 {
    struct timespec64 __i_ctime, i_mtime;
};
struct inode___6_5 {
    struct timespec64 i_ctime, i_mtime;
};

struct dentry {
    struct dentry *d_parent;
    struct qstr d_name;
    struct inode *d_inode;
};

struct vfsmount {
    struct dentry *mnt_root;
    struct super_block *mnt_sb;
};

struct mount {
    struct mount *mnt_parent;
    struct dentry *mnt_mountpoint;
    struct vfsmount mnt;
};

struct path {
    struct vfsmount *mnt;
    struct dentry *dentry;
};

struct file {
    unsigned int f_mode, f_flags;
    void *private_data;
    struct inode *f_inode;
    struct path f_path;
};

/* The number of references; since Linux 6.13, less one. */
struct file_ref {
    atomic_long_t refcnt;
};
struct file___6_13 {
    struct file_ref f_ref;
};
struct file___6_12 {
    atomic_long_t f_count;
};

struct fdtable {
    unsigned int max_fds;
    struct file **fd;
};

struct files_struct {
    atomic_t count;
    struct fdtable *fdt;
};

struct fs_struct {
    struct path root, pwd;
};

struct percpu_counter {
    __s64 count;
};
struct mm_struct {
    unsigned long arg_start, arg_end, env_start, env_end, total_vm;
    struct file *exe_file;
    struct percpu_counter rss_stat[4];
};
struct mm_rss_stat {
    atomic_long_t count[4];
};
struct mm_struct___6_1 {
    struct mm_rss_stat rss_stat;
};

struct cred {
    kuid_t uid;
    kgid_t gid;
    kuid_t euid;
    kgid_t egid;
    kernel_cap_t cap_inheritable, cap_permitted, cap_effective;
    struct user_namespace *user_ns;
};

struct kernfs_node {
    struct kernfs_node *__parent;
    const char *name;
    __u64 id;
};

struct cgroup_root {
    int hierarchy_id;
};

struct cgroup {
    struct kernfs_node *kn;
    struct cgroup_root *root;
    int level;
    struct cgroup *ancestors[1]; /* since Linux 6.1 */
};
struct cgroup___6_0 {
    __u64 ancestor_ids[1];
};

struct css_set {
    struct cgroup *dfl_cgrp;
};

struct pid_namespace {
    struct task_struct *child_reaper;
    unsigned int level;
};

struct upid {
    int nr;
    struct pid_namespace *ns;
};

struct pid {
    unsigned int level;
    struct upid numbers[1];
};

enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };

struct mnt_namespace;

struct nsproxy {
    struct mnt_namespace *mnt_ns;
};

struct tty_driver {
    int major, minor_start;
};

struct tty_struct {
    int index;
    struct tty_driver *driver;
};

struct rlimit {
    unsigned long rlim_cur;
};

struct list_head {
    struct list_head *next, *prev;
};

struct signal_struct {
    atomic_t live;
    int nr_threads;
    struct rlimit rlim[16];
    unsigned int is_child_subreaper : 1;
    unsigned int has_child_subreaper : 1;
    struct pid *pids[4];
    struct tty_struct *tty;
};

struct thread_info {
    __u32 status; /* x86 only */
};

struct task_struct {
    struct thread_info thread_info;
    unsigned int flags;
    int exit_code;
    pid_t pid, tgid;
    struct task_struct *real_parent, *group_leader;
    struct list_head children;
    struct pid *thread_pid;
    __u64 start_boottime;
    unsigned long min_flt, maj_flt;
    const struct cred *cred;
    char comm[16];
    struct fs_struct *fs;
    struct files_struct *files;
    struct signal_struct *signal;
    kuid_t loginuid;
    struct css_set *cgroups;
    struct mm_struct *mm;
    struct nsproxy *nsproxy;
};
struct task_struct___5_4 {
    __u64 real_start_time;
};

struct linux_binprm {
    unsigned int secureexec : 1;
    struct file *file;
    const char *filename, *interp;
};

struct in6_addr {
    union {
        __u8 u6_addr8[16];
    } in6_u;
};

struct sock_common {
    __be32 skc_daddr, skc_rcv_saddr;
    __be16 skc_dport;
    __u16 skc_num;
    unsigned short skc_family;
    volatile unsigned char skc_state;
    struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};

struct sock {
    struct sock_common __sk_common;
    __u16 sk_type, sk_protocol;
    unsigned int sk_userlocks : 4;
    __u32 sk_ack_backlog, sk_max_ack_backlog;
};

struct ipv6_pinfo {
    int mcast_oif;
};

struct inet_sock {
    struct ipv6_pinfo *pinet6;
    int mc_index;
};

struct sockaddr_un {
    unsigned short sun_family;
};

struct unix_address {
    int len;
    struct sockaddr_un name[1];
};

struct unix_sock {
    struct unix_address *addr;
    struct sock *peer;
};

struct socket {
    struct file *file;
    struct sock *sk;
};

struct msghdr {
    void *msg_name;
    int msg_namelen;
};

struct filename {
    const char *name;
    const char *uptr; /* the text in user memory; before Linux 7.0 */
    const char iname[];
};

struct kmem_cache {
    const char *name;
};

/* Since Linux 7.0. */
struct delayed_filename {
    struct filename *__incomplete_filename;
};
struct io_open___7_0 {
    struct delayed_filename filename;
};
struct io_unlink___7_0 {
    struct delayed_filename filename;
};
struct io_mkdir___7_0 {
    struct delayed_filename filename;
};
struct io_rename___7_0 {
    struct delayed_filename oldpath, newpath;
};
struct io_link___7_0 {
    struct delayed_filename oldpath, newpath;
};

struct open_how {
    __u64 flags, mode, resolve;
};

struct io_cqe {
    __u64 user_data;
    __s32 res;
    int fd;
};

struct io_rsrc_node {
    unsigned long file_ptr;
};
struct io_rsrc_data {
    unsigned int nr;
    struct io_rsrc_node **nodes;
};
struct io_file_table {
    struct io_rsrc_data data;
};
struct io_ring_ctx {
    unsigned int compat : 1;
    struct io_file_table file_table;
};
/* Before Linux 6.13. */
struct io_fixed_file {
    unsigned long file_ptr;
};
struct io_file_table___6_12 {
    struct io_fixed_file *files;
};
struct io_ring_ctx___6_12 {
    unsigned int nr_user_files;
    struct io_file_table___6_12 file_table;
};

struct io_kiocb {
    struct file *file;
    __u8 opcode;
    unsigned int flags; /* 64 bits in newer kernels, which only add flags */
    struct io_cqe cqe;
    struct io_ring_ctx *ctx;
    void *async_data;
};

struct io_open {
    int dfd;
    __u32 file_slot;
    struct filename *filename;
    struct open_how how;
};

struct io_unlink {
    int dfd, flags;
    struct filename *filename;
};

struct io_rename {
    int old_dfd, new_dfd;
    struct filename *oldpath, *newpath;
    int flags;
};

struct io_mkdir {
    int dfd;
    unsigned short mode;
    struct filename *filename;
};

struct io_link {
    int old_dfd, new_dfd;
    struct filename *oldpath, *newpath;
    int flags;
};

struct sockaddr_storage {
    unsigned short ss_family;
};

struct io_connect {
    void *addr;
    int addr_len;
};

/* Kernel copies of the address of connect, bind and sendmsg. */
struct io_async_msghdr {
    struct msghdr msg;
    struct sockaddr_storage addr;
};
struct io_async_connect { /* before Linux 6.10 */
    struct sockaddr_storage address;
};

struct io_bind {
    int addr_len;
};

struct io_sr_msg {
    void *umsg;
    void *buf;
    int len;
    unsigned int msg_flags;
};
struct io_sr_msg___6_9 {
    void *addr;
    int addr_len;
};

struct kiocb {
    __s64 ki_pos;
};
struct io_rw {
    struct kiocb kiocb;
    __u64 addr;
    __u32 len;
};

struct io_sync {
    __s64 len, off;
    int mode;
};

struct io_ftrunc {
    __s64 len;
};

struct io_shutdown {
    int how;
};

struct xattr_name {
    char name[256];
};
struct kernel_xattr_ctx {
    unsigned long size;
    struct xattr_name *kname;
    unsigned int flags;
};
struct io_xattr {
    struct kernel_xattr_ctx ctx;
    struct filename *filename;
};
struct xattr_ctx { /* before Linux 6.13 */
    unsigned long size;
    struct xattr_name *kname;
    unsigned int flags;
};
struct io_xattr___6_12 {
    struct xattr_ctx ctx;
};

struct io_xattr___7_0 {
    struct delayed_filename filename;
};

struct io_accept {
    int flags;
    __u32 file_slot;
};

struct io_socket {
    int domain, type, protocol;
    __u32 file_slot;
};

struct io_listen {
    int backlog;
};

#pragma clang attribute pop
#endif
