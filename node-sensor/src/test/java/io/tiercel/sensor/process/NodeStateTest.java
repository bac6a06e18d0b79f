package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SETSID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.container.ContainerListener;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class NodeStateTest {
    private final RecordView view = new RecordView();

    private void apply(NodeState state, RecordBuilder builder) {
        byte[] bytes = builder.build();
        assertTrue(view.wrap(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length));
        state.apply(view);
    }

    private static RecordBuilder exec(int pid, int parent, String comm) {
        return exec(pid, parent, comm, "-x\0");
    }

    private static RecordBuilder exec(int pid, int parent, String comm, String arguments) {
        return new RecordBuilder(RECORD_EXEC)
                .header(HEADER_TGID, pid)
                .body(EXEC_PPID, parent)
                .body(EXEC_VPID, pid)
                .body(EXEC_COMM, comm.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), COMM_SIZE)
                .name("/bin/" + comm)
                .name("/")
                .text(comm + "\0" + arguments);
    }

    private static RecordBuilder fork(int parent, int child, long time) {
        return new RecordBuilder(RECORD_FORK)
                .header(HEADER_TIME_NS, time)
                .header(HEADER_TGID, parent)
                .body(FORK_CHILD, child)
                .body(FORK_VPID, child)
                .body(FORK_PPID, parent);
    }

    private static RecordBuilder chdir(int pid, String path) {
        return new RecordBuilder(RECORD_CHDIR).header(HEADER_TGID, pid).name(path);
    }

    private static RecordBuilder exit(int pid, int reaper) {
        return new RecordBuilder(RECORD_EXIT)
                .header(HEADER_TGID, pid)
                .body(EXIT_LAST, 1)
                .body(EXIT_REAPER, reaper);
    }

    @Test
    void endedProcessRemainsUntilItsEventWasEvaluated() {
        NodeState state = new NodeState(record -> StandardFds.Fd.UNKNOWN);
        apply(state, exec(1, 0, "init"));
        apply(state, exec(2, 1, "sh"));
        apply(state, fork(2, 3, 5));
        apply(state, exit(2, 1));
        assertNotNull(state.process(2));
        state.removeEnded();
        assertNull(state.process(2));
        assertEquals(state.process(1), Objects.requireNonNull(state.process(3)).parent());
    }

    @Test
    void processTableEvictsLeastRecentlyTouchedBeyondItsLimit() {
        NodeState state = new NodeState(
                64, 1 << 20, record -> StandardFds.Fd.UNKNOWN, ContainerListener.NOOP, KernelStateListener.NOOP);
        apply(state, exec(1, 0, "init"));
        for (int pid = 2; pid < 10_000; pid++) {
            apply(state, fork(1, pid, pid).header(HEADER_TIME_NS, (long) pid));
            apply(
                    state,
                    new RecordBuilder(RECORD_SYSCALL)
                            .syscall(SYS_SETSID)
                            .header(HEADER_TGID, 1)
                            .header(HEADER_TIME_NS, (long) pid));
            assertTrue(state.processCount() <= 64);
        }
        assertNotNull(state.process(1));
        assertEquals(9_998 + 1 - state.processCount(), state.memory().evictedProcesses());
    }

    /** Before, a carriage return or U+0085 in a mount's name ended its line. */
    @Test
    void namesOfMountsMayContainOtherLineEnds() {
        List<String> mountPoints = new ArrayList<>();
        KernelStateListener kernel = (KernelStateListener) Proxy.newProxyInstance(
                KernelStateListener.class.getClassLoader(),
                new Class<?>[] {KernelStateListener.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("deviceMounted")) {
                        mountPoints.add((String) arguments[1]);
                    }
                    return null;
                });
        NodeState state = new NodeState(record -> StandardFds.Fd.UNKNOWN, ContainerListener.NOOP, kernel);
        apply(state, new RecordBuilder(RECORD_MOUNTS).text("0:5 / /a\rb\u000b\u0085c\n"));
        assertEquals(List.of("/a\rb\u000b\u0085c"), mountPoints);
    }

    @Test
    void longArgumentsAreDroppedBeforeShortOnes() {
        NodeState state = new NodeState(
                1_000, 256 * 1_024, record -> StandardFds.Fd.UNKNOWN, ContainerListener.NOOP, KernelStateListener.NOOP);
        apply(state, exec(1, 0, "init"));
        for (int pid = 2; pid < 400; pid++) {
            String arguments = "b c\0\0" + "x\0".repeat(pid == 2 ? 10 : 1_000);
            apply(state, exec(pid, 1, "sh", arguments).text("SHELL=sh\0"));
            ProcessInfo current = Objects.requireNonNull(state.currentProcess());
            assertFalse(current.program().isArgumentsDropped(), "an exec is evaluated with its arguments");
            assertTrue(state.memory().textBytes() <= 256 * 1_024);
            apply(state, fork(pid, pid + 100_000, pid));
        }
        ProcessInfo small = Objects.requireNonNull(state.process(2));
        assertEquals("b c  " + "x ".repeat(9) + "x", small.program().argsText());
        assertEquals(12, small.program().argumentCount());
        assertEquals(13, small.program().argumentsLength());
        assertEquals("b c", small.program().argument(0));
        assertEquals("", small.program().argument(12));
        assertEquals("sh", small.program().environmentVariable("SHELL"));
        ProcessInfo large = Objects.requireNonNull(state.process(50));
        assertTrue(large.program().isArgumentsDropped());
        assertNull(large.cmdline());
        assertNull(large.program().argument(0));
        assertEquals("/bin/sh", large.program().exePath());
        assertEquals("sh", large.program().environmentVariable("SHELL"));
    }

    @Test
    void workingDirectoriesAreDroppedAndReplaced() {
        NodeState state = new NodeState(
                1_000, 64 * 1_024, record -> StandardFds.Fd.UNKNOWN, ContainerListener.NOOP, KernelStateListener.NOOP);
        for (int pid = 1; pid < 200; pid++) {
            apply(state, exec(pid, 0, "sh"));
            apply(state, chdir(pid, "/" + "d".repeat(3_000)));
        }
        ProcessInfo first = Objects.requireNonNull(state.process(1));
        assertTrue(first.isCwdDropped());
        assertEquals("<UNKNOWN>", first.cwd());
        apply(state, chdir(1, "/srv"));
        assertEquals("/srv/", first.cwd());
    }

    @Property(tries = 300)
    void ancestorChainsNeverLoop(@ForAll @Size(max = 200) java.util.List<@IntRange(min = 0, max = 899) Integer> steps) {
        NodeState state = new NodeState(record -> StandardFds.Fd.UNKNOWN);
        apply(state, exec(1, 0, "init"));
        for (int step : steps) {
            int pid = 2 + step % 10;
            int other = 1 + step / 10 % 10;
            switch (step / 300) {
                case 0 -> apply(state, fork(other, pid, step));
                case 1 -> apply(state, exec(pid, other, "p"));
                default -> apply(state, exit(pid, 1));
            }
        }
        state.removeEnded();
        for (int pid = 1; pid <= 12; pid++) {
            ProcessInfo p = state.process(pid);
            int depth = 0;
            for (ProcessInfo q = p; q != null; q = q.parent()) {
                assertTrue(depth++ < 20);
                assertEquals(q, state.process(q.pid));
            }
        }
    }

    private static RecordBuilder found(int pid, int parent, String comm, String path, int mark, long time) {
        return new RecordBuilder(RECORD_PROCESS)
                .header(HEADER_TIME_NS, time)
                .header(HEADER_TGID, pid)
                .body(EXEC_PPID, parent)
                .body(EXEC_VPID, pid)
                .body(EXEC_MARK, mark)
                .body(EXEC_COMM, comm.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), COMM_SIZE)
                .name(path)
                .name("/")
                .text(comm + "\0-y\0");
    }

    private static String name(NodeState state, int pid) {
        ProcessInfo process = Objects.requireNonNull(state.process(pid));
        return process.comm() + " " + process.program().argsText();
    }

    @Test
    void processWithTheSameExecutableKeepsItsName() {
        NodeState state = new NodeState(record -> StandardFds.Fd.UNKNOWN);
        apply(state, exec(5, 1, "python").body(EXEC_MARK, 3).header(HEADER_TIME_NS, 1L));
        apply(state, found(5, 1, "sshd", "/bin/python", 3, 2));
        assertEquals("python -x", name(state, 5), "the same exec");
        apply(state, found(5, 1, "sshd", "/bin/python", 4, 3));
        assertEquals("python -y", name(state, 5), "another exec of the same file");
        apply(state, found(5, 1, "cat", "/bin/cat", 4, 4));
        assertEquals("cat -y", name(state, 5), "another file");
        apply(state, found(5, 1, "sshd", "/bin/cat", 4, 5).body(EXEC_START_NS, 1_000_000_000L));
        assertEquals("sshd -y", name(state, 5), "another process with the same id");
    }

    @Test
    void kernelForgetsNamesThatMayDifferFromTheState() {
        List<String> told = new ArrayList<>();
        KernelStateListener listener = (KernelStateListener) Proxy.newProxyInstance(
                KernelStateListener.class.getClassLoader(),
                new Class<?>[] {KernelStateListener.class},
                (proxy, method, arguments) -> {
                    if (method.getName().startsWith("processN")
                            || method.getName().equals("processFound")) {
                        told.add(method.getName() + Arrays.asList(arguments));
                    }
                    return null;
                });
        NodeState state = new NodeState(record -> StandardFds.Fd.UNKNOWN, ContainerListener.NOOP, listener);
        apply(state, found(5, 1, "sh", "/bin/sh", 3, 1));
        apply(state, exec(5, 1, "cat").body(EXEC_MARK, 4).header(HEADER_TIME_NS, 2L));
        apply(state, exec(5, 1, "ls").body(EXEC_MARK, 5).header(HEADER_TIME_NS, 3L));
        apply(state, found(5, 1, "sshd", "/bin/ls", 5, 4));
        apply(state, found(5, 1, "sshd", "/bin/sshd", 6, 5));
        assertEquals(List.of("processFound[5, sh, 1]", "processNameUnknown[5]", "processNameUnknown[5]"), told);
    }

    @Test
    void historyOutlivesTheProcessesThatForkedTwice() {
        NodeState state = new NodeState(record -> StandardFds.Fd.UNKNOWN);
        apply(state, exec(1, 0, "init"));
        apply(state, exec(2, 1, "nginx"));
        apply(
                state,
                fork(2, 3, 5).body(FORK_COMM, "renamed".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), 15));
        apply(state, fork(3, 4, 6));
        apply(state, exit(3, 1));
        apply(state, exec(4, 1, "env"));
        apply(state, exec(4, 1, "sh"));
        ProcessInfo shell = Objects.requireNonNull(state.process(4));
        assertEquals("init", Objects.requireNonNull(shell.parent()).comm());
        assertEquals(List.of("env", "nginx", "init"), shell.history());
    }

    @Test
    void capabilitiesOfANewUserNamespaceDoNotCount() {
        NodeState state = new NodeState(record -> StandardFds.Fd.UNKNOWN);
        apply(state, exec(2, 1, "sh").header(HEADER_CAP_PERMITTED, 6L).header(HEADER_CAP_EFFECTIVE, 6L));
        apply(state, setsid(2).header(HEADER_CAP_PERMITTED, -1L).header(HEADER_CAP_EFFECTIVE, -1L));
        assertEquals(6, Objects.requireNonNull(state.process(2)).capPermitted(), "after unshare");
        apply(state, fork(2, 3, 5).header(HEADER_CAP_PERMITTED, -1L));
        assertEquals(6, Objects.requireNonNull(state.process(3)).capPermitted(), "cloned into the namespace");
        apply(state, setsid(2).header(HEADER_CAP_PERMITTED, 2L));
        assertEquals(2, Objects.requireNonNull(state.process(2)).capPermitted(), "dropped");
        apply(state, exec(2, 1, "sh").header(HEADER_CAP_PERMITTED, -1L));
        assertEquals(-1, Objects.requireNonNull(state.process(2)).capPermitted(), "exec");
    }

    private static RecordBuilder setsid(int pid) {
        return new RecordBuilder(RECORD_SYSCALL).syscall(SYS_SETSID).header(HEADER_TGID, pid);
    }

    @Test
    void invalidLinesOfUserDatabaseAreIgnored() {
        NodeState state = new NodeState(record -> StandardFds.Fd.UNKNOWN);
        apply(
                state,
                new RecordBuilder(RECORD_USERS)
                        .header(HEADER_RESULT, 1L)
                        .text("")
                        .text("nonsense\nroot:x:0:0:r:/root:/bin/sh\nmany:x:4294967294:0::/:/bin/no\nbad:x:no:0::/:/\n")
                        .text("wheel:x:0:\nstaff\n"));
        assertEquals("root", state.users().userName("", 0));
        assertEquals("many", state.users().userName("", -2));
        assertEquals("<NA>", state.users().userName("", 5));
        assertEquals("wheel", state.users().groupName("", 0));
        assertEquals("root", state.users().groupName("c1", 0));
    }
}
