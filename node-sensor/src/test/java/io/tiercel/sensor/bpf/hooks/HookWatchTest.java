package io.tiercel.sensor.bpf.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.bpf.host.CpuArchitecture;
import io.tiercel.sensor.bpf.load.AttachedLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the sensor notices that hooks do not see calls: before they were attached, and after somebody turned them off. */
@Tag("unit")
class HookWatchTest {
    private static final int OPEN = 2;
    private static final int ACCEPT = 43;
    private static final int OPENAT = 257;

    @TempDir
    private Path proc;

    private Path waiting(int thread, int syscall) throws IOException {
        return waiting(thread, syscall + " 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffd12345678 0x7f0012345678\n");
    }

    private Path waiting(int thread, String call) throws IOException {
        Path folder = Files.createDirectories(proc.resolve("10/task/" + thread));
        return Files.writeString(folder.resolve("syscall"), call);
    }

    @Test
    void callsWithAPathKeepTheTracepointUntilTheyEnd() throws IOException {
        Path open = waiting(11, OPENAT);
        EarlierCalls calls = new EarlierCalls(proc, 50, CpuArchitecture.X86_64, Set.of(ACCEPT, OPENAT));
        calls.scan();
        assertTrue(calls.needTracepoint(EarlierCalls.LONGEST_WAIT.multipliedBy(1000)));
        Files.writeString(open, "running\n");
        assertFalse(calls.needTracepoint(EarlierCalls.LONGEST_WAIT.dividedBy(2)));
        assertEquals(0, calls.left());
    }

    @Test
    void otherCallsKeepItForALimitedTimeAndThenCount() throws IOException {
        waiting(11, ACCEPT);
        waiting(12, ACCEPT);
        EarlierCalls calls = new EarlierCalls(proc, 50, CpuArchitecture.X86_64, Set.of(ACCEPT, OPENAT));
        calls.scan();
        assertTrue(calls.needTracepoint(EarlierCalls.LONGEST_WAIT.minusSeconds(1)));
        assertFalse(calls.needTracepoint(EarlierCalls.LONGEST_WAIT));
        assertEquals(2, calls.left());
    }

    @Test
    void callsWhoseHooksAreOldDoNotCount() throws IOException {
        waiting(11, ACCEPT);
        EarlierCalls calls = new EarlierCalls(proc, 50, CpuArchitecture.X86_64, Set.of(OPENAT));
        calls.scan();
        assertFalse(calls.needTracepoint(EarlierCalls.LONGEST_WAIT.dividedBy(2)));
        assertEquals(0, calls.left());
    }

    @ParameterizedTest
    @CsvSource({
        "X86_64, 5, 0xffd12340, 0xf7f00579, true", // open on i386, fstat on x86-64
        "X86_64, 5, 0x7ffd12345678, 0x401000, false",
        "X86_64, 5, 0xffd12340, 0x7f0012345678, false",
        "X86_64, 257, 0xffd12340, 0x401000, true", // a 64-bit program can have its stack there
        "X86_64, 6, 0xffd12340, 0xf7f00579, false",
        "ARM64, 5, 0xffd12340, 0xf7f00579, true", // open of an ARM EABI program
        "ARM64, 56, 0xffffd1234567, 0xffff81234567, true", // openat
        "ARM64, 257, 0xffffd1234567, 0xffff81234567, false",
    })
    void callsOf32BitProgramsHaveTheirOwnNumbers(
            CpuArchitecture architecture, int number, String stack, String instruction, boolean expected)
            throws IOException {
        waiting(11, number + " 0x3 0x0 0x0 0x0 0x0 0x0 " + stack + " " + instruction + "\n");
        EarlierCalls calls = new EarlierCalls(proc, 50, architecture, Set.of(OPEN, OPENAT));
        calls.scan();
        assertEquals(expected, calls.needTracepoint(EarlierCalls.LONGEST_WAIT.multipliedBy(1000)));
    }

    @Test
    void threadsOutsideOfSyscallsDoNotCount() throws IOException {
        waiting(11, "-1 0xffd12340 0xf7f00579\n");
        waiting(12, "running\n");
        EarlierCalls calls = new EarlierCalls(proc, 50, CpuArchitecture.X86_64, Set.of(OPEN, OPENAT));
        calls.scan();
        assertEquals(0, calls.left());
    }

    @Test
    void ftraceCanBeTurnedOff() throws IOException {
        SyscallHookPlanner planner = new SyscallHookPlanner(proc, null);
        assertTrue(planner.runsHooks(), "a kernel without the setting");
        Path setting = Files.createDirectories(proc.resolve("sys/kernel")).resolve("ftrace_enabled");
        Files.writeString(setting, "1\n");
        assertTrue(planner.runsHooks());
        Files.writeString(setting, "0\n");
        assertFalse(planner.runsHooks());
        assertEquals(SyscallHookPlanner.NO_FTRACE, planner.plan(Set.of(OPENAT)).obstacle());
    }

    @Test
    void aLinkIsDetachedOnceItsDescriptorIsClosedOrBelongsToAnother() {
        Map<Integer, Integer> ids = new HashMap<>(Map.of(7, 70, 8, 80));
        AttachedLink closed = AttachedLink.of(7, fd -> ids.getOrDefault(fd, 0));
        AttachedLink replaced = AttachedLink.of(8, fd -> ids.getOrDefault(fd, 0));
        assertTrue(closed.isAttached(fd -> ids.getOrDefault(fd, 0)));
        ids.remove(7);
        ids.put(8, 70);
        assertFalse(closed.isAttached(fd -> ids.getOrDefault(fd, 0)));
        assertFalse(replaced.isAttached(fd -> ids.getOrDefault(fd, 0)));
    }
}
