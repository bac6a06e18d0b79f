package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All parameters of system calls that succeed and that fail. */
@Tag("live")
class LiveSyscallsTest {
    private static final String ROOT = "CAP_CHOWN CAP_DAC_OVERRIDE ";

    /** Event type and {@code evt.args} of each call in calls.c. DIR is the working directory, and * matches any text. */
    private static final String CALLS = """
        chmod res=0 filename=f(DIR/f) mode=4755(S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID)
        chmod res=-2(ENOENT) filename=./none(DIR/none) mode=644(S_IROTH|S_IRGRP|S_IWUSR|S_IRUSR)
        fchmod res=0 fd=50* mode=640(S_IRGRP|S_IWUSR|S_IRUSR)
        fchmod res=-9(EBADF) fd=99 mode=1(S_IXOTH)
        fchmodat res=0 dirfd=51* filename=f(DIR/f) mode=2700(S_IXUSR|S_IWUSR|S_IRUSR|S_ISGID)
        fchmodat res=-9(EBADF) dirfd=99 filename=f(<UNKNOWN>/f) mode=7(S_IXOTH|S_IWOTH|S_IROTH)
        fchmodat res=0 dirfd=51* filename=f(DIR/f) mode=604(S_IROTH|S_IWUSR|S_IRUSR)
        chown res=0 path=f(DIR/f) uid=1 gid=2
        chown res=-2(ENOENT) path=/no/such uid=3 gid=4294967295
        lchown res=0 path=f(DIR/f) uid=4 gid=5
        fchown res=0 fd=50* uid=6 gid=7
        fchownat res=0 dirfd=51* pathname=f(DIR/f) uid=8 gid=9 flags=256(AT_SYMLINK_NOFOLLOW)
        link res=0 oldpath=f(DIR/f) newpath=hard(DIR/hard)
        link res=-2(ENOENT) oldpath=none(DIR/none) newpath=hard2(DIR/hard2)
        linkat res=0 olddir=51* oldpath=f(DIR/f) newdir=51* newpath=hard3(DIR/hard3) flags=1024(AT_SYMLINK_FOLLOW)
        linkat res=-2(ENOENT) olddir=-100(AT_FDCWD) oldpath=/no/such newdir=51* newpath=hard4(DIR/hard4) flags=0
        symlink res=0 target=../to linkpath=soft(DIR/soft)
        symlink res=-2(ENOENT) target=to linkpath=/no/such/soft
        symlinkat res=0 target=to linkdirfd=51* linkpath=soft2(DIR/soft2)
        symlinkat res=-14(EFAULT) target=<NA> linkdirfd=51* linkpath=soft3(DIR/soft3)
        mknod res=0 path=fifo(DIR/fifo) mode=600(S_IWUSR|S_IRUSR) dev=0
        mknodat res=-17(EEXIST) dirfd=51* path=fifo(DIR/fifo) mode=600(S_IWUSR|S_IRUSR) dev=0
        access res=0 name=f(DIR/f) mode=6(W_OK|R_OK)
        newfstatat res=-2(ENOENT) dirfd=51* path=none(DIR/none) flags=256(AT_SYMLINK_NOFOLLOW)
        truncate res=0 path=f(DIR/f) length=7
        truncate res=-2(ENOENT) path=none(DIR/none) length=8
        ftruncate res=0 fd=50* length=4096
        fallocate res=* fd=50* mode=3(FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE) offset=10 len=20
        fallocate res=-9(EBADF) fd=99 mode=0 offset=0 len=1
        setxattr res=* path=f(DIR/f) attr=user.one size=3 flags=0
        lsetxattr res=-2(ENOENT) path=none(DIR/none) attr=user.two size=0 flags=1(XATTR_CREATE)
        fsetxattr res=-*(E*) fd=50* attr=user.three size=2 flags=2(XATTR_REPLACE)
        setxattrat res=-*(E*) dirfd=51* path=none(DIR/none) flags=256(AT_SYMLINK_NOFOLLOW) attr=user.four
        setresuid res=0 ruid=1(daemon) euid=1(daemon) suid=0(root)
        setuid res=-1(EPERM) uid=4242(<NA>)
        setreuid res=0 ruid=-1(<NONE>) euid=0(root)
        setuid res=0 uid=0(root)
        setfsuid res=0 uid=1(daemon)
        setfsgid res=0 gid=2(bin)
        setgid res=0 gid=2(bin)
        setregid res=0 rgid=-1(<NONE>) egid=3(*)
        setresgid res=0 rgid=4(adm) egid=-1(<NONE>) sgid=5(tty)
        setgid res=-1(EPERM) gid=0(root)
        setresgid res=-1(EPERM) rgid=0(root) egid=0(root) sgid=0(root)
        setregid res=-1(EPERM) rgid=0(root) egid=0(root)
        setreuid res=-1(EPERM) ruid=0(root) euid=0(root)
        setresuid res=-1(EPERM) ruid=0(root) euid=0(root) suid=0(root)
        chroot res=-1(EPERM) path=/
        unshare res=-1(EPERM) flags=16(CLONE_NEWNET)
        capset res=0 cap_inheritable=0 cap_permitted=32 cap_effective=32
        capset res=-1(EPERM) cap_inheritable=0 cap_permitted=32 cap_effective=32
        unshare res=0 flags=160(CLONE_NEWNS|CLONE_NEWUTS)
        unshare res=-22(EINVAL) flags=1024(CLONE_PTRACE)
        setns res=0 fd=52* nstype=128(CLONE_NEWUTS)
        setns res=-9(EBADF) fd=99 nstype=0
        mount res=0 dev=none dir=m(DIR/m) type=tmpfs flags=6(MS_NOSUID|MS_NODEV)
        mount res=-2(ENOENT) dev=none dir=no(DIR/no) type=tmpfs flags=0
        fsopen res=-*(E*) fsname=no_such_fs flags=1(FSOPEN_CLOEXEC)
        fsmount res=-*(E*) fs_fd=99 flags=1(FSMOUNT_CLOEXEC) attr_flags=2(MOUNT_ATTR_NOSUID)
        open_tree res=* dirfd=-100(AT_FDCWD) path=m(DIR/m) flags=1(OPEN_TREE_CLONE)
        move_mount res=0 fromdirfd=53 frompath=* todirfd=-100(AT_FDCWD) topath=m(DIR/m) flags=4(MOVE_MOUNT_F_EMPTY_PATH)
        move_mount res=-*(E*) fromdirfd=99 frompath=* todirfd=-100(AT_FDCWD) topath=no(DIR/no) flags=4(MOVE_MOUNT_F_EMPTY_PATH)
        umount2 res=0 name=m(DIR/m) flags=2(MNT_DETACH)
        umount2 res=-2(ENOENT) name=no(DIR/no) flags=0
        chroot res=-2(ENOENT) path=none(DIR/none)
        chroot res=0 path=m(DIR/m)
        ptrace res=0 addr=0 data=0 request=0(PTRACE_TRACEME) pid=0
        ptrace res=0 addr=* data=1122334455667788 request=2(PTRACE_PEEKDATA) pid=*(calls)
        ptrace res=-3(ESRCH) addr=NULL data=NULL request=16(PTRACE_ATTACH) pid=1073741808
        ptrace res=0 addr=0 data=0 request=17(PTRACE_DETACH) pid=*
        bpf fd=* cmd=0(BPF_MAP_CREATE)
        bpf fd=-*(E*) cmd=5(BPF_PROG_LOAD)
        init_module res=-*(E*) img=.ELF no module length=14 uargs=option=1
        finit_module res=-*(E*) fd=50* uargs=option=2 flags=3(MODULE_INIT_IGNORE_MODVERSIONS|MODULE_INIT_IGNORE_VERMAGIC)
        delete_module res=-*(E*) name=no_such_module flags=1(O_NONBLOCK)
        quotactl res=-*(E*) special=/no/such quotafilepath= * cmd=*(Q_GETQUOTA) type=1(GRPQUOTA) id=77 quota_fmt=0
        prlimit res=0 newcur=100 newmax=200 oldcur=* oldmax=* pid=0 resource=4(RLIMIT_CORE)
        prlimit res=-22(EINVAL) newcur=300 newmax=200 oldcur=-1 oldmax=-1 pid=0 resource=4(RLIMIT_CORE)
        setrlimit res=0 cur=50 max=200 resource=4(RLIMIT_CORE)
        getrlimit res=0 cur=50 max=200 resource=4(RLIMIT_CORE)
        prctl res=0 option=15(PR_SET_NAME) arg2_str=renamed arg2_int=0
        prctl res=-22(EINVAL) option=38(PR_SET_NO_NEW_PRIVS) arg2_str= arg2_int=0
        prctl res=0 option=1(PR_SET_PDEATHSIG) arg2_str= arg2_int=1
        setpgid res=0 pid=0 pgid=0
        setpgid res=-3 pid=1073741808 pgid=5*
        setsid res=-1
        setsid res=*
        kill res=0 pid=*(calls) sig=0
        kill res=-3(ESRCH) pid=1073741808 sig=10(SIGUSR1)
        tgkill res=-3(ESRCH) pid=1073741808 tid=1073741809 sig=15(SIGTERM)
        tkill res=-3(ESRCH) tid=1073741809 sig=2(SIGINT)
        sched_yield\
        """;

