/* File descriptors of all kinds, and the calls that make, copy, use and close them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static int must(int result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

/* Each kind of fd is made, then asked for its status, so that its kind is seen once more. */
static void seen(int fd) {
    struct stat status;
    fstat(fd, &status);
    syscall(SYS_fstat, fd, &status);
}

static void kinds(void) {
    int pipes[2];
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    must(syscall(SYS_pipe, pipes), "pipe");
    must(pipe2(pipes, O_CLOEXEC | O_NONBLOCK), "pipe2");
    seen(pipes[1]);
    seen(must(eventfd(3, EFD_NONBLOCK), "eventfd"));
    must(syscall(SYS_eventfd, 5), "eventfd");
    seen(must(signalfd(-1, &mask, SFD_CLOEXEC), "signalfd"));
    seen(must(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), "timerfd_create"));
    must(syscall(SYS_inotify_init), "inotify_init");
    seen(must(inotify_init1(IN_CLOEXEC), "inotify_init1"));
    must(syscall(SYS_epoll_create, 9), "epoll_create");
    seen(must(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
    seen(must(memfd_create("scratch", MFD_CLOEXEC | MFD_ALLOW_SEALING), "memfd_create"));
    int self = must(syscall(SYS_pidfd_open, getpid(), 0), "pidfd_open");
    seen(self);
    must(syscall(SYS_pidfd_getfd, self, pipes[0], 0), "pidfd_getfd");
    syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
    uint32_t parameters[30] = {};
    syscall(SYS_io_uring_setup, 4, parameters);
    syscall(SYS_signalfd4, 99, &mask, 8, 0);
}

static void files(void) {
    int fd = must(open("data", O_RDWR | O_CREAT | O_TRUNC, 0600), "open");
    must(write(fd, "written", 7), "write");
    must(pwrite(fd, "at", 2, 3), "pwrite");
    struct iovec pieces[] = {{"scattered ", 10}, {"data", 4}};
    must(writev(fd, pieces, 2), "writev");
    must(pwritev(fd, pieces, 2, 30), "pwritev");
    char data[100], more[4];
    struct iovec into[] = {{more, sizeof more}, {data, sizeof data}};
    must(lseek(fd, 2, SEEK_SET), "lseek");
    must(read(fd, data, 5), "read");
    must(pread(fd, data, sizeof data, 1), "pread");
    must(preadv(fd, into, 2, 0), "preadv");
    must(lseek(fd, 0, SEEK_SET), "lseek");
    must(readv(fd, into, 2), "readv");
    int out = must(memfd_create("out", 0), "memfd_create");
    off_t from = 3;
    must(sendfile(out, fd, &from, 5), "sendfile");
    int copy = must(fcntl(fd, F_DUPFD_CLOEXEC, 40), "fcntl");
    must(dup3(fd, 50, O_CLOEXEC), "dup3");
    must(dup(copy), "dup");
    must(close(copy), "close");
    close(999);
    read(999, data, 1);
    syscall(SYS_write, fd, 1, 5);
    dup2(999, 3);
    must(syscall(SYS_close_range, 50, 60, 0), "close_range");
    must(open(".", O_RDONLY | O_DIRECTORY), "open");
}

int main(int count, char **arguments) {
    const char *part = count > 1 ? arguments[1] : "";
    if (!strcmp(part, "kinds"))
        kinds();
    else if (!strcmp(part, "files"))
        files();
    else
        return 2;
    return 0;
}
