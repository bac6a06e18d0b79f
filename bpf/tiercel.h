/* The layout of what the capture program hands over: io.tiercel.sensor.bpf.RecordLayout mirrors it, and a test
 * compares the two line by line, so every member that user space reads is a plain NAME or NAME[N] of a fixed-width
 * type.
 *
 *   prefix | names, back to front | header | part of the kind | texts
 *
 * Names are kernel paths. They are built backwards from the header, so that a record is one contiguous piece that needs
 * no copying: the first name ends where the header starts, the second where the first starts, and so on. Texts follow
 * each other behind the part. A length of NO_TEXT says that the text could not be read. All numbers are in the host's
 * byte order; times are CLOCK_BOOTTIME. */
#ifndef TIERCEL_H
#define TIERCEL_H

#define NO_TEXT 0xffff
#define TEXT_LIMIT 4096 /* bytes of a path, of a program's arguments, of its environment */

enum record_kind {
    RECORD_OPEN = 1,  /* names: file, base of a relative path, where the part in the file's mount starts; texts: path */
    RECORD_PATH = 2,  /* names: base; texts: path. unlink, unlinkat, rmdir, mkdir, mkdirat */
    RECORD_PATHS = 3, /* names: old base, new base; texts: old path, new path. rename family */
    RECORD_EXEC = 5,  /* names: executable, working directory; texts: arguments, environment, file name as passed */
    RECORD_EXEC_FAILED = 6, /* texts: file name as passed */
    RECORD_FORK = 7,        /* a process (not a thread) was made; no event */
    RECORD_CLONE = 8,       /* the return from clone, clone3, fork or vfork, in parent and child */
    RECORD_EXIT = 9,
    RECORD_CHDIR = 10,   /* names: new working directory; texts: path as passed (chdir) */
    RECORD_CGROUP = 12,  /* texts: path of the cgroup of the header's id; the result is one of CGROUP_; no event */
    RECORD_CALL = 13,    /* texts as plain_call says; names: the base of the path of the same place */
    RECORD_GENERIC = 14, /* a call of which only the number is handed over */

    /* A call that works on a file descriptor. names: of the file, or the path of a unix socket; texts: address, or name
     * of what is made; data; further data (control messages, an option's value) */
    RECORD_FD = 20,
    RECORD_STANDARD_FD = 22, /* the same: fd 0, 1 or 2 of a program that starts, before its RECORD_EXEC; no event */
    RECORD_FD_CLOSING = 21,  /* the same, before close: the RECORD_FD of its end comes without the file; no event */
};

#define CGROUP_MADE 0    /* of the unified hierarchy */
#define CGROUP_REMOVED 1 /* of the unified hierarchy */
#define CGROUP_JOINED 2  /* of another hierarchy: the process of the header's tgid is in it from now on */

struct settings {
    __u32 read_variant;
    __u32 own_tgid;    /* the sensor's own system calls are not events */
    __u32 preemptible; /* whether tasks can lose their CPU inside a program: turns.h */
    __u32 first_pass;  /* whether programs and places are kept track of for the first pass */
};

#define WANT_EVENT 1
#define WANT_STATE 2
#define CALL_OF_FD 4 /* the call's record is RECORD_FD */

struct wishes {
    __u8 interest[1024]; /* by number of the system call */
    __u8 thread_exits;   /* whether each thread's end is an event, or only the process's */
    __u8 standard_fds;   /* whether somebody asks for fds 0 to 2 of programs */
    __u8 pass;           /* 0: no first pass; 1 or 2: which of the two passes is in force */
    __u8 keep;           /* hand over what the first pass would drop, with its mask of 0 */
    __u8 all_apart;      /* so many processes are apart from their cgroup that they could not be kept */
    __u8 strangers;      /* the state may have forgotten processes that are known here */
    __u32 root_device;   /* that of host_mounts whose file system is all at the host's root; 0: none */
};

#define CLAUSES_ALL 0 /* generation of a record that no first pass has looked at */

/* Sizes of the first pass. A type is an event type, from 1; an open one of those of RECORD_OPEN, from 0. */
#define FILTERED_TYPES 64
#define FILTERED_OPENS 8
#define RESULT_CLASSES 16
#define FLAG_CLASSES 128
#define COMM_CLASSES 64
#define USER_CLASSES 16
#define TRIE_CELLS 8192
#define TRIE_OUTCOMES 512

/* Classes of results: 0, 1 and 2 are themselves. */
#define RESULT_MORE 3   /* 3 and more */
#define RESULT_FAILED 4 /* an error that no rule names; the named ones follow */

