/*
 * Attacks that make the readers of a process or a container wait. Run as root.
 * Prints "ready" when the attack runs, and runs until its input ends.
 *
 * "stall fifo CGROUP" is a container that exchanges its passwd with a FIFO.
 * "stall fuse CGROUP" is a container whose /etc is FUSE without a server.
 * "stall storm CGROUP BYTES" is a container with a passwd of this size.
 * "stall program DIRECTORY" runs from a FUSE file system that stops.
 *
 * Processes in containers change their user id as fast as they can.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STORM_PROCESSES 2
#define FIRST_UID 200000
#define UIDS 1000000
#define PROGRAM_NODE 2

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void check(int result, const char *what) {
    if (result < 0)
        fail(what);
}

static void write_text(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    check(fd, path);
    if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        fail(path);
    close(fd);
}

/* Forks a process that dies with its parent. */
static pid_t child(void) {
    pid_t pid = fork();
    check(pid, "fork");
    if (pid == 0)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    return pid;
}

static void await_end_of_input(void) {
    char byte;

    puts("ready");
    fflush(stdout);
    while (read(0, &byte, 1) > 0)
        ;
    exit(0);
}

/*
 * Changes the effective user id with the raw call, because that of the C library signals all threads. The kernel then
 * forgets that the process dies with its parent.
 */
static void storm(void) {
    pid_t parent = getpid();

    for (int p = 0; p < STORM_PROCESSES; p++) {
        if (child() != 0)
            continue;
        for (int i = 0; getppid() == parent; i = (i + 1) % UIDS) {
            syscall(SYS_setresuid, -1, FIRST_UID + p * UIDS + i, -1);
            if (chdir(i % 2 ? "/" : "/tmp") != 0)
                _exit(1);
            syscall(SYS_setresuid, -1, 0, -1);
        }
        _exit(0);
    }
}

static void exchange(void) {
    if (child() != 0)
        return;
    for (;;)
        syscall(SYS_renameat2, AT_FDCWD, "/etc/passwd", AT_FDCWD, "/etc/fifo", 2 /* RENAME_EXCHANGE */);
}

static int mount_fuse(const char *directory) {
    char options[100];
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

    check(fd, "/dev/fuse");
    snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fd);
    check(mount("stall", directory, "fuse", 0, options), "mount");
    return fd;
}

static void write_passwd(long bytes) {
    FILE *file = fopen("/etc/passwd", "w");

    if (!file)
        fail("/etc/passwd");
    fputs("root:x:0:0::/:/bin/sh\n", file);
    for (long id = 1; ftell(file) < bytes; id++)
        fprintf(file, "user%ld:x:%ld:%ld::/:/bin/sh\n", id, id, id);
    fclose(file);
}

/* Enters a container: a cgroup and a mount namespace with an own /etc. */
static void enter(const char *cgroup) {
    char path[4096];

    snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
    write_text(path, "0");
    check(unshare(CLONE_NEWNS), "unshare");
    check(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
    check(mount("stall", "/etc", "tmpfs", 0, NULL), "tmpfs");
}

struct reply {
    struct fuse_out_header header;
    union {
        struct fuse_init_out init;
        struct fuse_entry_out entry;
        struct fuse_attr_out attr;
        struct fuse_open_out open;
        char bytes[1 << 20];
    };
};

static void fill_attributes(struct fuse_attr *attr, unsigned long node, long size) {
    attr->ino = node;
    attr->mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0755;
    attr->nlink = 1;
    attr->size = node == FUSE_ROOT_ID ? 0 : size;
    attr->blksize = 4096;
}

/* Serves one program until another process sets the flag. */
static void serve(int fuse, int program, const volatile int *stop) {
    static char request[(1 << 20) + 4096];
    static struct reply reply;
    long size = lseek(program, 0, SEEK_END);

    while (read(fuse, request, sizeof(request)) > 0 && !*stop) {
        struct fuse_in_header *in = (void *)request;
        struct fuse_read_in *read_in = (void *)(request + sizeof(*in));
        long length = 0;

        memset(&reply, 0, sizeof(reply));
        switch (in->opcode) {
        case FUSE_INIT:
            reply.init.major = FUSE_KERNEL_VERSION;
            reply.init.minor = FUSE_KERNEL_MINOR_VERSION;
            reply.init.max_write = 4096;
            length = sizeof(reply.init);
            break;
        case FUSE_LOOKUP:
            reply.entry.nodeid = PROGRAM_NODE;
            fill_attributes(&reply.entry.attr, PROGRAM_NODE, size);
            length = sizeof(reply.entry);
            break;
        case FUSE_GETATTR:
            fill_attributes(&reply.attr.attr, in->nodeid, size);
            length = sizeof(reply.attr);
            break;
        case FUSE_OPEN:
            length = sizeof(reply.open);
            break;
        case FUSE_READ:
            length = pread(program, reply.bytes, read_in->size, read_in->offset);
            break;
        case FUSE_FORGET:
        case FUSE_BATCH_FORGET:
            continue;
        case FUSE_FLUSH:
        case FUSE_RELEASE:
            break;
        default:
            reply.header.error = -ENOSYS;
        }
        reply.header.unique = in->unique;
        reply.header.len = sizeof(reply.header) + length;
        if (write(fuse, &reply, reply.header.len) < 0 && errno != ENOENT)
            fail("reply");
    }
    pause();
}

static void run_from_fuse(const char *directory) {
    volatile int *stop = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int program = open("/proc/self/exe", O_RDONLY);
    int fuse, ready[2];
    char path[4096], byte;

    check(unshare(CLONE_NEWNS), "unshare");
    check(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
    fuse = mount_fuse(directory);
    if (child() == 0)
        serve(fuse, program, stop);
    check(pipe(ready), "pipe");
    if (child() == 0) {
        snprintf(path, sizeof(path), "%s/program", directory);
        dup2(ready[1], 3);
        execl(path, "program", "started", NULL);
        fail(path);
    }
    close(ready[1]);
    if (read(ready[0], &byte, 1) != 1)
        fail("program");
    *stop = 1;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "started") == 0) {
        if (write(3, "x", 1) != 1)
            return 1;
        for (;;)
            pause();
    }
    if (argc < 3)
        return 2;
    if (strcmp(argv[1], "program") == 0) {
        run_from_fuse(argv[2]);
        await_end_of_input();
    }
    if (strcmp(argv[2], "entered") != 0) {
        enter(argv[2]);
        execl("/proc/self/exe", "stall", argv[1], "entered", argc > 3 ? argv[3] : "0", NULL);
        fail("exec");
    }
    write_passwd(atol(argv[3]));
    if (strcmp(argv[1], "fifo") == 0) {
        check(mkfifo("/etc/fifo", 0644), "mkfifo");
        exchange();
    } else if (strcmp(argv[1], "fuse") == 0) {
        mount_fuse("/etc");
    }
    storm();
    await_end_of_input();
}
