package io.tiercel.sensor.bpf;

import io.tiercel.sensor.bpf.record.RecordLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Events that the capture program lost or delivered incomplete since the start.
 *
 * @param cpus one entry for each CPU with losses, in CPU order, including CPUs that are offline
 * @param recursionMisses events of {@link Reason#RECURSION_MISS}, whose CPU is unknown
 * @param earlierCalls syscalls without a path that began before the sensor attached its hooks, and still waited when the tracepoint
 *     was detached: their ends are not captured. No loss that raises an alert, because every node has such calls, of servers that
 *     wait for a connection. See {@link io.tiercel.sensor.bpf.hooks.EarlierCalls}
 */
public record LossCounters(List<CpuCounters> cpus, long recursionMisses, long earlierCalls) {
    /** No losses. */
    public static final LossCounters NONE = new LossCounters(List.of(), 0);

    /** The reason why an event was lost or is incomplete. */
    public enum Reason {
        /** The sensor read events more slowly than they came: event lost. */
        RING_FULL(RecordLayout.LOSS_RING_FULL, true),
        /** The event's names and texts together exceed the maximum record size: event lost. */
        RECORD_TOO_LONG(RecordLayout.LOSS_RECORD_TOO_LONG, true),
        /** A path is deeper or longer than the path walk: the kernel path lacks its beginning. */
        PATH_TRUNCATED(RecordLayout.LOSS_PATH_TRUNCATED, false),
        /** A string or buffer in user memory could not be read: the event lacks it. */
        ARGUMENT_UNREADABLE(RecordLayout.LOSS_ARGUMENT_UNREADABLE, false),
        /**
         * The memory for the texts of syscalls in progress is full: the event may have a text that another thread changed
         * during the call. See bpf/call_memory.h.
         */
        CALL_NOT_REMEMBERED(RecordLayout.LOSS_CALL_NOT_REMEMBERED, false),
        /**
         * An io_uring request whose completion the program cannot follow: the event is made at submission, as if the request
         * had succeeded, and lacks the kernel's path of the opened file.
         */
        IO_REQUEST_UNTRACKED(RecordLayout.LOSS_IO_REQUEST_UNTRACKED, false),
        /** The process and its container or user sent too much while the sensor was behind: event lost. See bpf/budget.h. */
        OVER_BUDGET(RecordLayout.LOSS_OVER_BUDGET, true),
        /** The same for a record that the process state depends on. The sensor scans {@code /proc} afterwards. */
        STATE_OVER_BUDGET(RecordLayout.LOSS_STATE_OVER_BUDGET, true),
        /**
         * The arguments of the syscall in user memory changed during the call: the event may show others than the kernel
         * used.
         */
        ARGUMENTS_CHANGED(RecordLayout.LOSS_ARGUMENTS_CHANGED, false),
        /**
         * The kernel did not run the capture program, because another task was preempted inside it. At most this many events
         * were lost. Since Linux 7.0; see bpf/preemption_guard.h.
         */
        RECURSION_MISS(RecordLayout.LOSS_REASONS, true);

        private final int index;
        private final boolean eventLost;

        Reason(int index, boolean eventLost) {
            this.index = index;
            this.eventLost = eventLost;
        }

        /** Returns the reasons that the capture program counts for each CPU, in the order of their indexes. */
        static Stream<Reason> perCpu() {
            return Arrays.stream(values()).filter(Reason::hasCpu);
        }

        /** Returns true if the capture program counts the reason for each CPU. */
        public boolean hasCpu() {
            return index < RecordLayout.LOSS_REASONS;
        }

        /** Returns true if the event is lost, and not only incomplete. */
        public boolean eventLost() {
            return eventLost;
        }

        int index() {
            return index;
        }

        /** Returns the reasons for lost events, or those for incomplete events. */
        public static Stream<Reason> all(boolean eventLost) {
            return Arrays.stream(values()).filter(reason -> reason.eventLost == eventLost);
        }
    }

    /**
     * Counters of one CPU.
     *
     * @param cpu its number, from 0
     * @param counts in the order of {@link Reason}, of those that have a CPU; missing counts are 0
     */
    public record CpuCounters(int cpu, List<Long> counts) {
        public CpuCounters {
            counts = List.copyOf(counts);
        }

        public long count(Reason reason) {
            return !reason.hasCpu() || reason.ordinal() >= counts.size() ? 0 : counts.get(reason.ordinal());
        }

        /** Returns the number of lost events, or that of incomplete events. */
        public long events(boolean lost) {
            return Reason.all(lost).mapToLong(this::count).sum();
        }
    }

    public LossCounters {
        cpus = List.copyOf(cpus);
    }

    /** Has no earlier calls. */
    public LossCounters(List<CpuCounters> cpus, long recursionMisses) {
        this(cpus, recursionMisses, 0);
    }

    /** Returns the count of a reason over all CPUs. */
    public long count(Reason reason) {
        return switch (reason) {
            case RECURSION_MISS -> recursionMisses;
            default -> cpus.stream().mapToLong(cpu -> cpu.count(reason)).sum();
        };
    }

    /** Returns the number of lost events. */
    public long lostEvents() {
        return events(true);
    }

    /** Returns the number of lost events, or that of incomplete events. */
    public long events(boolean lost) {
        return Reason.all(lost).mapToLong(this::count).sum();
    }
}
