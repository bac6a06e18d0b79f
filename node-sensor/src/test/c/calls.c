/* Makes system calls that work and system calls that fail, in the working directory, for LiveSyscallsTest. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/quota.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#endif

#define call(...) syscall(__VA_ARGS__)

static void files(void) {
    int fd = open("f", O_CREAT | O_RDWR, 0600);
    int dir = open(".", O_RDONLY | O_DIRECTORY);
    dup2(fd, 50);
    dup2(dir, 51);
    call(SYS_chmod, "f", 04755);
    call(SYS_chmod, "./none", 0644);
    call(SYS_fchmod, 50, 0640);
    call(SYS_fchmod, 99, 01);
    call(SYS_fchmodat, 51, "f", 02700);
    call(SYS_fchmodat, 99, "f", 07);
    call(SYS_fchmodat2, 51, "f", 0604, 0);
    call(SYS_chown, "f", 1, 2);
    call(SYS_chown, "/no/such", 3, -1);
    call(SYS_lchown, "f", 4, 5);
    call(SYS_fchown, 50, 6, 7);
    call(SYS_fchownat, 51, "f", 8, 9, AT_SYMLINK_NOFOLLOW);
    call(SYS_link, "f", "hard");
    call(SYS_link, "none", "hard2");
    call(SYS_linkat, 51, "f", 51, "hard3", AT_SYMLINK_FOLLOW);
    call(SYS_linkat, AT_FDCWD, "/no/such", 51, "hard4", 0);
    call(SYS_symlink, "../to", "soft");
    call(SYS_symlink, "to", "/no/such/soft");
    call(SYS_symlinkat, "to", 51, "soft2");
    call(SYS_symlinkat, (char *)1, 51, "soft3");
    call(SYS_mknod, "fifo", S_IFIFO | 0600, 0);
    call(SYS_mknodat, 51, "fifo", S_IFIFO | 0600, 0);
    call(SYS_access, "f", R_OK | W_OK);
    call(SYS_newfstatat, 51, "none", 0, AT_SYMLINK_NOFOLLOW);
}

/* System calls that Falco reports by number only. */
static void contents(void) {
    call(SYS_truncate, "f", 7);
    call(SYS_truncate, "none", 8);
    call(SYS_ftruncate, 50, 4096);
    call(SYS_fallocate, 50, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 10, 20);
    call(SYS_fallocate, 99, 0, 0, 1);
    call(SYS_setxattr, "f", "user.one", "abc", 3, 0);
    call(SYS_lsetxattr, "none", "user.two", "", 0, XATTR_CREATE);
    call(SYS_fsetxattr, 50, "user.three", "ab", 2, XATTR_REPLACE);
    struct {
        unsigned long long value;
        unsigned size, flags;
    } attribute = {};
    call(SYS_setxattrat, 51, "none", AT_SYMLINK_NOFOLLOW, "user.four", &attribute, sizeof attribute);
}

static void users(void) {
    call(SYS_setresuid, 1, 1, 0);
    call(SYS_setuid, 4242);
    call(SYS_setreuid, -1, 0);
    call(SYS_setuid, 0);
    call(SYS_setfsuid, 1);
    call(SYS_setfsgid, 2);
}

static void groups(void) {
    call(SYS_setgid, 2);
    call(SYS_setregid, -1, 3);
    call(SYS_setresgid, 4, -1, 5);
    call(SYS_setuid, 1);
    call(SYS_setgid, 0);
    call(SYS_setresgid, 0, 0, 0);
    call(SYS_setregid, 0, 0);
    call(SYS_setreuid, 0, 0);
    call(SYS_setresuid, 0, 0, 0);
    call(SYS_chroot, "/");
    call(SYS_unshare, CLONE_NEWNET);
}

static void capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{.effective = 1 << CAP_KILL, .permitted = 1 << CAP_KILL}, {0}};
    call(SYS_capset, &header, data);
    data[0].permitted = data[0].effective = 1 << CAP_CHOWN;
    call(SYS_capset, &header, data);
}