    /** Event type and {@code evt.args} of each call in int80.c. */
    private static final String I386_CALLS = """
        chmod res=0 filename=f32(DIR/f32) mode=711(S_IXOTH|S_IXGRP|S_IXUSR|S_IWUSR|S_IRUSR)
        fchmodat res=0 dirfd=-100(AT_FDCWD) filename=f32(DIR/f32) mode=700(S_IXUSR|S_IWUSR|S_IRUSR)
        chown res=0 path=f32(DIR/f32) uid=11 gid=12
        umount res=-22(EINVAL) name=f32(DIR/f32)
        setuid res=0 uid=0(root)
        setrlimit res=0 cur=70 max=80 resource=4(RLIMIT_CORE)
        listen res=-9(EBADF) fd=99 backlog=7\
        """;

    private static LiveEvents live;
    private static int i386Status;

    @TempDir
    private static Path dir;

    @BeforeAll
    static void run() throws Exception {
        LiveEvents.assumeCapture();
        Path calls = CProgram.compile("calls", dir);
        Path int80 = CProgram.compile("int80", dir);
        Set<String> types = Stream.concat(CALLS.lines(), I386_CALLS.lines())
                .map(line -> line.split(" ")[0])
                .collect(Collectors.toSet());
        types.addAll(Set.of("openat", "open", "execve", "fork", "clone", "procexit"));
        live = new LiveEvents(LiveOptions.defaults().withEventTypes(types));
        assertEquals(0, LiveEvents.run(dir, calls.toString()));
        i386Status = LiveEvents.run(dir, int80.toString());
        live.await(s -> s.is("evt.type", "procexit") && s.is("proc.name", "int80"));
    }

