/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Structures that the capture program shares with user space. io.tiercel.sensor.bpf.record.RecordLayout mirrors them,
 * and a test compares the two. Every member that user space reads is therefore a plain NAME or NAME[N] of a fixed-width
 * type.
 *
 * A record:
 *
 *   prefix | names, in reverse order | header | body | texts
 *
 * Names are kernel paths. They are written backwards from the header, so that a record is contiguous and needs no copy.
 * The first name ends where the header starts, the second where the first starts, and so on. Texts are strings and
 * buffers of the program, one after the other. A length of NO_TEXT marks a text that could not be read. Copies are the
 * kernel's names of one or two files that a call changed, separated by a NUL (kernel_copies.h). Numbers are in
 * host byte order. Times are CLOCK_BOOTTIME. */
#ifndef TIERCEL_LAYOUT_H
#define TIERCEL_LAYOUT_H

#include "vmlinux.h"

#define NO_TEXT 0xffff
#define TEXT_LIMIT 4096 /* bytes of a path, of a program's arguments, of its environment */

enum record_kind {
    RECORD_OPEN = 1,        /* names: file, base directory, path in the file system of the mount; texts: path */
    RECORD_PATH = 2,        /* unlink, unlinkat, rmdir, mkdir, mkdirat. names: base directory, -, copy; texts: path */
    RECORD_RENAME = 3,      /* names: old base directory, new base directory, copies; texts: old path, new path */
    RECORD_EXEC = 5,        /* names: executable, working directory; texts: arguments, environment, path as passed */
    RECORD_EXEC_FAILED = 6, /* texts: path as passed */
    RECORD_FORK = 7,        /* a new process, not a thread; no event */
    RECORD_CLONE = 8,       /* the return of clone, clone3, fork or vfork, in parent and child */
    RECORD_EXIT = 9,
    RECORD_CHDIR = 10,   /* names: new working directory; texts: path as passed (chdir) */
    RECORD_CGROUP = 12,  /* texts: path of the cgroup in the header; the result is one of CGROUP_; no event */
    RECORD_SYSCALL = 13, /* texts: see argument_spec; names: base directory of the path with the same index, copies */
    RECORD_GENERIC = 14, /* a syscall of which only the number is captured */

    /* fd syscalls
     * names: the file, or the path of a unix socket;
     * texts: address or name of the new object, data, control messages or option value. */
    RECORD_FD = 20,
    RECORD_FD_CLOSING = 21,  /* the same at the entry of close; its RECORD_FD has no file; no event */
    RECORD_STANDARD_FD = 22, /* the same for fd 0, 1 or 2 of a program that starts, before its RECORD_EXEC; no event */
};

#define CGROUP_CREATED 0  /* in the unified hierarchy */
#define CGROUP_REMOVED 1  /* in the unified hierarchy */
#define CGROUP_ATTACHED 2 /* the process of the header's tgid was attached to a cgroup of another hierarchy */
#define CGROUP_ENTERED 3  /* the same for a cgroup of the unified hierarchy that is not known as a container's */

#define KERNEL_COPIES_SOME 1 /* the kernel lacks some of the functions to hook */
#define KERNEL_COPIES_ALL 2

struct settings {
    __u32 read_variant;
    __u32 own_tgid;      /* the sensor: its own syscalls are not events */
    __u32 preemptible;   /* tasks can be preempted inside a program (preemption_guard.h) */
    __u32 prefilter;     /* process names and cgroup membership are tracked for the prefilter */
    __u32 kernel_copies; /* KERNEL_COPIES_: hooks remember names and addresses (kernel_copies.h) */
    __u32 ring_size;     /* of the ring buffer, in bytes */
    __u32 path_copies;   /* a tracepoint of the allocator shows the kernel's copies of paths (name_copies.h) */
    __u32 entry_copies;  /* paths and addresses are also read at the entry of a syscall (entry_copies.h) */
    __u32 call_hooks;    /* hooks on the functions of syscalls can see their ends (syscall_hooks.h) */
    __u32 page_size;     /* of memory, in bytes */
};

#define SYSCALL_EVENT 1 /* the syscall is an event */
#define SYSCALL_STATE 2 /* the process state depends on the syscall */
#define SYSCALL_FD 4    /* the record is RECORD_FD */
#define SYSCALL_PATHS 8 /* the kernel copies a path of the syscall from user memory */
#define SYSCALL_SEND 16 /* the syscall is a connect event if it connects and sends in one */

