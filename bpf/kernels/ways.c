// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Ways into syscalls that hooks on their functions could miss, and out of the hooks:
// ways wait | child | compat | seccomp | make FOLDER TRIES | make FOLDER STOP_FILE | detach PID.
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef SYS_mkdir
#define REFUSED SYS_mkdir
#define REFUSED_CALL(path) syscall(SYS_mkdir, path, 0700)
#else
#define REFUSED SYS_mkdirat
#define REFUSED_CALL(path) syscall(SYS_mkdirat, AT_FDCWD, path, 0700)
#endif

// Waits in an open that began before the sensor, and then until the FIFO is closed.
static int wait_in_open(void) {
    char byte;
    int fifo = open("/guest/data/fifo", O_RDONLY);
    return fifo < 0 || read(fifo, &byte, 1) != 0;
}

static int make_child(void) {
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child < 0 || waitpid(child, 0, 0) != child;
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

// Makes directories while the sensor changes between hooks and the tracepoint: as many as given, or until a file
// exists. Prints how many.
static int make_folders(const char *folder, const char *limit) {
    char path[64];
    int i = 0, tries = atoi(limit);
    for (; tries ? i < tries : access(limit, F_OK) != 0; i++) {
        snprintf(path, sizeof path, "%s/%d", folder, i);
        mkdir(path, 0700);
        usleep(20000);
    }
    printf("%d\n", i);
    return 0;
}

#if defined(__x86_64__)
// Returns whether a file descriptor of a process is a hook that runs after a function.
static int is_hook(const char *process, int fd) {
    char path[64], line[128];
    int found = 0;
    snprintf(path, sizeof path, "%s/fdinfo/%d", process, fd);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        found |= !strcmp(line, "attach_type:\t25\n"); // BPF_TRACE_FEXIT
    if (file)
        fclose(file);
    return found;
}

// Closes the hooks of a process from outside, as a debugger can: makes its thread run close instead of its own syscall.
static int detach_hooks(int pid) {
    struct user_regs_struct before, regs;
    char process[32];
    int status, closed = 0;
    snprintf(process, sizeof process, "/proc/%d", pid);
    if (ptrace(PTRACE_ATTACH, pid, 0, 0) || waitpid(pid, &status, 0) != pid || ptrace(PTRACE_GETREGS, pid, 0, &before))
        return 1;
    for (int fd = 3; fd < 4096; fd++) {
        if (!is_hook(process, fd))
            continue;
        regs = before;
        regs.orig_rax = -1;
        regs.rax = SYS_close;
        regs.rdi = fd;
        regs.rip -= 2; // the instruction "syscall"
        if (ptrace(PTRACE_SETREGS, pid, 0, &regs) || ptrace(PTRACE_SINGLESTEP, pid, 0, 0) ||
            waitpid(pid, &status, 0) != pid)
            return 1;
        closed++;
    }
    ptrace(PTRACE_SETREGS, pid, 0, &before);
    ptrace(PTRACE_DETACH, pid, 0, 0);
    printf("%d\n", closed);
    return !closed;
}
#else
// The sensor does not hook functions of syscalls.
static int detach_hooks(int pid) {
    (void)pid;
    return 2;
}
#endif

int main(int arguments, char **argument) {
    const char *way = arguments > 1 ? argument[1] : "";
    if (!strcmp(way, "wait"))
        return wait_in_open();
    if (!strcmp(way, "child"))
        return make_child();
    if (!strcmp(way, "compat"))
        return make_by_compat();
    if (!strcmp(way, "seccomp"))
        return refuse_by_seccomp();
    if (!strcmp(way, "make") && arguments > 3)
        return make_folders(argument[2], argument[3]);
    if (!strcmp(way, "detach") && arguments > 2)
        return detach_hooks(atoi(argument[2]));
    return 2;
}
