package io.tiercel.sensor.bpf.hooks;

import static io.tiercel.sensor.bpf.record.RecordLayout.SYSCALL_PATHS;

import io.tiercel.sensor.bpf.host.CallsInProgress;
import io.tiercel.sensor.bpf.host.CpuArchitecture;
import io.tiercel.sensor.bpf.record.SyscallTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Calls that began before the hooks on their functions, so that only the tracepoint sees their ends. Calls with a path keep it
 * attached until they have ended: an open of a FIFO can wait for days, and the process chooses when it ends. Others, such as
 * accept, wait on most nodes all the time. They keep it attached for a limited time, and are then lost events.
 *
 * <p>Not thread-safe. Reads can block.
 */
final class EarlierCalls {
    /** How long calls without a path keep the tracepoint attached. */
    static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private final CallsInProgress withPath;
    private final CallsInProgress others;
    private final Map<Boolean, Set<Integer>> syscalls;

    /**
     * Starts without calls.
     *
     * @param proc the mounted {@code /proc}
     * @param ownPid the process that is not captured
     * @param architecture the architecture of this machine
     * @param syscalls the syscalls whose hooks are new
     */
    EarlierCalls(Path proc, int ownPid, CpuArchitecture architecture, Set<Integer> syscalls) {
        withPath = new CallsInProgress(proc, ownPid, architecture);
        others = new CallsInProgress(proc, ownPid, architecture);
        this.syscalls = syscalls.stream()
                .collect(Collectors.partitioningBy(
                        number -> (SyscallTable.kindFlags(number) & SYSCALL_PATHS) != 0, Collectors.toSet()));
    }

    /** Adds the calls that wait now. */
    void scan() {
        withPath.add(syscalls.getOrDefault(true, Set.of()));
        others.add(syscalls.getOrDefault(false, Set.of()));
    }

    /**
     * Returns true if the tracepoint must stay attached.
     *
     * @param waited the time since the hooks were attached
     */
    boolean needTracepoint(Duration waited) {
        return withPath.count() > 0 || others.count() > 0 && waited.compareTo(LONGEST_WAIT) < 0;
    }

    /** Returns the number of calls that still wait. If the tracepoint is detached now, their ends are not captured. */
    int left() {
        return withPath.count() + others.count();
    }
}