struct capture_config {
    __u8 syscall_flags[1024];      /* by syscall number: SYSCALL_ */
    __u8 thread_exits;             /* the end of each thread is an event, not only that of the process */
    __u8 standard_fds;             /* record fds 0 to 2 of programs that start */
    __u8 prefilter;                /* 0: off; 1 or 2: the active tables */
    __u8 prefilter_verify;         /* emit events that the prefilter would drop, with a mask of 0 */
    __u8 cgroup_mismatch_overflow; /* cgroup_mismatch is full, so no process's membership is known */
    __u8 state_incomplete;         /* user space may lack processes that are known here */
    __u32 root_device;             /* device whose file system is mounted only at the host's root; 0: none */
    __u64 names_cache;             /* address of the slab cache of paths; 0: not seen yet (name_copies.h) */
    __u64 preemption_address;      /* address of the kernel's preemption mode; 0: unknown (syscall_hooks.h) */
    __u64 hook_misses;             /* calls that a hook could not record, because another one was interrupted */
    __u32 preemption_mode;         /* PREEMPTION_ */
    __u32 exit_tracepoint;         /* the tracepoint is attached beside the hooks, so hooks mark what they record */
    __u32 lineage_begun;           /* changes of the ancestors of processes that have begun (lineage.h) */
    __u32 lineage_ended;           /* those of them whose record was delivered or lost */
    __u32 lineage_lost;            /* those of them whose record was lost */
    __u32 lineage_version;         /* user space increments it when it has other ancestors or programs of processes */
    __u8 hook_generation[1024];    /* by syscall number: changes when the hook is detached */
};

#define PREEMPTION_UNREAD 0 /* otherwise 1 + preempt_dynamic_mode of the kernel */

#define GENERATION_NONE 0 /* generation of a record that the prefilter has not checked */

/* Sizes of the prefilter tables. Event types start at 1. An open type, from 0, is an event type of RECORD_OPEN. */
#define FILTERED_TYPES 64
#define FILTERED_OPENS 8
#define PATH_ROWS 32 /* open types, and from row FILTERED_OPENS the text arguments of other types */
#define RESULT_CLASSES 16
#define FLAG_CLASSES 128
#define COMM_CLASSES 64
#define USER_CLASSES 16
#define TRIE_CELLS 8192
#define TRIE_OUTCOMES 512

/* Classes of results. 0, 1 and 2 are their own classes. */
#define RESULT_AT_LEAST_3 3
#define RESULT_FAILED 4 /* an error that no rule names; named errors follow */

/* Classes of open flags: the access mode and these bits. */
#define FLAG_CREATE 4
#define FLAG_TRUNCATE 8
#define FLAG_DIRECTORY 16
#define FLAG_TMPFILE 32
#define FLAG_FAILED 64

#define MEMBERSHIP_HOST 1
#define MEMBERSHIP_CONTAINER 2

/* Socket families; 0: no socket, or unknown. */
#define SOCKET_KINDS 8
#define SOCKET_IPV4 1
#define SOCKET_IPV6 2
#define SOCKET_UNIX 3
#define SOCKET_NETLINK 4
#define SOCKET_OTHER 5

#define TRANSPORTS 4
#define TRANSPORT_TCP 1
#define TRANSPORT_UDP 2

#define PORT_CLASSES 64
#define ADDRESS_CLASSES 64
#define ADDRESS_UNIX_PATH 62 /* class of a path that was passed instead of an IP address */
#define ADDRESS_UNKNOWN 63   /* class of all other addresses: keeps all disjuncts */

#define MODE_CLASSES 8       /* of the bits setuid, setgid and sticky */
#define SUBSTRINGS 64        /* also the masks of a row; 0 stands for a path that is not canonical, or for none */
#define SUBSTRING_STATES 256 /* of the automaton that finds them */
#define BYTE_CLASSES 128

#define COMM_UNKNOWN 63 /* class of the names beyond the last class */

/* A state of a double-array trie. The next state is at base plus the byte, if the `check` of that cell is this state.
 */
struct trie_cell {
    __u16 check;
    __u16 base;
    __u16 outcome;        /* if the text continues in a way that no pattern has */
    __u16 outcome_at_end; /* if the text ends here */
};

/* For each attribute and value, a mask of the event type's disjuncts that can still match. User space compiles the
 * tables (io.tiercel.sensor.prefilter), and prefilter.h explains their use. The tables that most opens need come first,
 * so that an open touches little memory. */