    @AfterAll
    static void close() {
        if (live != null) {
            live.close();
        }
    }

    static Stream<String> calls() {
        return CALLS.lines();
    }

    static Stream<String> i386Calls() {
        return I386_CALLS.lines();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void allParametersAreReported(String call) {
        seen("calls", call);
    }

    @ParameterizedTest
    @MethodSource("i386Calls")
    void i386SyscallsAreReportedAsTheSameEvents(String call) {
        assumeTrue(i386Status == 0, "this kernel does not support i386 system calls");
        seen("int80", call);
    }

    @Test
    void failedI386ExecveIsReported() {
        assumeTrue(i386Status == 0, "this kernel does not support i386 system calls");
        EventSnapshot s =
                live.await(e -> e.is("evt.type", "execve") && e.is("proc.name", "int80") && e.is("evt.res", "ENOENT"));
        assertEquals("/no/such", s.get("evt.arg.filename"));
    }

    @Test
    void credentialsAreThoseAfterTheCall() {
        EventSnapshot root = seen("calls", "setgid res=0 gid=2(bin)");
        assertEquals("0", root.get("user.uid"));
        assertEquals("2", root.get("group.gid"));
        assertTrue(root.get("thread.cap_effective").startsWith(ROOT));
        EventSnapshot other = seen("calls", "setresuid res=0 ruid=1(daemon) euid=1(daemon) suid=0(root)");
        assertEquals("daemon", other.get("user.name"));
        assertEquals("", other.get("thread.cap_effective"));
        assertTrue(other.get("thread.cap_permitted").startsWith(ROOT));
        EventSnapshot rejected = seen("calls", "setuid res=-1(EPERM) uid=4242(<NA>)");
        assertEquals("1", rejected.get("user.uid"));
        EventSnapshot dropped =
                seen("calls", "capset res=-1(EPERM) cap_inheritable=0 cap_permitted=32 cap_effective=32");
        assertEquals("CAP_KILL", dropped.get("thread.cap_effective"));
        assertEquals("CAP_KILL", dropped.get("thread.cap_permitted"));
    }

    @Test
    void sessionAndGroupChangesAreTracked() {
        EventSnapshot groupLeader = seen("calls", "setpgid res=0 pid=0 pgid=0");
        assertEquals("1", groupLeader.get("proc.is_vpgid_leader"));
        assertEquals(groupLeader.get("proc.pid"), groupLeader.get("proc.pgid"));
        assertEquals("0", groupLeader.get("proc.is_sid_leader"));
        assertEquals("0", seen("calls", "setsid res=-1").get("proc.is_sid_leader"));
        EventSnapshot started =
                live.await(e -> e.is("evt.type", "execve") && e.is("proc.name", "true") && e.is("proc.pname", "calls"));
        assertEquals(started.get("proc.vpid"), started.get("proc.sid"));
        assertEquals(started.get("proc.pid"), started.get("proc.pgid"));
        assertEquals("0", started.get("proc.tty"));
    }

    @Test
    void genericSyscallsHaveNoResult() {
        EventSnapshot s = seen("calls", "sched_yield");
        assertEquals("(absent)", s.get("evt.res"));
        assertEquals("(absent)", s.get("evt.rawres"));
        assertEquals("", s.get("evt.args"));
    }

    @Test
    void pathsOfSuccessfulCallsAreFileSystemPaths() {
        assertEquals(dir + "/f", seen("calls", "chmod res=0 *").get("fs.path.name"));
        assertEquals("(absent)", seen("calls", "chmod res=-2*").get("fs.path.name"));
        EventSnapshot link = seen("calls", "link res=0 *");
        assertEquals(dir + "/f", link.get("fs.path.source"));
        assertEquals(dir + "/hard", link.get("fs.path.target"));
        EventSnapshot symlink = seen("calls", "symlinkat res=0 *");
        assertEquals(dir + "/soft2", symlink.get("fs.path.source"));
        assertEquals("to", symlink.get("fs.path.target"));
        assertEquals(dir + "/soft2", symlink.get("evt.abspath"));
    }

    @Test
    void syscallsOnFdsDescribeTheOpenFile() {
        assertEquals(dir + "/f", seen("calls", "fchmod res=0 *").get("fd.name"));
        assertEquals("(absent)", seen("calls", "fchmod res=-9*").get("fd.type"));
        assertEquals(dir + "/f", seen("calls", "fchown res=0 *").get("fd.name"));
        EventSnapshot below = seen("calls", "fchmodat res=0 dirfd=51*");
        assertEquals("51", below.get("fd.num"));
        assertEquals("directory", below.get("fd.type"));
        assertEquals(dir.toString(), below.get("fd.name"));
        assertEquals("bpf", seen("calls", "bpf fd=* cmd=0*").get("fd.type"));
        assertEquals("file", seen("calls", "setns res=0 *").get("fd.type"));
    }

    @Test
    void newProcessesAndProgramsHaveAllParameters() {
        EventSnapshot program =
                live.await(e -> e.is("evt.type", "execve") && e.is("proc.name", "calls") && e.is("evt.rawres", "0"));
        String args = program.get("evt.args");
        assertMatches(
                "res=0 exe=*/calls args= tid=*(calls) pid=*(calls) ptid=*(java) cwd=DIR/ fdlimit=* pgft_maj=*"
                        + " pgft_min=* vm_size=* vm_rss=* vm_swap=0 comm=calls cgroups=* env=*TIERCEL_TEST=yes* tty=*"
                        + " vpgid=* loginuid=* flags=*(EXE_WRITABLE*) cap_inheritable=0 cap_permitted=* cap_effective=*"
                        + " exe_ino=* exe_ino_ctime=* exe_ino_mtime=* uid=0(root) trusted_exepath=DIR/calls pgid=*"
                        + " gid=0(root) filename=*/calls",
                args);
        Matcher resident = Pattern.compile("vm_size=(\\d+) vm_rss=(\\d+) ").matcher(args);
        assertTrue(resident.find() && Long.parseLong(resident.group(2)) < 100_000, args);
        EventSnapshot fork = live.await(e -> Set.of("fork", "clone").contains(e.get("evt.type"))
                && e.is("proc.name", "calls")
                && !e.is("evt.rawres", "0"));
        assertMatches(
                "res=*(calls) exe=*/calls args= tid=* pid=* ptid=*(java) cwd=DIR/ fdlimit=* pgft_maj=* pgft_min=*"
                        + " vm_size=* vm_rss=* vm_swap=0 comm=calls cgroups=* flags=* uid=0 gid=0 vtid=* vpid=*"
                        + " pidns_init_start_ts=*",
                fork.get("evt.args"));
        assertTrue(!args.contains("fdlimit=0 ") && !args.contains("<NA>"), args);
    }

    /** Returns the event of a program with the given type and parameters. */
    private static EventSnapshot seen(String program, String call) {
        int space = call.indexOf(' ');
        String type = space < 0 ? call : call.substring(0, space);
        Pattern expected = pattern(space < 0 ? "*" : call.substring(space + 1));
        List<EventSnapshot> sameType = live.seen.stream()
                .filter(s -> s.is("evt.type", type) && s.get("proc.exepath").endsWith("/" + program))
                .toList();
        return sameType.stream()
                .filter(s -> expected.matcher(s.get("evt.args")).matches())
                .findFirst()
                .orElseThrow(() -> new AssertionError(sameType.stream()
                        .map(s -> s.get("evt.args"))
                        .collect(Collectors.joining("\n", call + "\nis not among\n", ""))));
    }

    private static void assertMatches(String expected, String text) {
        assertTrue(pattern(expected).matcher(text).matches(), text);
    }

    private static Pattern pattern(String expected) {
        return Pattern.compile(
                Stream.of(expected.replace("DIR", dir.toString()).split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }
}
