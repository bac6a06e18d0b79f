// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Ways into syscalls that hooks on their functions could miss: ways wait | compat | seccomp | switch TRIES.
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef SYS_mkdir
#define REFUSED SYS_mkdir
#define REFUSED_CALL(path) syscall(SYS_mkdir, path, 0700)
#else
#define REFUSED SYS_mkdirat
#define REFUSED_CALL(path) syscall(SYS_mkdirat, AT_FDCWD, path, 0700)
#endif

// Waits in an open that began before the sensor.
static int wait_in_open(void) {
    return open("/guest/data/fifo", O_RDONLY) < 0;
}

#if defined(__x86_64__)
#define I386_MKDIR 39

// In low memory, because the program is static: a 32-bit call can pass the address.
static const char made_by_compat[] = "/guest/data/compat";

static int make_by_compat(void) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(I386_MKDIR), "b"(made_by_compat), "c"(0700) : "memory");
    return result != 0;
}
#else
// Only a 32-bit program makes 32-bit calls: compat_arm.S.
static int make_by_compat(void) {
    return execl("/guest/compat", "compat", (char *)0);
}
#endif

// A filter refuses the syscall, so that its function does not run.
static int refuse_by_seccomp(void) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, REFUSED, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof code / sizeof *code, code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
        return 1;
    return REFUSED_CALL("/guest/data/refused") == 0;
}

// Makes directories while the sensor attaches its hooks and detaches the tracepoint.
static int make_during_switch(int tries) {
    char path[64];
    for (int i = 0; i < tries; i++) {
        snprintf(path, sizeof path, "/guest/switch/%d", i);
        mkdir(path, 0700);
        usleep(20000);
    }
    return 0;
}

int main(int arguments, char **argument) {
    const char *way = arguments > 1 ? argument[1] : "";
    if (!strcmp(way, "wait"))
        return wait_in_open();
    if (!strcmp(way, "compat"))
        return make_by_compat();
    if (!strcmp(way, "seccomp"))
        return refuse_by_seccomp();
    if (!strcmp(way, "switch") && arguments > 2)
        return make_during_switch(atoi(argument[2]));
    return 2;
}