struct prefilter_tables {
    __u8 event_type[1024];    /* by syscall number; 0: not filtered */
    __u8 error_class[256];    /* by error number: class of the result */
    __u32 generation;         /* 0 while user space writes the tables */
    __u32 open_types;         /* the first event types are open types: event type 1 is open type 0 */
    __u64 common_process[8];  /* by open type: for a program name that no rule has, on the host or in a container */
    __u64 dotdot[16];         /* by open type and whether the path as passed contains "../" */
    __u64 open_flags[1024];   /* by open type and flag class */
    __u64 result[1024];       /* by event type and result class */
    __u64 path_prefix[16384]; /* by row and outcome of the prefix trie; the row of an open type is its number */
    __u64 path_suffix[16384]; /* by row and outcome of the suffix trie */
    __u64 prefix_trie[8192];  /* each a struct trie_cell, so that a step touches one cache line */
    __u64 suffix_trie[8192];
    __u8 mode_argument[64];     /* by event type: 1 and the argument with the mode of a file; 0: not tested */
    __u64 mode[512];            /* by event type and the bits setuid, setgid and sticky of the mode */
    __u8 argument_row[64];      /* by event type: the row of the record's first text */
    __u8 argument_count[64];    /* by event type: how many texts are compared, from the first one; 0: none */
    __u8 process_last[64];      /* by event type: 1 if the process is checked after the texts */
    __u64 path_substring[2048]; /* by row: for a text without a substring of rules, then for each that it contains */
    __u64 substring_found[256]; /* by state: a bit for each substring that ends there */
    __u8 substring_next[32768]; /* by state and class of the next byte: the next state */
    __u8 byte_class[256];
    __u64 membership[256];    /* by event type and MEMBERSHIP_ */
    __u64 comm[4096];         /* by event type and class of the program name */
    __u64 uid[1024];          /* by event type and class of the effective user */
    __u64 socket_family[512]; /* by event type and SOCKET_ */
    __u64 transport[256];     /* by event type and TRANSPORT_ */
    __u64 port[4096];         /* by event type and class of the server's port */
    __u64 network[4096];      /* by event type and class of the server's address */
    __u64 sockaddr[4096];     /* by event type and class of the address as passed */
    __u64 networks[256];      /* networks with their own class, from class 1, longest prefix first: address, mask */
    __u32 uids[15];           /* users with their own class, from class 1 */
    __u16 ports[63];          /* ports with their own class, from class 1 */
};

/* The program name since the last exec or fork, as user space has it. A later change of comm does not count. */
struct process_name {
    __u8 comm[16];
    __u64 comm_class; /* generation << 8 | class; looked up again when the generation changes */
    __u64 user_class; /* user << 32 | generation << 8 | USER_CLASS_KNOWN | class, with the low bits of the generation */
    __u64 started_ns; /* time of the record of the exec or fork; what user space gave for a process that it found */
};

struct process_mask_key {
    __u32 tgid;
    __u32 syscall;
};

/* The disjuncts that the program of a process and its ancestors leave, as user space found (lineage.h). */
struct process_mask {
    __u64 disjuncts;
    __u64 started_ns; /* of the program; process_name has the same */
    __u32 generation; /* of the prefilter tables */
    __u32 lineage;    /* lineage_ended when user space knew these ancestors */
    __u32 version;    /* lineage_version at that time */
    __u32 unused;
    __u64 check; /* all of these, combined by XOR: the entry may be rewritten while a program reads it */
};

struct comm_key {
    __u8 comm[16];
    __u32 generation;
    __u32 unused;
};

/* Where the host mounts a file system. */
#define MOUNT_FULL 1    /* the whole file system at one mount point */
#define MOUNT_PARTIAL 2 /* in a way that the prefilter cannot follow */

struct host_mount {
    __u32 kind;
    __u32 length;
    __u8 path[256]; /* empty for the root */
};

#define MAX_KNOWN_FILES 1024

/* A file that rules name, by the inode with its contents. */
struct known_file_key {
    __u64 ino;
    __u32 dev;
    __u32 unused;
};

struct known_file {
    __u32 number; /* that user space gave to the name, from 1 */
    __u32 length;
    __u8 path[256]; /* the name that rules compare */
};

/* How a text of a RECORD_SYSCALL is read. */
#define ARGUMENT_STRING 1      /* NUL-terminated string */
#define ARGUMENT_PATH 2        /* the same, a path; `extent` is the argument with the base directory, or BASE_CWD */
#define ARGUMENT_BYTES 3       /* `extent` is the argument with the length, or LENGTH_RESULT */
#define ARGUMENT_FIXED_BYTES 4 /* `extent` is the length */
#define ARGUMENT_OPTIONAL 16   /* flag: the argument may not be an address */

