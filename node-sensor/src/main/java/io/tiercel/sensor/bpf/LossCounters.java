package io.tiercel.sensor.bpf;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the kernel's part could not hand over since the start, or not whole.
 *
 * @param cpus one entry for each CPU, in their order, that anything was lost on; those that are offline count as well
 * @param notRun events of {@link Reason#NOT_RUN}, of which nobody knows the CPU
 */
public record LossCounters(List<OfCpu> cpus, long notRun) {
    /** Nothing lost. */
    public static final LossCounters NONE = new LossCounters(List.of(), 0);

    /** Why. */
    public enum Reason {
        /** The sensor did not take events as fast as they came: event lost. */
        RING_FULL(RecordLayout.LOSS_RING_FULL, true),
        /** The event's names and texts together exceed what can be sent: event lost. */
        TOO_LONG(RecordLayout.LOSS_TOO_LONG, true),
        /** A path is deeper or longer than can be followed: the event's kernel path lacks its beginning. */
        NAME_CUT(RecordLayout.LOSS_NAME_CUT, false),
        /** A text in the program's memory was not there to be read: the event comes without it. */
        TEXT_UNREADABLE(RecordLayout.LOSS_TEXT_UNREADABLE, false),
        /**
         * The kernel did not run the capture program, which it had put aside in the middle of a run for another task, so
         * that at most so many events were lost (since Linux 7.0; see bpf/turns.h).
         */
        NOT_RUN(RecordLayout.LOSS_REASONS, true);

        private final int place;
        private final boolean wholeEvent;

        Reason(int place, boolean wholeEvent) {
            this.place = place;
            this.wholeEvent = wholeEvent;
        }

        /** Those that the capture program counts, in the order of their places. */
        static Stream<Reason> counted() {
            return Arrays.stream(values()).filter(reason -> reason.place < RecordLayout.LOSS_REASONS);
        }

        /** Whether the event is lost, and not only a part of it. */
        public boolean wholeEvent() {
            return wholeEvent;
        }

        int place() {
            return place;
        }

        /** Those for which the event is lost, or else those for which it lacks a part. */
        public static Stream<Reason> all(boolean wholeEvent) {
            return Arrays.stream(values()).filter(reason -> reason.wholeEvent == wholeEvent);
        }
    }

    /**
     * Counts of one CPU.
     *
     * @param cpu its number, from 0
     * @param counts in the order of {@link Reason}, without the last
     */
    public record OfCpu(int cpu, List<Long> counts) {
        public OfCpu {
            counts = List.copyOf(counts);
        }

        public long of(Reason reason) {
            return reason == Reason.NOT_RUN ? 0 : counts.get(reason.ordinal());
        }

        /** Events of this CPU that were lost, or else those that came without a part, for whatever reason. */
        public long events(boolean whole) {
            return Reason.all(whole).mapToLong(this::of).sum();
        }
    }

    public LossCounters {
        cpus = List.copyOf(cpus);
    }

    /** Over all CPUs. */
    public long of(Reason reason) {
        return reason == Reason.NOT_RUN
                ? notRun
                : cpus.stream().mapToLong(cpu -> cpu.of(reason)).sum();
    }

    /** Events of any CPU that were lost, or else those that came without a part, for whatever reason. */
    public long events(boolean whole) {
        return cpus.stream().mapToLong(cpu -> cpu.events(whole)).sum() + (whole ? notRun : 0);
    }
}
