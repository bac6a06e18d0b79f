// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Prints the time of syscalls in nanoseconds: the minimum and the median of many small batches, as MINIMUM/MEDIAN. In a
// guest with one CPU whose clock counts instructions, it is the number of instructions of one call, in user and kernel
// mode, with those of child processes. A batch is so short that most batches have no timer interrupt and no other
// process in them.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCHES 101
#define CALLS 20
#define FORKS 2

static int zero;
static const char *self;

static void call_getppid(void) {
    syscall(SYS_getppid);
}

static void call_read(void) {
    char byte;
    syscall(SYS_read, zero, &byte, 1);
}

static void call_open(void) {
    close(syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY));
}

static void call_open_relative(void) {
    close(syscall(SYS_openat, AT_FDCWD, "etc/passwd", O_RDONLY));
}

static void call_open_link(void) {
    close(syscall(SYS_openat, AT_FDCWD, "/tmp/cost.link", O_RDONLY));
}

static void call_open_missing(void) {
    syscall(SYS_openat, AT_FDCWD, "/etc/none", O_RDONLY);
}

static void call_connect(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int s = socket(AF_INET, SOCK_STREAM, 0);
    connect(s, (struct sockaddr *)&to, sizeof to);
    close(s);
}

static void call_fork(void) {
    int child = fork();
    if (!child)
        _exit(0);
    waitpid(child, 0, 0);
}

static void call_exec(void) {
    int child = vfork();
    if (!child) {
        execl(self, self, "0", (char *)0);
        _exit(1);
    }
    waitpid(child, 0, 0);
}

static void call_unlink(void) {
    close(syscall(SYS_openat, AT_FDCWD, "/tmp/cost", O_CREAT | O_WRONLY, 0600));
    syscall(SYS_unlink, "/tmp/cost");
}

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int compare(const void *one, const void *other) {
    long long a = *(const long long *)one, b = *(const long long *)other;
    return (a > b) - (a < b);
}

static void measure(const char *name, void (*call)(void), int calls) {
    static long long taken[BATCHES];
    call(); // fills the caches of the kernel
    for (int batch = 0; batch < BATCHES; batch++) {
        long long start = now();
        for (int i = 0; i < calls; i++)
            call();
        taken[batch] = (now() - start) / calls;
    }
    qsort(taken, BATCHES, sizeof *taken, compare);
    printf(" %s %lld/%lld", name, taken[0], taken[BATCHES / 2]);
}

int main(int arguments, char **argument) {
    if (arguments > 1)
        return 0;
    self = argument[0];
    zero = open("/dev/zero", O_RDONLY);
    symlink("/etc/passwd", "/tmp/cost.link");
    if (chdir("/"))
        return 1;
    measure("getppid", call_getppid, CALLS);
    measure("read", call_read, CALLS);
    measure("open+close", call_open, CALLS);
    measure("relative", call_open_relative, CALLS);
    measure("link", call_open_link, CALLS);
    measure("missing", call_open_missing, CALLS);
    measure("create+close+unlink", call_unlink, CALLS);
    measure("refused", call_connect, CALLS);
    measure("fork+exit", call_fork, FORKS);
    measure("fork+exec", call_exec, FORKS);
    printf("\n");
    return 0;
}