#define BASE_CWD 255
#define LENGTH_RESULT 6

/* How the texts of a syscall are read. User space fills the table before the program is loaded. */
struct argument_spec {
    __u8 captured; /* 1: RECORD_SYSCALL; 0: RECORD_GENERIC */
    __u8 kind[3];
    __u8 argument[3]; /* argument with the address of the text */
    __u8 extent[3];
};

/* Why a record was lost or is incomplete: index into loss_counters. */
#define LOSS_RING_FULL 0
#define LOSS_RECORD_TOO_LONG 1
#define LOSS_PATH_TRUNCATED 2       /* emitted, but a kernel path lacks its beginning */
#define LOSS_ARGUMENT_UNREADABLE 3  /* emitted, but without a text that the syscall itself could read */
#define LOSS_CALL_NOT_REMEMBERED 4  /* emitted, but with a text that may have changed during the call */
#define LOSS_IO_REQUEST_UNTRACKED 5 /* emitted when an io_uring request was submitted, with an assumed result */
#define LOSS_OVER_BUDGET 6          /* refused: the process and its container or user are too loud (budget.h) */
#define LOSS_STATE_OVER_BUDGET 7    /* the same for a record that the process state depends on */
#define LOSS_ARGUMENTS_CHANGED 8    /* emitted with MARK_ARGUMENTS_CHANGED */
#define LOSS_REASONS 9

struct loss_counters {
    __u64 counts[16]; /* on one CPU, since the start */
};

/* Accounts of budgets. A container is the id of its outermost cgroup, or the address of its pid namespace. */
#define ACCOUNT_USER_BIT 63 /* set: a user of the host, whose id is in the lower half */

#define MAX_LOSS_GROUPS 256

/* The process that lost records. */
struct loss_key {
    __u64 account;
    __u32 tgid;
    __u32 unused;
};

struct loss_group {
    __u64 records;       /* since user space removed the entry */
    __u64 state_records; /* those of them that the process state depends on */
    __u64 cgroup_id;     /* in the unified hierarchy, at the first loss */
    __u32 uid;           /* effective, at the first loss */
    __u32 unused;
    __u8 comm[16];
};

struct record_prefix {
    __u16 kind;
    __u16 header_offset; /* from the start of the record; a multiple of 8 */
    __u32 unused;
};

#define MARK_ARGUMENTS_CHANGED 1 /* a text or address in user memory changed during the call */
#define MARK_KERNEL_COPY 2       /* the paths and addresses are the kernel's copies */

/* The name with this index lacks its beginning and starts with "...". */
#define MARK_NAME_0_TRUNCATED 4
#define MARK_NAME_1_TRUNCATED 8
#define MARK_NAME_2_TRUNCATED 16

/* The file of the new descriptor may not be the one that the call opened. It is not counted as a loss, because programs
 * with threads start processes while they open files. */
#define MARK_FILE_REPLACED 32

/* The record of an exec or exit changes the ancestors of other processes. It is one of lineage_begun (lineage.h). */
#define MARK_LINEAGE_CHANGED 64

struct record_header {
    __u64 time_ns;
    __u64 cgroup_id; /* in the unified hierarchy */
    __s64 result;
    __u32 tgid;
    __u32 tid;
    __u32 uid; /* effective */
    __u32 gid;
    __u64 cap_inheritable;
    __u64 cap_permitted;
    __u64 cap_effective;
    __u64 disjuncts;  /* surviving disjuncts */
    __u32 generation; /* of the prefilter tables; GENERATION_NONE: not checked */
    __u32 marks;      /* MARK_ */
    __u16 syscall;    /* number of syscall_numbers.h; 0 if the record is not about a syscall */
    __u16 name_length[3];
    __u16 text_length[3];
    __u16 compat; /* 1 if pointers and words in user memory have 32 bits */
};

#define FILE_CREATED 1
#define FILE_UPPER_LAYER 2
#define FILE_LOWER_LAYER 4
#define FILE_MEMFD 8 /* an unlinked file of memfd_create */

/* How a program was started, in the file_flags of exec_body. "Host" is what process 1 of the machine has. */
#define EXEC_SCRIPT 256      /* the path as passed is a script, and the executable its interpreter */
#define EXEC_HOST_MOUNTS 512 /* in the host's mount namespace, with the host's root directory */
#define EXEC_HOST_DISK 1024  /* the executable is on the file system of the host's root directory */
#define EXEC_HOST_USERS 2048 /* in the host's user namespace */
#define EXEC_HOST_OWNED 4096 /* the executable's file system was mounted in the host's user namespace */
#define EXEC_FILE_MOUNT 8192 /* the executable itself is a mount, so its name is that of the mount point */
#define EXEC_UNLINKED 16384  /* the executable has no name any more */
#define EXEC_SECURE 32768    /* the rights changed, so the dynamic linker ignores its variables */

