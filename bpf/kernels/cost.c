// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Prints the CPU time of syscalls in nanoseconds: the minimum of several rounds. In a guest whose clock counts instructions, it is
// the number of instructions of one call, in user and kernel mode.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 5
#define CALLS 4000

static int zero;

static void call_getppid(void) { syscall(SYS_getppid); }

static void call_read(void) {
    char byte;
    syscall(SYS_read, zero, &byte, 1);
}

static void call_open(void) { close(syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY)); }

static void call_unlink(void) {
    close(syscall(SYS_openat, AT_FDCWD, "/tmp/cost", O_CREAT | O_WRONLY, 0600));
    syscall(SYS_unlink, "/tmp/cost");
}

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void measure(const char *name, void (*call)(void)) {
    long long least = 0;
    for (int round = 0; round < ROUNDS; round++) {
        long long start = now();
        for (int i = 0; i < CALLS; i++)
            call();
        long long taken = now() - start;
        if (!least || taken < least)
            least = taken;
    }
    printf(" %s %lld", name, least / CALLS);
}

int main(void) {
    zero = open("/dev/zero", O_RDONLY);
    measure("getppid", call_getppid);
    measure("read", call_read);
    measure("open+close", call_open);
    measure("create+close+unlink", call_unlink);
    printf("\n");
    return 0;
}