/* Classes of flags of an open: the access mode, and these bits. */
#define FLAG_CREATE 4
#define FLAG_TRUNCATE 8
#define FLAG_DIRECTORY 16
#define FLAG_TMPFILE 32
#define FLAG_FAILED 64

#define HOME_HOST 1
#define HOME_CONTAINER 2

/* Kinds of socket; 0: none, or not known. */
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
#define ADDRESS_PATH 62    /* class of a path that was passed instead of an address */
#define ADDRESS_UNKNOWN 63 /* class of what is no IP address: nothing is ruled out */

#define COMM_UNKNOWN 63 /* class of a name beyond those that have one of their own */

/* A state of a trie. The next one is at the state's base plus the byte, if that cell is owned by the state. */
struct trie_cell {
    __u16 owner;
    __u16 base;
    __u16 outcome; /* if the name goes on otherwise */
    __u16 ended;   /* if it ends here */
};

/* What may still match, by attribute and value: each number is a mask of the type's clauses. The passes are made in
 * user space (io.tiercel.sensor.prefilter); first_pass.h says how they are used. What most opens need is at the
 * beginning, so that it touches little memory. */
struct pass {
    __u8 type[1024];        /* by number of the system call; 0: its events are not looked at */
    __u8 error[256];        /* by error number: class of the result */
    __u32 generation;       /* 0 while the pass is being written */
    __u32 opens;            /* as many types, the first ones, are opens: type 1 is open 0 */
    __u64 ordinary[8];      /* by open: what a program of no name that rules know leaves, in whatever home */
    __u64 climbs[16];       /* by open and whether the path as passed has "../" */
    __u64 flags[1024];      /* by open and class of flags */
    __u64 result[1024];     /* by type and class of the result */
    __u64 path[4096];       /* by open and outcome of the trie of beginnings */
    __u64 ending[4096];     /* by open and outcome of the trie of endings */
    __u64 beginnings[8192]; /* the tries: each a struct trie_cell, so that a step touches one place of memory */
    __u64 endings[8192];
    __u64 home[256];      /* by type and where the process is: HOME_ */
    __u64 comm[4096];     /* by type and class of the program's name */
    __u64 uid[1024];      /* by type and class of the effective user */
    __u64 family[512];    /* by type and kind of socket: SOCKET_ */
    __u64 transport[256]; /* by type and transport: TRANSPORT_ */
    __u64 port[4096];     /* by type and class of the server's port */
    __u64 network[4096];  /* by type and class of the server's address */
    __u64 passed[4096];   /* by type and class of the address as passed */
    __u64 nets[256];      /* networks with a class of their own, from class 1, the longest first: address, mask */
    __u32 uids[15];       /* users with a class of their own, from class 1 */
    __u16 ports[63];      /* ports with a class of their own, from class 1 */
};

/* A program's name as the state has it: since its last exec or fork, whatever it calls itself now. */
struct program {
    __u8 comm[16];
    __u64 class; /* generation << 8 | class of the name; found anew if the generation is another */
};

struct comm_key {
    __u8 comm[16];
    __u32 generation;
    __u32 unused;
};

/* Where the host has mounted a file system. */
#define MOUNT_WHOLE 1   /* all of it, here */
#define MOUNT_SEVERAL 2 /* something that the capture program cannot follow */

struct host_mount {
    __u32 kind;
    __u32 length;
    __u8 point[256]; /* empty for the root */
};

/* How the texts of a RECORD_CALL are taken. */
#define TAKE_TEXT 1         /* zero-terminated, from the address in an argument */
#define TAKE_PATH 2         /* the same; a path that starts from the directory which the argument BY has open */
#define TAKE_BYTES 3        /* as many bytes as the argument BY says */
#define TAKE_SOME 4         /* BY bytes */
#define TAKE_IF_READABLE 16 /* added to one of these: the argument may be no address */

#define BY_CWD 255  /* for TAKE_PATH: the working directory */
#define BY_RESULT 6 /* for TAKE_BYTES: the return value says how many */

/* A call that the program has no code for; user space makes the table before the program is loaded. */
struct plain_call {
    __u8 plain; /* 1: a RECORD_CALL; 0: a RECORD_GENERIC */
    __u8 take[3];
    __u8 argument[3]; /* where the text's address is */
    __u8 by[3];
};