struct open_body {
    __u64 ino;
    __u32 dev;
    __u32 flags; /* as passed */
    __u32 mode;
    __u32 resolve;
    __s32 dirfd;
    __u32 file_flags;     /* FILE_ */
    __u32 fs_path_length; /* length of the end of the file's name that is inside its mount */
    __u32 known_file;     /* the number of the known_file; 0: none */
};

struct path_body {
    __s32 dirfd;
    __u32 flags;
    __u32 mode;
    __u32 unused;
};

struct rename_body {
    __s32 old_dirfd;
    __s32 new_dirfd;
    __u32 flags;
    __u32 unused;
};

#define FD_BOUND 1     /* to a port or path that the program chose */
#define FD_CONNECTED 2 /* or connecting */
#define FD_ACCEPTED 4
#define FD_PEER_CHANGED 8 /* the peer of this datagram differs from that of the previous one */
#define FD_CLIENT 16      /* role in an unconnected datagram exchange */
#define FD_SERVER 32

/* The open file of a file descriptor at the exit of the syscall; all zero if there is none. */
struct fd_body {
    __u64 values[8]; /* arguments as passed, some replaced by the data that they point to: fd_syscalls.h */
    __u64 source;    /* socket: kernel addresses, as identities only */
    __u64 peer;
    __u64 ino;
    __u32 dev;
    __u32 magic; /* of the file system */
    __u32 open_flags;
    __s32 fd;
    __u32 pid;    /* process of a pidfd */
    __u16 mode;   /* of the inode */
    __u16 bits;   /* FD_ */
    __u16 family; /* of the socket; 0 if the file is not a socket */
    __u16 type;
    __u16 protocol;
    __u16 state; /* numbered as for TCP */
    __u16 local_port;
    __u16 remote_port;
    __u8 local_address[16];
    __u8 remote_address[16];
};

#define EXEC_ARGUMENTS_CUT 65536    /* the arguments are longer than TEXT_LIMIT */
#define EXEC_ENVIRONMENT_CUT 131072 /* a variable of the dynamic linker may be missing: process_environment.h */

struct exec_body {
    __u64 start_ns; /* of the process */
    __u64 pidns_start_ns;
    __u64 exe_ino;
    __u64 exe_ctime_ns;
    __u64 exe_mtime_ns;
    __u64 fd_limit; /* RLIMIT_NOFILE */
    __u64 major_faults;
    __u64 minor_faults;
    __u32 vm_size; /* KiB, also the next two */
    __u32 vm_rss;
    __u32 vm_swap;
    __u32 ppid;
    __u32 vpid;
    __u32 sid; /* in the pid namespace of the process */
    __u32 vpgid;
    __u32 pgid;
    __u32 tty;
    __u32 loginuid;
    __u32 exe_dev;
    __u32 exe_mode;
    __u32 exe_uid;
    __u32 exe_gid;
    __u32 file_flags; /* FILE_ and EXEC_ */
    __u32 mark;       /* bits 4 to 35 of the address of the arguments, which differs between execs; 0: unknown */
    __u8 comm[16];
};

struct fork_body {
    __u64 start_ns;
    __u64 pidns_start_ns;
    __u64 fd_limit;
    __u32 child;
    __u32 ppid;
    __u32 vpid;
    __u32 sid;
    __u32 vpgid;
    __u32 pgid;
    __u32 tty;
    __u32 loginuid;
    __u8 comm[16];
};

struct clone_body {
    __u64 flags;    /* as passed */
    __u64 fd_limit; /* RLIMIT_NOFILE */
    __u64 major_faults;
    __u64 minor_faults;
    __u32 vm_size; /* KiB, also the next two */
    __u32 vm_rss;
    __u32 vm_swap;
    __u32 vtid;
    __u32 vpid;
    __u32 unused;
};

struct exit_body {
    __u32 status; /* as wait(2) returns it */
    __u32 reaper; /* process that inherits the children */
    __u32 last;   /* 1 if the process has no thread left */
    __u32 unused;
};

struct chdir_body {
    __s32 fd; /* of fchdir */
    __u32 unused;
};

struct syscall_body {
    __u64 arguments[6]; /* as passed; 32-bit arguments are zero-extended */
};

#endif