static void spaces(void) {
    int old = open("/proc/self/ns/uts", O_RDONLY);
    dup2(old, 52);
    call(SYS_unshare, CLONE_NEWUTS | CLONE_NEWNS);
    call(SYS_unshare, CLONE_PTRACE);
    call(SYS_setns, 52, CLONE_NEWUTS);
    call(SYS_setns, 99, 0);
    mount("none", "/", 0, MS_REC | MS_PRIVATE, 0);
    mkdir("m", 0700);
    call(SYS_mount, "none", "m", "tmpfs", MS_NOSUID | MS_NODEV, 0);
    call(SYS_mount, "none", "no", "tmpfs", 0, 0);
    call(SYS_fsopen, "no_such_fs", 1);
    call(SYS_fsmount, 99, 1, 2);
    int tree = call(SYS_open_tree, AT_FDCWD, "m", 1);
    dup2(tree, 53);
    call(SYS_move_mount, 53, "", AT_FDCWD, "m", 4);
    call(SYS_move_mount, 99, "", AT_FDCWD, "no", 4);
    call(SYS_umount2, "m", MNT_DETACH);
    call(SYS_umount2, "no", 0);
    call(SYS_chroot, "none");
    call(SYS_chroot, "m");
}

static void tracing(void) {
    static long looked_at = 0x1122334455667788;
    long seen = 0;
    pid_t child = fork();
    if (child == 0) {
        call(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        _exit(0);
    }
    waitpid(child, 0, 0);
    call(SYS_ptrace, PTRACE_PEEKDATA, child, &looked_at, &seen);
    call(SYS_ptrace, PTRACE_ATTACH, 0x3ffffff0, 0, 0);
    call(SYS_ptrace, PTRACE_DETACH, child, 0, 0);
    kill(child, SIGKILL);
    waitpid(child, 0, 0);
}

static void kernel(void) {
    union bpf_attr map = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    call(SYS_bpf, BPF_MAP_CREATE, &map, sizeof map);
    call(SYS_bpf, BPF_PROG_LOAD, 0, 0);
    call(SYS_init_module, "\x7f" "ELF no module", 14, "option=1");
    call(SYS_finit_module, 50, "option=2", 3);
    call(SYS_delete_module, "no_such_module", O_NONBLOCK);
    char quota[80] = {};
    call(SYS_quotactl, QCMD(Q_GETQUOTA, GRPQUOTA), "/no/such", 77, quota);
}

static void limits(void) {
    struct rlimit64 {
        unsigned long long now, most;
    } new = {100, 200}, old;
    call(SYS_prlimit64, 0, RLIMIT_CORE, &new, &old);
    new.now = 300;
    call(SYS_prlimit64, 0, RLIMIT_CORE, &new, &old);
    new.now = 50;
    call(SYS_setrlimit, RLIMIT_CORE, &new);
    call(SYS_getrlimit, RLIMIT_CORE, &old);
    call(SYS_prctl, PR_SET_NAME, "renamed");
    call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0);
    call(SYS_prctl, PR_SET_PDEATHSIG, SIGHUP);
}

static void signals(void) {
    call(SYS_setpgid, 0, 0);
    call(SYS_setpgid, 0x3ffffff0, 5);
    call(SYS_setsid);
    call(SYS_kill, getpid(), 0);
    call(SYS_kill, 0x3ffffff0, SIGUSR1);
    call(SYS_tgkill, 0x3ffffff0, 0x3ffffff1, SIGTERM);
    call(SYS_tkill, 0x3ffffff1, SIGINT);
    call(SYS_sched_yield);
}

static void sessions(void) {
    call(SYS_setsid);
    execl("/bin/true", "true", (char *)0);
}

static void apart(void (*behaviour)(void)) {
    pid_t child = fork();
    if (child == 0) {
        behaviour();
        _exit(0);
    }
    waitpid(child, 0, 0);
}

int main(void) {
    files();
    contents();
    apart(users);
    apart(groups);
    apart(capabilities);
    apart(spaces);
    apart(tracing);
    kernel();
    apart(limits);
    apart(signals);
    apart(sessions);
    return 0;
}