/* Why a record was not handed over, or not whole: places in "counts". */
#define LOSS_RING_FULL 0
#define LOSS_TOO_LONG 1
#define LOSS_NAME_CUT 2        /* handed over, but a kernel path lacks its beginning */
#define LOSS_TEXT_UNREADABLE 3 /* handed over, but without a text that the call itself could read */
#define LOSS_REASONS 4

struct losses {
    __u64 counts[4]; /* since the start, on one CPU */
};

struct record_prefix {
    __u16 kind;
    __u16 header_offset; /* of the header, from the start of the record; a multiple of 8 */
    __u32 unused;
};

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
    __u64 clauses;    /* those that the first pass has left, of the pass of this generation */
    __u32 generation; /* CLAUSES_ALL: nobody has looked */
    __u32 unused;
    __u16 syscall; /* as numbers.h has it; 0 if the record is about none */
    __u16 name_length[3];
    __u16 text_length[3];
    __u16 compat; /* 1 if pointers and words in the program's memory have 32 bits */
};

#define FILE_CREATED 1
#define FILE_UPPER_LAYER 2
#define FILE_LOWER_LAYER 4
#define FILE_IN_MEMORY 8 /* an unlinked file of memfd_create */

struct open_part {
    __u64 ino;
    __u32 dev;
    __u32 flags; /* as passed */
    __u32 mode;
    __u32 resolve;
    __s32 dirfd;
    __u32 file_bits;
    __u32 place_length; /* of the file's name, the end that lies in its mount */
    __u32 unused;
};

struct path_part {
    __s32 dirfd;
    __u32 flags;
    __u32 mode;
    __u32 unused;
};

struct paths_part {
    __s32 old_dirfd;
    __s32 new_dirfd;
    __u32 flags;
    __u32 unused;
};

#define FD_BOUND 1     /* to a port or path of its own choice */
#define FD_CONNECTED 2 /* or about to be */
#define FD_ACCEPTED 4
#define FD_OTHER_PEER 8 /* the datagram's other end is not that of the one before */
#define FD_CLIENT 16    /* of a datagram socket that is not connected: who began */
#define FD_SERVER 32

/* What an fd is open on, when the call ended; all zero if it is open on nothing. */
struct fd_part {
    __u64 numbers[8]; /* arguments as passed, some replaced by what they point to or by further values: fds.h */
    __u64 source;     /* of a socket: kernel addresses, as identities only */
    __u64 peer;
    __u64 ino;
    __u32 dev;
    __u32 magic; /* of the file system */
    __u32 open_flags;
    __s32 fd;
    __u32 pid;  /* of the process behind a pidfd */
    __u16 mode; /* of the inode */
    __u16 bits;
    __u16 family; /* of the socket; 0 if it is none */
    __u16 type;
    __u16 protocol;
    __u16 state; /* as TCP numbers them */
    __u16 local_port;
    __u16 remote_port;
    __u8 local_address[16];
    __u8 remote_address[16];
};

struct exec_part {
    __u64 start_ns; /* of the process */
    __u64 pidns_start_ns;
    __u64 exe_ino;
    __u64 exe_ctime_ns;
    __u64 exe_mtime_ns;
    __u64 fd_limit; /* RLIMIT_NOFILE */
    __u64 major_faults;
    __u64 minor_faults;
    __u32 vm_size; /* KiB, as the next two */
    __u32 vm_rss;
    __u32 vm_swap;
    __u32 ppid;
    __u32 vpid;
    __u32 sid; /* in the process's own pid namespace */
    __u32 vpgid;
    __u32 pgid;
    __u32 tty;
    __u32 loginuid;
    __u32 exe_dev;
    __u32 exe_mode;
    __u32 exe_uid;
    __u32 exe_gid;
    __u32 file_bits;
    __u32 unused;
    __u8 comm[16];
};

struct fork_part {
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

struct clone_part {
    __u64 flags;    /* as passed */
    __u64 fd_limit; /* RLIMIT_NOFILE */
    __u64 major_faults;
    __u64 minor_faults;
    __u32 vm_size; /* KiB, as the next two */
    __u32 vm_rss;
    __u32 vm_swap;
    __u32 vtid;
    __u32 vpid;
    __u32 unused;
};

struct exit_part {
    __u32 status; /* as wait() gives it */
    __u32 reaper; /* process that inherits the children */
    __u32 last;   /* 1 if no thread of the process is left */
    __u32 unused;
};

struct chdir_part {
    __s32 fd; /* of fchdir */
    __u32 unused;
};

struct call_part {
    __u64 arguments[6]; /* as passed; those of 32 bits are zero-extended */
};

#endif
